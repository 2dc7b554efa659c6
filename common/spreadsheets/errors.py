"""What a clerk is told where a file cannot be used."""


class SpreadsheetError(Exception):
    """The file cannot be used. `message` says what is wrong, where, and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
