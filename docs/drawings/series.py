"""The drawings of the lessons SERIES1 and SERIES2: `python docs/drawings/series.py` writes their SVG files."""

from svg import CELL, ERROR, FAINT, GREY, INPUT, STATE, Drawing

RULE = "#DDDDDD"


def price_what_is_known() -> Drawing:
    """What is known on the evening before, and what is asked for."""
    d = Drawing(
        "price-what-is-known",
        600,
        250,
        title="What is known on the evening before",
        desc="A time line: yesterday's opening and close, today's opening and close, then the night, then tomorrow's "
        "opening, which is asked for. A long arrow leads from today's opening to tomorrow's: persistence. A short "
        "arrow leads from today's close to it: the night alone. A bracket over the past openings leads to a network: "
        "a window of shape 20 by 1 goes in, one number comes out.",
    )
    d.line((20, 150), (580, 150), colour=FAINT)
    for x, words in ((105, "yesterday"), (300, "today"), (515, "tomorrow")):
        d.text(x, 232, words, size=18)
    for x, words, colour in (
        (60, "open", INPUT),
        (150, "close", GREY),
        (255, "open", INPUT),
        (345, "close", CELL),
        (515, "open", ERROR),
    ):
        d.circle(x, 150, radius=9, colour=colour)
        d.text(x, 190, words, size=17)
    d.text(515, 150, "?", size=17, colour=ERROR)
    d.line((408, 110), (408, 215), colour=FAINT, dashed=True)
    d.text(436, 170, "night", size=16, colour=GREY)
    d.arrow((255, 136), (255, 96), (505, 96), (513, 137), colour=INPUT)
    d.text(330, 80, "tomorrow = today", size=17, colour=INPUT)
    d.arrow((356, 150), (503, 150), colour=CELL, width=3)
    d.text(395, 128, "close", size=17, colour=CELL, anchor="end")
    d.line((20, 116), (20, 40), (255, 40), (255, 60), colour=STATE)
    return d


if __name__ == "__main__":
    for draw in (price_what_is_known,):
        print(draw().save())
