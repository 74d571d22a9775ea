"""Is this machine ready for class? What a class needs is tried; what is missing comes with its remedy."""

import importlib.metadata
import os
import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from fidle_course import catalogue
from fidle_course.pages.row import finished
from fidle_utils import course_root, datasets
from fidle_utils.run import cores, device

GOOD, NOTE, BAD = "ok", "note", "PROBLEM"
_ROOM = 2e9  # bytes for results and data
_MEMORY = 4e9  # bytes
_PROBE = 200_000  # bytes: a quota shows only when something is written
# folders that the environment may name for what is written
_NAMED = ("XDG_CACHE_HOME", "JUPYTER_RUNTIME_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR", "MPLCONFIGDIR")

Lines = Iterator[tuple[str, str, str]]  # GOOD, NOTE or BAD; what was looked at; what was found


def main(quick: bool = False) -> int:
    """Print one line for each finding. Returns 0 if nothing prevents a class, else 1."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    always = (packages, machine, places, data, runs, backend)
    problems = 0
    for check in always if quick else (*always, kernel):
        try:
            for state, what, found in check():
                problems += state == BAD
                print(f"{state:<7}  {what:<16}  {found}", flush=True)
        except Exception as error:  # a check that breaks is a finding, not the end of the others
            problems += 1
            print(f"{BAD:<7}  {check.__name__:<16}  {type(error).__name__}: {error}", flush=True)
    print("Ready." if not problems else f"{problems} problem{'s' if problems > 1 else ''}: see above.")
    return 1 if problems else 0


def packages() -> Lines:
    """Compare what is installed with requirements.txt."""
    from packaging.requirements import Requirement

    yield GOOD, "Python", f"{platform.python_version()} at {sys.executable}"
    path = course_root() / "requirements.txt"
    if not path.is_file():
        yield NOTE, "packages", f"no {path}: versions not compared"
        return
    lines = [line.split(" #")[0] for line in path.read_text(encoding="utf-8").splitlines()]
    wanted = [Requirement(line) for line in lines if line.strip() and line[0] not in "#-"]
    wanted = {w.name: w.specifier for w in wanted if not w.marker or w.marker.evaluate()}
    if _version("tensorflow"):  # the same library, built for GPUs
        wanted.pop("tensorflow-cpu", None)
    if os.environ.get("KERAS_BACKEND", "tensorflow") != "tensorflow":
        wanted = {name: pin for name, pin in wanted.items() if not name.startswith("tensorflow")}
    there = {name: _version(name) for name in wanted}
    wrong = [name for name, pin in wanted.items() if not there[name] or there[name] not in pin]
    told = "; ".join(f"{name} {there[name] or 'missing'}, pinned {wanted[name]}" for name in wrong[:5])
    told += f"{'; …' if len(wrong) > 5 else ''}. To repair: pip install -r requirements.txt"
    state = GOOD if not wrong else NOTE if all(there.values()) else BAD
    yield state, "packages", told if wrong else "all as pinned in requirements.txt"


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def machine() -> Lines:
    yield GOOD if cores() > 1 else NOTE, "processor", f"{cores()} cores; the times in the headers are for 2"
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
        yield GOOD if memory >= _MEMORY else NOTE, "memory", f"{memory / 1e9:.1f} GB; a notebook may want 3"
    out = course_root() / "run"
    free = shutil.disk_usage(out if out.is_dir() else out.parent).free
    yield GOOD if free >= _ROOM else BAD if free < _ROOM / 10 else NOTE, "disk", f"{free / 1e9:.1f} GB free for {out}"


def places() -> Lines:
    """Write where a run, JupyterLab and the programs below them write."""
    folders = {"results": (course_root() / "run", "fidle run --out FOLDER")}
    folders["temporary files"] = (Path(tempfile.gettempdir()), "TMPDIR=FOLDER")
    folders |= {name: (Path(os.environ[name]), f"{name}=FOLDER") for name in _NAMED if os.environ.get(name)}
    folders["home"] = (Path.home(), "HOME=FOLDER")
    for what, (folder, remedy) in folders.items():
        trouble = cannot_write(folder)
        yield BAD if trouble else GOOD, what, f"{trouble}. Name another folder: {remedy}" if trouble else str(folder)


def cannot_write(folder: Path) -> str:
    """Why nothing can be written in a folder, or where it would be made; an empty text if it can."""
    place = next(p for p in (folder, *folder.parents) if p.exists())
    try:
        with tempfile.NamedTemporaryFile(dir=place, prefix=".fidle-") as file:
            file.write(bytes(_PROBE))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        return f"{place} cannot be written: {error.strerror}"
    return ""


def data() -> Lines:
    for place in datasets.places():
        yield GOOD if place.is_dir() else NOTE, "data folder", f"{place}{'' if place.is_dir() else ' (not there)'}"
    for name in datasets.names():
        source = datasets.expected_source(name, "auto")
        if source == "real":
            yield GOOD, f"data {name}", "real data found"
        elif source == "simulated":
            yield NOTE, f"data {name}", f"none: notebooks will simulate; for the real ones: fidle data get {name}"


def runs() -> Lines:
    """What lies ready for `retrain = False`, for notebooks that need others, and for the instructor's pages."""
    courses = catalogue.load()
    ran = finished(course_root() / "run", courses)
    missing = [name for name in courses if name not in ran]
    older = [name for name, run in ran.items() if not run.is_current]
    if missing:
        yield NOTE, "runs", f"not run here yet: {', '.join(missing)}. `fidle run` makes their networks and figures"
    if older:
        yield NOTE, "runs", f"changed since they ran here: {', '.join(older)}. `fidle run` runs them again"
    if not missing and not older:
        yield GOOD, "runs", f"all {len(courses)} notebooks have run here"


def backend() -> Lines:
    wanted = os.environ.get("KERAS_BACKEND", "tensorflow")
    if find_spec(wanted) is None:
        remedy = f"{sys.executable} -m pip install {wanted}"
        yield BAD, "Keras", f"KERAS_BACKEND={wanted}, which is not installed: {remedy}"
        return
    import keras

    name = keras.backend.backend()
    gpu, words = device(name)
    yield GOOD, "Keras", f"{keras.__version__} on {name} {_version(name) or _version(name + '-cpu') or ''}"
    yield GOOD, "device", words
    if not gpu and shutil.which("nvidia-smi"):
        yield NOTE, "GPU", f"nvidia-smi is here, but {name} sees no GPU: is its GPU build installed (make GPU=1)?"


def kernel() -> Lines:
    """Start a notebook kernel as JupyterLab does, and let it import the course's package."""
    from jupyter_client.manager import run_kernel

    began = time.perf_counter()
    with run_kernel(kernel_name="python3", startup_timeout=120) as client:
        reply = client.execute_interactive("import fidle_utils", timeout=60, output_hook=lambda message: None)
    if reply["content"]["status"] != "ok":
        yield BAD, "notebook kernel", f"it cannot import fidle_utils: {reply['content']['evalue']}; pip install -e ."
    else:
        yield GOOD, "notebook kernel", f"started in {time.perf_counter() - began:.1f} s"
