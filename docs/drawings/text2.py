"""The drawing of TEXT2: `python docs/drawings/text2.py` writes its SVG file."""

from svg import CELL, FAINT, GREY, INPUT, STATE, Drawing


def carried_state() -> Drawing:
    """A language model: one table at both ends, and a state that is carried from batch to batch."""
    d = Drawing(
        "carried-state",
        600,
        400,
        title="A language model: one table at both ends, and a state that is carried from batch to batch",
        desc="Above, one step: the piece ' fil' is looked up in the table, the GRU makes a new state of it "
        "and of the last one, and the product of the state with the same table scores each piece: m is the "
        "likeliest. Below, the text is cut into rows, and the rows into batches; the state at the end of batch 1 is "
        "the first state of batch 2.",
    )
    d.text(20, 26, "One step", anchor="start", bold=True)
    d.box(56, 92, "“ fil”", width=72, height=40, colour=INPUT)
    d.text(56, 128, "x_t", size=17, colour=GREY)
    d.arrow((94, 92), (124, 92))
    d.box(178, 92, "table", width=104, height=56, colour=CELL)
    d.arrow((232, 92), (262, 92))
    d.box(312, 92, "GRU", width=96, height=56, colour=STATE)
    d.arrow((362, 92), (392, 92))
    d.box(446, 92, "table^T", width=104, height=56, colour=CELL)
    d.arrow((500, 92), (526, 92))
    d.text(560, 92, "“m”", bold=True)
    d.text(456, 142, "a score for each piece", size=17, colour=GREY)
    d.line((178, 62), (178, 44), (446, 44), (446, 62), colour=CELL, dashed=True)
    d.text(312, 30, "the same weights", size=17, colour=CELL)
    d.arrow((336, 121), (336, 152), (288, 152), (288, 122), colour=STATE)
    d.text(278, 150, "h_t", size=17, colour=STATE, anchor="end")
    d.text(20, 196, "Batches", anchor="start", bold=True)
    for i, start in enumerate(["row 1", "row 2", "row 3"]):
        y = 232 + 44 * i
        d.text(112, y, start, size=17, anchor="end", colour=GREY)
        for j in range(3):
            d.box(184 + 144 * j, y, "pieces", width=110, height=34, colour=INPUT if j < 2 else GREY, size=17)
            if j < 2:
                d.arrow((240 + 144 * j, y), (272 + 144 * j, y), colour=STATE)
        d.text(562, y, "…", colour=FAINT)
    for j in range(3):
        d.text(184 + 144 * j, 362, f"batch {j + 1}" + (", to come" if j == 2 else ""), size=17, colour=GREY)
    d.text(256, 386, "arrows: the state is carried on", size=17, colour=STATE)
    return d


if __name__ == "__main__":
    carried_state().save()
