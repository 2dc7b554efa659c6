"""What is said to a person instead of doing what cannot be done."""


class Refused(Exception):  # noqa: N818  (it is no fault of the program)
    """`words` are for the person: what is wrong, where, and what to do. `field` is the form's."""

    def __init__(self, words: str, field: str = "") -> None:
        super().__init__(words)
        self.words = words
        self.field = field
