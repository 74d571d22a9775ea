"""The drawings of the lessons SERIES1 and SERIES2: `python docs/drawings/series.py` writes their SVG files."""

from svg import CELL, ERROR, FAINT, GREY, INPUT, STATE, Drawing


def price_what_is_known() -> Drawing:
    """What is known on the evening before, and what is asked for."""
    d = Drawing(
        "price-what-is-known",
        600,
        270,
        title="What is known on the evening before",
        desc="A time line: yesterday's opening and close, today's opening and close, then the night, then tomorrow's "
        "opening, which is asked for. Above it, a window of past openings, of shape 20 by 1, goes into a network, "
        "and one number comes out for tomorrow. Below, an arrow from today's opening to tomorrow's: persistence. On "
        "the line, a short arrow from today's close to tomorrow's opening: only the night lies between.",
    )
    d.line((20, 150), (456, 150), colour=FAINT)
    d.line((412, 118), (412, 262), colour=FAINT, dashed=True)
    d.text(402, 254, "evening", size=17, anchor="end", colour=GREY)
    for x, words, colour in ((70, "open", INPUT), (155, "close", GREY), (255, "open", INPUT), (345, "close", CELL)):
        d.circle(x, 150, radius=12, colour=colour)
        d.text(x, 182, words, size=17)
    for x, words in ((112, "yesterday"), (300, "today")):
        d.text(x, 206, words, size=17, bold=True)
    d.circle(470, 150, "?", radius=13, colour=ERROR, ink=ERROR)
    d.text(490, 140, "open", size=17, anchor="start")
    d.text(490, 162, "tomorrow", size=17, anchor="start", bold=True)
    # a window of openings, read by a network
    d.line((30, 130), (30, 100), (255, 100), (255, 130), colour=STATE)
    d.arrow((205, 100), (205, 50), (258, 50), colour=STATE)
    d.text(30, 78, "window (20, 1)", size=17, colour=STATE, anchor="start")
    d.box(300, 50, "GRU", width=80, colour=STATE)
    d.arrow((342, 50), (470, 50), (470, 133), colour=STATE)
    d.text(408, 34, "one number", size=17, colour=STATE)
    # the two forecasts without any weight
    d.arrow((359, 150), (454, 150), colour=CELL, width=3)
    d.text(354, 122, "close", size=17, colour=CELL)
    d.arrow((255, 222), (255, 232), (470, 232), (470, 167), colour=INPUT)
    d.text(424, 252, "tomorrow = today", size=17, colour=INPUT, anchor="start")
    return d


def recursive_direct() -> Drawing:
    """Two ways to look several steps ahead."""
    d = Drawing(
        "recursive-direct",
        600,
        300,
        title="Recursive and direct forecasts",
        desc="Left, recursive, in three rows: a model reads a window of four known values and gives one prediction; "
        "the window moves on, and the prediction is its newest value; so it goes on for three steps. Right, direct: "
        "one model reads the four known values and gives three predictions at once; nothing is fed back.",
    )
    d.text(150, 26, "recursive", bold=True)
    d.text(460, 26, "direct", bold=True)
    d.line((316, 16), (316, 284), colour="#DDDDDD")
    for row in range(3):
        y = 72 + 88 * row
        for i in range(7):
            known, now = i < 4, i == row + 4
            if i > row + 4:
                continue
            d.box(30 + 34 * i, y, width=26, height=26, colour=INPUT if known else ERROR if now else STATE)
        left, right = 30 + 34 * row - 15, 30 + 34 * (row + 3) + 15
        d.line((left, y + 18), (left, y + 26), (right, y + 26), (right, y + 18))
        d.arrow(
            ((left + right) / 2, y + 26), ((left + right) / 2, y + 44), (right + 19, y + 44), (right + 19, y + 16)
        )
    d.text(276, 248, "fed", size=17, colour=STATE)
    d.text(276, 268, "back", size=17, colour=STATE)
    for i in range(7):
        d.box(350 + 34 * i, 110, width=26, height=26, colour=INPUT if i < 4 else ERROR)
    d.line((335, 128), (335, 138), (467, 138), (467, 128))
    d.arrow((401, 138), (401, 166))
    d.box(401, 188, "one model", width=104)
    d.line((453, 188), (554, 188))
    for i in range(4, 7):
        d.arrow((350 + 34 * i, 188), (350 + 34 * i, 126))
    d.text(460, 236, "all steps at once", size=17)
    return d


def rolling_origin() -> Drawing:
    """The forecast starts again and again."""
    d = Drawing(
        "rolling-origin",
        600,
        250,
        title="Rolling origin",
        desc="Four rows over the same time axis. In each row a bar for the known past is followed by a short bar for "
        "the months that are predicted. From row to row the past is longer and the forecast starts later. All "
        "forecasts start after the end of the training part.",
    )
    d.line((250, 36), (250, 206), colour=FAINT, dashed=True)
    d.text(140, 24, "training", size=17, colour=GREY)
    d.text(425, 24, "test", size=17, colour=GREY)
    for row in range(4):
        y, origin = 58 + 40 * row, 256 + 52 * row
        d.box((24 + origin) / 2, y, width=origin - 24, height=24, colour=GREY)
        d.box((origin - 44 + origin) / 2, y, width=88, height=24, colour=INPUT)
        d.box(origin + 58, y, width=104, height=24, colour=ERROR)
        d.circle(origin + 3, y, radius=6, colour=STATE)
    d.arrow((24, 222), (580, 222), colour=FAINT)
    d.text(570, 240, "time", size=16, colour=GREY, anchor="end")
    d.text(30, 240, "known", size=16, colour=GREY, anchor="start")
    d.text(170, 240, "window", size=16, colour=INPUT)
    d.text(270, 240, "origin", size=16, colour=STATE)
    d.text(390, 240, "predicted", size=16, colour=ERROR)
    return d


if __name__ == "__main__":
    for draw in (price_what_is_known, recursive_direct, rolling_origin):
        print(draw().save())
