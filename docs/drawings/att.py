"""The drawing of the lesson ATT1: `python docs/drawings/att.py` writes its SVG file."""

from svg import CELL, ERROR, GREY, INPUT, STATE, Drawing


def four_poolings() -> Drawing:
    """Four ways from a state at each step to one vector."""
    d = Drawing(
        "four-poolings",
        600,
        360,
        title="Four ways from a state at each step to one vector",
        desc="Five states, h 1 to h 5; the third one holds the needle. Below, four rows of weights. Last state: 0, "
        "0, 0, 0, 1. Mean: one fifth for each. Maximum: for each number the largest of the five. Attention: .05, "
        ".05, .80, .05, .05, learnt. Each row gives one vector.",
    )
    xs = [190 + 66 * i for i in range(5)]
    d.text(20, 44, "states", anchor="start")
    for i, x in enumerate(xs):
        d.box(x, 44, f"h_{i + 1}", width=50, height=40, colour=ERROR if i == 2 else STATE)
        if i < 4:
            d.line((x + 26, 44), (x + 40, 44), colour=GREY)
    d.text(xs[2], 84, "the needle", size=17, colour=ERROR)
    rows = [
        ("last state", ["0", "0", "0", "0", "1"], [0, 0, 0, 0, 1]),
        ("mean", ["1/5"] * 5, [0.2] * 5),
        ("maximum", ["largest, number by number"], None),
        ("attention", [".05", ".05", ".80", ".05", ".05"], [0.05, 0.05, 0.8, 0.05, 0.05]),
    ]
    for row, (name, words, weights) in enumerate(rows):
        y = 128 + 62 * row
        d.text(20, y, name, anchor="start", bold=True)
        if weights:
            for x, word, weight in zip(xs, words, weights):
                d.box(x, y, word, width=50, height=36, colour=INPUT if weight > 0.1 else GREY, size=17)
        else:
            d.box(322, y, words[0], width=314, height=36, colour=INPUT, size=17)
        d.arrow((484, y), (518, y))
        d.grid(536, y, 3, 1, colour=CELL)
    d.text(536, 84, "vector", size=17)
    return d


if __name__ == "__main__":
    four_poolings().save()
