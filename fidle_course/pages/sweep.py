"""One notebook over a grid of parameters: what the runs have in common as one table, one figure."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from fidle_course import catalogue as catalogues
from fidle_course.catalogue import Notebook
from fidle_course.pages.row import Row
from fidle_utils import datasets
from fidle_utils.files import write_whole

_REPEATS = "seed"  # a parameter whose values are repetitions of one thing, and not different things
_COLOURS, _MARKERS = ("#0072B2", "#4d4d4d"), "os"  # of the main score and its baseline


def parse_grid(notebook: Notebook, settings: Iterable[tuple[str | None, str, str]]) -> tuple[dict, list]:
    """Tell the swept parameters from those that only have one value.

    Args:
        notebook: the notebook of the sweep.
        settings: from `plan.parse_settings`; a value with commas is a list of values, `station=all` means
            every station that the notebook's real data hold.

    Returns:
        `(grid, settings)`: parameter -> values of the type that the notebook declares; and the others.

    Raises:
        ValueError: nothing is swept, or a parameter is given twice, unknown or of another type.
    """
    grid: dict[str, list] = {}
    others = []
    for owner, name, text in settings:
        own = owner is None or owner.upper() == notebook.id
        values = _stations(notebook.data) if own and (name, text) == ("station", "all") else text.split(",")
        if not own or len(values) == 1:
            others.append((owner or notebook.id, name, text))
            continue
        if name in grid:
            raise ValueError(f"A parameter of a sweep is given once, as {name}=v1,v2. Received twice: {name}.")
        grid[name] = [catalogues.check_parameters(notebook.file, {name: value})[name] for value in values]
    if not grid:
        raise ValueError(f"A sweep has a parameter with several values: fidle sweep {notebook.id} -p seed=1,2,3.")
    return grid, others


def _stations(name: str) -> list[str]:
    stations = getattr(datasets.module(name), "stations", None)
    found = datasets.find(name) if stations else []
    if not found:
        raise ValueError(
            f"station=all means all stations of the real data, and there are none: fidle data get {name}."
        )
    return [str(code) for code in stations(found).index]


def write(out: Path, rows: Sequence[Row]) -> dict:
    """Draw `sweep.png`, and sum the sweep up for the report: a table, the figure and its words."""
    import pandas as pd

    states = [row.state for row in rows if row.state.job.point]
    points = pd.DataFrame([state.job.point for state in states], dtype=object)
    scores = pd.DataFrame([state.results.scores for state in states], dtype=float)
    headline, units = states[0].job.headline, {k: u for state in states for k, u in state.results.units.items() if u}
    shown = [name for name in (headline.score, headline.baseline) if name in scores] or list(scores)[:2]
    groups = [name for name in points if name != _REPEATS]
    labels = [f"{name} ({units[name]})" if name in units else name for name in shown]
    scores = scores[shown].dropna(how="all")
    places = [", ".join(f"{name} {points[name][run]}" for name in groups) or "all runs" for run in scores.index]
    runs = scores.groupby(places, sort=False)
    lines = [[place, str(len(part)), *(_mean_and_spread(part[name]) for name in shown)] for place, part in runs]
    if len(scores):
        _draw(out / "sweep.png", runs, labels)
    alt = f"Means and standard deviations of {len(scores)} runs, as in the table below."
    columns = [", ".join(groups) or "what", "runs", *labels]
    return {"columns": columns, "lines": lines, "figure": "sweep.png" if len(scores) else "", "alt": alt}


def _mean_and_spread(values) -> str:
    values = values.dropna()
    mean = f"{values.mean():.4g}" if len(values) else ""
    return f"{mean} ± {values.std():.2g}" if len(values) > 1 else mean


def _draw(path: Path, runs, labels: list[str]) -> None:
    """Mean and standard deviation of each score, a point of the grid after the other."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 4.8), layout="constrained", dpi=150)
    ax = figure.add_subplot()
    means, spreads = runs.mean(), runs.std().fillna(0)
    for i, name in enumerate(means):
        at = [place + i * 0.1 for place in range(len(means))]
        ax.errorbar(at, means[name], spreads[name], fmt=_MARKERS[i], color=_COLOURS[i], capsize=4, label=labels[i])
    ax.set_xticks(range(len(means)), means.index, rotation=30, ha="right")
    ax.set(title="Mean and standard deviation over the runs")
    ax.grid(alpha=0.3)
    ax.legend()
    with write_whole(path) as part:
        figure.savefig(part, format="png")
