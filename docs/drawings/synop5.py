"""The drawings of the lesson SYNOP5: `python docs/drawings/synop5.py` writes their SVG files."""

import math

from svg import CELL, ERROR, FAINT, GREY, INPUT, STATE, Drawing

STEPS, LEFT, APART = 15, 132, 31


def dilated_convolution() -> Drawing:
    """Three causal convolutions whose kernels are spread further and further."""
    d = Drawing(
        "dilated-convolution",
        600,
        330,
        title="Dilated causal convolutions",
        desc="Four rows of fifteen dots, one dot for each step: below the series, above it three layers. The last "
        "dot of the first layer reads the last three steps of the series. In the second layer a dot reads three "
        "dots of the layer below, two steps apart; in the third they are four steps apart. No line comes from a "
        "later step. Followed down from the last dot above, the lines reach all fifteen steps.",
    )
    rows = (284, 208, 132, 56)
    words = (("series", "x"), ("dilation 1", ""), ("dilation 2", ""), ("dilation 4", ""))
    used = {3: {STEPS - 1}}
    for layer in (3, 2, 1):
        apart = 2 ** (layer - 1)
        used[layer - 1] = {at - k * apart for at in used[layer] for k in range(3)}
        for at in sorted(used[layer]):
            for k in range(3):
                here, below = LEFT + APART * at, LEFT + APART * (at - k * apart)
                d.line((below, rows[layer - 1] - 9), (here, rows[layer] + 9), colour=STATE if layer < 3 else CELL)
    for layer, y in enumerate(rows):
        d.text(16, y, words[layer][0], anchor="start", size=17, colour=INPUT if layer == 0 else GREY)
        for at in range(STEPS):
            colour = INPUT if layer == 0 else CELL if layer == 3 else STATE
            d.circle(LEFT + APART * at, y, radius=9, colour=colour if at in used[layer] else GREY)
    d.text(LEFT + APART * (STEPS - 1), 24, "now", size=17)
    d.arrow((LEFT, 314), (LEFT + APART * (STEPS - 1), 314), colour=FAINT)
    d.text(66, 314, "time", size=17, colour=GREY)
    return d


def triplet() -> Drawing:
    """A reference, a piece of it, and a piece of another series."""
    d = Drawing(
        "triplet",
        600,
        290,
        title="A reference, a positive and a negative",
        desc="Two series, one above the other. In the upper one a long stretch is marked as the reference, and a "
        "short stretch inside it as the positive. In the lower one a short stretch is marked as the negative. The "
        "same encoder makes a vector of each. The vectors of reference and positive point the same way, that of the "
        "negative points elsewhere.",
    )
    _curve(d, 80, 1.0, 0.0)
    _curve(d, 210, 1.9, 1.3)
    for x0, x1, y, words, colour in (
        (60, 290, 32, "reference", STATE),
        (150, 220, 124, "positive", CELL),
        (110, 200, 256, "negative", ERROR),
    ):
        up = 8 if y < 80 else -8
        d.line((x0, y + up), (x0, y), (x1, y), (x1, y + up), colour=colour)
        d.text((x0 + x1) / 2, y - 14 if y < 80 else y + 18, words, size=17, colour=colour)
    d.arrow((330, 80), (360, 120), colour=FAINT)
    d.arrow((330, 210), (360, 170), colour=FAINT)
    d.box(408, 145, "encoder", width=92, colour=GREY)
    start = (482, 190)
    for end, words, colour, place in (
        ((524, 62), "reference", STATE, (500, 44)),
        ((560, 92), "positive", CELL, (562, 74)),
        ((548, 236), "negative", ERROR, (540, 256)),
    ):
        d.arrow(start, end, colour=colour, width=3)
        d.text(*place, words, size=16, colour=colour)
    return d


def _curve(d: Drawing, y: float, speed: float, phase: float) -> None:
    points = [
        (24 + 6 * i, y - 24 * math.sin(speed * i / 6 + phase) * math.exp(-(((i - 24) / 22) ** 2))) for i in range(50)
    ]
    d.line(*points, colour=INPUT)


if __name__ == "__main__":
    for draw in (dilated_convolution, triplet):
        print(draw().save())
