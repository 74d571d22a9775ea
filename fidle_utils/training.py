"""What happens around `fit` in a notebook: curves that grow while somebody watches, and networks that are kept.

`Run` puts this around `keras.Model.fit`, so that the notebooks hold nothing but the lesson: each `fit` of a kernel
leaves its weights and its history in `run_dir/<id>/trained/`, and a run with `retrain=False` takes them from there
instead of training: an instructor arrives at any section without a wait. What a network took long to predict is
kept beside it, under the digest of all its weights and of all that it read.
"""

import functools
import hashlib
import json
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import numpy as np

from fidle_utils import play
from fidle_utils.files import write_json, write_whole

_QUICK = 0.7  # seconds between two pictures of a curve
_LONG = 1.0  # seconds from which a prediction is worth keeping
_NOT_OF_THE_NETWORK = ("run_dir", "fit_verbosity", "retrain")  # parameters that change nothing in what is learnt


class Trained:
    """The trained networks of a notebook's run.

    A network is known again by its architecture, its losses and optimizer, the notebook's parameters, the first
    training data and, among equals, by its order; nothing else is ever taken for it.

    Args:
        folder: where weights and histories lie.
        retrain: False takes what the last run left, where it fits.
        parameters: called at each `fit`, gives the notebook's parameters as JSON can hold them.
    """

    def __init__(self, folder: Path, retrain: bool, parameters):
        self.folder, self.retrain, self._parameters = folder, retrain, parameters
        self.taken: list[str] = []  # when each network that was taken had been trained
        self._counts: dict[str, int] = {}

    def around_keras(self) -> None:
        """Put this around `fit` and `predict` of `keras.Model`, in the place of what an earlier `Run` put there."""
        import keras

        for name, ours in (("fit", self._fit), ("predict", self._predict)):
            setattr(keras.Model, name, _around(getattr(keras.Model, name), ours))

    def _fit(self, plain, model, args, kwargs):
        name = self._name(model, args[0] if args else kwargs.get("x"))
        if not self.retrain and (history := self._take(name, model)) is not None:
            return history
        if play.someone_there():
            kwargs["callbacks"] = [*(kwargs.get("callbacks") or []), _live_curves()]
        started = time.perf_counter()
        history = plain(model, *args, **kwargs)
        self._keep(name, model, history, time.perf_counter() - started)
        return history

    def _predict(self, plain, model, args, kwargs):
        x, more = (args[0], args[1:]) if args else (kwargs.get("x"), ())
        whole = x if isinstance(x, list | tuple) else [x]
        if more or not all(isinstance(part, np.ndarray) for part in whole):
            return plain(model, *args, **kwargs)
        file = None if self.retrain else self._prediction(model, whole)
        if file and file.is_file():
            with np.load(file, allow_pickle=False) as saved:
                return saved["predicted"]
        started = time.perf_counter()
        predicted = plain(model, *args, **kwargs)
        seconds = time.perf_counter() - started
        if seconds > _LONG and isinstance(predicted, np.ndarray) and predicted.nbytes < sum(p.nbytes for p in whole):
            file = file or self._prediction(model, whole)
            with write_whole(file) as part:
                np.savez(part, predicted=predicted)
            write_json(file.with_suffix(".json"), {"network": model.name, "predicted": _now(), "seconds": seconds})
        return predicted

    def _prediction(self, model, arrays) -> Path:
        digest = hashlib.sha256(json.dumps(_architecture(model), sort_keys=True, default=str).encode())
        for array in [*model.get_weights(), *arrays]:
            digest.update(f"{array.shape} {array.dtype}".encode() + np.ascontiguousarray(array).tobytes())
        return self.folder / f"{self._of_these_parameters()}-predicted-{digest.hexdigest()[:16]}.npz"

    def _name(self, model, x) -> str:
        about = {"layers": _architecture(model), "training": _without_names(model.get_compile_config() or {})}
        digest = hashlib.sha256(json.dumps(about, sort_keys=True, default=str).encode())
        for array in _first_data(x):
            digest.update(str(array.shape).encode() + np.ascontiguousarray(array).tobytes())
        key = f"{self._of_these_parameters()}-{digest.hexdigest()[:16]}"
        self._counts[key] = self._counts.get(key, 0) + 1
        return f"{key}-{self._counts[key]}"

    def _of_these_parameters(self) -> str:
        counted = {k: v for k, v in self._parameters().items() if k not in _NOT_OF_THE_NETWORK}
        return hashlib.sha256(json.dumps(counted, sort_keys=True, default=str).encode()).hexdigest()[:8]

    def _keep(self, name: str, model, history, seconds: float) -> None:
        with write_whole(self.folder / f"{name}.npz") as part:
            np.savez(part, *model.get_weights())
        about = {
            "network": model.name,
            "trained": _now(),
            "seconds": round(seconds, 2),
            "epoch": list(history.epoch),
            "history": {key: [float(v) for v in values] for key, values in history.history.items()},
        }
        if all(np.isfinite(v) for values in about["history"].values() for v in values):
            write_json(self.folder / f"{name}.json", about)

    def _take(self, name: str, model):
        import keras

        weights, described = self.folder / f"{name}.npz", self.folder / f"{name}.json"
        if not (weights.is_file() and described.is_file()):
            print(f"{model.name}: the last run left no such network; it is trained now")
            return None
        about = json.loads(described.read_text(encoding="utf-8"))
        with np.load(weights, allow_pickle=False) as saved:
            model.set_weights([saved[key] for key in saved.files])
        history = keras.callbacks.History()
        history.set_model(model)
        history.epoch, history.history = about["epoch"], about["history"]
        model.history = history
        self.taken.append(about["trained"])
        when = datetime.fromisoformat(about["trained"]).strftime("%Y-%m-%d %H:%M")
        print(f"{model.name}: taken from the run of {when}, where it trained for {about['seconds']:.0f} s")
        return history

    def forget_others(self) -> None:
        """Remove what runs with other parameters have left; called when a run has come to its end."""
        for path in self.folder.glob("*-*.*"):
            # not those of the exercises, which come after the end
            if not path.name.startswith(self._of_these_parameters()):
                path.unlink(missing_ok=True)


def _around(method, ours):
    """`ours(plain, model, args, kwargs)` in the place of a method, or of what stands there in its place."""
    plain = getattr(method, "plain", method)

    @functools.wraps(plain)
    def instead(model, *args, **kwargs):
        return ours(plain, model, args, kwargs)

    instead.plain = plain
    return instead


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="seconds")


def _architecture(model) -> list:
    """All that makes a network but the values of its weights: layers, operations, how they are joined, shapes."""
    try:
        config = model.get_config()
    except NotImplementedError:  # a class of the notebook's own, which does not say how it was made
        config = [[type(layer).__name__, layer.get_config()] for layer in model.layers]
    return [type(model).__name__, _without_names(config), [list(w.shape) for w in model.weights]]


def _without_names(config):
    """A configuration with places instead of the names that Keras gives.

    Those (dense_7) depend on what was built before in the same kernel.
    """
    places: dict[str, str] = {}

    def count(part):
        if isinstance(part, Mapping):
            if isinstance(part.get("name"), str) and len(part) > 1:  # a type such as float32 has nothing but a name
                places.setdefault(part["name"], f"#{len(places)}")
            part = list(part.values())
        for inner in part if isinstance(part, list | tuple) else ():
            count(inner)

    def replace(part):
        if isinstance(part, Mapping):
            return {k: replace(v) for k, v in part.items() if k != "shared_object_id"}
        if isinstance(part, list | tuple):
            return [replace(v) for v in part]
        return places.get(part, part) if isinstance(part, str) else part

    count(config)
    return replace(config)


def _first_data(x):
    """The beginning of the training data, as arrays: other data make another network."""
    if x is None:
        return []
    x = getattr(x, "series", x)  # a WindowGenerator's windows, in whatever order
    parts = list(x.values()) if isinstance(x, dict) else list(x) if isinstance(x, list | tuple) else [x]
    arrays = []
    for part in parts:
        if isinstance(part, list | tuple | dict):
            arrays += _first_data(part)
        elif hasattr(part, "shape"):
            arrays.append(np.asarray(part[:64].todense() if hasattr(part, "todense") else part[:64]))
    return arrays


def _live_curves():
    """A callback that draws training and validation loss while the network trains, and cleans up at the end."""
    import keras
    import matplotlib.pyplot as plt
    from IPython.display import display

    class LiveCurves(keras.callbacks.Callback):
        def on_train_begin(self, logs=None):
            self.curves, self.drawn = {}, 0.0
            self.place = display({"text/html": "", "text/plain": ""}, raw=True, display_id=True)

        def on_epoch_end(self, epoch, logs=None):
            for name in ("loss", "val_loss"):
                if name in (logs or {}):
                    self.curves.setdefault(name, []).append(float(logs[name]))
            if time.monotonic() - self.drawn > _QUICK:
                self.draw()
                self.drawn = time.monotonic()

        def draw(self):
            fig, ax = plt.subplots(figsize=(5.6, 2.8))
            looks = {"loss": ("training", "o-", "#606060"), "val_loss": ("validation", "s--", "#0072B2")}
            for name, values in self.curves.items():
                label, style, colour = looks[name]
                ax.plot(range(1, len(values) + 1), values, style, color=colour, label=label)
            ax.set(xlabel="epoch", ylabel="loss", xlim=(0.5, max(2, self.params.get("epochs") or 2) + 0.5))
            ax.xaxis.get_major_locator().set_params(integer=True)
            ax.legend()
            alt = "Loss by epoch so far: " + "; ".join(f"{n} {v[-1]:.4g}" for n, v in self.curves.items())
            self.place.update({"text/html": play.image(fig, alt)[1], "text/plain": alt}, raw=True)

        def on_train_end(self, logs=None):
            # the notebook draws the finished curves itself
            self.place.update({"text/html": "", "text/plain": ""}, raw=True)

    return LiveCurves()
