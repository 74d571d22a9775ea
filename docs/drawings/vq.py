"""The drawing of the lesson SYNOP6: `python docs/drawings/vq.py` writes its SVG file."""

from svg import CELL, ERROR, GREY, INPUT, STATE, Drawing


def vector_quantisation() -> Drawing:
    """A day, its vector, the nearest code, and a day again."""
    d = Drawing(
        "vector-quantisation",
        600,
        330,
        title="Vector quantisation: a day, its vector, the nearest code, and a day again",
        desc="A day of 48 numbers goes through an encoder to a vector z. In a table of 32 codes the nearest one, "
        "code 7, takes its place as q. A decoder makes a day of q. The letter is 7. A dashed arrow backwards "
        "from q to z: the gradient passes as if q were z.",
    )
    for x, words, what, colour in ((52, "day", "(48)", INPUT), (548, "day", "(48)", INPUT)):
        d.box(x, 110, words, width=64, height=44, colour=colour)
        d.text(x, 152, what, size=17, colour=GREY)
    d.box(150, 110, "encoder", width=88, height=44)
    d.box(450, 110, "decoder", width=88, height=44)
    d.grid(226, 110, 4, 1, colour=STATE)
    d.grid(374, 110, 4, 1, colour=CELL)
    d.text(226, 66, "z", bold=True)
    d.text(374, 66, "q", bold=True)
    d.arrow((85, 110), (104, 110))
    d.arrow((195, 110), (216, 110))
    d.arrow((383, 110), (404, 110))
    d.arrow((495, 110), (514, 110))
    # the table of codes
    for i, number in enumerate(("0", "1", "…", "7", "…", "31")):
        y, near = 178 + 25 * i, number == "7"
        d.text(262, y, number, size=17, anchor="end", colour=CELL if near else GREY, bold=near)
        if number != "…":
            d.grid(304, y, 1, 4, colour=CELL if near else GREY, cell=16)
    d.arrow((226, 142), (226, 253), (240, 253), colour=STATE)
    d.text(214, 274, "nearest", size=17, colour=STATE, anchor="end")
    d.text(214, 294, "code", size=17, colour=STATE, anchor="end")
    d.arrow((340, 253), (374, 253), (374, 142), colour=CELL)
    d.text(392, 253, "letter 7", size=17, colour=CELL, anchor="start", bold=True)
    d.text(392, 294, "codebook: 32 codes", size=17, anchor="start")
    d.arrow((366, 46), (366, 32), (234, 32), (234, 46), colour=ERROR, dashed=True)
    d.text(300, 16, "gradient: as if q were z", size=17, colour=ERROR)
    return d


if __name__ == "__main__":
    vector_quantisation().save()
