"""The drawings of the lesson LADYB1: `python docs/drawings/ladyb1.py` writes their SVG files."""

from itertools import pairwise

from svg import CELL, ERROR, GREY, INK, INPUT, STATE, Drawing

RULE = "#DDDDDD"


def closed_loop() -> Drawing:
    """Two steps of a forecast: fed with the truth, and fed with itself."""
    d = Drawing(
        "closed-loop",
        600,
        400,
        title="Open loop and closed loop",
        desc="Above, open loop: a window of true points 1 to 4 gives forecast 5; the next window holds the true "
        "points 2 to 5 and gives forecast 6. Below, closed loop: the window 1 to 4 gives forecast 5; the next "
        "window holds the true points 2 to 4 and forecast 5, and gives forecast 6. In LADYB1 a window "
        "has the shape (20, 2), a forecast (2,).",
    )
    d.line((16, 196), (584, 196), colour=RULE)
    for top, words in ((0, "open loop: true points in every window"), (196, "closed loop: forecasts come back")):
        closed = top > 0
        d.text(300, top + 26, words, size=19, bold=True)
        for row in (0, 1):
            y = top + 78 + 72 * row
            for i in range(4):
                fed = closed and row == 1 and i == 3
                (_forecast if fed else _true)(d, 46 + 52 * (i + row), y, str(i + row + 1))
            d.arrow((286, y), (322, y))
            d.box(382, y, "network", width=110, colour=STATE)
            d.arrow((440, y), (476, y))
            _forecast(d, 502, y, str(5 + row))
        if closed:
            d.arrow((502, top + 99), (502, top + 114), (254, top + 114), (254, top + 129), colour=ERROR, dashed=True)
    d.text(560, 78, "(2,)", colour=GREY, size=17)
    d.text(560, 150, "(2,)", colour=GREY, size=17)
    d.text(124, 388, "window (20, 2)", colour=GREY, size=17)
    d.box(316, 388, width=22, height=18, colour=INPUT)
    d.text(332, 388, "true", anchor="start", size=17)
    d.circle(406, 388, radius=10, colour=ERROR)
    d.text(422, 388, "forecast", anchor="start", size=17)
    return d


def _true(d, x, y, words):
    d.box(x, y, words, colour=INPUT)


def _forecast(d, x, y, words):
    d.circle(x, y, words, colour=ERROR)


def sliding_windows() -> Drawing:
    """Windows that slide over a series, inside each part of it."""
    d = Drawing(
        "sliding-windows",
        600,
        330,
        title="Sliding windows inside each part of a series",
        desc="A series of 14 rows in the order of time, cut into train, validation and test. Under the train part "
        "three windows of 4 rows, each one row further than the one before; the target of each is the row right "
        "after it. No window crosses the border of a part.",
    )
    left, step = 48, 36
    parts = (("train", 0, 8, INPUT), ("validation", 8, 11, STATE), ("test", 11, 14, CELL))
    for name, first, stop, colour in parts:
        for i in range(first, stop):
            d.box(left + step * i + 8 * (i >= 8) + 8 * (i >= 11), 84, str(i), width=34, height=36, colour=colour)
        middle = left + step * (first + stop - 1) / 2 + 8 * (first >= 8) + 8 * (first >= 11)
        d.text(middle, 46, name, bold=True)
    d.arrow((40, 18), (584, 18), colour=GREY)
    for row in range(3):
        y = 140 + 46 * row
        for i in range(row, row + 4):
            d.box(left + step * i, y, str(i), width=34, height=34, colour=INPUT)
        target = left + step * (row + 4)
        d.arrow((target - 16, y), (target + 6, y))
        d.circle(target + 26, y, str(row + 4), radius=18, colour=ERROR)
    d.text(left + step * 4 - 10, 272, "…", size=22)
    for y, words, colour in ((138, "inputs", INK), (206, "targets: the row right after", ERROR)):
        d.text(340, y, words, anchor="start", size=17, colour=colour)
    for y, shape in ((164, "(window, time, feature)"), (232, "(window, feature)")):
        d.text(340, y, shape, anchor="start", size=17, colour=GREY)
    d.text(300, 308, "Cut first, in the order of time. Then make windows in each part.", size=18, colour=INK)
    return d


def recurrent_layer() -> Drawing:
    """A window of points through a recurrent layer to the next point."""
    d = Drawing(
        "recurrent-layer",
        600,
        330,
        title="A recurrent layer reads a window and gives the next point",
        desc="Points 1 to 20, each of 2 numbers, go one by one into copies of the same layer. Each copy gives its "
        "state, 48 numbers, to the next one. The last state goes through a dense layer to the next point, 2 "
        "numbers. All copies share the weights W_x of 2 by 48, W_h of 48 by 48 and b of 48.",
    )
    places = (70, 190, 310, 440)
    for x, name in zip(places, ("x_1", "x_2", "x_3", "x_{20}")):
        d.box(x, 236, name, colour=INPUT)
        d.arrow((x, 215), (x, 178))
        d.text(x - 8, 196, "W_x", anchor="end", size=17)
        d.box(x, 152, "tanh", width=62, height=48, colour=STATE)
    for x, end in pairwise(places[:3]):
        d.arrow((x + 32, 152), (end - 32, 152), colour=STATE)
        d.text((x + end) / 2, 130, "W_h", size=17, colour=STATE)
    d.line((342, 152), (362, 152), colour=STATE)
    d.text(375, 152, "…", size=22, colour=STATE)
    d.arrow((388, 152), (408, 152), colour=STATE)
    d.arrow((440, 127), (440, 84), colour=STATE)
    d.text(452, 106, "h_{20}, 48 numbers", anchor="start", size=17, colour=STATE)
    d.box(440, 60, "Dense", width=80, colour=GREY)
    d.arrow((481, 60), (520, 60))
    d.circle(545, 60, "x_{21}", radius=24, colour=ERROR)
    d.text(255, 276, "one window: (20, 2)", size=17, colour=GREY)
    d.text(545, 24, "(2,)", size=17, colour=GREY)
    d.text(300, 310, "the same weights at each point: W_x (2, 48), W_h (48, 48), b (48,)", size=17)
    d.text(20, 40, "h_t = tanh(x_t W_x + h_{t-1} W_h + b)", anchor="start", size=19)
    return d


DRAWINGS = (closed_loop, sliding_windows, recurrent_layer)

if __name__ == "__main__":
    for draw in DRAWINGS:
        print(draw().save().name)
