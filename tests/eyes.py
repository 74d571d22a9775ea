"""What in a figure cannot be read by everyone: in grey, by colour-blind readers, from the back row.

`FIDLE_EYES=tests.eyes` has every figure of a run judged; the complaints stand in its `results.json`.
"""

from itertools import combinations

import numpy as np
from matplotlib.category import StrCategoryFormatter
from matplotlib.colors import to_rgb
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Text
from matplotlib.ticker import FixedFormatter, FuncFormatter
from matplotlib.transforms import Bbox

# The last row sits six heights of a 16:9 screen away, 3.4 widths. From there the capitals of a 10-point text, on a
# picture of 10 inches that fills the width, span 10 minutes of arc: twice what good eyes need (AVIXA, Snellen).
COLUMN = 10.0  # inches, the width of a page and of a screen; narrower figures stand in it at the same scale
SMALLEST = 10.0  # points, in a column of that width
CONTRAST = 4.5  # of text against what is behind it: WCAG 2.2, success criterion 1.4.3
APART = 30.0  # lightness (0 to 100) between areas that are told apart in grey


def complaints(figure) -> list[str]:
    """What in a matplotlib figure cannot be read by everyone, in sentences; an empty list if all is well.

    - a figure without title, an axis with numbers or dates but without label;
    - two things of one legend that differ by colour alone: same line, same marker (areas: same hatching and
      nearly the same grey);
    - text smaller than 10 points in a width of 10 inches, or paler than a contrast of 4.5 to what is behind it;
    - a colour map whose lightness does not rise or fall all the way, unless each cell has its number written on it;
    - a legend that covers data, words that lie over others or run out of the picture.

    Args:
        figure: drawn without being shown; its layout is settled by it.
    """
    figure.draw_without_rendering()
    found = [] if _title(figure) else ["The figure has no title."]
    for ax in figure.axes:
        if ax.get_visible() and ax.has_data():
            name = repr(ax.get_title("left") or ax.get_title() or ax.get_ylabel() or ax.get_xlabel())
            found += [f"In {name}: {words}" for words in [*_labels(ax, figure), *_maps(ax), *_covered(ax)]]
    for legend in [*figure.legends, *(ax.get_legend() for ax in figure.axes)]:
        found += _told_apart(legend) if legend else []
    return found + _texts(figure) + _over_each_other(figure)


def luminance(colour) -> float:
    """Relative luminance, 0 black to 1 white, of any matplotlib colour (WCAG 2.2, sRGB)."""
    rgb = np.array(to_rgb(colour))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def lightness(colour) -> float:
    """How light a colour looks, 0 black to 100 white: L* of CIELAB; what is left of it in grey."""
    y = luminance(colour)
    return 116 * y ** (1 / 3) - 16 if y > 216 / 24389 else y * 24389 / 27


def contrast(ink, paper) -> float:
    """Contrast of two colours, 1 (none) to 21 (black on white)."""
    dark, light = sorted([luminance(ink), luminance(paper)])
    return (light + 0.05) / (dark + 0.05)


def _title(figure) -> str:
    return figure.get_suptitle() or "".join(ax.get_title("left") + ax.get_title() for ax in figure.axes)


def _labels(ax, figure) -> list[str]:
    if ax.name == "polar":
        return []
    above = {"x": figure.get_supxlabel(), "y": figure.get_supylabel()}
    found = []
    for which, axis in (("x", ax.xaxis), ("y", ax.yaxis)):
        shown = [t.get_text() for t in axis.get_ticklabels() if t.get_visible() and t.get_text()]
        fixed = isinstance(axis.get_major_formatter(), FixedFormatter | FuncFormatter | StrCategoryFormatter)
        words = fixed and not any(char.isdigit() for text in shown for char in text[:1])  # names say what they are
        if shown and not words and not (axis.get_label_text() or above[which]):
            found.append(f"the {which} axis has no label.")
    return found


def _maps(ax) -> list[str]:
    found = []
    for shown in [*ax.images, *ax.collections]:
        if shown.get_array() is None or ax.get_label() == "<colorbar>" or np.ndim(shown.get_array()) > 2:
            continue
        steps = np.diff([lightness(colour) for colour in shown.cmap(np.linspace(0, 1, 64))])
        written = len(ax.texts) >= np.size(shown.get_array())
        if not written and (steps < -0.5).any() and (steps > 0.5).any():
            found.append(
                f"the colour map {shown.cmap.name} gets lighter and darker again: in grey it cannot be read."
            )
    return found


def _covered(ax) -> list[str]:
    legend = ax.get_legend()
    if not legend or not legend.get_visible():
        return []
    box = legend.get_window_extent()
    found = []
    for line in ax.lines:
        if line.get_transform() != ax.transData or not line.get_visible():
            continue  # a line that marks a place on one axis
        path = line.get_transform().transform_path(line.get_path()).cleaned(remove_nans=True)
        if line.get_linestyle() in ("None", "none", "", " "):
            inside = np.mean([box.contains(*point) for point in path.vertices]) > 0.01  # one dot of many may hide
        else:
            inside = path.intersects_bbox(box, filled=False)
        if inside:
            found.append(f"the legend covers a part of {line.get_label()!r}.")
    bars = [p for p in ax.patches if p.get_transform().contains_branch(ax.transData)]
    if any(bar.get_transform().transform_path(bar.get_path()).intersects_bbox(box, filled=True) for bar in bars):
        found.append("the legend covers bars.")
    return found


def _told_apart(legend) -> list[str]:
    named = [(h, t.get_text()) for h, t in zip(legend.legend_handles, legend.get_texts(), strict=False)]
    return [
        f"{a!r} and {b!r} are told apart by colour alone."
        for (one, a), (other, b) in combinations(named, 2)
        if _alike(one, other)
    ]


def _alike(one, other) -> bool:
    if isinstance(one, Line2D) and isinstance(other, Line2D):
        return _look(one) == _look(other) and abs(one.get_linewidth() - other.get_linewidth()) < 1.5
    if isinstance(one, Patch) and isinstance(other, Patch):
        greys = [lightness(_over_white(patch)) for patch in (one, other)]
        return one.get_hatch() == other.get_hatch() and abs(greys[0] - greys[1]) < APART
    return False


def _look(line) -> tuple:
    """Line, marker and filling: what is left of a line without its colour."""
    dashes = "none" if line.get_linestyle() in ("None", "none", "", " ") else str(line._unscaled_dash_pattern)
    marker = line.get_marker() if line.get_marker() not in (None, "None", "none", "", " ") else ""
    return dashes, str(marker), marker and str(line.get_markerfacecolor()).lower() == "none"


def _over_white(patch) -> np.ndarray:
    *rgb, alpha = patch.get_facecolor()
    return 1 - alpha + alpha * np.array(rgb)


def _texts(figure) -> list[str]:
    least = SMALLEST * max(1, figure.get_figwidth() / COLUMN)
    found, axes = {}, [axis for ax in figure.axes for axis in (ax.xaxis, ax.yaxis)]
    # labels of ticks beyond the limits are there and not drawn
    ticks = {id(label) for axis in axes for label in axis.get_ticklabels(which="both")}
    for text in figure.findobj(lambda artist: hasattr(artist, "get_fontsize") and hasattr(artist, "get_text")):
        words = " ".join(text.get_text().split())
        if not words or not text.get_visible() or _hidden(text):
            continue
        size = text.get_fontsize()
        if size < least - 0.05:
            found.setdefault(f"small{size}", f"Text of {size:.3g} points, such as {words!r}: less than {least:.3g}.")
        if id(text) not in ticks and _cut(text):
            found[f"cut{words}"] = f"{words!r} runs out of the picture."
        paper = _behind(text)
        if paper is not None and contrast(text.get_color(), paper) < CONTRAST:
            ratio = contrast(text.get_color(), paper)
            found.setdefault(f"pale{ratio}", f"Pale text, such as {words!r}: a contrast of {ratio:.1f}.")
    return list(found.values())


def _cut(text) -> bool:
    box, sheet = Text.get_window_extent(text), text.figure.bbox
    return box.x0 < sheet.x0 - 2 or box.x1 > sheet.x1 + 2 or box.y0 < sheet.y0 - 2 or box.y1 > sheet.y1 + 2


def _hidden(text) -> bool:
    """Outside of the picture, like labels of ticks beyond the limits, or in axes that are not shown."""
    if text.axes is not None and not text.axes.get_visible():
        return True
    box = Text.get_window_extent(text)
    return not text.figure.bbox.overlaps(box)


def _over_each_other(figure) -> list[str]:
    """Words of one axes, or labels of neighbouring ticks, of which one hides more than a sixth of the other."""
    found = []
    for ax in figure.axes:
        ticks = [axis.get_ticklabels() for axis in (ax.xaxis, ax.yaxis) if ax.get_visible()]
        for texts in (ax.texts, *ticks):
            shown = [t for t in texts if t.get_text().strip() and t.get_visible() and not _hidden(t)]
            boxes = [Text.get_window_extent(t) for t in shown]  # without an annotation's arrow
            for (one, a), (other, b) in combinations(zip(shown, boxes, strict=True), 2):
                common = Bbox.intersection(a, b) if a.overlaps(b) else None
                if common and common.width * common.height > min(x.width * x.height for x in (a, b)) / 6:
                    found.append(f"{one.get_text()!r} and {other.get_text()!r} lie over each other.")
    return found


def _behind(text):
    """The colour on which a text stands: of the bar or the cell under its middle, else of the axes."""
    ax, box = text.axes, Text.get_window_extent(text)
    middle = ((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2)
    if ax is None or not ax.bbox.contains(*middle):
        return "white"
    if text.get_bbox_patch() is not None:
        return _over_white(text.get_bbox_patch())
    for image in ax.images:
        array, (left, right, bottom, top) = image.get_array(), image.get_extent()
        x, y = ax.transData.inverted().transform(middle)
        column = int((x - left) / (right - left) * array.shape[1])
        row = int((y - top) / (bottom - top) * array.shape[0])
        if array.ndim == 2 and 0 <= row < array.shape[0] and 0 <= column < array.shape[1]:
            return image.cmap(image.norm(array[row, column]))[:3]
    for patch in reversed(ax.patches):
        if patch.get_window_extent().contains(*middle) and patch.get_facecolor()[3] > 0:
            return _over_white(patch)
    return ax.get_facecolor()[:3] if ax.get_facecolor()[3] else "white"
