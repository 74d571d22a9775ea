"""`run.fit`: trains, keeps the result, and takes it again only where nothing that made it has changed."""

import json
import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
import scipy.sparse

from fidle_utils.generator import WindowGenerator
from fidle_utils.run import Run
from fidle_utils.training import DivergedError

keras = pytest.importorskip("keras")
X, Y = np.arange(80, dtype="float32").reshape(40, 2) / 80, np.arange(40, dtype="float32") / 40
FIT, PREDICT = keras.Model.fit, keras.Model.predict


def network(units=3, activation="tanh", loss="mse", rate=0.01):
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(units, activation), keras.layers.Dense(1)])
    model.compile(keras.optimizers.Adam(rate), loss, run_eagerly=True)
    return model


def train(folder, *, retrain, model=network, x=X, y=Y, seed=1, **options):
    """A notebook's run with one training: the network and its history."""
    run = Run("TOY1", run_dir=folder, seed=seed, retrain=retrain)
    made = model()
    return made, run.fit(made, x, y, name="toy", **{"epochs": 2, "verbose": 0, **options})


def is_taken(folder, capsys, first, then):
    """Whether the second of two runs takes what the first one kept; and the line that it prints about it."""
    train(folder, retrain=True, **first)
    capsys.readouterr()
    model, _ = train(folder, retrain=False, **then)
    (line,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("toy: ")]
    assert ("taken from the run of" in line) == (int(model.optimizer.iterations) == 0), (
        "not a single step of training"
    )
    return "taken" in line, line


def test_weights_and_history_of_the_last_run_come_back_without_training(tmp_path, capsys):
    first, history = train(tmp_path, retrain=True)
    second, again = train(tmp_path, retrain=False)
    assert again.history == history.history and again.epoch == [0, 1]
    assert all(np.array_equal(a, b) for a, b in zip(first.get_weights(), second.get_weights()))
    assert int(second.optimizer.iterations) == 0
    assert "toy: taken from the run of 20" in capsys.readouterr().out


def test_training_is_the_default_even_where_a_network_is_kept(tmp_path, capsys):
    train(tmp_path, retrain=True)
    capsys.readouterr()
    model, _ = train(tmp_path, retrain=True)
    assert int(model.optimizer.iterations) > 0 and "toy" not in capsys.readouterr().out


def test_nothing_of_keras_is_replaced(tmp_path):
    train(tmp_path, retrain=True)
    assert keras.Model.fit is FIT and keras.Model.predict is PREDICT


def a_value_changed(values, place):
    """A copy in which one value differs."""
    changed = values.copy()
    changed.flat[place] += 1
    return changed


CHANGES = {
    "labels": (dict(y=Y[::-1].copy()), "labels"),
    "one label": (dict(y=a_value_changed(Y, 21)), "labels"),
    "a value in the middle of the data": (dict(x=a_value_changed(X, 41)), "inputs"),
    "columns in another order": (dict(x=X[:, ::-1].copy()), "inputs"),
    "a longer record": (dict(x=np.concatenate([X, X]), y=np.concatenate([Y, Y])), "inputs, labels"),
    "epochs": (dict(epochs=3), "epochs"),
    "batch size": (dict(batch_size=8), "batch_size"),
    "class weights": (dict(class_weight={0: 1.0, 1: 2.0}), "class_weight"),
    "validation data": (dict(validation_data=(X, Y)), "validation_data"),
    "callbacks": (dict(callbacks=[keras.callbacks.EarlyStopping("loss")]), "callbacks"),
    "another seed": (dict(seed=2), "first weights"),
    "loss": (dict(model=lambda: network(loss="mae")), "compilation"),
    "learning rate": (dict(model=lambda: network(rate=0.02)), "compilation"),
    "activation": (dict(model=lambda: network(activation="relu")), "layers"),
    "units": (dict(model=lambda: network(units=4)), "layers, first weights"),
}


@pytest.mark.parametrize(("then", "part"), CHANGES.values(), ids=CHANGES)
def test_whatever_changes_it_trains_anew_and_says_what_changed(tmp_path, capsys, then, part):
    taken, line = is_taken(tmp_path, capsys, {}, then)
    assert not taken and line == f"toy: the kept network had other {part}. Training"


def test_validation_data_and_callbacks_of_the_same_values_are_the_same(tmp_path, capsys):
    def options():
        stop = keras.callbacks.EarlyStopping("val_loss", patience=2, restore_best_weights=True)
        return dict(validation_data=(X.copy(), Y.copy()), callbacks=[stop], class_weight={0: 1.0, 1: 2.0})

    assert is_taken(tmp_path, capsys, options(), options())[0]


def test_how_much_is_printed_changes_nothing(tmp_path, capsys):
    assert is_taken(tmp_path, capsys, dict(verbose=2), dict(verbose=0))[0]


def test_a_first_run_with_retrain_false_trains(tmp_path, capsys):
    model, _ = train(tmp_path, retrain=False)
    assert int(model.optimizer.iterations) > 0
    assert "toy: no such network was kept. Training" in capsys.readouterr().out


# ---------------------------------------------------------------- code of one's own


def weighted(factor):
    def loss(truth, predicted):
        assert keras.backend.floatx() in {"float32", "float64"}
        return keras.ops.mean(factor * keras.ops.square(truth - predicted)[..., 0])

    return loss


def squares(values):
    return keras.ops.square(values)


def absolutes(values):
    return keras.ops.absolute(values)


@pytest.mark.parametrize(
    ("first", "then", "same"),
    [
        (weighted(2.0), weighted(2.0), True),
        (weighted(2.0), weighted(3.0), False),
        (weighted(np.array([2.0])), weighted(np.array([3.0])), False),
        (weighted(1.0), lambda truth, predicted: keras.ops.mean(keras.ops.square(truth - predicted)), False),
    ],
    ids=["the same", "a number inside", "an array inside", "other code"],
)
def test_a_changed_loss_function_of_ones_own_is_seen(tmp_path, capsys, first, then, same):
    first, then = ({"model": lambda loss=loss: network(loss=loss)} for loss in (first, then))
    taken, line = is_taken(tmp_path, capsys, first, then)
    assert taken == same and (same or "other compilation" in line)


def test_a_function_that_the_loss_calls_is_a_part_of_it(tmp_path, capsys, monkeypatch):
    def with_helper():
        return network(loss=lambda truth, predicted: keras.ops.mean(squares(truth - predicted)))

    train(tmp_path, retrain=True, model=with_helper)
    assert is_taken(tmp_path, capsys, dict(model=with_helper), dict(model=with_helper))[0]
    monkeypatch.setitem(globals(), "squares", absolutes)
    train(tmp_path, retrain=False, model=with_helper)
    assert "other compilation" in capsys.readouterr().out


def test_a_changed_activation_of_ones_own_is_seen(tmp_path, capsys):
    def with_activation(factor):
        def steep(x):
            return keras.ops.tanh(factor * x)

        return {"model": lambda: network(activation=steep)}

    assert is_taken(tmp_path, capsys, with_activation(2), with_activation(2))[0]
    taken, line = is_taken(tmp_path, capsys, with_activation(2), with_activation(3))
    assert not taken and "other layers" in line


def test_a_changed_layer_of_ones_own_is_seen(tmp_path, capsys):
    def with_layer(call):
        layer = type("Mine", (keras.layers.Layer,), {"call": call, "__module__": __name__})
        model = keras.Sequential([keras.Input((2,)), layer(), keras.layers.Dense(1)])
        model.compile("adam", "mse", run_eagerly=True)
        return model

    doubled, tripled = (lambda self, x: 2 * x), (lambda self, x: 3 * x)
    assert is_taken(
        tmp_path, capsys, dict(model=lambda: with_layer(doubled)), dict(model=lambda: with_layer(doubled))
    )[0]
    taken, line = is_taken(
        tmp_path, capsys, dict(model=lambda: with_layer(doubled)), dict(model=lambda: with_layer(tripled))
    )
    assert not taken and "other layers" in line


def every(step):
    """A network whose graph, not whose layers, says which columns it reads."""
    x = keras.Input((8,))
    read = keras.ops.concatenate([x[:, ::step], x[:, : 8 - 8 // step]], axis=1)
    model = keras.Model(x, keras.layers.Dense(1)(read))
    model.compile("adam", "mse", run_eagerly=True)
    return model


def test_a_network_joined_in_another_way_is_another_network(tmp_path, capsys):
    x = np.random.default_rng(1).normal(size=(20, 8)).astype("float32")
    two, four = dict(model=lambda: every(2), x=x, y=Y[:20]), dict(model=lambda: every(4), x=x, y=Y[:20])
    assert is_taken(tmp_path, capsys, two, two)[0]
    assert is_taken(tmp_path, capsys, two, four) == (False, "toy: the kept network had other layers. Training")


def test_names_that_keras_gives_do_not_count(tmp_path, capsys):
    """dense_7 in one kernel is dense_2 in another, where fewer networks were built before."""

    def after_others():
        for _ in range(3):
            network()
        keras.utils.set_random_seed(1)
        return network()

    keras.utils.clear_session()
    assert is_taken(
        tmp_path, capsys, dict(model=lambda: (keras.utils.set_random_seed(1), network())[1]), dict(model=after_others)
    )[0]


# ---------------------------------------------------------------- forms of data


def windows(last=0.0):
    series = np.arange(60, dtype="float32").reshape(30, 2)
    series[15, 0] += last
    return WindowGenerator(series, 1, batch_size=8, target_columns=[0])


class Batches(keras.utils.PyDataset):
    def __init__(self, labels):
        super().__init__()
        self.labels = labels

    def __len__(self):
        return 4

    def __getitem__(self, i):
        return X[10 * i : 10 * i + 10], self.labels[10 * i : 10 * i + 10]


def flat():
    model = keras.Sequential([keras.Input((1, 2)), keras.layers.Flatten(), keras.layers.Dense(1)])
    model.compile("adam", "mse", run_eagerly=True)
    return model


def by_name():
    left, right = keras.Input((2,), name="left"), keras.Input((2,), name="right")
    model = keras.Model({"left": left, "right": right}, keras.layers.Dense(1)(left + right))
    model.compile("adam", "mse", run_eagerly=True)
    return model


FORMS = {
    "windows": lambda y: dict(model=flat, x=windows(y[21]), y=None),
    "PyDataset": lambda y: dict(x=Batches(y), y=None),
    "dictionary": lambda y: dict(model=by_name, x={"left": X, "right": np.stack([y, y], axis=1)}),
    "pandas": lambda y: dict(x=pd.DataFrame({"a": y, "b": y}), y=pd.Series(Y)),
    "sparse matrix": lambda y: dict(x=scipy.sparse.csr_matrix(np.stack([y, y], axis=1))),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_every_form_of_data_is_known_again_and_its_change_is_seen(tmp_path, capsys, form):
    if keras.backend.backend() != "tensorflow" and "sparse" in os.environ.get("PYTEST_CURRENT_TEST", ""):
        pytest.skip("sparse matrices need TensorFlow here")
    assert is_taken(tmp_path, capsys, form(Y), form(Y.copy()))[0]
    taken, line = is_taken(tmp_path, capsys, form(Y), form(a_value_changed(Y, 21)))
    assert not taken and "other inputs" in line


def test_windows_count_whatever_order_they_are_in(tmp_path, capsys):
    """The second network of a run sees its windows in another order if the first one was not trained."""
    later = windows()
    later.on_epoch_end()
    assert is_taken(tmp_path, capsys, dict(model=flat, x=windows(), y=None), dict(model=flat, x=later, y=None))[0]


def test_a_python_generator_cannot_be_known_again_and_is_not_used_up(tmp_path, capsys):
    def batches():
        while True:
            yield X, Y

    taken, line = is_taken(
        tmp_path,
        capsys,
        dict(x=batches(), y=None, steps_per_epoch=2),
        dict(x=batches(), y=None, steps_per_epoch=2),
    )
    assert not taken and "generator cannot be read twice" in line


def test_a_network_without_weights_yet_cannot_be_known_again(tmp_path, capsys):
    def without_input():
        model = keras.Sequential([keras.layers.Dense(1)])
        model.compile("adam", "mse", run_eagerly=True)
        return model

    taken, line = is_taken(tmp_path, capsys, dict(model=without_input), dict(model=without_input))
    assert not taken and "keras.Input" in line


# ---------------------------------------------------------------- what cannot be learnt


def test_a_training_that_diverges_stops_at_its_first_epoch_and_names_the_learning_rate(tmp_path):
    def wild():
        model = network(activation="linear")
        model.compile(keras.optimizers.SGD(keras.optimizers.schedules.CosineDecay(1e20, 100)), "mse")
        return model

    with pytest.raises(DivergedError, match=r"(?s)of toy is (nan|inf) after epoch 1:.*learning rate 1e\+20"):
        train(tmp_path, retrain=True, model=wild, epochs=50)
    assert not list(tmp_path.rglob("toy.*")), "nothing is kept of it"


@pytest.mark.parametrize("count", ["epochs", "batch_size"])
@pytest.mark.parametrize("value", [0, -1, 3.0])
def test_a_count_that_is_no_whole_number_from_one_on_is_refused(tmp_path, count, value):
    with pytest.raises(ValueError, match=f"`{count}` must be a whole number, 1 or more. Received: {value}"):
        train(tmp_path, retrain=True, **{count: value})


def test_one_callback_need_not_be_a_list(tmp_path):
    _, history = train(tmp_path, retrain=True, epochs=5, callbacks=keras.callbacks.EarlyStopping("loss", min_delta=9))
    assert len(history.epoch) == 2


# ---------------------------------------------------------------- elsewhere


def test_results_name_the_networks_that_were_taken(tmp_path, capsys):
    for retrain, taken in ((True, []), (False, ["toy"])):
        run = Run("TOY1", run_dir=tmp_path, seed=1, retrain=retrain)
        run.fit(network(), X, Y, name="toy", verbose=0)
        run.finish({"one": 1})
        assert json.loads((run.dir / "results.json").read_text())["networks taken"] == taken
        assert ("no time of training above is a measurement" in capsys.readouterr().out) == bool(taken)


@pytest.mark.slow
def test_another_backend_keeps_and_takes_as_well(tmp_path):
    pytest.importorskip("jax")
    here = "test_weights_and_history or what_changed or every_form or diverges"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", __file__, "-m", "not slow", "-k", here]
    done = subprocess.run(command, env={**os.environ, "KERAS_BACKEND": "jax"}, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.slow
def test_a_notebook_on_kept_networks_reports_the_same_scores_and_says_so(tmp_path):
    from fidle_course import cli

    options = ["--profile", "smoke", "--out", str(tmp_path), "-p", "source=simulated"]
    found = {}
    for retrain in ("true", "false"):
        assert cli.main(["run", "SYNOP2", *options, "-p", f"SYNOP2.retrain={retrain}"]) == 0
        found[retrain] = json.loads((tmp_path / "SYNOP2" / "results.json").read_text())
    first, again = found["true"], found["false"]
    assert first["networks taken"] == [] and again["networks taken"] == ["plain-0", "increment-0", "skip-0", "lstm-0"]
    same = {k: v for k, v in first["scores"].items() if not k.startswith("seconds")}
    assert {k: again["scores"][k] for k in same} == pytest.approx(same, rel=1e-5)
