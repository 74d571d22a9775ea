"""What is said of one job in a folder of results, in the report and on other pages."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from fidle_course import catalogue
from fidle_course.batch.lock import in_use
from fidle_course.batch.state import RESULTS, STATUS, Figure, JobState, read_state


@dataclass
class Row:
    """What the report says of one job.

    Attributes:
        key: folder of the job below the folder of results.
        state: what that folder says.
        figure: the one that stands for the run.
        links: a label and an address, of files that are there.
    """

    key: str
    state: JobState
    figure: Figure | None = None
    links: list[tuple[str, str]] = field(default_factory=list)

    @property
    def id(self) -> str:
        """The notebook."""
        return self.key.rpartition("/")[2]

    @property
    def anchor(self) -> str:
        """What a link on the page points to."""
        return re.sub(r"\W+", "-", self.key)

    @property
    def address(self) -> str:
        """The job's folder, as a link."""
        return quote(self.key)

    @property
    def source(self) -> str:
        """Of its data: "real", "simulated", "generated", or nothing."""
        return self.state.results.data.source if self.state.results.data else ""

    @property
    def data(self) -> str:
        """Its data in words: `Nice (07690) 2010-01-01 to 2025-02-28`."""
        data = self.state.results.data
        return f"{data.what} {' to '.join(data.period or ())}".strip() if data else ""


def holds_job(folder: Path) -> bool:
    """Whether a notebook has left something in this folder."""
    return (folder / STATUS).is_file() or (folder / RESULTS).is_file()


def read_row(out: Path, key: str, courses: Mapping[str, catalogue.Notebook]) -> Row:
    """All that is said of the job in the folder `key` of a folder of results."""
    folder, name = out / key, Path(key).name
    state = read_state(folder)
    if state.state == "running" and not in_use(out):
        state.state = "stopped"
    about = courses.get(name)
    if about and state.job.title in ("", name):  # it was run by hand
        state.job.title, state.job.headline = about.title, about.headline
    files = {
        "Notebook": f"{name}.html",
        "Executed .ipynb": f"{name}.ipynb",
        "Partial .ipynb": f"{name}.partial.ipynb",
        "Results": RESULTS,
        "Log": f"{name}.log",
    }
    links = [(label, quote(f"{key}/{file}")) for label, file in files.items() if (folder / file).is_file()]
    figures = [figure for figure in state.results.figures if (folder / figure.file).is_file()]
    return Row(key, state, main_figure(figures, about.figure if about else ""), links)


def main_figure(figures: Sequence[Figure], wanted: str) -> Figure | None:
    """The figure that stands for a run: the one that the catalogue names, else the last."""
    named = [figure for figure in figures if Path(figure.file).stem == wanted]
    return next(iter(named or reversed(figures)), None)
