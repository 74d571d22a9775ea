"""The drawing of TEXT1: `python docs/drawings/text1.py` writes its SVG file."""

from svg import CELL, ERROR, GREY, INPUT, STATE, Drawing


def cbow_skip_gram() -> Drawing:
    """CBOW and skip-gram: the same two tables of vectors, with given and asked words swapped."""
    d = Drawing(
        "cbow-skip-gram",
        600,
        400,
        title="CBOW and skip-gram: given and asked words are swapped",
        desc="The text reads: a very dull plot indeed. Left, CBOW: the vectors of a, very, plot and indeed are "
        "averaged, and asked about dull, answer 1, and about the random word whale, answer 0. Right, skip-gram: the "
        "vector of dull is asked about a, very, plot and indeed, answers 1, and about the random words whale and "
        "seven, answers 0.",
    )
    for i, (word, here) in enumerate([("a", 0), ("very", 0), ("dull", 1), ("plot", 0), ("indeed", 0)]):
        d.box(140 + 80 * i, 30, word, width=74, height=34, colour=STATE if here else INPUT, size=17)
    d.text(150, 84, "CBOW", bold=True)
    d.text(450, 84, "skip-gram", bold=True)
    d.line((300, 70), (300, 390), colour=GREY, dashed=True)
    d.text(52, 114, "given", size=17, colour=GREY)
    d.text(236, 114, "asked", size=17, colour=GREY)
    for i, word in enumerate(["a", "very", "plot", "indeed"]):
        y = 148 + 52 * i
        d.box(52, y, word, width=78, height=36, colour=INPUT, size=17)
        d.arrow((93, y), (118, 226))
    d.box(146, 226, "mean", width=54, height=40, colour=CELL, size=17)
    for y, word, answer, colour in ((186, "dull", "1", STATE), (266, "whale", "0", ERROR)):
        d.box(236, y, word, width=70, height=36, colour=colour, size=17)
        d.arrow((174, 226), (200, y))
        d.text(284, y, answer, bold=True)
    d.text(352, 114, "given", size=17, colour=GREY)
    d.text(500, 114, "asked", size=17, colour=GREY)
    d.box(352, 226, "dull", width=70, height=40, colour=STATE, size=17)
    words = [("a", 1), ("very", 1), ("plot", 1), ("indeed", 1), ("whale", 0), ("seven", 0)]
    for i, (word, answer) in enumerate(words):
        y = 148 + 38 * i
        d.box(500, y, word, width=86, height=32, colour=INPUT if answer else ERROR, size=17)
        d.arrow((388, 226), (455, y))
        d.text(564, y, str(answer), bold=True)
    d.text(150, 372, "one word from its window", size=17, colour=GREY)
    d.text(450, 372, "the window from one word", size=17, colour=GREY)
    return d


if __name__ == "__main__":
    cbow_skip_gram().save()
