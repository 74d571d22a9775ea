"""A notebook's run: its seed and device, its folder, its figures with alternative texts, its results."""

import json
import logging
import math
import os
import platform
import re
import subprocess
import sys
import time
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib import import_module
from importlib.metadata import version
from numbers import Integral
from pathlib import Path

from fidle_utils import __version__, course_root, play
from fidle_utils.files import read_json, write_json, write_whole
from fidle_utils.training import Kept, digest_of, live_curves, stop_when_diverged

__all__ = ["Run", "cores", "device", "load_model", "save_model", "versions"]


class Run:
    """Start a notebook's run.

    Makes the folder `run_dir/<id>/`, seeds Python, NumPy and Keras, sets the style of figures, and prints
    where it runs. What the notebook produces goes through `show` and `finish`.

    Args:
        id: the notebook's id in the catalogue, such as "SYNOP2".
        run_dir: where results go; a relative path starts at the course folder.
        seed: seeds Python, NumPy and the Keras backend, as `keras.utils.set_random_seed` does.
        retrain: False lets `run.fit` take a network that was kept, where nothing that made it has changed.

    Attributes:
        id, seed: as given.
        dir: the folder of this run's files.
        device: "CPU, 2 cores", or the GPU's name.
        gpu: True if the Keras backend sees a GPU.
        unroll: what recurrent layers over short windows should be given: True on a CPU, where an unrolled loop
            is quicker; False on a GPU, where the fused kernel wants a loop.
    """

    def __init__(self, id: str, *, run_dir: str | Path = "run", seed: int = 123, retrain: bool = True):
        import keras

        from fidle_utils import plots

        self.id, self.seed, self.retrain = id, seed, retrain
        self._started = datetime.now(UTC)
        self._clock = time.perf_counter()
        self._figures: list[dict] = []
        self._taken: list[str] = []  # networks of an earlier run
        self._used: dict[str, dict] = {}  # other notebooks' results that this one stands on
        self.dir = (course_root() / Path(run_dir).expanduser() / id).resolve()
        self.dir.mkdir(parents=True, exist_ok=True)
        if retrain:
            # old figures would look like this run's; a run on kept networks may stop anywhere and leaves them
            for old in (self.dir / "figures").glob("*.png"):
                old.unlink()
            (self.dir / "results.json").unlink(missing_ok=True)
        # TensorFlow advises against many small networks; in an exercise that is what one does
        logging.getLogger("tensorflow").setLevel(logging.ERROR)
        keras.utils.set_random_seed(seed)
        plots.use_style()
        self.backend = keras.backend.backend()
        self.gpu, self.device = device(self.backend)
        self.unroll = not self.gpu
        print(f"{id} · seed {seed} · results in {self.dir}")
        numbers = versions(self.backend)
        print(f"Keras {numbers['keras']} on {self.backend} {numbers[self.backend]} · {self.device}")
        _print_notes_on_parameters()

    def fit(self, model, x=None, y=None, *, name: str, **options):
        """Train a model: `model.fit(x, y, **options)`, with a live curve and a kept result.

        The weights and the history go to `run_dir/<id>/trained/<name>`. With `retrain=False` they are taken from
        there if the network, its first weights, its compilation, the data, the labels and the arguments are all
        the same; if anything differs it trains. A printed line then says which, and what differs.

        Args:
            model: a compiled Keras model.
            x, y: as for `fit`: arrays, or a `keras.utils.PyDataset` as `x`.
            name: of this training, such as "gru"; one for each in a notebook.
            **options: all else that `fit` takes.

        Returns:
            The history, as `fit` returns it.

        Raises:
            ValueError: `epochs` or `batch_size` is no whole number from 1 on.
            DivergedError: the loss became infinite or NaN.
        """
        for count in ("epochs", "batch_size"):
            value = options.get(count)
            if value is not None and not (isinstance(value, Integral) and value >= 1):
                raise ValueError(f"`{count}` must be a whole number, 1 or more. Received: {value!r}.")
        digest, kept = digest_of(model, x, y, options), Kept(self.dir / "trained", name)
        if not self.retrain:
            history, text = kept.take(model, digest)
            print(text)
            if history is not None:
                self._taken.append(name)
                return history
        callbacks = options.pop("callbacks", None) or []
        callbacks = [*callbacks] if isinstance(callbacks, list | tuple) else [callbacks]
        callbacks += [stop_when_diverged(name)] + ([live_curves()] if play.someone_there() else [])
        started = time.perf_counter()
        history = model.fit(x, y, callbacks=callbacks, **options)
        kept.keep(model, digest, history, time.perf_counter() - started)
        return history

    def show(self, figure, name: str, alt: str) -> None:
        """Save a figure as `figures/<name>.png`, display it with its alternative text, and close it.

        Args:
            figure: a matplotlib figure.
            name: file name without suffix, in kebab-case; unique in the notebook.
            alt: what the figure shows, for those who do not see it; a sentence or two.

        Raises:
            ValueError: an empty `alt`.
        """
        from IPython.display import display

        tag = self._save(figure, name, alt)
        display({"text/html": tag, "text/plain": f"[figure: {alt}]"}, raw=True)

    def play(self, draw, name: str, alt: str, **controls) -> None:
        """Display what `draw` gives, under controls that change it.

        Where nobody can move them (batch, HTML, print) it is a static figure with the values at the beginning;
        that one is saved as `show` does it.

        Args:
            draw: called with a value for each control; gives a figure, or what has an HTML form (a table).
            name: file name of the figure, in kebab-case.
            alt: alternative text; `{name}` in it becomes that control's value, other braces stay as they are.
            **controls: `Slider` or `Text` of `fidle_utils.play`, by the names of `draw`'s arguments.

        Example:
            run.play(draw, "free-run", "The path over {steps} own steps.", steps=Slider(1, 100, 20, "own steps"))
        """
        from IPython.display import display

        def as_text(values) -> str:
            return re.sub(r"\{(\w+)\}", lambda name: str(values.get(name[1], name[0])), alt)

        def as_html(**values) -> str:
            made = draw(**values)
            return play.image(made, as_text(values))[1] if hasattr(made, "savefig") else made._repr_html_()

        values = {name: control.start for name, control in controls.items()}
        made, words = draw(**values), as_text(values)
        is_figure = hasattr(made, "savefig")
        first = self._save(made, name, words) if is_figure else made._repr_html_()
        bundle = {"text/html": first, "text/plain": f"[figure: {words}]" if is_figure else str(made)}
        if play.someone_there():
            display(play.controls(as_html, controls, lambda html: place.update({"text/html": html}, raw=True)))
        place = display(bundle, raw=True, display_id=True)

    def _save(self, figure, name: str, alt: str) -> str:
        """Save a figure under `figures/`, note it for the results, and give its `<img>`."""
        if not alt.strip():
            raise ValueError(f"Every figure has an alternative text. Received an empty one for {name!r}.")
        title = figure.get_suptitle() or next(
            (t for a in figure.axes if (t := a.get_title("left") or a.get_title())), name
        )
        judge = os.environ.get("FIDLE_EYES")  # tests name a module that judges figures
        complaints = import_module(judge).complaints(figure) if judge else []
        png, tag = play.image(figure, alt)
        with write_whole(self.dir / "figures" / f"{name}.png") as part:
            part.write_bytes(png)
        self._figures = [f for f in self._figures if f["file"] != f"figures/{name}.png"]
        self._figures.append({"file": f"figures/{name}.png", "title": title, "alt": alt, "complaints": complaints})
        return tag

    def require(self, needed: str, **parameters) -> Path:
        """The folder of another notebook's results; run that notebook first if they are not there.

        Results made with other values of `parameters`, or on other data than there are now, do not count:
        the reader never has to keep two parameters equal by hand.

        Args:
            needed: the id of a notebook of the catalogue.
            **parameters: values that the other notebook's run must have had.

        Returns:
            `run_dir/<needed>/`.

        Raises:
            RuntimeError: the other notebook failed; the message names its log.
        """
        folder = self.dir.parent / needed
        why = _unfit(self.dir.parent, needed, parameters)
        if why:
            print(f"{needed}: {why}. Running it first…", flush=True)
            self._run_first(needed, parameters)
        else:
            print(f"{needed}: results found in {folder}")
        self._used[needed] = read_json(folder / "results.json").get("data", {})
        return folder

    def _run_first(self, needed: str, parameters: Mapping) -> None:
        """`fidle run` for the notebook that this one needs; what it prints is printed here."""
        command = [sys.executable, "-m", "fidle_course", "run", needed, "--out", str(self.dir.parent)]
        for name, value in parameters.items():
            command += ["-p", f"{needed}.{name}={value}"]
        pipe = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "encoding": "utf-8", "errors": "replace"}
        with subprocess.Popen(command, env={**os.environ, "PYTHONIOENCODING": "utf-8"}, **pipe) as process:
            for line in process.stdout:
                print(line, end="")
        if process.returncode:
            raise RuntimeError(
                f"{needed} did not run to its end, and {self.id} needs it: see above. Its executed copy and its log "
                f"are in {self.dir.parent / needed}."
            )

    def finish(self, scores: Mapping[str, float], *, units=None, data=None, tables=None, notes=None) -> None:
        """Write `results.json` and print the scores.

        Args:
            scores: name -> number.
            units: prefix of a score's name -> unit; the longest prefix that fits counts.
            data: where the data come from: `DataSource.as_dict()`.
            tables: name -> pandas table, kept for the report.
            notes: name -> text or number, such as the epoch whose weights were kept.

        Raises:
            ValueError: a score that is not a finite number.
        """
        numbers = {name: float(value) for name, value in scores.items()}
        if wrong := [f"{name}={value}" for name, value in numbers.items() if not math.isfinite(value)]:
            raise ValueError(f"A score is a finite number. Received: {', '.join(wrong)}.")
        results = {
            "id": self.id,
            "scores": numbers,
            "units": {name: _unit(name, units or {}) for name in numbers},
            "parameters": {name: _for_json(value) for name, (_, value) in _parameters().items()},
            "seed": self.seed,
            "data": dict(data or {}),
            "seconds": round(time.perf_counter() - self._clock, 2),
            "device": self.device,
            "versions": versions(self.backend),
            "figures": self._figures,
            "tables": {name: json.loads(t.to_json(orient="split")) for name, t in (tables or {}).items()},
            "notes": dict(notes or {}),
            "used": self._used,
            "networks taken": self._taken,
            "started": self._started.isoformat(timespec="seconds"),
            "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        write_json(self.dir / "results.json", results)
        width = max(map(len, numbers), default=0)
        for name, value in numbers.items():
            print(f"{name:<{width}}  {value:.6g} {results['units'][name]}".rstrip())
        if self._taken:
            print("The networks are those of an earlier run: no time of training above is a measurement.")
        print(f"{self.id}: {results['seconds']:.0f} s, written to {self.dir / 'results.json'}")


def _parameters() -> dict[str, tuple]:
    """Each of the notebook's parameters: its type and its value of now.

    What the cell of parameters (the one that sets `run_dir`) sets without a type, as in `seed = 42`, has None.
    """
    main = sys.modules["__main__"]
    types = getattr(main, "__annotations__", {})
    for cell in getattr(main, "In", ()):  # IPython's list of the cells that were run
        if re.search(r"^run_dir\b", cell, re.MULTILINE):
            types = dict.fromkeys(re.findall(r"^(\w+) *=(?!=)", cell, re.MULTILINE)) | types
    return {name: (kind, getattr(main, name)) for name, kind in types.items() if hasattr(main, name)}


def _print_notes_on_parameters() -> None:
    """Say what `fidle run` would refuse in the parameters; a notebook that is run by hand goes on."""
    for name, (kind, value) in _parameters().items():
        if kind is None:
            typed = f"{name}: {type(value).__name__} = {value!r}"
            print(f"Note: `{name}` has lost its type. `fidle run` wants `{typed}`.")
        elif kind in (int, float, str, bool):
            fits = (int, float) if kind is float else kind
            if not isinstance(value, fits) or isinstance(value, bool) != (kind is bool):
                print(f"Note: `{name}` is of type {kind.__name__}. Received: {value!r}. `fidle run` refuses that.")


def _for_json(value):
    value = value.item() if hasattr(value, "item") else value  # a number of NumPy's
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError):
        return str(value)
    return value


def _unfit(runs: Path, needed: str, wanted: Mapping[str, object]) -> str:
    """Why the results of another notebook cannot be used, or an empty text."""
    found = read_json(runs / needed / "results.json")
    if not found:
        return "no results yet"
    for name, value in wanted.items():
        # "auto" and "real" may mean the same data: those are compared below, not the words
        if name != "source" and found["parameters"].get(name) != value:
            return f"its results are for {name}={found['parameters'].get(name)!r}, not {value!r}"
    if "source" in wanted:
        from fidle_utils import datasets

        now = datasets.expected_source(found["data"].get("name", ""), wanted["source"])
        if now != found["data"].get("source"):
            have = "there are" if wanted["source"] == "auto" else "wanted are"
            return f"its results are from {found['data'].get('source')} data, and {have} {now} data now"
    # a model of weather up to February must not be tested, as on something new, on months that were added since
    for source, used in found.get("used", {}).items():
        prepared = read_json(runs / source / "results.json").get("data")
        if prepared and used != prepared:
            return f"its results are from {_period(used)}, and {source} has prepared {_period(prepared)} since"
    return ""


def _period(data: Mapping | None) -> str:
    said = [(data or {}).get("what") or "other data", *((data or {}).get("period") or ())]
    return said[0] + (f", {said[1]} to {said[2]}" if len(said) == 3 else "")


def _unit(name: str, units: Mapping[str, str]) -> str:
    prefixes = [p for p in units if name.startswith(p)]
    return units[max(prefixes, key=len)] if prefixes else ""


def versions(backend: str) -> dict[str, str]:
    """Versions of the course, Python, Keras' backend, and the packages that a score depends on."""
    packages = {name: version(name) for name in ("keras", "numpy", "pandas", "scikit-learn", "matplotlib")}
    return {
        "course": __version__,
        "python": platform.python_version(),
        backend: str(import_module(backend).__version__),
        **packages,
    }


def cores() -> int:
    """How many processor cores this process may use: fewer than the machine has, under Slurm or `taskset`."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def device(backend: str) -> tuple[bool, str]:
    """Whether the backend sees a GPU, and the device's name."""
    cpu = f"CPU, {cores()} core{'s' if cores() != 1 else ''} (no GPU)"
    if backend == "tensorflow":
        import tensorflow as tf

        if gpus := tf.config.list_physical_devices("GPU"):
            return True, "GPU " + tf.config.experimental.get_device_details(gpus[0]).get("device_name", "")
    elif backend == "jax":
        import jax

        if jax.default_backend() != "cpu":
            return True, f"GPU {jax.devices()[0].device_kind}"
    elif backend == "torch":
        import torch

        if torch.cuda.is_available():
            return True, f"GPU {torch.cuda.get_device_name(0)}"
    return False, cpu


# ---------------------------------------------------------------- a model with all that it needs, in one file

_NEEDS = "needs.json"


def save_model(path: str | Path, model, needs: Mapping) -> Path:
    """Save a Keras model and what it needs to be used (scaling, features, vocabulary) as one `.keras` file.

    A `.keras` file is a zip archive; `needs` travels in it as `needs.json`, which Keras ignores.

    Args:
        path: a name that ends in `.keras`; written whole or not at all.
        model: a Keras model.
        needs: what JSON can hold: numbers, texts, lists, dictionaries.
    """
    path = Path(path)
    if path.suffix != ".keras":
        raise ValueError(f"A saved model's name ends in .keras. Received: {path.name}.")
    text = json.dumps(dict(needs), ensure_ascii=False, allow_nan=False)
    with write_whole(path) as part:
        model.save(part)
        with zipfile.ZipFile(part, "a", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(_NEEDS, text)
    return path


def load_model(path: str | Path):
    """Load what `save_model` saved, to predict with it; to train it further, compile it.

    Keras' safe mode stays on: a file that wants to run code of its own (a lambda layer) is refused.

    Returns:
        `(model, needs)`.

    Raises:
        FileNotFoundError: no such file.
        ValueError: not a model file, or one that does not carry its needs.
    """
    import keras

    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"There is no saved model at {path}. Run the notebook that makes it first.")
    try:
        with zipfile.ZipFile(path) as archive:
            needs = json.loads(archive.read(_NEEDS))
    except (zipfile.BadZipFile, KeyError, ValueError) as error:
        raise ValueError(
            f"{path} was not saved by this course: a model file holds the model and {_NEEDS}. "
            "Run the notebook that makes it again."
        ) from error
    return keras.saving.load_model(path, compile=False, safe_mode=True), needs
