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


if __name__ == "__main__":
    for draw in (price_what_is_known,):
        print(draw().save())
