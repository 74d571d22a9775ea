"""Exercises: what tells right from wrong in a notebook. The trainees' copies are made by `fidle student`.

A solution stands in a function, between nbgrader's markers; its cell is tagged `solution`, the one that judges it
`check`. CONTRIBUTING.md says what both look like.
"""

import linecache
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["BEGIN", "CHECK", "EMPTY", "END", "GAP", "SOLUTION", "Check", "Wrong", "checking"]

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
SOLUTION, CHECK, GAP = "solution", "check", "gap"  # tags of cells; a solution becomes a gap in a trainee's copy
EMPTY = "raise NotImplementedError  # your code here"


class Wrong(Exception):
    """An answer that is not right yet; shown as its message alone, without a traceback."""

    def _render_traceback_(self) -> list[str]:  # IPython asks for this
        return [str(self)]


class Check:
    """Judges an answer, one statement after the other; see `checking`."""

    def __init__(self, title: str):
        self.title = title

    def __call__(self, holds, right: str, otherwise: str = "") -> None:
        """Say that something is right, or raise.

        Args:
            holds: a condition.
            right: what is true of a right answer: "one point for each window".
            otherwise: what came and where to look, without giving the answer away.

        Raises:
            Wrong: the condition does not hold.
        """
        if not bool(holds):
            raise Wrong(f"✗ {self.title}, not yet: {right}?\n  {otherwise}".rstrip())
        print(f"✓ {right}")

    def given(self, value, what: str = "your function"):
        """`value` itself, if there is one: a function without `return` gives None.

        Raises:
            Wrong: the value is None.
        """
        if value is None:
            raise Wrong(f"✗ {self.title}, not yet: {what} gives nothing back.\n  Does it end with a `return`?")
        return value


@contextmanager
def checking(title: str) -> Iterator[Check]:
    """A cell that tells right from wrong: whatever goes wrong in the answer becomes a message that helps.

    Args:
        title: "Exercise 1".

    Raises:
        Wrong: the gap is still empty, the answer stops with an error, or a condition does not hold.

    Example:
        with checking("Exercise 1") as check:
            ahead = check.given(two_steps(windows))
            check(ahead.shape == (8, 2), "one point for each window", f"Received shape {ahead.shape}.")
    """
    try:
        yield Check(title)
    except Wrong:
        raise
    except NotImplementedError as error:
        if _place(error)[1].strip() not in ("", EMPTY, EMPTY.split("  #")[0]):
            raise Wrong(_stopped(title, error)) from None
        raise Wrong(
            f"✗ {title}: the gap is still empty.\n"
            f"  Write your lines in the cell above, in the place of `{EMPTY.split('  #')[0]}`, and run that cell; "
            "its hint says how to begin."
        ) from None
    except Exception as error:
        raise Wrong(_stopped(title, error)) from None
    print(f"{title}: done.")


def _stopped(title: str, error: Exception) -> str:
    line, source = _place(error)
    place = f" in line {line} of a cell, `{source.strip()}`" if source.strip() else ""
    return f"✗ {title}, not yet: your code stopped with {type(error).__name__}{place}.\n  {error}".rstrip()


def _place(error: Exception) -> tuple[int, str]:
    """Number and text of the last line of a notebook's cell on the way to the error."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if "ipykernel" in frame.filename or frame.filename.startswith("<"):
            return frame.lineno or 0, frame.line or linecache.getline(frame.filename, frame.lineno or 0)
    return 0, ""
