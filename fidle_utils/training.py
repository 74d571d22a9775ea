"""What `run.fit` adds to `model.fit`: a curve that grows while somebody watches, and networks that are kept.

A network is kept under a digest of all that made it. `Kept.take` gives it back only where every part of the digest is
the same: the network and its first weights, its compilation, the data, the labels, and the arguments of `fit`.
"""

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from types import FunctionType

import numpy as np

from fidle_utils import play
from fidle_utils.files import read_json, write_json, write_whole

__all__ = ["Digest", "DivergedError", "Kept", "digest_of", "live_curves", "stop_when_diverged"]

_QUICK = 0.7  # seconds between two pictures of a curve
_NOT_LEARNT = ("verbose",)  # arguments of `fit` that change nothing in what is learnt


class DivergedError(ArithmeticError):
    """A loss became infinite or NaN while a network trained."""


@dataclass(frozen=True)
class Digest:
    """What makes a trained network what it is, each part as a short hash; the names are those of a message."""

    network: str  # layers, how they are joined, first weights
    compilation: str
    inputs: str
    labels: str
    arguments: str

    def changed(self, other: Mapping) -> list[str]:
        """The parts in which `other`, a digest read from a file, differs."""
        return [name for name, value in asdict(self).items() if other.get(name) != value]


def digest_of(model, x, y, arguments: Mapping) -> Digest | None:
    """The digest of a training that is about to begin.

    Args:
        model: a compiled Keras model, built.
        x, y: what `fit` gets. Arrays, tables, sparse matrices, and lists or dictionaries of them; a
            `keras.utils.PyDataset` is read through once, batch by batch.
        arguments: the other arguments of `fit`.

    Returns:
        The digest; None where the data cannot be read twice (a Python generator) and so cannot be known again.
    """
    counted = {name: value for name, value in arguments.items() if name not in _NOT_LEARNT}
    try:
        return Digest(
            network=_short([_architecture(model), model.get_weights()]),
            compilation=_short([_without_names(model.get_compile_config() or {}), model.loss, _steps_done(model)]),
            inputs=_short(x),
            labels=_short(y),
            arguments=_short(counted),
        )
    except TypeError:
        return None


@dataclass
class Kept:
    """The trained networks in the folder of a notebook's run: `<name>.npz` (weights) and `<name>.json`."""

    folder: Path

    def take(self, name: str, model, digest: Digest | None):
        """Give `model` the weights that were kept under this digest.

        Returns:
            `(history, text)`: what `fit` gave then, or None; and a sentence that says what was done and why.
        """
        import keras

        about = read_json(self.folder / f"{name}.json")
        weights = self.folder / f"{name}.npz"
        if digest is None:
            return None, f"{name}: these data can be read once only, so no kept network can be known again; training"
        if not about or not weights.is_file():
            return None, f"{name}: no such network was kept; training"
        if changed := digest.changed(about.get("digest", {})):
            return None, f"{name}: the kept network had other {', '.join(changed)}; training"
        with np.load(weights, allow_pickle=False) as saved:
            model.set_weights([saved[key] for key in saved.files])
        history = keras.callbacks.History()
        history.set_model(model)
        history.epoch, history.history = about["epoch"], about["history"]
        model.history = history
        when = datetime.fromisoformat(about["trained"]).strftime("%Y-%m-%d %H:%M")
        return history, f"{name}: taken from the run of {when}, where it trained for {about['seconds']:.0f} s"

    def keep(self, name: str, model, digest: Digest | None, history, seconds: float) -> None:
        """Write weights, history and digest; without a digest, only the history (for the times of a run)."""
        about = {
            "network": name,
            "trained": datetime.now().astimezone().isoformat(timespec="seconds"),
            "seconds": round(seconds, 2),
            "epoch": list(history.epoch),
            "history": {key: [float(v) for v in values] for key, values in history.history.items()},
            "digest": asdict(digest) if digest else {},
        }
        (self.folder / f"{name}.json").unlink(missing_ok=True)  # it must never describe other weights
        with write_whole(self.folder / f"{name}.npz") as part:
            # a layer's weight is named by its place: names of Keras depend on what was built before
            np.savez(part, **{f"w{i:04}": w for i, w in enumerate(model.get_weights())})
        write_json(self.folder / f"{name}.json", about)


# ---------------------------------------------------------------- digests


def _short(value) -> str:
    digest = hashlib.sha256()
    _feed(digest, value)
    return digest.hexdigest()[:16]


def _feed(digest, value) -> None:
    """Put a value into a digest, whatever it is; what cannot be read twice is a `TypeError`."""
    digest.update(type(value).__name__.encode())
    if value is None or isinstance(value, str | bytes | bool | int | float | complex):
        digest.update(repr(value).encode())
    elif isinstance(value, Mapping):
        for key in sorted(value, key=str):
            _feed(digest, str(key))
            _feed(digest, value[key])
    elif isinstance(value, list | tuple):
        for part in value:
            _feed(digest, part)
    elif isinstance(value, FunctionType):
        _feed_function(digest, value)
    elif hasattr(value, "tocsr"):  # a scipy sparse matrix
        rows = value.tocsr()
        for part in (rows.shape, rows.data, rows.indices, rows.indptr):
            _feed(digest, part)
    elif hasattr(value, "__array__"):
        array = np.asarray(value)
        digest.update(f"{array.shape} {array.dtype}".encode())
        if array.dtype == object:
            _feed(digest, array.tolist())
        else:
            digest.update(np.ascontiguousarray(array).data if array.size else b"")
    elif hasattr(value, "get_config"):  # a part of Keras, or a WindowGenerator: its order moves on, its data stay
        _feed(digest, _without_names(value.get_config()))
    elif hasattr(value, "__getitem__") and hasattr(value, "__len__"):  # a PyDataset
        for number in range(len(value)):
            _feed(digest, value[number])
    elif hasattr(value, "set_params") and hasattr(value, "__dict__"):  # a callback
        _feed(digest, {k: v for k, v in vars(value).items() if _is_plain(v) or isinstance(v, FunctionType)})
    else:
        raise TypeError(f"{type(value).__name__} cannot be read twice")


def _feed_function(digest, function: FunctionType) -> None:
    """The code of a function and the plain values and arrays that it takes from outside: a loss of one's own."""
    code = function.__code__
    _feed(digest, [code.co_code, [c for c in code.co_consts if _is_plain(c)], list(code.co_names)])
    cells = [cell.cell_contents for cell in function.__closure__ or ()]
    outside = [function.__globals__[name] for name in code.co_names if name in function.__globals__]
    for value in [*cells, *outside, *(function.__defaults__ or ())]:
        if _is_plain(value) or isinstance(value, np.ndarray):
            _feed(digest, value)


def _is_plain(value) -> bool:
    return value is None or isinstance(value, str | bytes | bool | int | float | complex)


def _steps_done(model) -> int:
    return int(model.optimizer.iterations) if getattr(model, "optimizer", None) is not None else 0


def _architecture(model) -> list:
    """All that makes a network but the values of its weights: layers, operations, how they are joined, shapes."""
    try:
        config = model.get_config()
    except NotImplementedError:  # a class of the notebook's own, which does not say how it was made
        config = [[type(layer).__name__, layer.get_config()] for layer in model.layers]
    return [type(model).__name__, json.dumps(_without_names(config), sort_keys=True, default=str)]


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


# ---------------------------------------------------------------- callbacks


def stop_when_diverged(name: str):
    """A callback that stops at the first epoch whose loss is not a finite number, and names the learning rate."""
    import keras

    class StopWhenDiverged(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            wrong = [key for key, value in (logs or {}).items() if "loss" in key and not np.isfinite(value)]
            if wrong:
                rate = float(keras.ops.convert_to_numpy(self.model.optimizer.learning_rate))
                raise DivergedError(
                    f"`{wrong[0]}` of {name} is {logs[wrong[0]]} after epoch {epoch + 1}: the training diverged, or "
                    f"the data hold NaN. Received: learning rate {rate:.3g}. Try a tenth of it, or `clipnorm=1.0` "
                    "in the optimizer."
                )

    return StopWhenDiverged()


def live_curves():
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
