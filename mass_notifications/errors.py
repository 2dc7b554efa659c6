"""What is said to a person instead of doing what cannot be done."""

from common.sentences import translated


class Refused(Exception):  # noqa: N818  (it is no fault of the program)
    """What is wrong, where, and what to do. `str()` is what a file's check stores, in English
    where it comes from the file; `words` the same for the person who asks. `field` is the form's.
    """

    def __init__(self, words: str, field: str = "") -> None:
        super().__init__(words)
        self.words = translated(words)
        self.field = field
