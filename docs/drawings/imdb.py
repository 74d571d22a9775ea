"""The drawings of the lessons on film reviews: `python docs/drawings/imdb.py` writes their SVG files."""

from svg import CELL, ERROR, FAINT, GREY, INPUT, STATE, Drawing


def cells(d: Drawing, x, y, values, *, width=44, height=34, colour=STATE, filled=None):
    """A row of values from the left edge `x`, its middle line at `y`; only the `filled` ones have a colour."""
    for i, value in enumerate(values):
        shown = colour if filled is None or i in filled else GREY
        d.box(x + (i + 0.5) * width, y, str(value), width=width, height=height, colour=shown, size=17)


def one_hot_to_dense() -> Drawing:
    """From words to a multi-hot row, then to a probability."""
    d = Drawing(
        "one-hot-to-dense",
        600,
        370,
        title="From words to a multi-hot row, then to a probability",
        desc="The words not, bad, not become one-hot rows: a single 1 in the word's own column. Squashed from above "
        "they give one multi-hot row as long as the vocabulary. A dense layer makes 16 numbers of it, and a last "
        "neuron one probability.",
    )
    columns = ["a", "bad", "film", "good", "not"]
    for j, word in enumerate(columns):
        d.text(124 + 50 * j, 26, word, size=17, colour=GREY)
    for i, word in enumerate(["not", "bad", "not"]):
        d.text(86, 58 + 38 * i, word, anchor="end", bold=True)
        row = [int(word == column) for column in columns]
        cells(d, 99, 58 + 38 * i, row, width=50, filled=[row.index(1)])
    d.text(364, 82, "one-hot", anchor="start")
    d.text(364, 106, "(word, vocabulary)", anchor="start", size=17, colour=GREY)
    d.arrow((224, 156), (224, 194))
    d.text(238, 174, "1 if the word is there", anchor="start", size=17, colour=GREY)
    cells(d, 99, 216, [0, 1, 0, 0, 1], width=50, colour=INPUT, filled=[1, 4])
    d.text(364, 205, "multi-hot", anchor="start")
    d.text(364, 229, "(review, vocabulary)", anchor="start", size=17, colour=GREY)
    d.arrow((224, 238), (224, 266))
    d.box(224, 292, "Dense(16, relu)", width=160, height=46, colour=STATE)
    d.arrow((306, 292), (346, 292))
    d.box(408, 292, "Dense(1)", width=116, height=46, colour=STATE)
    d.arrow((468, 292), (508, 292))
    d.text(540, 292, "0.31", bold=True)
    for x, words in ((224, "(review, 16)"), (408, "(review, 1)"), (540, "p")):
        d.text(x, 336, words, size=17, colour=GREY)
    return d


def embedding_look_up() -> Drawing:
    """An embedding is a look-up in a table of learnt vectors."""
    d = Drawing(
        "embedding-look-up",
        600,
        370,
        title="An embedding is a look-up in a table of learnt vectors",
        desc="Three indices, 4, 2 and 0, pick rows 4, 2 and 0 of a table with a vector for each word. The same row "
        "is what a one-hot vector times the table gives, without the multiplications by zero.",
    )
    for x, words in ((80, "review"), (300, "table (learnt)"), (520, "vectors")):
        d.text(x, 24, words)
    for i, (word, index) in enumerate([("not", 4), ("bad", 2), ("[pad]", 0)]):
        d.text(62, 90 + 60 * i, word, anchor="end", size=17)
        d.box(92, 90 + 60 * i, str(index), width=40, height=36, colour=INPUT)
    table = [("[pad]", [".2", "-.1"]), ("film", [".1", "-.2"]), ("bad", ["-.9", ".4"]), ("good", [".8", ".1"])]
    table.append(("not", ["-.3", ".7"]))
    for i, (word, row) in enumerate(table):
        used = i in (0, 2, 4)
        d.text(250, 66 + 42 * i, f"{i}  {word}", anchor="end", size=17, colour="#222222" if used else FAINT)
        cells(d, 262, 66 + 42 * i, row, width=50, colour=STATE if used else GREY)
    for i, row in enumerate((4, 2, 0)):
        d.arrow((114, 90 + 60 * i), (184, 66 + 42 * row), colour=INPUT)
        d.arrow((365, 66 + 42 * row), (464, 90 + 60 * i), colour=STATE)
        cells(d, 470, 90 + 60 * i, table[row][1], width=50)
    for x, y, words in ((92, 252, "(token)"), (312, 272, "(word, dimension)"), (516, 252, "(token, dimension)")):
        d.text(x, y, words, size=17, colour=GREY)
    d.text(28, 330, "The same as", anchor="start", size=17)
    cells(d, 140, 330, [0, 0, 1, 0, 0], width=30, height=30, colour=INPUT, filled=[2])
    d.text(302, 330, "× table, without the zeros.", anchor="start", size=17)
    return d


def average_of_vectors() -> Drawing:
    """The average over the words of a review, not over its padding."""
    d = Drawing(
        "average-of-vectors",
        600,
        330,
        title="The average over the words of a review, not over its padding",
        desc="A review of three words in a row of five places. The vectors of the three words are averaged; the two "
        "places of padding are masked. The average goes through Dense(32, relu) and Dense(1) to a probability.",
    )
    rows = [("not", ["-.3", ".7"]), ("bad", ["-.9", ".4"]), ("film", [".1", "-.2"]), ("[pad]", None), ("[pad]", None)]
    d.text(150, 22, "(token, dimension)", size=17, colour=GREY)
    for i, (word, row) in enumerate(rows):
        y = 56 + 42 * i
        d.text(86, y, word, anchor="end", size=17, colour="#222222" if row else FAINT)
        cells(d, 98, y, row or ["", ""], width=52, colour=STATE if row else GREY)
        d.text(212, y, "1" if row else "0", anchor="start", colour=CELL if row else FAINT, bold=True)
        if row:
            d.arrow((234, y), (330, 98))
    d.text(216, 264, "mask", size=17, colour=GREY)
    cells(d, 336, 98, ["-.37", ".30"], width=60, colour=INPUT)
    d.text(396, 62, "average of 3", size=17, colour=GREY)
    d.text(466, 98, "(dimension)", size=17, colour=GREY, anchor="start")
    d.arrow((396, 117), (396, 148))
    d.box(396, 172, "Dense(32, relu)", width=160, height=44)
    d.text(484, 172, "hidden layer", size=17, colour=GREY, anchor="start")
    d.arrow((396, 194), (396, 220))
    d.box(396, 244, "Dense(1)", width=116, height=44)
    d.arrow((456, 244), (500, 244))
    d.text(532, 244, "0.21", bold=True)
    d.text(300, 306, "Without the hidden layer, each word counts by one number.", size=17)
    return d


def text_pipeline() -> Drawing:
    """From a text to a probability, with everything that the file holds."""
    d = Drawing(
        "text-pipeline",
        600,
        250,
        title="From a text to a probability, with everything that the file holds",
        desc="The text Not bad! becomes the tokens not, bad and an exclamation mark, then three indices and zeros, "
        "then a probability. The text pipeline and the network lie in one file, sentiment.keras.",
    )
    d.text(80, 40, "“Not bad!”", bold=True)
    d.arrow((80, 56), (80, 92))
    cells(d, 18, 114, ["not", "bad", "!"], width=42, colour=INPUT)
    d.text(80, 152, "tokens", size=17, colour=GREY)
    d.arrow((148, 114), (190, 114))
    cells(d, 196, 114, [24, 80, 31, 0, 0], width=36)
    d.text(286, 152, "indices (1, 400)", size=17, colour=GREY)
    d.arrow((380, 114), (420, 114))
    d.box(474, 114, "network", width=100, height=56)
    d.arrow((474, 84), (474, 58))
    d.text(474, 40, "0.31", bold=True)
    d.text(530, 40, "p", size=17, colour=GREY)
    d.line((10, 74), (590, 74), (590, 178), (10, 178), (10, 74), colour=GREY, dashed=True)
    d.text(300, 200, "sentiment.keras: text pipeline and network in one file", size=17)
    d.text(300, 228, "Another tokenizer or vocabulary is another model.", size=17, colour=GREY)
    return d


def two_ways_to_a_vector() -> Drawing:
    """Two ways to a word's vector: from the labels of reviews, and from the words around it."""
    d = Drawing(
        "two-ways-to-a-vector",
        600,
        330,
        title="Two ways to a word's vector: from the labels of reviews, and from the words around it",
        desc="Above: the vector of boring is moved by the label, negative, of the reviews in which it stands. Below: "
        "the words beside boring are counted, and the counts are reduced to a vector.",
    )
    for top, words in ((0, "From sentiment (IMDB2)"), (160, "From contexts")):
        d.text(20, top + 26, words, anchor="start", bold=True)
        d.box(106, top + 80, "… a boring story …", width=176, height=48, size=17)
        d.arrow((196, top + 80), (232, top + 80))
        d.arrow((390, top + 80), (434, top + 80))
    d.box(312, 80, "label: negative", width=150, height=48, colour=ERROR, size=17)
    d.text(412, 58, "learn", size=17, colour=GREY)
    d.text(412, 218, "SVD", size=17, colour=GREY)
    cells(d, 237, 222, ["a", "story", "dull"], width=50, height=32, colour=CELL)
    cells(d, 237, 256, [31, 12, 4], width=50, height=32, colour=CELL)
    d.text(312, 296, "how often beside “boring”?", size=17, colour=GREY)
    for y, row in ((80, ["-.9", ".4", "-.1"]), (240, [".2", ".7", "-.3"])):
        cells(d, 440, y, row, width=48)
        d.text(512, y + 36, "vector of “boring”", size=17, colour=GREY)
    return d


def bidirectional_mask() -> Drawing:
    """Two recurrent layers read a review, one from each end; the padding is passed over."""
    d = Drawing(
        "bidirectional-mask",
        600,
        340,
        title="Two recurrent layers read a review, one from each end; the padding is passed over",
        desc="In the middle a row of five places: not, bad, film and two of padding. Above it, GRU steps from left "
        "to right; below it, others from right to left. With a mask the padding is passed over: the first row ends "
        "after film, the second begins at film. The two last states, side by side, go to Dense(1).",
    )
    xs = [62 + 78 * i for i in range(5)]
    for i, (x, word) in enumerate(zip(xs, ["not", "bad", "film", "[pad]", "[pad]"])):
        real = i < 3
        d.box(x, 160, word, width=64, height=34, colour=INPUT if real else GREY, ink="#222222" if real else FAINT)
        if real:
            d.box(x, 86, "GRU", width=60, height=38, colour=STATE)
            d.box(x, 234, "GRU", width=60, height=38, colour=CELL)
            d.arrow((x, 142), (x, 108))
            d.arrow((x, 178), (x, 212))
    for i in range(2):
        d.arrow((xs[i] + 31, 86), (xs[i + 1] - 32, 86), colour=STATE)
        d.arrow((xs[i + 1] - 31, 234), (xs[i] + 32, 234), colour=CELL)
    d.text(62, 40, "forwards", colour=STATE)
    d.text(140, 280, "backwards", colour=CELL)
    d.text(335, 62, "mask: passed over", size=17, colour=GREY)
    d.arrow((xs[2] + 31, 86), (468, 86), (468, 116), colour=STATE)
    d.arrow((62, 254), (62, 306), (468, 306), (468, 208), colour=CELL)
    cells(d, 448, 140, [""], width=40, height=44, colour=STATE)
    cells(d, 448, 184, [""], width=40, height=44, colour=CELL)
    d.text(492, 112, "last states", size=17, colour=GREY, anchor="start")
    d.arrow((490, 162), (512, 162))
    d.box(552, 162, "Dense(1)", width=78, height=44, size=16)
    d.arrow((552, 186), (552, 232))
    d.text(552, 252, "0.62", bold=True)
    return d


def attention_pooling() -> Drawing:
    """All states of a recurrent layer, weighted: the weights are learnt."""
    d = Drawing(
        "attention-pooling",
        600,
        330,
        title="Attention pooling: all states of a recurrent layer, weighted",
        desc="Five states, one for each word of: the plot is truly awful. Each gets a weight, shown as a bar: small "
        "for the, plot and is, larger for truly, largest for awful; together 1. The weighted sum of the states is "
        "one vector, which goes to Dense(1).",
    )
    words, weights = ["the", "plot", "is", "truly", "awful"], [0.03, 0.12, 0.05, 0.2, 0.6]
    for i, (word, weight) in enumerate(zip(words, weights)):
        x = 50 + 78 * i
        d.text(x, 306, word, bold=True)
        d.arrow((x, 290), (x, 270))
        d.box(x, 246, f"h_{i + 1}", width=52, height=40, colour=STATE)
        d.box(x, 212 - 70 * weight, width=34, height=6 + 140 * weight, colour=INPUT)
        d.text(x, 194 - 140 * weight, f"{weight:.2f}", size=17)
        if i < 4:
            d.arrow((x + 27, 246), (x + 50, 246), colour=STATE)
    d.text(170, 60, "weights a_t, together 1", colour=GREY, size=17)
    d.text(170, 32, "a = softmax(h · w)")
    d.arrow((392, 246), (440, 246), (440, 206))
    d.arrow((392, 160), (416, 160))
    d.box(486, 180, "Σ a_t h_t", width=130, height=50, colour=CELL)
    d.text(486, 226, "(units)", size=17, colour=GREY, anchor="start")
    d.arrow((486, 154), (486, 116))
    d.box(486, 92, "Dense(1)", width=110, height=44)
    d.arrow((486, 68), (486, 46))
    d.text(486, 28, "0.04", bold=True)
    return d


if __name__ == "__main__":
    one_hot_to_dense().save()
    embedding_look_up().save()
    average_of_vectors().save()
    text_pipeline().save()
    two_ways_to_a_vector().save()
    bidirectional_mask().save()
    attention_pooling().save()
