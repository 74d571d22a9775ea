"""The drawings of the lesson SYNOP4: `python docs/drawings/synop4.py` writes their SVG files."""

from svg import CELL, ERROR, FAINT, GREY, INPUT, STATE, Drawing

READS = (60, 125, 190)  # middles of the encoder's steps
WRITES = (330, 425, 520)  # middles of the decoder's steps


def encoder_decoder() -> Drawing:
    """One network, trained on the truth and run on its own forecasts."""
    d = Drawing(
        "encoder-decoder",
        600,
        440,
        title="Encoder and decoder: fed the truth, fed its own outputs",
        desc="Two panels. In both, an encoder reads the window x 1 to x 8 step by step, and hands its last state to "
        "a decoder, which gives one forecast at each step. Above, training: at each step the decoder reads the true "
        "value of the step before, y 0, y 1, y 2. Below, use: it reads y 0, the last observation, and after that "
        "its own forecast of the step before, fed back by an arrow.",
    )
    for top, words in ((0, "training: fed the truth"), (220, "use: fed its own outputs")):
        d.text(20, top + 24, words, anchor="start", bold=True)
        middle = top + 116
        _encoder(d, middle)
        for i, x in enumerate(WRITES):
            d.box(x, middle, "GRU", width=54, colour=CELL)
            d.arrow((x, middle - 20), (x, middle - 42))
            d.text(x, middle - 57, f"ŷ_{i + 1}", colour=ERROR, bold=True)
            d.arrow((x, middle + 50), (x, middle + 22))
            own = top > 0 and i > 0
            d.text(x, middle + 64, f"ŷ_{i}" if own else f"y_{i}", colour=ERROR if own else INPUT, bold=True)
            if own:
                left = WRITES[i - 1]
                between = (left + x) / 2
                d.line((left + 16, middle - 57), (between, middle - 57), colour=ERROR)
                d.arrow((between, middle - 57), (between, middle + 64), (x - 16, middle + 64), colour=ERROR)
            if i:
                d.arrow((WRITES[i - 1] + 27, middle), (x - 29, middle))
    d.line((16, 214), (584, 214), colour="#DDDDDD")
    return d


def _encoder(d: Drawing, middle: float) -> None:
    for i, (x, words) in enumerate(zip(READS, ("x_1", "…", "x_8"), strict=True)):
        d.box(x, middle, "GRU", width=54, colour=STATE)
        d.arrow((x, middle + 50), (x, middle + 22))
        d.text(x, middle + 64, words, colour=INPUT, bold=True)
        if i:
            d.line((READS[i - 1] + 27, middle), (x - 27, middle))
    d.text(125, middle - 40, "encoder", colour=STATE)
    d.arrow((READS[-1] + 27, middle), (WRITES[0] - 29, middle), colour=STATE, width=3)
    d.text(260, middle - 22, "state", colour=STATE)


def attention_over_encoder() -> Drawing:
    """One step of the decoder looks at all states of the encoder."""
    d = Drawing(
        "attention-over-encoder",
        600,
        250,
        title="Attention over the states of the encoder",
        desc="Five states of the encoder, h 1 to h 5, stand in a row. The state of the decoder, s, is compared with "
        "each of them: a bar above each state is its weight, and the weights add up to 1. The states, weighted, are "
        "added to one context vector, which goes to the dense layer beside s.",
    )
    weights = (0.05, 0.1, 0.15, 0.25, 0.45)
    for i, weight in enumerate(weights):
        x = 60 + 62 * i
        d.box(x, 190, f"h_{i + 1}", width=46, colour=STATE)
        d.box(x, 162 - 60 * weight, width=30, height=max(120 * weight, 6), colour=INPUT)
        d.text(x, 150 - 120 * weight, f".{round(100 * weight):02d}", size=17, colour=INPUT)
    d.text(184, 232, "states of the encoder", size=17, colour=STATE)
    d.text(150, 34, "weights: softmax(s · h)", colour=INPUT)
    d.arrow((333, 190), (391, 190), colour=FAINT)
    d.text(362, 172, "sum", size=17, colour=GREY)
    d.box(436, 190, "context", width=84, colour=STATE)
    d.box(432, 92, "s", width=54, colour=CELL)
    d.arrow((403, 92), (340, 110), colour=CELL)
    d.text(432, 54, "decoder", size=17, colour=CELL)
    d.arrow((461, 92), (524, 92), (524, 120), colour=CELL)
    d.arrow((478, 190), (524, 190), (524, 164), colour=STATE)
    d.box(524, 142, "Dense", width=76, colour=GREY)
    d.arrow((564, 142), (584, 142), colour=ERROR)
    return d


if __name__ == "__main__":
    for draw in (encoder_decoder, attention_over_encoder):
        print(draw().save())
