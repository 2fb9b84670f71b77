"""What is wrong with an expression, and where in it (pure)."""

from goals.errors import Refusal
from goals.words import N_, Message


class Fault(Refusal):
    """An expression cannot be read, or means nothing; names the characters that are at fault.

    `at` is the place of the first of them, counted from zero, and `end` that behind the last.
    `problem` says what is wrong without the place.
    """

    def __init__(
        self, code: str, problem: Message, at: int, end: int, fix: Message | None = None
    ) -> None:
        super().__init__(
            code,
            N_("At character %(at)s: %(problem)s"),
            {"at": at + 1, "problem": problem},
            fix=fix,
            field="expression",
        )
        self.problem, self.at, self.end = problem, at, end
