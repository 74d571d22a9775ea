"""The drawing of TEXT3: `python docs/drawings/text3.py` writes its SVG file."""

from svg import CELL, FAINT, GREY, INPUT, STATE, Drawing


def beam_search() -> Drawing:
    """Beam search with two beams: the two likeliest beginnings are kept at each step."""
    d = Drawing(
        "beam-search",
        600,
        340,
        title="Beam search with two beams",
        desc="After 'the', two beginnings are kept: film with a log-probability of -1.0, and plot with -1.2. Each is "
        "continued in two ways. Of the four sums, film was -2.5, film is -1.9, plot of -2.4, plot is -1.6, the two "
        "largest are kept: plot is, and film is. Greedy would have stayed with film.",
    )
    for x, words in ((60, "begun"), (210, "step 1"), (410, "step 2"), (545, "sum")):
        d.text(x, 26, words, colour=GREY)
    d.box(60, 172, "the", width=70, height=40, colour=INPUT)
    rows = [
        (102, "film", "−1.0", [(62, "was", "−1.5", "−2.5", False), (132, "is", "−0.9", "−1.9", True)]),
        (242, "plot", "−1.2", [(212, "of", "−1.2", "−2.4", False), (282, "is", "−0.4", "−1.6", True)]),
    ]
    for y, word, cost, following in rows:
        d.box(210, y, word, width=84, height=40, colour=STATE)
        d.arrow((97, 172), (165, y))
        d.text(108, (172 + y) / 2 + (-16 if y < 172 else 18), cost, size=17)
        for y2, nxt, more, total, kept in following:
            d.box(410, y2, nxt, width=84, height=40, colour=CELL if kept else GREY, ink="#222222" if kept else FAINT)
            d.arrow((254, y), (365, y2))
            d.text(308, (y + y2) / 2 + (-14 if y2 < y else 18), more, size=17)
            d.text(545, y2, total, bold=kept, colour="#222222" if kept else FAINT)
    d.text(300, 322, "numbers: log-probabilities; green: the two largest sums, kept", size=17, colour=CELL)
    return d


if __name__ == "__main__":
    beam_search().save()
