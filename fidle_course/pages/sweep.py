"""One notebook over a grid of parameters: what the runs have in common as one table, one figure."""

import csv
import io
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from fidle_course import catalogue as catalogues
from fidle_course.catalogue import Notebook
from fidle_course.pages.row import Row
from fidle_utils import datasets
from fidle_utils.files import write_text, write_whole

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


# ---------------------------------------------------------------- the table


def write(out: Path, rows: Sequence[Row]) -> Summary:
    """Write `sweep.csv` (one line per run) and `sweep.png`, and sum the sweep up for the report."""
    rows = [row for row in rows if row.state.job.point]
    names = list(dict.fromkeys(name for row in rows for name in row.state.job.point))
    _write_csv(out / "sweep.csv", rows, names)
    groups = [name for name in names if name != _REPEATS]
    finished = [row for row in rows if row.state.results.scores]
    shown = _shown_scores(finished)
    summary = Summary([", ".join(groups) or "what", "runs", *(_with_unit(score, finished) for score in shown)], [])
    places: dict[tuple, list[Row]] = {}
    for row in finished:
        places.setdefault(tuple(row.state.job.point.get(name) for name in groups), []).append(row)
    for place, runs in places.items():
        label = ", ".join(f"{name} {value}" for name, value in zip(groups, place, strict=True)) or "all runs"
        summary.lines.append([label, str(len(runs)), *(_mean_and_spread(_values(runs, score)) for score in shown)])
    if finished:
        summary.figure, summary.alt = "sweep.png", _draw(out / "sweep.png", finished, groups, shown)
    return summary


def _shown_scores(rows: Sequence[Row]) -> list[str]:
    """The main score and its baseline where the catalogue names them; else the first two scores."""
    if not rows:
        return []
    scores, headline = rows[0].state.results.scores, rows[0].state.job.headline
    return [name for name in (headline.score, headline.baseline) if name in scores] or list(scores)[:2]


def _values(rows: Iterable[Row], score: str) -> list[float]:
    return [row.state.results.scores[score] for row in rows if score in row.state.results.scores]


def _with_unit(score: str, rows: Iterable[Row]) -> str:
    unit = next((row.state.results.units[score] for row in rows if row.state.results.units.get(score)), "")
    return f"{score} ({unit})" if unit else score


def _mean_and_spread(values: list[float]) -> str:
    if not values:
        return ""
    mean = f"{statistics.fmean(values):.4g}"
    return f"{mean} ± {statistics.stdev(values):.2g}" if len(values) > 1 else mean


def _write_csv(path: Path, rows: Sequence[Row], names: list[str]) -> None:
    scores = list(dict.fromkeys(score for row in rows for score in row.state.results.scores))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*names, "state", "seconds", "data_source", *scores])
    for row in rows:
        found = row.state.results.scores
        point = [row.state.job.point.get(name, "") for name in names]
        values = [repr(found[score]) if score in found else "" for score in scores]
        writer.writerow([*point, row.state.kind, row.state.seconds, row.source, *values])
    write_text(path, text.getvalue())


# ---------------------------------------------------------------- the figure


def _draw(path: Path, rows: Sequence[Row], groups: list[str], scores: list[str]) -> str:
    """Each run as a mark, the mean and one standard deviation as a bar; returns the alternative text.

    The first parameter that is no seed lies along the axis; of the main score each value of the others is a series.
    The baseline does not depend on most of what is swept: its runs are one series.
    """
    from matplotlib.figure import Figure

    along = groups[0] if groups else _REPEATS
    places = list(dict.fromkeys(row.state.job.point[along] for row in rows))
    numeric = bool(groups) and all(isinstance(v, int | float) and not isinstance(v, bool) for v in places)
    others = list(dict.fromkeys(tuple((n, row.state.job.point[n]) for n in groups[1:]) for row in rows))
    series = [(scores[0], other) for other in others] + [(score, ()) for score in scores[1:]]
    figure = Figure(figsize=(9, 4.8), layout="constrained", dpi=150)
    ax = figure.add_subplot()
    for i, (score, other) in enumerate(series):
        own = [row for row in rows if all(row.state.job.point[name] == value for name, value in other)]
        shift = 0 if numeric else (i - (len(series) - 1) / 2) * 0.08
        values = {}
        for j, place in enumerate(places):
            x = (place if numeric else j) + shift
            values[x] = _values([row for row in own if row.state.job.point[along] == place], score)
        style = {"marker": _MARKERS[i % 6], "color": _COLOURS[i % 5] if score == scores[0] else _BASELINE}
        label = ": ".join([score, *([", ".join(f"{n} {v}" for n, v in other)] if other else [])])
        _draw_series(ax, values, label, ("-" if score == scores[0] else "--") if groups else "none", style)
    if not numeric or len(places) <= 8:
        ax.set_xticks(places if numeric else range(len(places)), [str(place) for place in places])
    ax.set(xlabel=along, ylabel=_with_unit(scores[0], rows))
    ax.set_title(f"{rows[0].id}: each run, mean and standard deviation")
    ax.grid(alpha=0.3)
    ax.legend()
    with write_whole(path) as part:
        figure.savefig(part, format="png")
    return (
        f"{' and '.join(scores)} of {rows[0].id} over {along}, {len(rows)} runs: each run as a mark, "
        "means with one standard deviation as bars. The table below holds the same numbers."
    )


def _draw_series(ax, values: dict[float, list[float]], label: str, line: str, style: dict) -> None:
    """Runs at each place, and their mean with its spread."""
    values = {x: ys for x, ys in values.items() if ys}
    for x, ys in values.items():
        ax.plot([x] * len(ys), ys, ls="none", ms=5, mfc="none", alpha=0.6, **style)
    if values:
        means = [statistics.fmean(ys) for ys in values.values()]
        spreads = [statistics.stdev(ys) if len(ys) > 1 else 0 for ys in values.values()]
        ax.errorbar(list(values), means, spreads, ls=line, capsize=4, ms=7, label=label, **style)
