"""Is this machine ready for class? What a class needs is tried; what is missing comes with its remedy."""

import importlib.metadata
import os
import platform
import shutil
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from fidle_course.places import cannot_write, home
from fidle_utils import course_root, datasets
from fidle_utils.run import cores

GOOD, NOTE, BAD = "ok", "note", "PROBLEM"
_ROOM = 2e9  # bytes for results and data
_MEMORY = 4e9  # bytes
_TRAINING_SECONDS = 10.0

Line = tuple[str, str, str]  # GOOD, NOTE or BAD; what was looked at; what was found


def main(quick: bool = False) -> int:
    """Print one line for each check. Returns 0 if nothing prevents a class, else 1."""
    always = (python, packages, machine, disk, places, terminal, proxy, data, runs, backend)
    checks: tuple[Callable[[], Iterator[Line]], ...] = always if quick else (*always, training, kernel)
    problems = 0
    for check in checks:
        try:
            with _libraries_silent():
                for state, what, found in check():
                    problems += state == BAD
                    _print(f"{state:<7}  {what:<16}  {found}")
        except Exception as error:  # a check that breaks is a finding, not the end of the others
            problems += 1
            _print(f"{BAD:<7}  {check.__name__:<16}  {type(error).__name__}: {error}")
    _print("Ready." if not problems else f"{problems} problem{'s' if problems > 1 else ''}: see above.")
    return 1 if problems else 0


@contextmanager
def _libraries_silent() -> Iterator[None]:
    """What C++ code of libraries says of the processor is no finding; errors are raised all the same."""
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def _print(line: str) -> None:
    """Print a line, also where the terminal does not know all of its signs."""
    encoding = sys.stdout.encoding or "utf-8"
    print(line.encode(encoding, "replace").decode(encoding), flush=True)


def python() -> Iterator[Line]:
    good = (3, 11) <= sys.version_info < (3, 14)
    remedy = "" if good else "; the course needs 3.11, 3.12 or 3.13: TensorFlow has nothing for others"
    yield GOOD if good else BAD, "Python", f"{platform.python_version()} at {sys.executable}{remedy}"


def packages() -> Iterator[Line]:
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


def machine() -> Iterator[Line]:

    yield GOOD if cores() > 1 else NOTE, "processor", f"{cores()} cores; the times in the headers are for 2"
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
        yield GOOD if memory >= _MEMORY else NOTE, "memory", f"{memory / 1e9:.1f} GB; a notebook may want 3"


def disk() -> Iterator[Line]:
    out = course_root() / "run"
    free = shutil.disk_usage(out if out.is_dir() else out.parent).free
    state = GOOD if free >= _ROOM else BAD if free < _ROOM / 10 else NOTE
    yield state, "disk", f"{free / 1e9:.1f} GB free for {out}"


def places() -> Iterator[Line]:
    """Write where a run, JupyterLab and the programs below them write."""
    if trouble := cannot_write(course_root() / "run"):
        yield BAD, "results", f"{trouble}. Give a run another folder: fidle run --out FOLDER"
    try:
        temporary = tempfile.gettempdir()
    except OSError as error:
        yield BAD, "temporary files", f"{error.strerror}. Name a folder that can be written: TMPDIR=FOLDER"
    else:
        yield GOOD, "temporary files", temporary
    if (own := home()) is None:
        yield BAD, "home", "there is none, and JupyterLab wants one. Name a folder that can be written: HOME=FOLDER"
    elif trouble := cannot_write(own):
        yield BAD, "home", f"{trouble}. JupyterLab writes there; name another folder for it: HOME=FOLDER"
    else:
        yield GOOD, "home", str(own)
    for name in ("XDG_CACHE_HOME", "JUPYTER_RUNTIME_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR", "MPLCONFIGDIR"):
        if (named := os.environ.get(name)) and (trouble := cannot_write(Path(named))):
            yield BAD, name, f"{trouble}. Name another folder, or unset it"


def terminal() -> Iterator[Line]:
    encoding = sys.stdout.encoding or "ascii"
    try:
        "✓ °é".encode(encoding)
    except UnicodeEncodeError:
        yield (
            NOTE,
            "terminal",
            f"its encoding {encoding} lacks signs such as a tick; with them: export LC_ALL=C.UTF-8",
        )


def proxy() -> Iterator[Line]:
    """Downloads may go through a proxy; JupyterLab on this machine must not."""
    named = {
        kind: address for kind, address in urllib.request.getproxies().items() if kind in ("http", "https", "all")
    }
    for address in dict.fromkeys(named.values()):
        if address.startswith("socks") and find_spec("socks") is None:
            yield BAD, "proxy", f"{address} needs a package for downloads: {sys.executable} -m pip install pysocks"
        else:
            yield GOOD, "proxy", f"downloads go through {_without_password(address)}"
    if named and not urllib.request.proxy_bypass("127.0.0.1"):
        yield NOTE, "proxy", "also for this machine itself, which may hide JupyterLab: NO_PROXY=localhost,127.0.0.1"


def _without_password(address: str) -> str:
    scheme, _, rest = address.rpartition("//")
    return f"{scheme}//{rest.rpartition('@')[2]}" if scheme else rest.rpartition("@")[2]


def data() -> Iterator[Line]:
    for place in datasets.places():
        yield GOOD if place.is_dir() else NOTE, "data folder", f"{place}{'' if place.is_dir() else ' (not there)'}"
    for name in datasets.names():
        source = datasets.expected_source(name, "auto")
        if source == "real":
            yield GOOD, f"data {name}", "real data found"
        elif source == "simulated":
            yield NOTE, f"data {name}", f"none: notebooks will simulate; for the real ones: fidle data get {name}"


def runs() -> Iterator[Line]:
    """What lies ready for `retrain = False`, for notebooks that need others, and for the instructor's pages."""
    from fidle_course import catalogue
    from fidle_course.pages.finished import finished, results_folder

    courses = catalogue.load()
    ran = finished(results_folder(None), courses)
    missing = [name for name in courses if name not in ran]
    older = [name for name, run in ran.items() if not run.is_current]
    if missing:
        yield NOTE, "runs", f"not run here yet: {', '.join(missing)}. `fidle run` makes their networks and figures"
    if older:
        yield NOTE, "runs", f"changed since they ran here: {', '.join(older)}. `fidle run` runs them again"
    if not missing and not older:
        yield GOOD, "runs", f"all {len(courses)} notebooks have run here"


def backend() -> Iterator[Line]:
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

    name = keras.backend.backend()
    gpu, device = device_of(name)
    yield GOOD, "Keras", f"{keras.__version__} on {name} {_version(name) or _version(name + '-cpu') or ''}"
    yield GOOD, "device", device
    if not gpu and shutil.which("nvidia-smi"):
        yield NOTE, "GPU", f"nvidia-smi is here, but {name} sees no GPU: is its GPU build installed (make GPU=1)?"
    if gpu:
        fused = fused_kernel(name)
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


def training() -> Iterator[Line]:
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


def kernel() -> Iterator[Line]:
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
