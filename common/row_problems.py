"""What is wrong in a row of a file that was taken over, and how a command tells it."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _

from common.sentences import translated

SHOWN = 50


class Problem(NamedTuple):
    """A cell, or a whole row, that was not taken."""

    row: int
    """As the spreadsheet shows it."""
    column: str
    """The heading; "" where it is about the row."""
    value: str
    problem: str
    """What is wrong and what to do, in words."""


def tell_problems(
    write: Callable[[str], object], problems: Sequence[Problem], *, total: int
) -> None:
    """The first of them, a line each; then how many more there are."""
    for problem in problems[:SHOWN]:
        where = _("Row %(row)s") % {"row": problem.row}
        where += f", {problem.column}" if problem.column else ""
        value = f" ({problem.value})" if problem.value else ""
        write(f"{where}: {translated(problem.problem)}{value}")
    if total > SHOWN:
        write(_("… and %(n)s more. All of them: --json") % {"n": f"{total - SHOWN:,}"})
