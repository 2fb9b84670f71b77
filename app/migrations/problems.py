"""What can be wrong with a database as a whole."""


class DatabaseProblem(Exception):
    """The database cannot be used, backed up or restored as it is; `fix` says what to do."""

    def __init__(self, text: str, fix: str) -> None:
        super().__init__(text)
        self.fix = fix
