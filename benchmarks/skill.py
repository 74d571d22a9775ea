"""Skill: the notebooks' own scores over seeds, beside the published recipes and the targets.

Nothing is trained here: `fidle sweep` runs the notebooks, and what it has finished is not run again.
"""

import json
import statistics
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks.line import Group, Growth, Line, number
from benchmarks.measure import ROOT

SEEDS = (1, 2, 3)


@dataclass(frozen=True)
class Aim:
    """A score of a notebook, what the published recipe gets, and the targets of the two profiles."""

    notebook: str
    score: str
    what: str
    unit: str
    better: str
    published: str
    live: float | None
    full: float | None


# Published: the recipes of well-known notebooks on these subjects, run on the same data and this kind of machine.
AIMS = (
    Aim("LADYB1", "seconds_fit_lstm", "seconds to fit", "s", "<=", "275 s", 40, None),
    Aim("LADYB1", "val_mae_lstm", "mean absolute error on validation", "", "<=", ".0185", 0.006, 0.002),
    Aim("LADYB1", "distance_5_steps_lstm", "distance after 5 steps in closed loop", "", "<=", ".56", 0.10, 0.04),
    Aim("LADYB1", "distance_50_steps_lstm", "distance after 50 steps in closed loop", "", "<=", "1.8", 1.0, None),
    Aim("SYNOP2", "rmse_3h_lstm", "RMSE at 3 h", "°C", "<=", "3.47 °C", 1.15, 1.15),
    Aim("SYNOP3", "rmse_12h_iterated", "RMSE at 12 h, iterated", "°C", "<=", "4.63 °C", 1.75, 1.73),
    Aim("IMDB1", "accuracy_test_onehot", "accuracy on test", "", ">=", ".868", 0.880, 0.880),
    Aim("IMDB2", "accuracy_test_embedding", "accuracy on test", "", ">=", ".877", 0.878, 0.878),
    Aim("IMDB5", "accuracy_test_recurrent", "accuracy on test", "", ">=", ".549", 0.880, 0.885),
)


def measure(quick: bool = False, results: Path | None = None, profile: str = "live") -> Group:
    """A line per aim, from the results in a folder; the notebooks are run over seeds if none is given.

    Args:
        quick: run nothing.
        results: a folder with `results.json` files anywhere below it.
        profile: "live" or "full", the profile with which they were made.
    """
    if profile not in ("live", "full"):
        raise ValueError(f'Targets are for the profiles "live" and "full". Received: profile={profile!r}.')
    folder = results or ROOT / "run" / "bench" / f"skill-{profile}"
    why = ""
    if results is None and not quick:
        why = run_sweeps(folder, profile)
    return summarize(read_results(folder), profile, why)


def run_sweeps(folder: Path, profile: str) -> str:
    """Run each notebook over the seeds; why some were not run, if so."""
    from fidle_course import catalogue
    from fidle_utils import datasets

    notebooks = list(dict.fromkeys(aim.notebook for aim in AIMS))
    why = []
    for name in notebooks:
        data = catalogue.load()[name].data
        if data != "ladybug" and datasets.expected_source(data, "auto") != "real":
            why.append(f"no real {data} data (fidle data get {data})")
            continue
        seeds = ",".join(map(str, SEEDS))
        command = [
            sys.executable,
            "-m",
            "fidle_course",
            "sweep",
            name,
            "--profile",
            profile,
            "-p",
            f"seed={seeds}",
        ]
        done = subprocess.run([*command, "--out", str(folder / name)], cwd=ROOT, check=False)
        if done.returncode:
            why.append(f"{name}: `fidle sweep` ended with {done.returncode}")
    return "; ".join(dict.fromkeys(why))


def read_results(folder: Path) -> dict[str, dict[int, dict]]:
    """notebook -> seed -> its results, from every `results.json` below a folder.

    Simulated data do not count. Of two results of one notebook with one seed, the newer one counts.
    """
    found: dict[str, dict[int, dict]] = {}
    for path in sorted(folder.rglob("results.json")):
        result = json.loads(path.read_text(encoding="utf-8"))
        if result["data"].get("source") not in ("real", "generated"):
            continue
        by_seed = found.setdefault(result["id"], {})
        old = by_seed.get(result["seed"])
        if old is None or old["finished"] < result["finished"]:
            by_seed[result["seed"]] = result
    return found


def summarize(found: dict[str, dict[int, dict]], profile: str = "live", why: str = "") -> Group:
    """The lines, and what several seeds cost."""
    group = Group()
    for aim in AIMS:
        limit = getattr(aim, profile)
        if limit is None:
            continue
        runs = found.get(aim.notebook, {})
        values = [run["scores"][aim.score] for run in runs.values() if aim.score in run["scores"]]
        mean, text = None, why or "no results"
        if runs and not values:
            text = f"the notebook reports no `{aim.score}`"
        if values:
            mean = statistics.fmean(values)
            spread = f" ± {number(statistics.stdev(values))}" if len(values) > 1 else ""
            text = f"{mean:.4g}{spread} {aim.unit}".strip() + f", {len(values)} seed{'s' * (len(values) > 1)}"
        text += f"; published recipe {aim.published}"
        what = f"{aim.notebook} ({profile}): {aim.what} (`{aim.score}`)"
        group.lines.append(Line(what, aim.unit, aim.better, limit, mean, text))
    rows = []
    for name, runs in found.items():
        seconds = [run["seconds"] for run in runs.values()]
        rows.append([name, str(len(seconds)), number(statistics.fmean(seconds)), number(sum(seconds))])
    if rows:
        columns = ["notebook", "seeds", "one run (s)", "all, one after another (s)"]
        group.growth.append(Growth(f"Seeds ({profile})", columns, rows))
    return group
