"""What a run shows in the terminal: one line for each notebook, bars where there is somebody to look."""

import time
from collections.abc import Mapping
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from fidle_course.batch.plan import Plan
from fidle_course.batch.state import JobState
from fidle_course.words import duration, minute

_STYLES = {"ok": "green", "FAILED": "red", "kept": "dim"}
_SHOWN_ERRORS = 12  # lines of an error that are shown; the executed copy has all of them


class Screen:
    """Follow a run on a stream, within `with screen.bars:`.

    Args:
        stream: where to write; if it is a terminal, running notebooks are shown with a bar.
        plan: the run's.
        kept: keys of jobs that are finished already.
    """

    def __init__(self, stream, plan: Plan, kept: set[str]):
        self.plan, self.kept, self.told = plan, kept, set()
        # rich would also take a notebook, whose kernel sets FORCE_COLOR, for a terminal
        self.console = Console(file=stream, force_terminal=stream.isatty(), highlight=False)
        columns = [TextColumn("  {task.description}"), BarColumn(20), TextColumn("{task.fields[place]}")]
        how = {"auto_refresh": False, "transient": True, "redirect_stdout": False, "redirect_stderr": False}
        self.bars = Progress(*columns, TimeElapsedColumn(), console=self.console, **how)
        self.bars.disable = not self.console.is_terminal or self.console.is_dumb_terminal
        self.tasks = {}
        self.width = max(map(len, plan.jobs), default=0)
        self.began = time.monotonic()
        again = f", {len(plan.jobs) - len(kept)} to run" if kept else ""
        what = f"{len(plan.jobs)} notebook{'s' if len(plan.jobs) != 1 else ''}{again}"
        self.say(f"Profile {plan.profile}, {what}, results in {plan.out}", "bold")

    def say(self, text: str, style: str = "") -> None:
        """Write a line that stays."""
        self.console.print(Text(text, style), soft_wrap=True)

    def update(self, current: Mapping[str, JobState]) -> None:
        """Tell what has ended since the last time; redraw what is running."""
        for key, state in current.items():
            if key not in self.told and (key in self.kept or state.state in ("ok", "failed")):
                self.told.add(key)
                if key in self.tasks:
                    self.bars.remove_task(self.tasks.pop(key))
                self._tell(key, state)
            elif state.state == "running":
                if key not in self.tasks:
                    self.tasks[key] = self.bars.add_task(key, place="starting")
                place = f"cell {state.cell + 1} of {state.cells}" if state.cells else "starting"
                self.bars.update(self.tasks[key], completed=state.cell, total=max(state.cells, 1), place=place)
        self.bars.refresh()

    def _tell(self, key: str, state: JobState) -> None:
        kind = "FAILED" if state.kind in ("failed", "gate") else "kept" if key in self.kept else "ok"
        if state.state == "failed":
            place = f"cell {state.error.cell + 1}: " if state.error.cell is not None else ""
            notes = [place + state.error.what.splitlines()[0]]
        else:
            found = state.headline
            notes = [f"{found.name} {found.text}"] if found else []
            notes += [f"{state.job.headline.baseline} {found.baseline}"] if found and found.baseline else []
            notes += ["simulated data"] if state.source == "simulated" else []
            notes += [f"kept from {minute(state.finished)}"] if key in self.kept else []
            notes += [f"GATE FAILED: {gate.gate}" for gate in state.failing]
        line = f"{kind:<6}  {key:<{self.width}}  {duration(state.seconds or 0):>11}  {', '.join(notes)}"
        self.say(line.rstrip(), _STYLES[kind])

    def explain(self, final: Mapping[str, JobState], code: int, stopped_by: int | None, log: Path) -> None:
        """Say how the run ended: what failed and where, and what was not run."""
        self.update(final)
        self.bars.stop()
        failed = {key: state for key, state in final.items() if state.state == "failed"}
        for key, state in failed.items():
            self._explain_failure(key, state)
        for key, gate in [(key, gate) for key, state in final.items() for gate in state.failing]:
            values = ", ".join(f"{n} = {v:.6g}" for n, v in gate.values.items()) or "no such score"
            self.say(f"\n{key}: gate failed: {gate.gate} ({values})", "red")
        for words, kinds in (("Stopped", ("stopped", "running")), ("Not run", ("waiting",))):
            if left := [key for key, state in final.items() if state.state in kinds]:
                self.say(f"\n{words}: {', '.join(left)}")
        if stopped_by:
            self.say("\nThe same command goes on from here.")
        elif code != 0 and not failed:
            tail = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-_SHOWN_ERRORS:]
            self.say("\nSnakemake failed; the end of its log:\n  " + "\n  ".join(tail) + f"\nAll of it: {log}")
        ran, gates = sum(s.state == "ok" for s in final.values()), [g for s in final.values() for g in s.gates]
        held = f", {sum(gate.holds for gate in gates)} of {len(gates)} gates held" if gates else ""
        good = all(state.kind == "ok" for state in final.values()) and not stopped_by
        spent = duration(time.monotonic() - self.began)
        self.say(f"\n{ran} of {len(final)} notebooks ran{held}, in {spent}.", "green" if good else "red")

    def _explain_failure(self, key: str, state: JobState) -> None:
        error, job, folder = state.error, self.plan.jobs[key], self.plan.out / key
        where = f" in cell {error.cell + 1}" if error.cell is not None else ""
        where += f" (In [{error.execution}])" if error.execution else ""
        self.say(f"\n{key} failed{where}: {Path(job.file).name}", "red")
        for line in filter(None, [error.line, *error.what.splitlines()[:_SHOWN_ERRORS]]):
            self.say(f"    {line}")
        for label, name in (("executed copy", f"{job.id}.partial.ipynb"), ("log", f"{job.id}.log")):
            if (folder / name).is_file():
                self.say(f"  {label}: {folder / name}")
