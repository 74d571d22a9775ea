"""One notebook over a grid of parameters: what the runs have in common as one table, one figure."""

import statistics
from collections.abc import Iterable
from pathlib import Path

from fidle_course import catalogue as catalogues
from fidle_course.catalogue import Notebook
from fidle_utils.files import write_text, write_whole

_REPEATS = "seed"  # a parameter whose values are repetitions of one thing, and not different things


def parse_grid(notebook: Notebook, settings: Iterable[tuple[str | None, str, str]]) -> tuple[dict, list]:
    """Tell the swept parameters from those that only have one value.

    Args:
        notebook: the notebook of the sweep.
        settings: from `batch.parse_settings`; a value with commas is a list of values, `station=all` means
            every station that the real SYNOP files hold.

    Returns:
        `(grid, settings)`: parameter -> values of the type that the notebook declares; and the others.

    Raises:
        ValueError: nothing is swept, or a parameter is given twice, unknown or of another type.
    """
    grid: dict[str, list] = {}
    others = []
    for owner, name, text in settings:
        own = owner is None or owner.upper() == notebook.id
        values = _stations() if own and (name, text) == ("station", "all") else text.split(",")
        if not own or len(values) == 1:
            others.append((owner or notebook.id, name, text))
            continue
        if name in grid:
            raise ValueError(f"A parameter of a sweep is given once, as {name}=v1,v2. Received twice: {name}.")
        grid[name] = [catalogues.check_parameters(notebook.file, {name: value})[name] for value in values]
    if not grid:
        raise ValueError(f"A sweep has a parameter with several values: fidle sweep {notebook.id} -p seed=1,2,3.")
    return grid, others


def _stations() -> list[str]:
    from fidle_utils.datasets import find, synop

    found = find("synop")
    if not found:
        raise ValueError("station=all means all stations of the real data, and there are none: fidle data get synop.")
    return [str(code) for code in synop.stations(found).index]


def write(out: Path, rows: list[dict]) -> dict:
    """Write `sweep.csv` (one line per run) and `sweep.png`, and sum the sweep up for the report.

    Args:
        out: the folder of results.
        rows: the report's rows.

    Returns:
        `columns` and `lines` of the summary, `figure` and its `alt` (None if there is nothing to draw).
    """
    rows = [row for row in rows if row["point"]]
    names = list(dict.fromkeys(name for row in rows for name in row["point"]))
    _write_table(out / "sweep.csv", rows, names)
    groups = [name for name in names if name != _REPEATS]
    finished = [row for row in rows if row["raw_scores"]]
    shown = _shown_scores(finished)
    cells: dict[tuple, dict[str, list[float]]] = {}
    for row in finished:
        where = tuple(row["point"].get(name) for name in groups)
        for score in shown:
            if score in row["raw_scores"]:
                cells.setdefault(where, {}).setdefault(score, []).append(row["raw_scores"][score])
    units = {score: next((r["units"].get(score, "") for r in finished if score in r["units"]), "") for score in shown}
    lines = []
    for where, found in cells.items():
        label = ", ".join(f"{n} {v}" for n, v in zip(groups, where, strict=True)) or "all runs"
        runs = max(len(values) for values in found.values())
        lines.append([label, str(runs), *(_mean_and_spread(found.get(score, [])) for score in shown)])
    columns = [
        ", ".join(groups) or "what",
        "runs",
        *(f"{s} {f'({units[s]})' if units[s] else ''}".strip() for s in shown),
    ]
    alt = None
    if cells:
        alt = _draw(out / "sweep.png", finished, groups, shown, units)
    return {"columns": columns, "lines": lines, "figure": "sweep.png" if alt else None, "alt": alt}


def _shown_scores(rows: list[dict]) -> list[str]:
    """The main score and its baseline where the catalogue names them; else the first two scores."""
    wanted = [name for row in rows[:1] for name in row["headline_names"] if name in row["raw_scores"]]
    return wanted or [name for row in rows[:1] for name in row["raw_scores"]][:2]


def _mean_and_spread(values: list[float]) -> str:
    if not values:
        return ""
    mean = f"{statistics.fmean(values):.4g}"
    return f"{mean} ± {statistics.stdev(values):.2g}" if len(values) > 1 else mean


def _write_table(path: Path, rows: list[dict], names: list[str]) -> None:
    import csv
    import io

    scores = list(dict.fromkeys(score for row in rows for score in row["raw_scores"]))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*names, "state", "seconds", "data_source", *scores])
    for row in rows:
        values = [repr(row["raw_scores"][s]) if s in row["raw_scores"] else "" for s in scores]
        point = [row["point"].get(name, "") for name in names]
        writer.writerow([*point, row["kind"], row["seconds"], row["data"].get("source", ""), *values])
    write_text(path, text.getvalue())


def _draw(path: Path, rows: list[dict], groups: list[str], scores: list[str], units: dict) -> str:
    """Each run as a point, the mean and one standard deviation as a bar; returns the alternative text."""
    from matplotlib.figure import Figure

    along = groups[0] if groups else _REPEATS
    places = list(dict.fromkeys(row["point"][along] for row in rows))
    numeric = groups and all(isinstance(v, int | float) and not isinstance(v, bool) for v in places)
    position = {v: (v if numeric else i) for i, v in enumerate(places)}
    others = list(dict.fromkeys(tuple((n, row["point"][n]) for n in groups[1:]) for row in rows))
    series = [(score, other) for score in scores for other in (others if score == scores[0] else others[:1])]
    figure = Figure(figsize=(9, 4.8), layout="constrained", dpi=150)
    ax = figure.add_subplot()
    colours = ["#0072B2", "#606060", "#D55E00", "#009E73", "#CC79A7", "#E69F00"]
    markers = "osD^vP"
    for i, (score, other) in enumerate(series):
        # the baseline does not depend on most of what is swept: its runs are all drawn as one series
        own = [r for r in rows if score != scores[0] or all(r["point"][n] == v for n, v in other)]
        label = score + (": " + ", ".join(f"{n} {v}" for n, v in other) if other and score == scores[0] else "")
        colour = "#4d4d4d" if score != scores[0] else colours[i % len(colours) if i != 1 else 2]
        shift = 0 if numeric else (i - (len(series) - 1) / 2) * 0.08
        means = []
        for value in places:
            ys = [r["raw_scores"][score] for r in own if r["point"][along] == value and score in r["raw_scores"]]
            if not ys:
                continue
            x = position[value] + shift
            ax.plot([x] * len(ys), ys, markers[i % 6], ms=5, mfc="none", mec=colour, alpha=0.6)
            spread = statistics.stdev(ys) if len(ys) > 1 else 0
            means.append((x, statistics.fmean(ys), spread))
        if means:
            x, mean, spread = zip(*means, strict=True)
            line = "--" if score != scores[0] else "-"
            joined = line if groups else "none"
            ax.errorbar(x, mean, spread, fmt=markers[i % 6], ls=joined, color=colour, capsize=4, ms=7, label=label)
    if not numeric or len(places) <= 8:
        ax.set_xticks([position[v] for v in places], [str(v) for v in places])
    ax.set_xlabel(along)
    ax.set_ylabel(f"{scores[0]} {f'({units[scores[0]]})' if units[scores[0]] else ''}".strip())
    ax.set_title(f"{rows[0]['id']}: each run, mean and standard deviation")
    ax.grid(alpha=0.3)
    ax.legend()
    with write_whole(path) as part:
        figure.savefig(part, format="png")
    return (
        f"{' and '.join(scores)} of {rows[0]['id']} over {along}, {len(rows)} runs: each run as a mark, "
        "means with one standard deviation as bars. The table below holds the same numbers."
    )
