"""Is this machine ready for class? What a class needs is tried; what is missing comes with its remedy."""

import importlib.metadata
import os
import platform
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

from fidle_utils import course_root

GOOD, NOTE, BAD = "ok", "note", "PROBLEM"
_ROOM = 2e9  # bytes for results and data
_MEMORY = 4e9  # bytes
_TRAINING_SECONDS = 10.0

Line = tuple[str, str, str]  # GOOD, NOTE or BAD; what was looked at; what was found


def main(quick: bool = False) -> int:
    """Print one line for each check. Returns 0 if nothing prevents a class, else 1."""
    checks: list[Callable[[], Iterator[Line]]] = [_python, _packages, _machine, _disk, _data, _runs, _backend]
    if not quick:
        checks += [_training, _kernel]
    problems = 0
    for check in checks:
        try:
            for state, what, found in check():
                problems += state == BAD
                print(f"{state:<7}  {what:<16}  {found}", flush=True)
        except Exception as error:  # a check that breaks is a finding, not the end of the others
            problems += 1
            print(f"{BAD:<7}  {check.__name__.strip('_'):<16}  {type(error).__name__}: {error}", flush=True)
    print("Ready." if not problems else f"{problems} problem{'s' if problems > 1 else ''}: see above.")
    return 1 if problems else 0


def _python() -> Iterator[Line]:
    good = (3, 11) <= sys.version_info < (3, 14)
    remedy = "" if good else "; the course needs 3.11, 3.12 or 3.13: TensorFlow has nothing for others"
    yield GOOD if good else BAD, "Python", f"{platform.python_version()} at {sys.executable}{remedy}"


def _packages() -> Iterator[Line]:
    """Compare what is installed with requirements.txt."""
    from packaging.requirements import Requirement

    path = course_root() / "requirements.txt"
    if not path.is_file():
        yield NOTE, "packages", f"no {path}: versions not compared"
        return
    wrong, count = [], 0
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.strip() or line[0] in "#-":
            continue
        wanted = Requirement(line.split(" #")[0])
        if wanted.marker and not wanted.marker.evaluate():
            continue
        count += 1
        try:
            found = importlib.metadata.version(wanted.name)
        except importlib.metadata.PackageNotFoundError:
            if wanted.name == "tensorflow-cpu" and _version("tensorflow"):
                continue  # the same library, built for GPUs
            wrong.append(f"{wanted.name} missing")
            continue
        if found not in wanted.specifier:
            wrong.append(f"{wanted.name} {found} instead of {wanted.specifier}")
    missing = [text for text in wrong if text.endswith("missing")]
    if not wrong:
        yield GOOD, "packages", f"all {count} as pinned in requirements.txt"
    else:
        text = f"{', '.join(wrong[:5])}{' …' if len(wrong) > 5 else ''}; to repair: pip install -r requirements.txt"
        yield BAD if missing else NOTE, "packages", text


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _machine() -> Iterator[Line]:
    from fidle_utils.run import cores

    yield GOOD if cores() > 1 else NOTE, "processor", f"{cores()} cores; the times in the headers are for 2"
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
        yield GOOD if memory >= _MEMORY else NOTE, "memory", f"{memory / 1e9:.1f} GB; a notebook may want 3"


def _disk() -> Iterator[Line]:
    out = course_root() / "run"
    place = out if out.is_dir() else out.parent
    free = shutil.disk_usage(place).free
    state = GOOD if free >= _ROOM else BAD if free < _ROOM / 10 else NOTE
    yield state, "disk", f"{free / 1e9:.1f} GB free for {out}"
    if not os.access(place, os.W_OK):
        yield BAD, "disk", f"{place} cannot be written; run notebooks with another run_dir"


def _data() -> Iterator[Line]:
    from fidle_utils import datasets

    for place in datasets.places():
        yield GOOD if place.is_dir() else NOTE, "data folder", f"{place}{'' if place.is_dir() else ' (not there)'}"
    for name in datasets.names():
        source = datasets.expected_source(name, "auto")
        if source == "real":
            yield GOOD, f"data {name}", "real data found"
        elif source == "simulated":
            yield NOTE, f"data {name}", f"none: notebooks will simulate; for the real ones: fidle data get {name}"


def _runs() -> Iterator[Line]:
    """What lies ready for `retrain = False`, for IMDB3 and IMDB4, and for the instructor's pages."""
    from fidle_course import catalogue
    from fidle_course.pages import publish

    courses = catalogue.load()
    runs = publish.finished(publish.results_folder(None), courses)
    missing = [name for name in courses if name not in runs]
    older = [name for name, run in runs.items() if not run.is_current]
    if missing:
        yield NOTE, "runs", f"not run here yet: {', '.join(missing)}. `fidle run` makes their networks and figures"
    if older:
        yield NOTE, "runs", f"changed since they ran here: {', '.join(older)}. `fidle run` runs them again"
    if not missing and not older:
        yield GOOD, "runs", f"all {len(courses)} notebooks have run here"


def _backend() -> Iterator[Line]:
    wanted = os.environ.get("KERAS_BACKEND", "tensorflow")
    if find_spec(wanted) is None:
        yield (
            BAD,
            "Keras",
            f"KERAS_BACKEND={wanted}, which is not installed: {sys.executable} -m pip install {wanted}",
        )
        return
    import keras

    from fidle_utils.run import device as device_of

    backend = keras.backend.backend()
    gpu, device = device_of(backend)
    yield GOOD, "Keras", f"{keras.__version__} on {backend} {_version(backend) or _version(backend + '-cpu') or ''}"
    yield GOOD, "device", device
    if not gpu and shutil.which("nvidia-smi"):
        yield NOTE, "GPU", f"nvidia-smi is here, but {backend} sees no GPU: is its GPU build installed (make GPU=1)?"
    if gpu:
        fused = fused_kernel(backend)
        state = {True: GOOD, False: NOTE, None: NOTE}[fused]
        words = {
            True: "is used by LSTM and GRU",
            False: "is NOT used: recurrent layers will be slow",
            None: "not known",
        }
        yield state, "fused kernel", words[fused]


def fused_kernel(backend: str) -> bool | None:
    """Whether a default LSTM and GRU really run on the GPU's fused kernel, read from the graph that is built.

    Returns:
        None where it cannot be told: only TensorFlow's graph is read here.
    """
    if backend != "tensorflow":
        return None
    import keras
    import tensorflow as tf

    for layer in (keras.layers.LSTM, keras.layers.GRU):
        built = layer(8)
        built(tf.zeros((1, 4, 3)))
        function = tf.function(lambda x, built=built: built(x)).get_concrete_function(tf.TensorSpec((2, 4, 3)))
        graph = function.graph.as_graph_def()
        nodes = [*graph.node, *(node for part in graph.library.function for node in part.node_def)]
        if not any(node.op.startswith("CudnnRNN") for node in nodes):
            return False
    return True


def _training() -> Iterator[Line]:
    """Train a small recurrent network for about ten seconds: it must learn, and its speed is told."""
    import keras
    import numpy as np

    keras.utils.set_random_seed(1)
    time_axis = np.arange(4096 + 16) * 0.3
    series = np.sin(time_axis).astype("float32")
    windows = np.lib.stride_tricks.sliding_window_view(series, 17)
    inputs, targets = windows[:, :16, None], windows[:, 16:]
    model = keras.Sequential([keras.Input((16, 1)), keras.layers.GRU(16), keras.layers.Dense(1)])
    model.compile("adam", "mse")
    began = time.perf_counter()
    first = last = model.train_on_batch(inputs[:64], targets[:64])
    steps, started = 0, time.perf_counter()
    compiling = started - began
    generator = np.random.default_rng(1)
    while time.perf_counter() - began < _TRAINING_SECONDS:
        rows = generator.integers(0, len(inputs), 64)
        last = model.train_on_batch(inputs[rows], targets[rows])
        steps += 1
    speed = steps * 64 / (time.perf_counter() - started)
    good = float(last) < float(first) / 4
    loss = f"loss {float(first):.3f} to {float(last):.4f}"
    words = f"{speed:,.0f} windows a second after {compiling:.0f} s of preparation; {loss}"
    yield GOOD if good else BAD, "training", words + ("" if good else ": it does not learn")


def _kernel() -> Iterator[Line]:
    """Start a notebook kernel as JupyterLab does, and let it import the course's package."""
    from jupyter_client.manager import start_new_kernel

    began = time.perf_counter()
    manager, client = start_new_kernel(kernel_name="python3", startup_timeout=120)
    try:
        reply = client.execute_interactive("import fidle_utils", timeout=60, output_hook=lambda message: None)
        if reply["content"]["status"] != "ok":
            yield (
                BAD,
                "notebook kernel",
                f"it cannot import fidle_utils: {reply['content']['evalue']}; pip install -e .",
            )
            return
        hidden: list[str] = []

        def keep(message):
            if message["msg_type"] == "stream":
                hidden.append(message["content"]["text"])

        client.execute_interactive("import sys; print(sys.executable)", timeout=60, output_hook=keep)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    where = "".join(hidden).strip()
    same = where and Path(where).resolve() == Path(sys.executable).resolve()
    seconds = time.perf_counter() - began
    text = f"started in {seconds:.1f} s" + ("" if same else f", but with another Python: {where}")
    yield GOOD if same else NOTE, "notebook kernel", text
