"""What a run shows in the terminal: one line for each notebook, live where there is somebody to look."""

import os
import shutil
import time
from datetime import datetime
from pathlib import Path

from fidle_course.batch.plan import Plan
from fidle_course.batch.state import JobState
from fidle_course.headline import Finding
from fidle_course.words import clock

_SPIN = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_COLOURS = {"ok": "32", "failed": "31", "kept": "2", "bold": "1", "dim": "2"}
_SHOWN_ERRORS = 12  # lines of an error that are shown; the executed copy has all of them


class Screen:
    """Follow a run on a stream.

    Args:
        stream: where to write; if it is a terminal, running notebooks are shown with a bar.
        plan: a `batch.Plan`.
        kept: keys of jobs that are finished already.
    """

    def __init__(self, stream, plan: Plan, kept: set[str]):
        self.stream, self.plan, self.kept = stream, plan, kept
        self.live = stream.isatty() and os.environ.get("TERM") != "dumb"
        self.colour = self.live and not os.environ.get("NO_COLOR")
        self.width = max(map(len, plan.jobs), default=0)
        self.told: set[str] = set()
        self.lines = 0
        self.began = time.monotonic()
        self.seen: dict[str, float] = {}
        try:
            "✓⠋█".encode(stream.encoding or "ascii")
            self.signs = {"ok": "✓", "failed": "✗", "kept": "=", "bar": "█", "rest": "░", "sep": " · "}
        except (UnicodeEncodeError, LookupError):
            self.signs = {"ok": "ok", "failed": "FAILED", "kept": "=", "bar": "#", "rest": ".", "sep": " - "}
        again = len(plan.jobs) - len(kept)
        what = f"{len(plan.jobs)} notebook{'s' if len(plan.jobs) != 1 else ''}"
        if kept:
            what += f", {again} to run"
        self.say(
            self._paint("bold", self.signs["sep"].join([f"Profile {plan.profile}", what, f"results in {plan.out}"]))
        )

    def say(self, text: str) -> None:
        """Write a line that stays."""
        self._clear()
        encoding = self.stream.encoding or "utf-8"
        self.stream.write(text.encode(encoding, "replace").decode(encoding) + "\n")
        self.stream.flush()

    def update(self, now: dict[str, JobState]) -> None:
        """Tell what has ended since the last time; redraw what is running."""
        for key, state in now.items():
            if key in self.told or (key not in self.kept and state.state not in ("ok", "failed")):
                continue
            self.told.add(key)
            self.say(self._line(key, state))
        if self.live:
            self._draw(now)

    def _line(self, key: str, state: JobState) -> str:
        name = f"{key:<{self.width}}"
        if state.state == "failed":
            place = f"cell {state.error.cell + 1}: " if state.error.cell is not None else ""
            text = place + state.error.what.splitlines()[0]
            return self._paint("failed", f"{self.signs['failed']} {name}") + f"  {self._time(state)}  {text}"
        data = state.results.data
        notes = [_said(state.headline)] + (["simulated data"] if data and data.source == "simulated" else [])
        if key in self.kept:
            when = datetime.fromisoformat(state.finished).astimezone() if state.finished else None
            notes.append(f"kept from {when:%Y-%m-%d %H:%M}" if when else "kept")
        notes += [f"GATE FAILED: {gate.gate}" for gate in state.failing]
        kind = "failed" if state.failing else "kept" if key in self.kept else "ok"
        text = self.signs["sep"].join(note for note in notes if note)
        return self._paint(kind, f"{self.signs[kind]} {name}") + f"  {self._time(state)}  {text}".rstrip()

    def _time(self, state: JobState) -> str:
        return f"{clock(state.seconds or 0):>6}"

    def _draw(self, now: dict[str, JobState]) -> None:
        self._clear()
        width, height = shutil.get_terminal_size()
        spin = _SPIN[int((time.monotonic() - self.began) * 8) % len(_SPIN)]
        rows = []
        for key, state in now.items():
            if key in self.told or state.state != "running":
                continue
            first = self.seen.setdefault(key, time.monotonic())
            done, cells = state.cell, state.cells
            filled = round(20 * done / cells) if cells else 0
            bar = self.signs["bar"] * filled + self.signs["rest"] * (20 - filled)
            place = f"cell {done + 1} of {cells}" if cells else "starting"
            rows.append(f"{spin} {key:<{self.width}}  {clock(time.monotonic() - first):>6}  {bar} {place}")
        ended, rest = len(self.told), len(now) - len(self.told) - len(rows)
        shown = rows[: max(height - 3, 1)]
        shown.append(
            f"  {ended} of {len(now)} done, {len(rows)} running, {rest} waiting"
            f"{self.signs['sep']}{clock(time.monotonic() - self.began)}"
        )
        self.stream.write("".join(f"{row[: width - 1]}\n" for row in shown))
        self.stream.flush()
        self.lines = len(shown)

    def _clear(self) -> None:
        if self.live and self.lines:
            self.stream.write(f"\x1b[{self.lines}A\x1b[J")
        self.lines = 0

    def _paint(self, kind: str, text: str) -> str:
        return f"\x1b[{_COLOURS[kind]}m{text}\x1b[0m" if self.colour else text

    def explain(self, final: dict[str, JobState], code: int, stopped_by: int | None, log: Path) -> None:
        """Say how the run ended: what failed and where, and what was not run."""
        self.update({key: state for key, state in final.items() if state.state in ("ok", "failed")})
        self._clear()
        failed = {k: s for k, s in final.items() if s.state == "failed"}
        for key, state in failed.items():
            self._tell_failure(key, state)
        gates = [(k, g) for k, s in final.items() for g in s.failing]
        for key, gate in gates:
            values = ", ".join(f"{n} = {v:.6g}" for n, v in gate.values.items()) or "no such score"
            self.say(f"\n{self._paint('failed', f'{key}: gate failed')}: {gate.gate} ({values})")
        for words, kinds in (("Stopped", ("stopped", "running")), ("Not run", ("waiting",))):
            if left := [k for k, s in final.items() if s.state in kinds]:
                more = f" and {len(left) - 20} more" if len(left) > 20 else ""
                self.say(f"\n{words}: {', '.join(left[:20])}{more}")
        if stopped_by:
            self.say("\nThe same command goes on from here.")
        elif code != 0 and not failed:
            tail = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-_SHOWN_ERRORS:]
            self.say("\nSnakemake failed; the end of its log:\n  " + "\n  ".join(tail) + f"\nAll of it: {log}")
        ran, total = sum(s.state == "ok" for s in final.values()), len(final)
        held = sum(g.holds for s in final.values() for g in s.gates)
        count = held + len(gates)
        good = ran == total and not gates and not stopped_by
        text = f"{ran} of {total} notebooks ran" + (f", {held} of {count} gates held" if count else "")
        time_taken = clock(time.monotonic() - self.began)
        self.say("\n" + self._paint("ok" if good else "failed", f"{text}, in {time_taken}."))

    def close(self, page: Path) -> None:
        """Say where the report is: the last line."""
        self.say(f"Report: {page.as_uri()}")

    def _tell_failure(self, key: str, state: JobState) -> None:
        error, job, folder = state.error, self.plan.jobs[key], self.plan.out / key
        where = f"cell {error.cell + 1}" if error.cell is not None else ""
        if error.execution:
            where += f" (In [{error.execution}])"
        self.say(
            f"\n{self._paint('failed', f'{key} failed')}{' in ' + where if where else ''}: {Path(job.file).name}"
        )
        if error.line:
            self.say(f"    {error.line}")
        for line in error.what.splitlines()[:_SHOWN_ERRORS]:
            self.say(f"    {line}")
        for label, name in (("executed copy", f"{job.id}.partial.ipynb"), ("log", f"{job.id}.log")):
            if (folder / name).is_file():
                self.say(f"  {label}: {folder / name}")


def _said(finding: Finding | None) -> str:
    """`rmse_3h_lstm 1.28 °C · rmse_3h_yesterday 2.13 °C`."""
    scores = [score for score in (finding, finding and finding.baseline) if score]
    return " · ".join(f"{score.name} {score.value} {score.unit}".rstrip() for score in scores)
