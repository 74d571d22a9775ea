"""The one style of the course's drawings: an SVG on its own white panel, 2 px lines, the colours of the figures.

A story draws its own in `docs/drawings/<story>.py`:

    drawing = Drawing("neuron", 300, 120, title="A neuron", desc="A circle takes x in and gives h out.")
    drawing.box(60, 60, "x_t", colour=INPUT)
    drawing.arrow((80, 60), (130, 60))
    drawing.save()

In a text, `_` lowers what follows and `^` raises it: one character, or several in braces, as in `h_{t-1}`.
"""

import re
from html import escape
from pathlib import Path

from fidle_utils.plots import COLOURS

INPUT, STATE, CELL, GATE = (COLOURS[role] for role in ("linear", "model", "good", "other1"))
ERROR, GREY, INK = COLOURS["bad"], COLOURS["baseline"], "#222222"
FAINT = "#767676"  # what was there before: pale, and still read
PALE = {INPUT: "#FBE9C6", STATE: "#CFE3F1", CELL: "#CBEADF", GATE: "#F4DFEA", ERROR: "#F8DCC9", GREY: "#EEEEEE"}
_DARK = {INPUT: "#8A5A00", STATE: "#005A8E", CELL: "#00694C", GATE: "#8C3F69", ERROR: "#A34000"}  # of words on white


class Drawing:
    """An SVG that grows by calls; all coordinates are its own pixels, from the top left.

    Args:
        name: of the file, without suffix.
        width, height: of the view box. 600 fill a column of a page; at half of that width text of 18 is still read.
        title, desc: what the drawing is, and what is seen on it, for those who do not see it.
    """

    def __init__(self, name: str, width: int, height: int, *, title: str, desc: str):
        self.name = name
        size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
        named = f'role="img" aria-labelledby="{name}-title {name}-desc"'
        self._parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} {named} font-family="sans-serif" '
            'stroke-linecap="round" stroke-linejoin="round">',
            f'<title id="{name}-title">{escape(title)}</title>',
            f'<desc id="{name}-desc">{escape(desc)}</desc>',
            f'<rect width="{width}" height="{height}" rx="12" fill="white"/>',
        ]

    def text(self, x, y, words: str, *, size=18, colour=INK, anchor="middle", bold=False, code=False):
        """Words with their middle line at `y`; `anchor` is "start", "middle" or "end"; `code` is written as it is."""
        font = ' font-weight="bold"' if bold else ' font-family="monospace"' if code else ""
        self._parts.append(
            f'<text x="{x:g}" y="{y + size * 0.35:g}" font-size="{size}" text-anchor="{anchor}" '
            f'fill="{_DARK.get(colour, colour)}"{font}>{escape(words) if code else _shifted(words, size)}</text>'
        )

    def line(self, *points, colour=INK, dashed=False, width=2):
        """A line through points (x, y)."""
        path = " ".join(f"{x:g},{y:g}" for x, y in points)
        dashes = ' stroke-dasharray="6 6"' if dashed else ""
        self._parts.append(
            f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{width}"{dashes}/>'
        )

    def arrow(self, *points, colour=INK, dashed=False, width=2):
        """A line through points (x, y), with a head at the last one."""
        (x0, y0), (x1, y1) = points[-2:]
        length = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5
        dx, dy = (x1 - x0) / length, (y1 - y0) / length
        back_x, back_y = x1 - 11 * dx, y1 - 11 * dy
        self.line(*points[:-1], (back_x, back_y), colour=colour, dashed=dashed, width=width)
        corners = [(x1, y1), (back_x - 5 * dy, back_y + 5 * dx), (back_x + 5 * dy, back_y - 5 * dx)]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)
        self._parts.append(f'<polygon points="{path}" fill="{colour}"/>')

    def box(self, x, y, words: str = "", *, width=44, height=40, colour=GREY, size=18, ink=INK):
        """A rounded box around its middle."""
        self._parts.append(
            f'<rect x="{x - width / 2:g}" y="{y - height / 2:g}" width="{width:g}" height="{height:g}" rx="7" '
            f'fill="{PALE[colour]}" stroke="{colour}" stroke-width="2"/>'
        )
        self.text(x, y, words, size=size, colour=ink)

    def circle(self, x, y, words: str = "", *, radius=20, colour=GREY, size=18, ink=INK):
        """A circle around its middle: a neuron, or an operation."""
        self._parts.append(
            f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="{PALE[colour]}" stroke="{colour}" stroke-width="2"/>'
        )
        self.text(x, y, words, size=size, colour=ink)

    def grid(self, x, y, rows: int, columns: int, *, colour=GREY, cell=14):
        """A matrix, or a vector, of `rows` by `columns` squares around its middle."""
        left, top = x - columns * cell / 2, y - rows * cell / 2
        for row in range(rows):
            for column in range(columns):
                self._parts.append(
                    f'<rect x="{left + column * cell:g}" y="{top + row * cell:g}" width="{cell}" height="{cell}" '
                    f'fill="{PALE[colour]}" stroke="{colour}" stroke-width="2"/>'
                )

    def save(self) -> Path:
        """Write `<name>.svg` beside this file."""
        path = Path(__file__).with_name(f"{self.name}.svg")
        path.write_text("\n".join([*self._parts, "</svg>", ""]), encoding="utf-8")
        return path


def _shifted(words: str, size: float) -> str:
    """`h_{t-1}` as SVG: tspans that stand lower or higher, smaller, and come back to the line."""
    pieces, height = [], 0.0
    for mark, braced, single, plain in re.findall(r"([_^])(?:\{([^}]*)\}|(.))|([^_^]+)", words):
        wanted = {"_": 0.26 * size, "^": -0.36 * size}.get(mark, 0.0)
        moved = f' dy="{wanted - height:.1f}"' if wanted != height else ""
        smaller = f' font-size="{0.72 * size:.0f}"' if mark else ""
        pieces.append(f"<tspan{moved}{smaller}>{escape(braced or single or plain)}</tspan>")
        height = wanted
    return "".join(pieces)
