"""Notebooks that ran to their end in a folder of results, and where their results come from."""

import json
from dataclasses import dataclass
from pathlib import Path

from fidle_course import catalogue
from fidle_course.pages.page import INJECTED
from fidle_course.pages.row import Row, holds_job, read_row
from fidle_course.words import day, duration
from fidle_utils import course_root
from fidle_utils.files import read_json


@dataclass
class Finished:
    """A notebook that ran to its end: `row` is what the report says of it, `executed` the notebook with outputs."""

    about: catalogue.Notebook
    row: Row
    executed: dict

    @property
    def is_current(self) -> bool:
        """Whether the notebook still reads as it did when it ran."""
        ran = [c for c in self.executed["cells"] if INJECTED not in c["metadata"].get("tags", [])]
        now = json.loads(self.about.file.read_text(encoding="utf-8"))["cells"]
        return ["".join(c["source"]) for c in ran] == ["".join(c["source"]) for c in now]

    @property
    def made_up(self) -> bool:
        """Whether its scores say nothing: made-up data, or tiny networks."""
        return self.row.source == "simulated" or self.row.state.profile == "smoke"

    @property
    def said(self) -> str:
        """Where the results come from, in a few sentences."""
        state, data = self.row.state, self.row.data
        parts = {
            "real": [f"Real data: {data}."],
            "simulated": [f"Simulated data ({data}): the scores say nothing of the real world."],
            "generated": [f"Data generated from a seed: {data}."],
        }.get(self.row.source, [])
        if state.profile == "smoke":
            parts.append("Smoke profile, tiny networks that prove that everything runs: the scores mean nothing.")
        executed = f"Executed on {day(state.finished)}" if state.finished else "Executed"
        executed += f" on {state.results.device}" if state.results.device else ""
        executed += f", in {duration(state.seconds)}." if state.seconds else "."
        return " ".join([*parts, executed])


def results_folder(named: str | Path | None) -> Path:
    """The folder of results that a command was told, by default `run/` in the course."""
    return Path(named).expanduser().resolve() if named else course_root() / "run"


def finished(folder: Path, courses: catalogue.Catalogue) -> dict[str, Finished]:
    """The finished runs in a folder of results, by id, in the order of the course."""
    found = {}
    for name, about in courses.items():
        if holds_job(folder / name):
            row, executed = read_row(folder, name, courses), read_json(folder / name / f"{name}.ipynb")
            if row.state.kind in ("ok", "gate") and executed.get("cells"):
                found[name] = Finished(about, row, executed)
    return found
