"""One notebook over a grid of parameters: what the runs have in common as one table, one figure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from fidle_course import catalogue as catalogues
from fidle_course.catalogue import Notebook
from fidle_course.pages.row import Row
from fidle_utils import datasets
from fidle_utils.files import write_whole

_REPEATS = "seed"  # a parameter whose values are repetitions of one thing, and not different things
_COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00"]
_BASELINE = "#4d4d4d"
_MARKERS = "osD^vP"


@dataclass
class Summary:
    """A sweep as the report shows it: a table of means and spreads, a figure and its alternative text, if any."""

    columns: list[str]
    lines: list[list[str]]
    figure: str = ""
    alt: str = ""


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


# ---------------------------------------------------------------- table and figure


def write(out: Path, rows: Sequence[Row]) -> Summary:
    """Write `sweep.csv` (one line per run) and `sweep.png`, and sum the sweep up for the report."""
    import pandas as pd

    states = [row.state for row in rows if row.state.job.point]
    points = pd.DataFrame([state.job.point for state in states], dtype=object)
    scores = pd.DataFrame([state.results.scores for state in states], dtype=float)
    about = [(state.kind, state.seconds, state.source) for state in states]
    about = pd.DataFrame(about, columns=["state", "seconds", "data_source"])
    with write_whole(out / "sweep.csv") as part:
        pd.concat([points, about, scores], axis=1).to_csv(part, index=False)
    headline, units = states[0].job.headline, {k: u for state in states for k, u in state.results.units.items() if u}
    shown = [name for name in (headline.score, headline.baseline) if name in scores] or list(scores)[:2]
    labels = {name: f"{name} ({units[name]})" if name in units else name for name in shown}
    scores = scores.dropna(how="all")
    points, groups = points.loc[scores.index], [name for name in points if name != _REPEATS]
    summary = Summary([", ".join(groups) or "what", "runs", *labels.values()], [])
    places = points[groups].apply(_place, axis=1) if groups else pd.Series("all runs", points.index)
    for place, part in scores.groupby(places, sort=False):
        summary.lines.append([place, str(len(part)), *(_mean_and_spread(part[name].dropna()) for name in shown)])
    if len(scores):
        text = (
            "each run as a mark, means with one standard deviation as bars. The table below holds the same numbers."
        )
        over = f"{' and '.join(shown)} of {states[0].job.id} over {(groups or [_REPEATS])[0]}"
        summary.figure, summary.alt = "sweep.png", f"{over}, {len(scores)} runs: {text}"
        _draw(out / "sweep.png", states[0].job.id, points, scores[shown], labels[shown[0]])
    return summary


def _place(values) -> str:
    return ", ".join(f"{name} {value}" for name, value in values.items())


def _mean_and_spread(values) -> str:
    mean = f"{values.mean():.4g}" if len(values) else ""
    return f"{mean} ± {values.std():.2g}" if len(values) > 1 else mean


def _draw(path: Path, title: str, points, scores, label: str) -> None:
    """Each run as a mark, the mean and one standard deviation as a bar.

    The first parameter that is no seed lies along the axis; of the main score each value of the others is a series.
    The baseline does not depend on most of what is swept: its runs are one series.
    """
    import pandas as pd
    from matplotlib.figure import Figure

    groups = [name for name in points if name != _REPEATS]
    along, places = (groups or [_REPEATS])[0], list(points[(groups or [_REPEATS])[0]].unique())
    numeric = bool(groups) and all(isinstance(v, int | float) and not isinstance(v, bool) for v in places)
    x = points[along] if numeric else points[along].map(places.index)
    main, *baselines = scores
    others = points[groups[1:]].apply(_place, axis=1) if groups[1:] else pd.Series("", points.index)
    series = [(main, f"{main}: {other}".strip(": "), others == other) for other in others.unique()]
    series += [(name, name, others == others) for name in baselines]
    figure = Figure(figsize=(9, 4.8), layout="constrained", dpi=150)
    ax = figure.add_subplot()
    for i, (score, text, own) in enumerate(series):
        runs = scores.loc[own, score].dropna()
        at = x[runs.index].astype(float) + (0 if numeric else (i - (len(series) - 1) / 2) * 0.08)
        style = {"marker": _MARKERS[i % 6], "color": _COLOURS[i % 5] if score == main else _BASELINE}
        ax.plot(at, runs, ls="none", ms=5, mfc="none", alpha=0.6, **style)
        mean, spread = runs.groupby(at).mean(), runs.groupby(at).std().fillna(0)
        line = ("-" if score == main else "--") if groups else "none"
        ax.errorbar(mean.index, mean, spread, ls=line, capsize=4, ms=7, label=text, **style)
    if not numeric or len(places) <= 8:
        ax.set_xticks(places if numeric else range(len(places)), [str(place) for place in places])
    ax.set(xlabel=along, ylabel=label, title=f"{title}: each run, mean and standard deviation")
    ax.grid(alpha=0.3)
    ax.legend()
    with write_whole(path) as part:
        figure.savefig(part, format="png")
