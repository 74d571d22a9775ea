"""Whether the recurrent layers of the notebooks are such that a GPU's fused kernel accepts them, and its speed.

Keras takes the fused kernel (cuDNN) by itself where it can. It can if a layer keeps the defaults below, and if
its loop is not unrolled: the notebooks write `unroll=run.unroll`, which is False on a GPU.
"""

import ast
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.line import Group, Growth, Line, number
from benchmarks.measure import alternate

# keyword -> the values with which the kernel is used; LSTM and GRU alike, `reset_after` for GRU alone
CONDITIONS = {
    "activation": ("tanh",),
    "recurrent_activation": ("sigmoid",),
    "recurrent_dropout": (0, 0.0),
    "use_bias": (True,),
    "reset_after": (True,),
    "unroll": (False, "run.unroll"),
    "use_cudnn": (True, "auto"),
}
LAYERS = ("LSTM", "GRU", "recurrent_layer")  # the last one: a function's argument that is one of the others
_TELLING = ("recurrent_activation", "recurrent_dropout", "reset_after", "unroll", "use_cudnn")


def recurrent_calls(code: str) -> list[ast.Call]:
    """The calls that make a recurrent layer, told by their name or by an argument that only such a layer has."""
    calls = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)]
    return [
        call
        for call in calls
        if ast.unparse(call.func).split(".")[-1] in LAYERS or any(k.arg in _TELLING for k in call.keywords)
    ]


def refusals(call: ast.Call) -> list[str]:
    """Why the fused kernel would refuse this layer; an empty list if it accepts it."""
    found = []
    for keyword in call.keywords:
        if keyword.arg is None:
            found.append(f"arguments that cannot be read: **{ast.unparse(keyword.value)}")
        elif keyword.arg in CONDITIONS:
            text = ast.unparse(keyword.value)
            value = keyword.value.value if isinstance(keyword.value, ast.Constant) else text
            if value not in CONDITIONS[keyword.arg]:
                found.append(f"{keyword.arg}={text}")
    return found


def notebook_code(path: Path) -> str:
    """All code of a notebook."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")


def measure(quick: bool = False) -> Group:
    """The conditions over all notebooks; steps per second, on the GPU too if there is one."""
    from fidle_course import catalogue

    layers, refused = 0, []
    for name, notebook in catalogue.load().items():
        for call in recurrent_calls(notebook_code(notebook.file)):
            layers += 1
            refused += [f"{name}: {ast.unparse(call.func)} with {why}" for why in refusals(call)]
    text = "; ".join(refused) or f"{layers} calls that make recurrent layers, none refused"
    what = "Recurrent layers of the notebooks that the fused GPU kernel would refuse"
    group = Group([Line(what, "layers", "<=", 0, float(len(refused)), text)])
    _steps(group, quick)
    return group


@dataclass(frozen=True)
class Size:
    """A recurrent layer, what it reads, and how many steps one timing has."""

    layer: str
    units: int
    batch: int
    length: int
    features: int
    steps: int

    @property
    def title(self) -> str:
        return f"{self.layer}({self.units}), batches of {self.batch}, {self.length} × {self.features}"


# short windows as in SYNOP, long texts as in IMDB5
SIZES = (Size("LSTM", 100, 32, 16, 12, 150), Size("GRU", 64, 128, 400, 64, 10))
QUICK_SIZES = (Size("LSTM", 8, 32, 16, 12, 10), Size("GRU", 8, 32, 40, 8, 5))
_UNROLLED = 32  # steps: a longer loop, unrolled, takes minutes to compile


def _steps(group: Group, quick: bool) -> None:
    """Training steps per second: a plain loop, unrolled if it is short, and as the GPU does it by itself."""
    import keras

    from fidle_utils.run import device as device_of

    gpu, device = device_of(keras.backend.backend())
    rows = []
    for size in QUICK_SIZES if quick else SIZES:
        places = {"CPU, plain loop": ("cpu", {})}
        if size.length <= _UNROLLED:
            places["CPU, unrolled"] = ("cpu", {"unroll": True})
        if gpu:
            places[f"{device}, plain loop"] = ("gpu", {"use_cudnn": False})
            places[f"{device}, left to Keras"] = ("gpu", {"use_cudnn": "auto"})
        works = {}
        for name, (place, arguments) in places.items():
            try:
                works[name] = _training(size, place, {"use_cudnn": False} | arguments)
            except Exception as error:  # a library that does not fit the driver: the other rows count all the same
                rows.append([size.title, name, f"{type(error).__name__}: {error}"[:100]])
        rates = {name: size.steps / s for name, s in alternate(works, 1 if quick else 5).items()}
        rows += [[size.title, name, number(rate)] for name, rate in rates.items()]
        group.lines.append(_against_cpu(size, rates, device))
    columns = ["layer", "where", "training steps per second"]
    group.growth.append(
        Growth(f"Recurrent layers: one step of training, Keras on {keras.backend.backend()}", columns, rows)
    )


def _training(size: Size, place: str, arguments: dict) -> Callable[[], object]:
    """What trains a model of one such layer for `size.steps` steps on the CPU or the GPU; it has run once."""
    import keras
    import numpy as np

    rng = np.random.default_rng(1)
    inputs = rng.normal(size=(size.steps * size.batch, size.length, size.features)).astype("float32")
    targets = rng.normal(size=(len(inputs), 1)).astype("float32")
    with keras.device(f"{place}:0"):
        layer = getattr(keras.layers, size.layer)
        layer = layer(size.units, **arguments)
        model = keras.Sequential([keras.Input(inputs.shape[1:]), layer, keras.layers.Dense(1)])
        model.compile("adam", "mse")

    def work():
        with keras.device(f"{place}:0"):
            model.fit(inputs, targets, batch_size=size.batch, verbose=0)

    work()
    return work


def _against_cpu(size: Size, rates: dict[str, float], device: str) -> Line:
    what = f"Training steps per second on the GPU, {size.title}: against the CPU's best"
    cpu, gpu = ([rate for name, rate in rates.items() if name.startswith("CPU") == on] for on in (True, False))
    if not (cpu and gpu):
        return Line(what, "×", "", None, None, f"not on a GPU here ({device})")
    text = f"{number(max(gpu))} steps/s on {device} beside {number(max(cpu))}"
    return Line(what, "×", "", None, max(gpu) / max(cpu), text)
