"""What `run.fit` adds to `model.fit`: a curve that grows while somebody watches, and results that are kept."""

import hashlib
import json
import re
import time
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import CodeType, EllipsisType, FunctionType

import numpy as np

from fidle_utils import play
from fidle_utils.files import read_json, write_json, write_whole

__all__ = ["Digest", "DivergedError", "Kept", "digest_of", "live_curves", "stop_when_diverged"]

_QUICK = 0.7  # seconds between two pictures of a curve
_NOT_LEARNT = ("verbose",)  # arguments of `fit` that change nothing in what is learnt
_LIBRARIES = ("builtins", "collections", "jax", "keras", "numpy", "pandas", "scipy", "tensorflow", "torch")


class DivergedError(ArithmeticError):
    """A loss became infinite or NaN while a network trained."""


@dataclass(frozen=True)
class Digest:
    """What makes a trained network what it is."""

    parts: dict[str, str] = field(default_factory=dict)  # name of a part, as a message says it -> a short hash
    unknown: str = ""  # why this training can never be known again; empty if it can


def digest_of(model, x, y, arguments: Mapping) -> Digest:
    """The digest of a training that is about to begin.

    Args:
        model: a compiled Keras model.
        x, y: what `fit` gets. Arrays, tables, sparse matrices, and lists or dictionaries of them; a
            `keras.utils.PyDataset` is read through once, batch by batch.
        arguments: the other arguments of `fit`.
    """
    if not model.built:
        return Digest(unknown="its first weights are not there yet; begin the network with `keras.Input`")
    try:
        parts = {
            "layers": _architecture(model),
            "first weights": model.get_weights(),
            "compilation": _compilation(model),
            "inputs": x,
            "labels": y,
            **{name: value for name, value in arguments.items() if name not in _NOT_LEARNT},
        }
        return Digest({name: _short(value) for name, value in parts.items()})
    except TypeError as error:
        return Digest(unknown=str(error))


@dataclass
class Kept:
    """A training's result in the folder of a run: `<name>.npz` (weights and history) and `<name>.json` (digests)."""

    folder: Path
    name: str

    def take(self, model, digest: Digest):
        """Give `model` the weights that were kept, if their digest is the same. Its optimizer stays as it is.

        Returns:
            `(history, text)`: what `fit` gave then, or None; and a sentence that says what was done and why.
        """
        import keras

        about, weights = read_json(self.folder / f"{self.name}.json"), self.folder / f"{self.name}.npz"
        if digest.unknown:
            return None, f"{self.name}: {digest.unknown}. Training"
        if not about or not weights.is_file():
            return None, f"{self.name}: no such network was kept. Training"
        now, then = digest.parts, about["digest"]
        if changed := [part for part in {**now, **then} if now.get(part) != then.get(part)]:
            return None, f"{self.name}: the kept network had other {', '.join(changed)}. Training"
        model.history = history = keras.callbacks.History()
        history.set_model(model)
        with np.load(weights, allow_pickle=False) as saved:
            model.set_weights([saved[key] for key in saved.files if key.startswith("weight ")])
            history.epoch = saved["epoch"].tolist()
            history.history = {k[8:]: saved[k].tolist() for k in saved.files if k.startswith("history ")}
        when = datetime.fromisoformat(about["trained"]).strftime("%Y-%m-%d %H:%M")
        return history, f"{self.name}: taken from the run of {when}, where it trained for {about['seconds']:.0f} s"

    def keep(self, model, digest: Digest, history, seconds: float) -> None:
        """Write weights, history, digest and the time that it took."""
        about = {
            "trained": datetime.now().astimezone().isoformat(timespec="seconds"),
            "seconds": round(seconds, 2),
            "digest": digest.parts,
        }
        (self.folder / f"{self.name}.json").unlink(missing_ok=True)  # it must never describe other weights
        with write_whole(self.folder / f"{self.name}.npz") as part:
            # a weight is named by its place: names of Keras depend on what was built before
            arrays = {f"weight {i}": weight for i, weight in enumerate(model.get_weights())}
            np.savez(part, epoch=history.epoch, **arrays, **{f"history {k}": v for k, v in history.history.items()})
        write_json(self.folder / f"{self.name}.json", about)


# ---------------------------------------------------------------- digests


def _short(value) -> str:
    digest = hashlib.sha256()
    _feed(digest, value)
    return digest.hexdigest()[:16]


def _feed(digest, value) -> None:
    """Put a value into a digest, whatever it is; what cannot be read twice is a `TypeError`."""
    digest.update(f"{type(value).__name__} ".encode())
    if _is_plain(value):
        digest.update(repr(value).encode())
    elif isinstance(value, Mapping):
        _feed(digest, [[str(key), value[key]] for key in sorted(value, key=str)])
    elif isinstance(value, list | tuple | set | frozenset):
        digest.update(f"{len(value)} ".encode())
        for part in sorted(value, key=repr) if isinstance(value, set | frozenset) else value:
            _feed(digest, part)
    elif isinstance(value, FunctionType):
        _feed(digest, _code(value))
    elif hasattr(value, "tocsr"):  # a scipy sparse matrix
        rows = value.tocsr()
        _feed(digest, [rows.shape, rows.data, rows.indices, rows.indptr])
    elif hasattr(value, "__array__"):
        array = np.asarray(value)
        digest.update(f"{array.shape} {array.dtype}".encode())
        if array.dtype == object:
            _feed(digest, array.tolist())
        elif array.size:
            digest.update(np.ascontiguousarray(array).reshape(-1).view("uint8"))
    elif hasattr(value, "get_config"):  # a part of Keras, or a WindowGenerator: its order moves on, its data stay
        _feed(digest, [_without_names(value.get_config()), _own_code(value)])
    elif hasattr(value, "__getitem__") and hasattr(value, "__len__"):  # a PyDataset
        for number in range(len(value)):
            _feed(digest, value[number])
    elif hasattr(value, "set_params") and hasattr(value, "__dict__"):  # a callback
        _feed(digest, [{k: v for k, v in vars(value).items() if _is_plain(v)}, _own_code(value)])
    else:
        raise TypeError(f"what is in a {type(value).__name__} cannot be read twice, so it is never known again")


def _is_of_a_library(value) -> bool:
    return str(value.__module__).split(".")[0] in _LIBRARIES


def _is_plain(value) -> bool:
    return value is None or isinstance(value, str | bytes | bool | int | float | complex | EllipsisType)


def _code(function: FunctionType, seen: frozenset = frozenset()) -> list:
    """What a function does: its code, and the values, arrays and functions that it takes from outside."""
    if _is_of_a_library(function) or function.__code__ in seen:
        return [function.__qualname__]
    codes = [function.__code__]
    for code in codes:  # grows on the way: functions inside functions
        codes += [constant for constant in code.co_consts if isinstance(constant, CodeType)]
    names = sorted({name for code in codes for name in code.co_names})
    outside = [function.__globals__[name] for name in names if name in function.__globals__]
    outside += [cell.cell_contents for cell in function.__closure__ or ()]
    outside += [*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()]
    found = [[c.co_code, c.co_names, [k for k in c.co_consts if not isinstance(k, CodeType)]] for c in codes]
    for value in outside:
        if isinstance(value, FunctionType):
            found.append(_code(value, seen | {function.__code__}))
        elif _is_plain(value) or (hasattr(value, "__array__") and not isinstance(value, type)):
            found.append(value)
    return found


def _own_code(value) -> list:
    """The functions that an object was given, and those of its class, where it is one of the notebook's own."""
    own = [kind for kind in type(value).__mro__ if not _is_of_a_library(kind)]
    parts = [item for holder in (value, *own) for item in vars(holder).items()]
    return [part for name, part in parts if isinstance(part, FunctionType) and name != "loss"]  # see _compilation


def _compilation(model) -> list:
    """Optimizer and the steps that it has done, loss, metrics."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # that a lambda cannot be loaded: nothing is loaded here
        config = _without_names(model.get_compile_config() or {})
    return [config, model.loss, int(model.optimizer.iterations)]


def _architecture(model) -> list:
    """All that makes a network but the values of its weights: layers, how they are joined, shapes, classes' code."""
    try:
        config = model.get_config()
    except NotImplementedError:  # a class of the notebook's own, which does not say how it was made
        config = [[type(layer).__name__, layer.get_config()] for layer in model.layers]
    return [_without_names(config), [_own_code(layer) for layer in model._flatten_layers()]]


def _without_names(config) -> str:
    """A configuration as JSON, with places instead of the names that Keras gives.

    Those (dense_7) depend on what was built before in the same kernel.
    """
    text = re.sub(r'"shared_object_id": \d+', "", json.dumps(config, default=_short))
    names = dict.fromkeys(
        re.findall(r'"name": "([^"]*)"(?!})', text)
    )  # a type such as float32 has nothing but a name
    for place, name in enumerate(names):
        text = text.replace(f'"{name}"', f'"#{place}"')
    return text


# ---------------------------------------------------------------- callbacks


def stop_when_diverged(name: str):
    """A callback that stops at the first epoch whose loss is not a finite number, and names the learning rate."""
    import keras

    class StopWhenDiverged(keras.callbacks.Callback):
        def on_train_begin(self, logs=None):
            self.rate = float(keras.ops.convert_to_numpy(self.model.optimizer.learning_rate))  # a schedule goes to 0

        def on_epoch_end(self, epoch, logs=None):
            wrong = [key for key, value in (logs or {}).items() if "loss" in key and not np.isfinite(value)]
            if wrong:
                raise DivergedError(
                    f"`{wrong[0]}` of {name} is {logs[wrong[0]]} after epoch {epoch + 1}: the training diverged, or "
                    f"the data hold NaN. Received: learning rate {self.rate:.3g}. Try a tenth of it, or "
                    "`clipnorm=1.0` in the optimizer."
                )

    return StopWhenDiverged()


def live_curves():
    """A callback that draws training and validation loss while the network trains, and cleans up at the end."""
    import keras
    from IPython.display import display

    from fidle_utils import plots

    class LiveCurves(keras.callbacks.Callback):
        def on_train_begin(self, logs=None):
            self.curves, self.drawn = {}, 0.0
            self.place = display({"text/html": "", "text/plain": ""}, raw=True, display_id=True)

        def on_epoch_end(self, epoch, logs):
            for key, name in (("loss", "training"), ("val_loss", "validation")):
                if key in logs:
                    self.curves.setdefault(name, []).append(float(logs[key]))
            if time.monotonic() - self.drawn < _QUICK:
                return
            self.drawn = time.monotonic()
            fig, ax = plots.figure(width="half", height=2.8)
            for i, (name, values) in enumerate(self.curves.items()):
                ax.plot(range(1, len(values) + 1), values, label=name, **plots.line_style(i))
            ax.set(xlabel="epoch", ylabel="loss", xlim=(0.5, max(2, self.params.get("epochs") or 2) + 0.5))
            ax.xaxis.get_major_locator().set_params(integer=True)
            ax.legend()
            alt = "Loss by epoch so far: " + "; ".join(f"{n} {v[-1]:.4g}" for n, v in self.curves.items())
            self.place.update({"text/html": play.image(fig, alt)[1], "text/plain": alt}, raw=True)

        def on_train_end(self, logs=None):
            # the notebook draws the finished curves itself
            self.place.update({"text/html": "", "text/plain": ""}, raw=True)

    return LiveCurves()
