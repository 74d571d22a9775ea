"""Axes-level figures and the one style sheet: data first, the rest by keyword, the axes returned."""

from pathlib import Path

import matplotlib.pyplot as plt

__all__ = ["COLOURS", "figure", "line_style", "plot_contributions", "plot_intervals", "plot_lead_time", "use_style"]

# Okabe and Ito's colours: told apart by colour-blind readers; each role also has a line style and a marker.
COLOURS = {
    "observed": "#000000",
    "model": "#0072B2",
    "linear": "#E69F00",
    "baseline": "#606060",
    "good": "#009E73",
    "bad": "#D55E00",
    "other1": "#CC79A7",
    "other2": "#56B4E9",
}
_SIZES = {"wide": (10.0, 4.2), "half": (5.6, 4.2), "square": (6.2, 6.0), "tall": (10.0, 6.5)}
_LINES = ["-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)), (0, (1, 1))]
_MARKERS = ["o", "s", "^", "D", "v", "P", "X"]
# order of colours for series without a role
_CYCLE = [COLOURS[n] for n in ("model", "linear", "good", "other1", "other2", "bad", "baseline")]


def use_style() -> None:
    """Apply the course's style sheet to matplotlib."""
    plt.style.use(Path(__file__).with_name("course.mplstyle"))


def figure(*, title: str | None = None, width: str = "wide", rows: int = 1, cols: int = 1, height=None, **subplots):
    """A figure of the house's size, as `plt.subplots` gives it.

    Args:
        title: above all axes.
        width: "wide", "half", "square" or "tall".
        rows, cols: of axes.
        height: in inches, instead of the size's own.
        **subplots: for `plt.subplots`, such as `sharex=True`.

    Returns:
        `(figure, axes)`; one axes, or an array of them.
    """
    if width not in _SIZES:
        raise ValueError(f"`width` is one of {', '.join(_SIZES)}. Received: {width!r}.")
    size = _SIZES[width]
    fig, axes = plt.subplots(rows, cols, figsize=(size[0], height or size[1]), layout="constrained", **subplots)
    if title:
        fig.suptitle(title)
    return fig, axes


def plot_lead_time(table, *, xlabel: str = "lead time (h)", ylabel: str, ax=None):
    """Error against lead time, a line for each column of `table` (its index: the lead times)."""
    ax = ax or plt.gca()
    for i, name in enumerate(table.columns):
        ax.plot(table.index, table[name], label=str(name), **line_style(i))
    ax.set(xlabel=xlabel, ylabel=ylabel)
    ax.legend(loc="upper left", bbox_to_anchor=(1.01, 1))  # beside the axes: lines may go anywhere
    return ax


def line_style(i: int) -> dict:
    """Colour, line and marker of the i-th series: never told apart by colour alone."""
    return {
        "color": _CYCLE[i % len(_CYCLE)],
        "linestyle": _LINES[i % len(_LINES)],
        "marker": _MARKERS[i % len(_MARKERS)],
    }


def plot_intervals(intervals, *, xlabel: str, ax=None):
    """A point with its interval for each comparison, from above downwards, and a dotted line at 0: a draw holds it.

    Args:
        intervals: name -> `scores.PairedInterval`.
        xlabel: what the differences are, with their unit.
    """
    ax = ax or plt.gca()
    for place, each in enumerate(intervals.values()):
        reach = [[each.difference - each.low], [each.high - each.difference]]
        ax.errorbar(each.difference, place, xerr=reach, fmt="o", ms=8, capsize=6, color=COLOURS["model"])
    ax.axvline(0, color="black", ls=":")
    ax.set_yticks(range(len(intervals)), intervals)
    ax.set(xlabel=xlabel, ylim=(len(intervals) - 0.5, -0.5))
    return ax


def plot_contributions(values, *, xlabel: str, ax=None):
    """A bar for each word, from above downwards: to the right and green above 0, to the left and red below it.

    Args:
        values: a series by word; a name in brackets is no word, and its bar is grey.
        xlabel: what the values are, with their unit.
    """
    ax = ax or plt.gca()
    kinds = ["baseline" if name[0] == "(" else "good" if value > 0 else "bad" for name, value in values.items()]
    ax.barh(values.index, values, color=[COLOURS[kind] for kind in kinds])
    ax.invert_yaxis()
    ax.set(xlabel=xlabel)
    return ax
