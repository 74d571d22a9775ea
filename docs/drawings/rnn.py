"""The drawings of the lessons RNN1 and RNN2: `python docs/drawings/rnn.py` writes their SVG files."""

import math

from svg import CELL, ERROR, FAINT, GATE, GREY, INK, INPUT, STATE, Drawing

RULE = "#DDDDDD"


def rnn_grows() -> Drawing:
    """From one neuron to a layer that is unrolled in time."""
    d = Drawing(
        "rnn-grows",
        600,
        540,
        title="From a neuron to a recurrent layer",
        desc="Four panels. One: a neuron takes x and gives h. Two: the same neuron also takes its own last output, "
        "h of t minus 1. Three: a layer of 5 such neurons: 4 inputs times a matrix of 4 by 5, plus 5 states times a "
        "matrix of 5 by 5, plus 5 biases, through tanh, give 5 new states. Four: the layer unrolled in time: three "
        "copies side by side, each with its own input, each handing its state to the next. They share their weights.",
    )
    d.line((300, 16), (300, 524), colour=RULE)
    d.line((16, 262), (584, 262), colour=RULE)
    for x, y, words in ((150, 26, "1. a neuron"), (450, 26, "2. it hears itself")):
        d.text(x, y, words, size=19, bold=True)
    for x, y, words in ((150, 288, "3. a layer of 5 neurons"), (450, 288, "4. unrolled in time")):
        d.text(x, y, words, size=19, bold=True)

    for left, t in ((0, ""), (300, "_t")):
        d.arrow((left + 64, 130), (left + 118, 130))
        d.box(left + 42, 130, f"x{t}", colour=INPUT)
        d.text(left + 90, 110, "w_x")
        d.arrow((left + 176, 130), (left + 236, 130))
        d.circle(left + 148, 130, "tanh", radius=28, colour=STATE)
        d.box(left + 258, 130, f"h{t}", colour=STATE)
    d.text(150, 215, "h = tanh(w_x x + b)")
    d.arrow((506, 130), (506, 66), (448, 66), (448, 102), colour=STATE)
    d.text(428, 76, "w_h", colour=STATE)
    d.text(450, 215, "h_t = tanh(w_x x_t + w_h h_{t-1} + b)")

    _product(d, 345, "x_t", 4, "W_x", INPUT, "4 × 5")
    _product(d, 430, "h_{t-1}", 5, "W_h", STATE, "5 × 5")
    for y in (430, 498):
        d.text(16, y, "+", size=22)
    d.grid(68, 498, 1, 5)
    d.text(116, 498, "b", anchor="start")
    d.text(138, 499, "→ tanh →", anchor="start", size=17)
    d.grid(258, 498, 1, 5, colour=STATE)
    d.text(258, 522, "h_t", colour=STATE)

    for i, x in enumerate((364, 460, 556), start=1):
        d.arrow((x, 466), (x, 424))
        d.box(x, 486, f"x_{i}", colour=INPUT)
        d.text(x - 6, 447, "W_x", anchor="end", size=17)
        d.arrow((x, 376), (x, 350))
        d.box(x, 400, "tanh", width=54, height=46, colour=STATE)
        d.box(x, 330, f"h_{i}", colour=STATE)
        d.arrow((x - 69 if i > 1 else x - 54, 400), (x - 27, 400), colour=STATE)
        d.text(x - 46, 378, "W_h" if i > 1 else "h_0", size=17, colour=STATE)
    d.text(450, 521, "the same weights at each step", size=17, colour=GREY)
    return d


def _product(d, y, vector, n, matrix, colour, shape):
    d.text(68, y + 26, vector)
    d.grid(68, y, 1, n, colour=colour)
    d.text(120, y, "×", size=20)
    d.grid(172, y, n, 5, colour=colour, cell=13)
    d.text(216, y - 12, matrix, anchor="start")
    d.text(216, y + 14, shape, anchor="start", size=17, colour=GREY)


def lstm_steps() -> Drawing:
    """The LSTM, which grows by one part in each panel; a last panel has its equations."""
    d = Drawing(
        "lstm-steps",
        600,
        870,
        title="The LSTM in five steps",
        desc="Six panels. In each of the first five a part is added, in colour, to what stood before, in grey. "
        "One: the last state h and the input x are joined. Two: the forget gate f, a sigmoid of the joined vector, "
        "multiplies the cell state c. Three: the input gate i multiplies a candidate g, a tanh. Four: what is left "
        "of c and the gated candidate are added: the new cell state. Five: the output gate o multiplies tanh of the "
        "new cell state: the new state h. Six: the six equations.",
    )
    for y in (290, 580):
        d.line((16, y), (584, y), colour=RULE)
    d.line((300, 16), (300, 854), colour=RULE)
    titles = ["join h and x", "forget", "input and candidate", "new cell state", "output"]
    for step, words in enumerate(titles, start=1):
        left, top = 300 * ((step - 1) % 2), 290 * ((step - 1) // 2)
        d.text(left + 150, top + 26, f"{step}. {words}", size=19, bold=True)
        _cell_state(d, left, top + 80, step)
        _joined(d, left, top + 235, step)
        _gates(d, left, top, step)
    d.text(450, 606, "the whole", size=19, bold=True)
    lines = ["f = σ([h, x] W_f + b_f)", "i = σ([h, x] W_i + b_i)", "g = tanh([h, x] W_g + b_g)"]
    lines += ["o = σ([h, x] W_o + b_o)", "c_t = f c_{t-1} + i g", "h_t = o tanh(c_t)"]
    for i, line in enumerate(lines):
        d.text(328, 652 + 36 * i, line, anchor="start", size=19, colour={4: CELL, 5: STATE}.get(i, INK))
    return d


def _cell_state(d, x, y, step):
    """The road of c along the top: first as it comes, then with a product, then with a sum."""
    colour = CELL if step in (2, 4) else FAINT
    stops = [72] * (step >= 2) + [148] * (step >= 4)
    edges = [12, *(edge for stop in stops for edge in (stop - 15, stop + 15)), 290]
    for start, end in zip(edges[::2], edges[1::2]):
        d.arrow((x + start, y), (x + end, y), colour=colour)
    d.text(x + 30, y - 22, "c_{t-1}", colour=colour)
    if step >= 4:
        d.text(x + 276, y - 22, "c_t", colour=colour)


def _joined(d, x, y, step):
    """The last state and the input, which become one vector."""
    colour = INK if step == 1 else FAINT
    end = {1: 150, 2: 72, 3: 174, 4: 174, 5: 228}[step]
    d.text(x + 28, y, "h_{t-1}", colour=colour)
    d.text(x + 28, y + 33, "x_t", colour=colour)
    d.line((x + 50, y + 33), (x + 62, y + 33), (x + 62, y), colour=colour)
    d.line((x + 52, y), (x + end, y), colour=colour)
    if step == 1:
        d.arrow((x + 150, y), (x + 150, y - 40))
        d.grid(x + 115, y - 50, 1, 5, colour=STATE)
        d.grid(x + 178, y - 50, 1, 4, colour=INPUT)
        d.text(x + 150, y - 84, "[h, x]: 5 + 4 numbers")


def _gates(d, x, y, step):
    def part(n, colour):
        """Its colour and that of its words, new in step `n`, grey afterwards."""
        return {"colour": colour if step == n else GREY, "ink": INK if step == n else FAINT}

    def line(n):
        return INK if step == n else FAINT

    lane, gate, bottom = y + 80, y + 172, y + 235
    kinds = ((2, 72, "f", "σ", -14), (3, 122, "i", "σ", -12), (3, 174, "g", "tanh", 14), (5, 228, "o", "σ", 0))
    for n, place, name, kind, aside in kinds:
        if step >= n:
            d.line((x + place, bottom), (x + place, gate + 17), colour=line(n))
            d.box(x + place, gate, kind, width=50 if kind == "tanh" else 32, height=34, **part(n, GATE))
            d.text(x + place + aside, gate - 32, name, colour=line(n))
    if step >= 2:
        d.arrow((x + 72, gate - 17), (x + 72, lane + 15), colour=line(2))
        d.circle(x + 72, lane, "×", radius=15, **part(2, CELL))
    if step >= 3:
        for place, edge in ((122, 133), (174, 163)):
            d.line((x + place, gate - 17), (x + place, gate - 50), (x + edge, gate - 50), colour=line(3))
        d.circle(x + 148, gate - 50, "×", radius=15, **part(3, CELL))
    if step >= 4:
        d.arrow((x + 148, gate - 65), (x + 148, lane + 15), colour=line(4))
        d.circle(x + 148, lane, "+", radius=15, **part(4, CELL))
    if step >= 5:
        d.line((x + 272, lane), (x + 272, gate - 15))
        d.box(x + 272, gate - 52, "tanh", width=50, height=34, colour=STATE)
        d.arrow((x + 244, gate), (x + 260, gate))
        d.circle(x + 273, gate, "×", radius=13, colour=STATE)
        d.arrow((x + 273, gate + 13), (x + 273, bottom + 6), colour=STATE)
        d.text(x + 273, bottom + 24, "h_t", colour=STATE)


def gru() -> Drawing:
    """The GRU: one state, two gates."""
    d = Drawing(
        "gru",
        600,
        420,
        title="The GRU: one state and two gates",
        desc="The state h runs along the top from left to right. Below, the last state and the input feed the reset "
        "gate r and the update gate z, two sigmoids. The reset gate multiplies the state on its way to the "
        "candidate g, a tanh. At the end the update gate z mixes: z times the old state plus 1 minus z times the "
        "candidate is the new state.",
    )
    d.text(34, 60, "h_{t-1}", colour=STATE)
    d.arrow((62, 60), (416, 60), colour=STATE)
    d.arrow((464, 60), (540, 60), colour=STATE)
    d.text(562, 60, "h_t", colour=STATE)
    d.line((85, 60), (85, 250), (448, 250), (448, 232), colour=STATE)
    d.line((158, 250), (158, 232), colour=STATE)
    d.arrow((85, 140), (135, 140), colour=STATE)
    d.arrow((165, 140), (272, 140), colour=STATE)
    d.text(34, 280, "x_t")
    d.line((62, 280), (432, 280), (432, 232), colour=INPUT)
    d.line((142, 280), (142, 232), colour=INPUT)
    d.line((300, 280), (300, 157), colour=INPUT)
    d.arrow((150, 198), (150, 155))
    d.arrow((440, 198), (440, 84))
    d.arrow((328, 140), (390, 140), (390, 100), (424, 76))
    d.circle(150, 140, "×", radius=15, colour=STATE)
    d.box(300, 140, "tanh", width=56, height=34, colour=STATE)
    d.circle(440, 60, "mix", radius=24, colour=STATE)
    for x in (150, 440):
        d.box(x, 215, "σ", width=40, height=34, colour=GATE)
    d.text(170, 180, "r", anchor="start")
    d.text(182, 208, "reset", anchor="start", size=17, colour=GREY)
    d.text(458, 180, "z", anchor="start")
    d.text(470, 208, "update", anchor="start", size=17, colour=GREY)
    d.text(362, 122, "g")
    lines = ["z = σ(x W_z + h U_z + b_z)", "r = σ(x W_r + h U_r + b_r)"]
    lines += ["g = tanh(x W_g + r (h U_g + b′) + b_g)", "h_t = z h_{t-1} + (1 - z) g"]
    for i, line in enumerate(lines):
        place = (24, 335 + 44 * i) if i < 2 else (272, 335 + 44 * (i - 2))
        d.text(*place, line, anchor="start", colour=STATE if i == 3 else INK)
    return d


def settings() -> Drawing:
    """What a recurrent layer can map to what."""
    d = Drawing(
        "settings",
        600,
        540,
        title="Four settings of a recurrent layer",
        desc="Four panels. Series to vector: three inputs, only the last state is kept. Series to series: three "
        "inputs, the state after each of them is kept. Vector to series: the same vector is given at each step and "
        "each state is kept. Encoder-decoder: a first layer reads three inputs, its last state starts another layer, "
        "which writes two outputs.",
    )
    d.line((300, 16), (300, 524), colour=RULE)
    d.line((16, 270), (584, 270), colour=RULE)
    three = [60, 150, 240]
    _setting(d, 0, 0, "series → vector", "return_sequences=False", three, "x_1 x_2 x_3", outputs=[2])
    _setting(d, 300, 0, "series → series", "return_sequences=True", three, "x_1 x_2 x_3", outputs=[0, 1, 2])
    _setting(d, 0, 270, "vector → series", "RepeatVector", three, "x x x", outputs=[0, 1, 2])
    five, words = [38, 94, 150, 206, 262], "x_1 x_2 x_3 y_0 y_1"
    _setting(d, 300, 270, "encoder-decoder", "initial_state", five, words, outputs=[3, 4], decoder=3)
    return d


def _setting(d, left, top, title, code, places, words, *, outputs, decoder=9):
    d.text(left + 150, top + 26, title, size=19, bold=True)
    d.text(left + 150, top + 252, code, size=17, colour=GREY, code=True)
    side = 44 if len(places) == 3 else 36
    for k, (place, word) in enumerate(zip(places, words.split(), strict=True)):
        x, colour = left + place, CELL if k >= decoder else STATE
        if k:
            start = left + places[k - 1] + side / 2
            d.arrow((start, top + 135), (x - side / 2, top + 135), colour=colour if k > decoder else STATE)
        d.arrow((x, top + 192), (x, top + 156), colour=INPUT)
        d.box(x, top + 212, word, width=side, colour=INPUT)
        d.box(x, top + 135, width=side, colour=colour)
        if k in outputs:
            d.arrow((x, top + 115), (x, top + 88), colour=colour)
            d.box(x, top + 68, "h", width=side, colour=colour)


def rnn_backwards() -> Drawing:
    """The way of the error through an unrolled layer."""
    d = Drawing(
        "rnn-backwards",
        600,
        300,
        title="The error goes back through time",
        desc="A recurrent layer unrolled over three steps. States go from left to right, on solid arrows. The error "
        "E stands at the last step. Its gradient goes from right to left along dashed arrows; at each step it is "
        "multiplied by the derivative of tanh and by the transposed matrix W h.",
    )
    for i, x in enumerate((70, 250, 430), start=1):
        d.arrow((x, 234), (x, 188), colour=INPUT)
        d.box(x, 254, f"x_{i}", colour=INPUT)
        d.box(x, 160, "tanh", width=72, height=54, colour=STATE)
        if i > 1:
            d.arrow((x - 144, 172), (x - 36, 172), colour=STATE)
            d.text(x - 90, 192, f"h_{i - 1}", colour=STATE)
            d.arrow((x - 36, 148), (x - 144, 148), colour=ERROR, dashed=True)
            d.text(x - 90, 112, "× tanh′ × W_h^T", colour=ERROR, size=17)
    d.arrow((466, 172), (536, 172), colour=STATE)
    d.text(500, 192, "h_3", colour=STATE)
    d.box(560, 160, "E", colour=ERROR, width=48, height=54)
    d.arrow((536, 148), (466, 148), colour=ERROR, dashed=True)
    d.text(300, 34, "forward, solid: the state", colour=STATE)
    d.text(300, 64, "backward, dashed: the gradient of the error E", colour=ERROR)
    return d


def activations() -> Drawing:
    """Three activations and their derivatives."""
    d = Drawing(
        "activations",
        600,
        290,
        title="Three activations and their derivatives",
        desc="Three small graphs from minus 3 to 3. tanh rises from minus 1 to 1; its derivative, dashed, is 1 at 0 "
        "and near 0 at both ends. The sigmoid rises from 0 to 1; its derivative is a quarter at most. ReLU is 0 "
        "below zero and x above; its derivative is 0 below zero and 1 above.",
    )
    graphs = [("tanh", math.tanh, lambda x: 1 - math.tanh(x) ** 2), ("sigmoid σ", _sigmoid, _sigmoid_slope)]
    graphs.append(("ReLU", lambda x: max(x, 0), lambda x: float(x > 0)))
    for i, (name, function, slope) in enumerate(graphs):
        middle, zero, unit_x, unit_y = 102 + 198 * i, 160, 28, 62
        d.text(middle, 26, name, size=19, bold=True)
        d.line((middle - 90, zero), (middle + 90, zero), colour=FAINT, width=1)
        d.line((middle, zero - 92), (middle, zero + 70), colour=FAINT, width=1)
        d.line((middle - 5, zero - unit_y), (middle + 5, zero - unit_y), colour=FAINT)
        d.text(middle + 18, zero - unit_y - 14, "1", colour=GREY)
        for curve, colour, dashed in ((function, STATE, False), (slope, ERROR, True)):
            xs = [k / 10 for k in range(-30, 31) if curve(k / 10) <= 1.4]
            d.line(
                *((middle + unit_x * x, zero - unit_y * curve(x)) for x in xs), colour=colour, dashed=dashed, width=3
            )
    d.text(160, 264, "solid: the function", colour=STATE)
    d.text(430, 264, "dashed: its derivative", colour=ERROR)
    return d


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def _sigmoid_slope(x: float) -> float:
    return _sigmoid(x) * (1 - _sigmoid(x))


DRAWINGS = (rnn_grows, lstm_steps, gru, settings, rnn_backwards, activations)

if __name__ == "__main__":
    for draw in DRAWINGS:
        print(draw().save().name)
