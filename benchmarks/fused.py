"""Whether the recurrent layers of the notebooks are such that a GPU's fused kernel accepts them, and its speed.

Keras takes the fused kernel (cuDNN) by itself where it can. It can if a layer keeps the defaults below, and if
its loop is not unrolled: the notebooks write `unroll=run.unroll`, which is False on a GPU.
"""

import ast
import json
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


def _steps(group: Group, quick: bool) -> None:
    """Training steps per second of one LSTM: a plain loop, unrolled, and as the GPU does it by itself."""
    import keras

    from benchmarks.generator import FEATURES, LENGTH, make_series
    from fidle_utils.run import device as device_of

    gpu, device = device_of(keras.backend.backend())
    steps, units, batch = (10, 8, 32) if quick else (150, 100, 32)
    inputs = make_series(steps * batch * LENGTH).reshape(-1, LENGTH, FEATURES)
    targets = make_series(steps * batch)
    places = {"CPU, plain loop": ("cpu", {}), "CPU, unrolled": ("cpu", {"unroll": True})}
    if gpu:
        places[f"{device}, left to Keras"] = ("gpu", {})
    works = {}
    for name, (place, arguments) in places.items():
        with keras.device(f"{place}:0"):
            layer = keras.layers.LSTM(units, use_cudnn="auto" if place == "gpu" else False, **arguments)
            model = keras.Sequential([keras.Input((LENGTH, FEATURES)), layer, keras.layers.Dense(FEATURES)])
            model.compile("adam", "mse")

        def work(model=model, place=place):
            with keras.device(f"{place}:0"):
                model.fit(inputs, targets, batch_size=batch, verbose=0)

        work()
        works[name] = work
    seconds = alternate(works, 1 if quick else 5)
    rows = [[name, number(steps / s)] for name, s in seconds.items()]
    columns = [f"LSTM({units}), batches of {batch} windows {LENGTH} × {FEATURES}", "training steps per second"]
    group.growth.append(Growth("Recurrent layers: one step of training", columns, rows))
    what = "Training steps per second with the fused kernel: against the CPU's best"
    if gpu:
        *cpu, on_gpu = seconds.values()
        text = f"{number(steps / on_gpu)} steps/s on {device} beside {number(steps / min(cpu))}"
        group.lines.append(Line(what, "×", "", None, min(cpu) / on_gpu, text))
    else:
        group.lines.append(Line(what, "×", "", None, None, f"no GPU on this machine ({device})"))
