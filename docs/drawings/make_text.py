"""The drawings of the lessons on texts: `python docs/drawings/make_text.py` writes the SVG files beside it."""

from html import escape
from pathlib import Path

INK, GREY, PALE = "#000000", "#606060", "#E3E3E3"
BLUE, ORANGE, GREEN = "#0072B2", "#E69F00", "#009E73"  # those of fidle_utils/plots.py
TINTS = {BLUE: "#CFE3F0", ORANGE: "#FBE8C4", GREEN: "#CBEBE0", GREY: "#EFEFEF"}
FONT = 20


class Drawing:
    """An SVG on a white panel, drawn from simple pieces; sizes are in units of its viewBox."""

    def __init__(self, name: str, width: int, height: int, title: str, description: str):
        self.name = name
        self.parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
            f'font-family="sans-serif" font-size="{FONT}">',
            f"<title>{escape(title)}</title>",
            f"<desc>{escape(description)}</desc>",
            f'<rect x="1" y="1" width="{width - 2}" height="{height - 2}" rx="14" fill="#FFFFFF" '
            f'stroke="{PALE}" stroke-width="2"/>',
        ]

    def text(self, x, y, words, *, colour=INK, anchor="middle", size=FONT, bold=False):
        weight = ' font-weight="bold"' if bold else ""
        self.parts.append(
            f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" fill="{colour}" font-size="{size}"{weight}>'
            f"{escape(str(words))}</text>"
        )

    def box(self, x, y, width, height, words="", *, colour=BLUE, fill=None, size=FONT, rx=8, dashed=False):
        dash = ' stroke-dasharray="7 5"' if dashed else ""
        self.parts.append(
            f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="{rx}" '
            f'fill="{fill or TINTS[colour]}" stroke="{colour}" stroke-width="2"{dash}/>'
        )
        if words:
            self.text(x + width / 2, y + height / 2 + size * 0.35, words, size=size)

    def cells(self, x, y, rows, *, width=34, height=34, colour=BLUE, ones=False, size=18):
        """A table of numbers or words, cell by cell; `ones` fills the cells that are not 0."""
        for i, row in enumerate(rows):
            for j, value in enumerate(row):
                fill = TINTS[colour] if (not ones or value not in (0, "0", "")) else "#FFFFFF"
                self.box(x + j * width, y + i * height, width, height, colour=colour, fill=fill, rx=0)
                ink = INK if fill != "#FFFFFF" else GREY
                middle = x + (j + 0.5) * width, y + (i + 0.5) * height + size * 0.35
                self.text(*middle, value, size=size, colour=ink)

    def arrow(self, x1, y1, x2, y2, *, colour=INK, dashed=False):
        dx, dy = x2 - x1, y2 - y1
        n = (dx * dx + dy * dy) ** 0.5
        ux, uy = dx / n, dy / n
        dash = ' stroke-dasharray="7 5"' if dashed else ""
        self.parts.append(
            f'<line x1="{x1:g}" y1="{y1:g}" x2="{x2 - 9 * ux:.1f}" y2="{y2 - 9 * uy:.1f}" '
            f'stroke="{colour}" stroke-width="2"{dash}/>'
        )
        left = x2 - 12 * ux - 6 * uy, y2 - 12 * uy + 6 * ux
        right = x2 - 12 * ux + 6 * uy, y2 - 12 * uy - 6 * ux
        corners = " ".join(f"{a:.1f},{b:.1f}" for a, b in ((x2, y2), left, right))
        self.parts.append(f'<polygon points="{corners}" fill="{colour}"/>')

    def save(self):
        path = Path(__file__).with_name(f"{self.name}.svg")
        path.write_text("\n".join([*self.parts, "</svg>"]) + "\n", encoding="utf-8")


def one_hot():
    d = Drawing(
        "one-hot-to-dense",
        960,
        390,
        "From words to a multi-hot row, then to a probability",
        "The words not, bad, not become one-hot rows: a single 1 in the word's own column. Squashed from above they "
        "give one multi-hot row of the length of the dictionary. A dense layer makes 16 numbers of it, a last neuron "
        "one probability.",
    )
    columns = ["a", "bad", "film", "good", "not"]
    for j, word in enumerate(columns):
        d.text(133 + 52 * j, 52, word, colour=GREY)
    for i, word in enumerate(["not", "bad", "not"]):
        d.text(92, 92 + 40 * i, word, anchor="end")
        row = [int(word == column) for column in columns]
        d.cells(107, 66 + 40 * i, [row], width=52, height=38, ones=True)
    d.text(237, 222, "one-hot  (word, dictionary)", colour=GREY)
    d.arrow(237, 234, 237, 278)
    d.text(252, 263, "1 if the word is there", anchor="start", colour=GREY, size=18)
    d.cells(107, 284, [[0, 1, 0, 0, 1]], width=52, height=40, ones=True, colour=ORANGE)
    d.text(237, 358, "multi-hot  (review, dictionary)", colour=GREY)
    d.arrow(372, 304, 500, 304)
    d.box(506, 264, 170, 80, "Dense(16, relu)", size=18)
    d.arrow(676, 304, 722, 304)
    d.box(728, 264, 110, 80, "Dense(1)", size=18)
    d.arrow(838, 304, 884, 304)
    d.text(914, 311, "0.31", bold=True)
    d.text(591, 372, "(review, 16)", colour=GREY)
    d.text(783, 372, "(review, 1)", colour=GREY)
    d.text(690, 92, "The row has one length,", size=22)
    d.text(690, 122, "whatever the review's length.", size=22)
    d.text(690, 164, "Order and repetition are lost.", size=22, bold=True)
    d.save()


def look_up():
    d = Drawing(
        "embedding-look-up",
        960,
        400,
        "An embedding is a look-up in a table of learnt vectors",
        "Three indices, 5, 2 and 0, pick the rows 5, 2 and 0 of a table with a vector for each word. The same row is "
        "what a one-hot vector times the table gives, without the zeros.",
    )
    d.text(60, 46, "review", colour=GREY)
    for i, (word, index) in enumerate([("not", 4), ("bad", 2), ("[pad]", 0)]):
        d.text(86, 112 + 62 * i, word, anchor="end")
        d.cells(100, 88 + 62 * i, [[index]], width=44, height=40, colour=ORANGE)
    d.text(122, 290, "(token)", colour=GREY)
    d.text(425, 46, "embedding table (learnt)", colour=GREY)
    names = ["0  [pad]", "1  film", "2  bad", "3  good", "4  not"]
    rows = [[".0", ".0", ".0"], [".1", "-.2", ".3"], ["-.9", ".4", "-.1"], [".8", ".1", ".0"], ["-.3", ".7", ".5"]]
    for i, (name, row) in enumerate(zip(names, rows)):
        d.text(330, 92 + 44 * i, name, anchor="end", size=18, colour=INK if i in (0, 2, 4) else GREY)
        d.cells(345, 66 + 44 * i, [row], width=58, height=40, colour=BLUE if i in (0, 2, 4) else GREY)
    d.text(432, 312, "(word, dimension)", colour=GREY)
    for i, row in enumerate((4, 2, 0)):
        d.arrow(148, 108 + 62 * i, 236, 86 + 44 * row, colour=ORANGE)
    for i, row in enumerate((4, 2, 0)):
        d.arrow(523, 86 + 44 * row, 696, 108 + 62 * i, colour=BLUE)
        d.cells(702, 88 + 62 * i, [rows[row]], width=58, height=40, colour=BLUE)
    d.text(789, 46, "vectors of the review", colour=GREY)
    d.text(789, 290, "(token, dimension)", colour=GREY)
    d.text(60, 366, "The same as", anchor="start", colour=GREY)
    d.cells(196, 342, [[0, 0, 1, 0, 0]], width=36, height=36, ones=True, colour=ORANGE)
    d.text(390, 367, "· table = row 2, without the multiplications by zero.", anchor="start", colour=GREY)
    d.save()


def average():
    d = Drawing(
        "average-of-vectors",
        960,
        330,
        "The average over the words of a review, not over its padding",
        "A review of three words in a row of five places. The vectors of the three words are averaged, the two "
        "padding places are masked. The average goes through Dense(32, relu) and Dense(1) to a probability.",
    )
    words = ["not", "bad", "film", "[pad]", "[pad]"]
    rows = [["-.3", ".7"], ["-.9", ".4"], [".1", "-.2"], ["", ""], ["", ""]]
    d.text(150, 44, "(token, dimension)", colour=GREY)
    for i, (word, row) in enumerate(zip(words, rows)):
        real = i < 3
        d.text(92, 88 + 48 * i, word, anchor="end", colour=INK if real else GREY)
        d.cells(107, 62 + 48 * i, [row], width=60, height=38, colour=BLUE if real else GREY)
        d.text(
            245, 88 + 48 * i, "counts" if real else "masked", anchor="start", colour=GREEN if real else GREY, size=18
        )
    for i in range(3):
        d.arrow(316, 82 + 48 * i, 398, 136)
    d.cells(404, 118, [["-.37", ".30"]], width=66, height=42, colour=ORANGE)
    d.text(470, 100, "average of 3", colour=GREY)
    d.text(470, 192, "(dimension)", colour=GREY)
    d.arrow(536, 139, 574, 139)
    d.box(580, 99, 168, 80, "Dense(32, relu)", size=18)
    d.arrow(748, 139, 780, 139)
    d.box(786, 99, 100, 80, "Dense(1)", size=18)
    d.arrow(886, 139, 908, 139)
    d.text(932, 146, ".21", bold=True)
    d.text(664, 206, "the hidden layer", colour=GREY)
    d.text(640, 262, "Without the hidden layer every word", size=20)
    d.text(640, 290, "would be one number, whatever the dimension.", size=20)
    d.save()


def text_path():
    d = Drawing(
        "text-path",
        960,
        300,
        "From a text to a probability, with everything that the file holds",
        "The text Not bad! becomes the tokens not, bad and an exclamation mark, then the indices 24, 80 and 31 "
        "followed by zeros, then a probability. The tokenizer's vocabulary and the network lie in one file.",
    )
    d.box(196, 34, 620, 216, colour=GREY, fill="#FFFFFF", dashed=True)
    d.text(506, 64, "sentiment.keras: text pipeline + network", colour=GREY)
    d.text(86, 136, "“Not bad!”", bold=True)
    d.text(86, 216, "text", colour=GREY)
    d.arrow(150, 130, 208, 130)
    d.cells(214, 110, [["not", "bad", "!"]], width=52, height=40, colour=ORANGE)
    d.text(292, 216, "tokens", colour=GREY)
    d.arrow(372, 130, 426, 130)
    d.text(399, 172, "vocabulary", colour=GREY, size=18)
    d.cells(432, 110, [[24, 80, 31, 0, 0]], width=38, height=40, colour=BLUE)
    d.text(527, 216, "indices (1, review_len)", colour=GREY)
    d.arrow(624, 130, 664, 130)
    d.box(670, 90, 130, 80, "network", size=20)
    d.arrow(800, 130, 850, 130)
    d.text(884, 137, "0.31", bold=True)
    d.text(884, 216, "probability", colour=GREY)
    d.text(480, 282, "Another tokenizer, another vocabulary or another padding is another model.", size=18)
    d.save()


def two_ways():
    d = Drawing(
        "two-ways-to-a-vector",
        960,
        340,
        "Two ways to a word's vector: from the labels of reviews, and from the words around it",
        "Above: the vector of boring is moved by the label negative of the reviews in which it stands. Below: the "
        "words within five places of boring are counted, and the counts are reduced to a vector.",
    )
    d.text(30, 44, "From moods (IMDB2)", anchor="start", bold=True)
    d.box(30, 62, 300, 60, "“… a boring story …”", colour=GREY, fill="#FFFFFF", size=19)
    d.arrow(330, 92, 392, 92)
    d.box(398, 62, 200, 60, "label: negative", colour=ORANGE, size=19)
    d.arrow(598, 92, 660, 92)
    d.text(629, 80, "learn", size=18, colour=GREY)
    d.cells(666, 72, [["-.9", ".4", "-.1"]], width=58, height=40)
    d.text(850, 98, "boring", anchor="start")
    d.text(30, 204, "From contexts", anchor="start", bold=True)
    d.box(30, 222, 300, 60, "“… a boring story …”", colour=GREY, fill="#FFFFFF", size=19)
    d.arrow(330, 252, 392, 252)
    d.cells(398, 222, [["a", "story", "dull"], [31, 12, 4]], width=66, height=30, colour=GREEN, size=17)
    d.text(497, 310, "how often beside “boring”?", colour=GREY, size=18)
    d.arrow(598, 252, 660, 252)
    d.text(629, 240, "SVD", size=18, colour=GREY)
    d.cells(666, 232, [[".2", ".7", "-.3"]], width=58, height=40)
    d.text(850, 258, "boring", anchor="start")
    d.text(753, 144, "one row for each word", colour=GREY, size=18)
    d.text(753, 304, "one row for each word", colour=GREY, size=18)
    d.save()


if __name__ == "__main__":
    for draw in (one_hot, look_up, average, text_path, two_ways):
        draw()
