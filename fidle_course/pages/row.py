"""What is said of one job in a folder of results, in the report and on other pages."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from fidle_course import catalogue
from fidle_course.batch.lock import in_use
from fidle_course.batch.state import RESULTS, Figure, JobState, read_state
from fidle_course.pages.page import INJECTED
from fidle_course.words import duration, minute
from fidle_utils.files import read_json


@dataclass
class Row:
    """What is said of one job."""

    key: str  # its folder below the folder of results
    state: JobState
    about: catalogue.Notebook | None = None  # None where the catalogue knows none of this name
    links: list[tuple[str, str]] = field(default_factory=list)  # a label and an address, of files that are there
    executed: dict = field(default_factory=dict)  # the notebook with its outputs, if `finished` has read it

    @property
    def id(self) -> str:
        """The notebook."""
        return self.key.rpartition("/")[2]

    @property
    def title(self) -> str:
        """As in the notebook's first cell."""
        return self.about.title if self.about else self.id

    @property
    def figure(self) -> Figure | None:
        """The figure that stands for the run: the one that the catalogue names, else the last that was shown."""
        figures, name = self.state.results.figures, self.about and self.about.figure
        return next((f for f in figures if Path(f.file).stem == name), figures[-1] if figures else None)

    @property
    def anchor(self) -> str:
        """What a link on the page points to."""
        return re.sub(r"\W+", "-", self.key)

    @property
    def is_current(self) -> bool:
        """Whether the notebook still reads as it did when it ran."""
        ran = [c for c in self.executed["cells"] if INJECTED not in c["metadata"].get("tags", [])]
        now = catalogue.cells(self.about.file)
        return ["".join(c["source"]) for c in ran] == ["".join(c["source"]) for c in now]

    @property
    def made_up(self) -> bool:
        """Whether its scores say nothing: made-up data, or tiny networks."""
        return self.state.source == "simulated" or self.state.profile == "smoke"

    @property
    def said(self) -> str:
        """Where the results come from, in a few sentences."""
        state = self.state
        parts = {
            "real": [f"Real data: {state.data}."],
            "simulated": [f"Simulated data ({state.data}): the scores say nothing of the real world."],
            "generated": [f"Data generated from a seed: {state.data}."],
        }.get(state.source, [])
        if state.profile == "smoke":
            parts.append("Smoke profile, tiny networks that prove that everything runs: the scores mean nothing.")
        executed = f"Executed on {minute(state.finished)}" if state.finished else "Executed"
        executed += f" on {state.results.device}" if state.results.device else ""
        executed += f", in {duration(state.seconds)}." if state.seconds else "."
        return " ".join([*parts, executed])


def read_row(out: Path, key: str, courses: Mapping[str, catalogue.Notebook]) -> Row:
    """All that is said of the job in the folder `key` of a folder of results."""
    folder, name = out / key, Path(key).name
    state, about = read_state(folder), courses.get(name)
    if state.state == "running" and not in_use(out):
        state.state = "stopped"
    if about:
        state.job.headline = about.headline
    state.results.figures = [figure for figure in state.results.figures if (folder / figure.file).is_file()]
    files = {
        "Notebook": f"{name}.html",
        "Executed .ipynb": f"{name}.ipynb",
        "Partial .ipynb": f"{name}.partial.ipynb",
        "Results": RESULTS,
        "Log": f"{name}.log",
    }
    links = [(label, quote(f"{key}/{file}")) for label, file in files.items() if (folder / file).is_file()]
    return Row(key, state, about, links)


def finished(folder: Path, courses: catalogue.Catalogue) -> dict[str, Row]:
    """The notebooks that ran to their end in a folder of results, by id, in the order of the course."""
    rows = {name: read_row(folder, name, courses) for name in courses}
    for name, row in rows.items():
        row.executed = read_json(folder / name / f"{name}.ipynb")
    return {n: row for n, row in rows.items() if row.state.kind in ("ok", "gate") and row.executed.get("cells")}
