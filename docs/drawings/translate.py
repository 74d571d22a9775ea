"""The drawings of the lessons TEXT4 to TEXT6: `python docs/drawings/translate.py` writes their SVG files."""

from svg import CELL, ERROR, FAINT, GREY, INPUT, STATE, Drawing


def seq2seq_unrolled() -> Drawing:
    """An encoder and a decoder, unrolled in time, in training and in use."""
    d = Drawing(
        "seq2seq-unrolled",
        600,
        420,
        title="An encoder-decoder, unrolled in time",
        desc="Left, the encoder reads the last letters of a date, 2021, in both directions; its last states are one "
        "vector. "
        "Right, the decoder starts from this vector and writes 2, 0, 2, 1. Above, in training: at each step it reads "
        "the right sign before, given by a teacher. Below, in use: it reads the sign that it wrote itself.",
    )
    for top, name in ((0, "in training: teacher forcing"), (210, "in use: closed loop")):
        y = top + 112
        d.text(150, top + 26, "encoder", bold=True)
        d.text(440, top + 26, name, bold=True)
        for i, letter in enumerate("…2021"):
            x = 32 + 50 * i
            d.box(x, y, width=36, height=36, colour=STATE)
            d.arrow((x, y + 52), (x, y + 20))
            d.text(x, y + 68, letter, colour=INPUT)
            if i:
                d.arrow((x - 31, y - 6), (x - 19, y - 6), colour=STATE)
                d.arrow((x - 19, y + 6), (x - 31, y + 6), colour=STATE)
        d.arrow((251, y), (317, y), colour=STATE, width=4)
        d.text(284, y - 22, "one", size=17, colour=STATE)
        d.text(284, y + 24, "vector", size=17, colour=STATE)
        signs = "2021"
        for i, sign in enumerate(signs):
            x = 340 + 66 * i
            d.box(x, y, width=42, height=36, colour=CELL)
            d.arrow((x, y - 19), (x, y - 38))
            d.text(x, y - 52, sign, bold=True)
            if i:
                d.arrow((x - 44, y), (x - 22, y), colour=CELL)
            d.arrow((x, y + 52), (x, y + 20))
            before = "start" if i == 0 else signs[i - 1]
            d.text(x, y + 68, before, size=17 if i == 0 else 18, colour=GREY if i == 0 or top else INPUT)
            if top and i:
                d.line((x - 66 + 12, y - 52), (x - 33, y - 52), (x - 33, y + 68), (x - 12, y + 68), colour=ERROR)
    d.line((16, 208), (584, 208), colour="#DDDDDD")
    return d


def attention() -> Drawing:
    """Attention: one state of the decoder looks at all states of the encoder."""
    d = Drawing(
        "attention",
        600,
        400,
        title="Attention: the decoder looks at all states of the encoder",
        desc="Five states of the encoder, one for each letter of 3 mai. The state of the decoder is compared with "
        "each by a dot product; a softmax makes five weights, drawn as bars: those of m, a and i are high. The "
        "weighted sum of the five states is the context. Context and state of the decoder go through a dense layer "
        "to the next sign.",
    )
    weights = (0.04, 0.03, 0.45, 0.26, 0.22)
    for i, (letter, a) in enumerate(zip("3 mai", weights)):
        x = 60 + 66 * i
        d.text(x, 372, "␣" if letter == " " else letter, colour=INPUT)
        d.arrow((x, 358), (x, 336))
        d.box(x, 316, f"h_{i + 1}", colour=STATE)
        if i:
            d.arrow((x - 44, 310), (x - 23, 310), colour=STATE)
            d.arrow((x - 23, 324), (x - 44, 324), colour=STATE)
        d.line((x, 296), (x, 262), colour=FAINT)
        d.box(x, 258 - 70 * a, width=30, height=140 * a, colour=INPUT)
        d.text(x, 258 - 140 * a - 16, f".{round(100 * a):02}", size=17)
    d.line((36, 260), (348, 260))
    d.text(30, 162, "weights a", anchor="start", bold=True)
    d.text(30, 138, "softmax of s · h_j", anchor="start", size=17, colour=GREY)
    d.box(490, 316, "s_t", width=56, colour=CELL)
    d.text(490, 360, "state of the decoder", size=17, colour=GREY)
    d.arrow((461, 316), (348, 316), colour=CELL, dashed=True)
    d.text(405, 298, "s · h_j", size=17, colour=CELL)
    d.arrow((352, 230), (412, 230))
    d.text(382, 210, "Σ a_j h_j", size=17)
    d.box(440, 230, "c_t", width=52, colour=INPUT)
    d.text(436, 264, "context", size=17, colour=GREY)
    d.box(490, 132, "Dense", width=100)
    d.arrow((446, 209), (470, 154))
    d.arrow((500, 295), (500, 154), colour=CELL)
    d.arrow((490, 111), (490, 78))
    d.text(490, 56, "next sign: 5", bold=True)
    d.text(30, 30, "Who is like the state of the decoder?", anchor="start", bold=True)
    return d


def translate_crossing() -> Drawing:
    """A sentence and its translation, joined word by word: noun and adjective cross."""
    d = Drawing(
        "translate-crossing",
        600,
        330,
        title="Noun and adjective change places",
        desc="Above, the French words je, vois, une, voiture, rouge. Below, the English words I, see, a, red, car. "
        "Lines join each word to its translation; those of voiture and car and of rouge and red cross. In the middle "
        "stand the encoder, which reads in both directions, attention, and the decoder.",
    )
    french, english = ("je", "vois", "une", "voiture", "rouge"), ("I", "see", "a", "red", "car")
    places = (0, 1, 2, 4, 3)
    for i, word in enumerate(french):
        x = 190 + 88 * i
        d.box(x, 60, word, width=76, colour=INPUT)
        d.box(x, 126, f"h_{i + 1}", width=76, colour=STATE)
        d.arrow((x, 81), (x, 104))
        if i:
            d.arrow((x - 50, 120), (x - 38, 120), colour=STATE)
            d.arrow((x - 38, 133), (x - 50, 133), colour=STATE)
        to = 190 + 88 * places[i]
        d.line((x, 147), (to, 219), colour=ERROR if places[i] != i else GREY, width=4 if places[i] != i else 2)
    for i, word in enumerate(english):
        d.box(190 + 88 * i, 240, f"s_{i + 1}", width=76, colour=CELL)
        d.arrow((190 + 88 * i, 261), (190 + 88 * i, 284))
        d.text(190 + 88 * i, 300, word, bold=True)
        if i:
            d.arrow((190 + 88 * i - 50, 240), (190 + 88 * i - 38, 240), colour=CELL)
    for y, words in ((60, "French"), (126, "encoder"), (184, "attention"), (240, "decoder"), (300, "English")):
        d.text(16, y, words, anchor="start", size=17, bold=True)
    d.text(366, 24, "read in both directions", size=17, colour=STATE)
    return d


def tagger() -> Drawing:
    """Series to series: each word gets a tag, after both directions have been read."""
    d = Drawing(
        "tagger",
        600,
        330,
        title="A tag for each word",
        desc="Five words, il, ferme, la, porte and a stop, each with its first and last letters, go into two "
        "recurrent layers: one reads from left to right, one from right to left. Above each word both states "
        "together give its tag: PRON, VERB, DET, NOUN, PUNCT.",
    )
    words, tags = ("il", "ferme", "la", "porte", "."), ("PRON", "VERB", "DET", "NOUN", "PUNCT")
    for i, (word, tag) in enumerate(zip(words, tags)):
        x = 178 + 92 * i
        d.box(x, 288, word, width=76, colour=INPUT)
        for shift, y, colour in ((-20, 216, STATE), (20, 156, CELL)):
            d.arrow((x + shift, 267), (x + shift, y + 22))
            d.arrow((x + shift, y - 20), (x + shift, 106))
            d.box(x + shift, y, width=36, colour=colour)
        d.box(x, 84, "Dense", width=76)
        d.arrow((x, 63), (x, 44))
        d.text(x, 28, tag, size=17, bold=True)
        if i:
            d.arrow((x - 94, 216), (x - 40, 216), colour=STATE)
            d.arrow((x + 2, 156), (x - 52, 156), colour=CELL)
    rows = ((288, "word, letters", INPUT), (216, "forward", STATE), (156, "backward", CELL), (28, "tag", GREY))
    for y, name, colour in rows:
        d.text(14, y, name, anchor="start", size=17, colour=colour)
    return d


if __name__ == "__main__":
    for draw in (seq2seq_unrolled, attention, translate_crossing, tagger):
        print(draw().save())
