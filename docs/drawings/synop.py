"""The drawings of the lessons SYNOP1 to SYNOP3: `python docs/drawings/synop.py` writes their SVG files."""

import math

from svg import CELL, ERROR, FAINT, GATE, GREY, INPUT, STATE, Drawing

RULE = "#DDDDDD"


def synop_grid() -> Drawing:
    """Rows of a file, and the same rows on a regular grid."""
    d = Drawing(
        "synop-grid",
        600,
        320,
        title="Rows are not hours",
        desc="Above, five rows of a file, for 0, 3, 9, 12 and 15 hours; the one for 6 hours is missing. A window of "
        "four rows, 0 to 12 hours, lasts 12 hours and not 9. Below, a regular grid has a row for each 3 hours: the "
        "one for 6 hours is there, and empty. The window that contains it can be found and left out.",
    )
    d.text(20, 28, "rows of the file", anchor="start", size=19, bold=True)
    for i, hour in enumerate(("00", "03", "09", "12", "15")):
        d.box(60 + 70 * i, 70, hour, width=58, colour=INPUT)
    d.line((31, 100), (31, 110), (299, 110), (299, 100), colour=ERROR)
    d.text(165, 130, "4 rows, but 12 hours", colour=ERROR)
    d.line((16, 156), (584, 156), colour=RULE)
    d.text(20, 184, "regular grid", anchor="start", size=19, bold=True)
    for i, hour in enumerate(("00", "03", "06", "09", "12", "15")):
        empty = hour == "06"
        d.box(60 + 70 * i, 226, "" if empty else hour, width=58, colour=GREY if empty else INPUT)
    d.text(200, 226, "NaN", colour=ERROR, size=17)
    d.line((31, 256), (31, 266), (299, 266), (299, 256), colour=GREY)
    d.text(31, 286, "4 rows, 9 hours, one is missing: left out", anchor="start", colour=GREY)
    d.text(430, 70, "the next row,", anchor="start", size=17, colour=GREY)
    d.text(430, 92, "not the next hour", anchor="start", size=17, colour=GREY)
    d.text(464, 226, "hours (UTC)", anchor="start", size=17, colour=GREY)
    return d


def synop_gaps() -> Drawing:
    """How a gap of one step is filled, for each kind of variable."""
    d = Drawing(
        "synop-gaps",
        600,
        400,
        title="A gap of one step, filled by kind",
        desc="Four panels. Continuous: between 10 and 12 degrees the line gives 11. Circular: between the directions "
        "350 and 10 degrees lies north, 360, and not 180. Accumulation: between 0 and 0 millimetres the gap becomes "
        "0; between 0 and 4 millimetres it stays open. Code: between 45 and 61 the last one, 45, is repeated.",
    )
    d.line((300, 16), (300, 384), colour=RULE)
    d.line((16, 200), (584, 200), colour=RULE)
    titles = (("continuous", 150, 26), ("circular", 450, 26), ("accumulation", 150, 226), ("code", 450, 226))
    for words, x, y in titles:
        d.text(x, y, words, size=19, bold=True)
    d.line((60, 140), (240, 80), colour=GREY, dashed=True)
    for x, y, words, colour in ((60, 140, "10", INPUT), (150, 110, "11", ERROR), (240, 80, "12", INPUT)):
        d.circle(x, y, words, radius=22, colour=colour)
    d.text(150, 176, "a line between the neighbours", size=17)
    d.circle(450, 112, radius=46, colour=GREY)
    for degrees, colour in ((350, INPUT), (10, INPUT), (0, ERROR)):
        angle = math.radians(degrees)
        edge = (450 + 44 * math.sin(angle), 112 - 44 * math.cos(angle))
        d.arrow(edge, (450 + 6 * math.sin(angle), 112 - 6 * math.cos(angle)), colour=colour)
    d.text(422, 62, "350", size=17, anchor="end")
    d.text(480, 62, "10", size=17, anchor="start")
    d.text(450, 54, "360", size=17, colour=ERROR)
    d.text(450, 176, "a line for each component", size=17)
    for y, values in ((276, ("0", "0", "0")), (326, ("0", "?", "4"))):
        for i, words in enumerate(values):
            filled = words == "0" and i == 1
            draw = d.circle if i == 1 else d.box
            draw(90 + 60 * i, y, words, colour=ERROR if filled else GREY if i == 1 else INPUT)
    d.text(150, 372, "0 if dry on both sides, else open", size=17)
    for i, words in enumerate(("45", "45", "61")):
        draw = d.circle if i == 1 else d.box
        draw(390 + 60 * i, 296, words, colour=ERROR if i == 1 else INPUT)
    d.text(450, 372, "the last one again", size=17)
    return d


def synop_window() -> Drawing:
    """A day of weather through an LSTM to the weather 3 hours later."""
    d = Drawing(
        "synop-window",
        600,
        250,
        title="One day in, the weather 3 hours later out",
        desc="A window of 8 rows, one for each 3 hours of a day, by 14 columns: 8 that are observed and 6 for hour "
        "and season. It goes through an LSTM of 100 units and a dense layer. Out comes one row of the 8 observed "
        "columns, 3 hours later.",
    )
    for row in range(8):
        d.grid(92, 52 + 20 * row, 1, 8, colour=INPUT, cell=15)
        d.grid(198, 52 + 20 * row, 1, 6, colour=GREY, cell=15)
    d.text(92, 24, "observed", size=17)
    d.text(198, 24, "calendar", size=17, colour=GREY)
    d.text(140, 230, "window (8, 14)", size=18)
    d.arrow((256, 122), (286, 122))
    d.box(332, 122, "LSTM", width=84, height=60, colour=STATE)
    d.text(332, 172, "(100,)", size=17, colour=GREY)
    d.arrow((376, 122), (402, 122))
    d.box(440, 122, "Dense", width=70, height=60, colour=STATE)
    d.arrow((477, 122), (504, 122))
    d.grid(546, 122, 1, 8, colour=ERROR, cell=10)
    d.text(546, 94, "3 h later", size=17)
    d.text(546, 152, "(8,)", size=17, colour=GREY)
    return d


def skip_connections() -> Drawing:
    """The network of SYNOP2 with its three changes."""
    d = Drawing(
        "skip-connections",
        600,
        330,
        title="An LSTM, a linear path, and the last row",
        desc="The window takes three ways. One: through the LSTM and a dense layer. Two, the linear skip connection: "
        "flattened, through a dense layer without activation. The two are added and give the increment. Three: the "
        "last row of the window skips everything; the increment is added to it. The sum is the forecast.",
    )
    d.box(70, 160, "window", width=96, height=120, colour=INPUT)
    d.text(70, 236, "(8, 14)", size=17, colour=GREY)
    d.arrow((119, 160), (168, 160))
    d.box(214, 160, "LSTM", width=88, height=52, colour=STATE)
    d.arrow((259, 160), (288, 160))
    d.box(328, 160, "Dense", width=76, height=52, colour=STATE)
    d.arrow((367, 160), (410, 160))
    d.circle(430, 160, "+")
    d.line((119, 190), (140, 190), (140, 268), (168, 268), colour=CELL)
    d.box(214, 268, "Flatten", width=88, height=52, colour=CELL)
    d.arrow((259, 268), (288, 268), colour=CELL)
    d.box(328, 268, "Dense", width=76, height=52, colour=CELL)
    d.arrow((367, 268), (430, 268), (430, 182), colour=CELL)
    d.text(271, 312, "linear skip connection", colour=CELL)
    d.arrow((451, 160), (512, 160))
    d.text(482, 130, "increment", size=16)
    d.circle(534, 160, "+")
    d.arrow((119, 130), (140, 130), (140, 56), (534, 56), (534, 138), colour=GATE)
    d.text(337, 34, "the last row", colour=GATE)
    d.arrow((534, 182), (534, 226))
    d.box(534, 248, "forecast", width=92, colour=ERROR)
    d.text(534, 286, "(8,)", size=17, colour=GREY)
    return d


def iterated_direct() -> Drawing:
    """Two ways to 12 hours."""
    d = Drawing(
        "iterated-direct",
        600,
        330,
        title="Iterated and direct forecasts for 12 hours",
        desc="Left, iterated: the 3-hour model forecasts 3 hours ahead; the forecast enters the window and the same "
        "model goes on to 6, 9 and 12 hours. Right, direct: one network reads the window and gives the temperatures "
        "at 3, 6, 9 and 12 hours at once.",
    )
    d.line((330, 16), (330, 314), colour=RULE)
    d.text(165, 26, "iterated", size=19, bold=True)
    d.text(465, 26, "direct", size=19, bold=True)
    d.box(56, 76, "window", width=84, colour=INPUT, size=16)
    for i, hours in enumerate(("+3", "+6", "+9", "+12")):
        y = 76 + 66 * i
        if i:
            d.arrow((272, y - 46), (272, y - 33), (56, y - 33), (56, y - 21), colour=ERROR, dashed=True)
            d.box(56, y, "window", width=84, colour=INPUT, size=16)
            d.circle(97, y + 18, radius=8, colour=ERROR)
        d.arrow((99, y), (128, y))
        d.box(176, y, "3 h", width=94, colour=STATE)
        d.arrow((224, y), (248, y))
        d.circle(272, y, hours, radius=21, colour=ERROR, size=16)
    d.box(396, 175, "window", width=84, colour=INPUT, size=16)
    d.arrow((439, 175), (458, 175))
    d.box(490, 175, "net", width=60, height=220, colour=CELL)
    for i, hours in enumerate(("+3", "+6", "+9", "+12")):
        y = 94 + 54 * i
        d.arrow((521, y), (538, y))
        d.circle(562, y, hours, radius=21, colour=ERROR, size=16)
    d.text(165, 314, "one model, it reads its forecasts", size=16, colour=FAINT)
    d.text(465, 314, "it never reads a forecast", size=16, colour=FAINT)
    return d


DRAWINGS = (synop_grid, synop_gaps, synop_window, skip_connections, iterated_direct)

if __name__ == "__main__":
    for draw in DRAWINGS:
        print(draw().save().name)
