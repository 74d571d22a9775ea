"""Networks that are kept: taken again where they fit, trained anew where anything differs."""

import json

import numpy as np
import pytest

from fidle_utils.generator import WindowGenerator
from fidle_utils.training import Trained

keras = pytest.importorskip("keras")
X, Y = np.arange(40, dtype="float32").reshape(20, 2), np.arange(20, dtype="float32")


@pytest.fixture(autouse=True)
def plain_fit():
    """Keras as it was, whatever a test puts around it."""
    before = keras.Model.fit, keras.Model.predict
    yield
    keras.Model.fit, keras.Model.predict = before


def network(units=3, activation="tanh"):
    return keras.Sequential([keras.Input((2,)), keras.layers.Dense(units, activation), keras.layers.Dense(1)])


def train(folder, *, retrain, model=None, x=X, loss="mse", parameters=None, fits=1, epochs=2):
    """A kernel's run: the networks, their histories, and what was taken."""
    trained = Trained(folder, retrain, lambda: parameters or {"seed": 1})
    trained.around_keras()
    models, histories = [], []
    for _ in range(fits):
        models.append(model() if model else network())
        models[-1].compile("adam", loss)
        histories.append(models[-1].fit(x, Y, epochs=epochs, verbose=0))
    return models, histories, trained


def test_weights_and_history_of_the_last_run_come_back_without_training(tmp_path):
    (first,), (history,), _ = train(tmp_path, retrain=True)
    (second,), (again,), trained = train(tmp_path, retrain=False)
    assert len(trained.taken) == 1
    assert again.history == history.history and again.epoch == [0, 1]
    assert all(np.array_equal(a, b) for a, b in zip(first.get_weights(), second.get_weights()))
    assert second.optimizer.iterations == 0, "not a single step of training"


def test_equal_networks_are_told_apart_by_their_order(tmp_path):
    models, _, _ = train(tmp_path, retrain=True, fits=2)
    again, _, trained = train(tmp_path, retrain=False, fits=2)
    assert len(trained.taken) == 2
    for a, b in zip(models, again):
        assert np.array_equal(a.get_weights()[0], b.get_weights()[0])
    assert not np.array_equal(again[0].get_weights()[0], again[1].get_weights()[0])


@pytest.mark.parametrize(
    "other",
    [
        {"x": X + 1},
        {"x": X[:, ::-1].copy()},
        {"loss": "mae"},
        {"parameters": {"seed": 2}},
        {"model": lambda: network(units=4)},
        {"model": lambda: network(activation="relu")},
    ],
    ids=["other data", "columns in another order", "loss", "parameter", "size", "activation"],
)
def test_nothing_is_taken_for_another_network(tmp_path, capsys, other):
    train(tmp_path, retrain=True)
    (model,), _, trained = train(tmp_path, retrain=False, **other)
    assert trained.taken == [] and model.optimizer.iterations > 0
    assert "it is trained now" in capsys.readouterr().out


def test_folder_and_talkativeness_do_not_make_another_network(tmp_path):
    train(tmp_path, retrain=True, parameters={"seed": 1, "run_dir": "a", "fit_verbosity": 2, "retrain": True})
    _, _, trained = train(
        tmp_path, retrain=False, parameters={"seed": 1, "run_dir": "b", "fit_verbosity": 0, "retrain": False}
    )
    assert len(trained.taken) == 1


def test_training_is_the_default_even_where_a_network_is_kept(tmp_path):
    train(tmp_path, retrain=True)
    (model,), _, trained = train(tmp_path, retrain=True)
    assert trained.taken == [] and model.optimizer.iterations > 0


def test_windows_of_a_generator_count_whatever_their_order(tmp_path):
    """The second network of a run sees its windows in another order if the first one was not trained."""
    series = np.random.default_rng(0).normal(size=(60, 1)).astype("float32")

    def run(retrain):
        trained = Trained(tmp_path, retrain, dict)
        trained.around_keras()
        batches = WindowGenerator(series, 4, batch_size=8)
        for units in (2, 3):
            model = keras.Sequential([keras.Input((4, 1)), keras.layers.Flatten(), keras.layers.Dense(units)])
            keras.Sequential([model, keras.layers.Dense(1)])
            whole = keras.Sequential([model, keras.layers.Dense(1)])
            whole.compile("adam", "mse")
            whole.fit(batches, epochs=1, verbose=0)
        return trained

    run(True)
    assert len(run(False).taken) == 2


def test_what_other_parameters_left_is_forgotten_at_the_end(tmp_path):
    train(tmp_path, retrain=True, parameters={"seed": 1})
    _, _, trained = train(tmp_path, retrain=True, parameters={"seed": 2})
    assert len(list(tmp_path.glob("*.npz"))) == 2
    trained.forget_others()
    assert len(list(tmp_path.glob("*.npz"))) == len(list(tmp_path.glob("*.json"))) == 1
    _, _, trained = train(tmp_path, retrain=False, parameters={"seed": 2})
    assert len(trained.taken) == 1


def test_two_runs_of_one_kernel_do_not_wrap_each_other(tmp_path):
    before = getattr(keras.Model.fit, "plain", keras.Model.fit)
    for _ in range(3):
        Trained(tmp_path, True, dict).around_keras()
    assert keras.Model.fit.plain is before
    assert not hasattr(keras.Model.predict.plain, "plain")


def every(step):
    """A network whose graph, not whose layers, says which columns it reads."""
    x = keras.Input((8,))
    read = keras.ops.concatenate([x[:, ::step], x[:, : 8 - 8 // step]], axis=1)
    return keras.Model(x, keras.layers.Dense(1)(read))


def test_a_network_joined_in_another_way_is_another_network(tmp_path):
    x = np.random.default_rng(1).normal(size=(20, 8)).astype("float32")
    train(tmp_path, retrain=True, x=x, model=lambda: every(2))
    _, _, trained = train(tmp_path, retrain=False, x=x, model=lambda: every(2))
    assert len(trained.taken) == 1
    _, _, trained = train(tmp_path, retrain=False, x=x, model=lambda: every(4))
    assert trained.taken == []


def test_long_predictions_come_back_for_the_same_weights_and_the_same_input_only(tmp_path, monkeypatch):
    asked = []
    plain = getattr(keras.Model.predict, "plain", keras.Model.predict)

    def predict(model, *args, **kwargs):
        asked.append(model)
        return plain(model, *args, **kwargs)

    monkeypatch.setattr(keras.Model, "predict", predict)
    monkeypatch.setattr("fidle_utils.training._LONG", 0.0)
    (first,), _, _ = train(tmp_path, retrain=True)
    told = first.predict(X, verbose=0)
    assert len(asked) == 1
    (second,), _, trained = train(tmp_path, retrain=False)
    assert np.array_equal(second.predict(x=X, batch_size=7, verbose=0), told)
    assert len(asked) == 1, "nothing was computed again"
    second.predict(X + 1, verbose=0)
    second.set_weights([w + 1 for w in second.get_weights()])
    assert not np.array_equal(second.predict(X, verbose=0), told)
    assert len(asked) == 3
    Trained(tmp_path, True, dict).around_keras()
    first.predict(X, verbose=0)
    assert len(asked) == 4, "a run that trains computes everything"
    trained.forget_others()
    assert list(tmp_path.glob("*-predicted-*.npz")), "they belong to these parameters"


@pytest.mark.slow
def test_a_notebook_on_kept_networks_reports_the_same_scores_and_says_so(tmp_path):
    from fidle_course import cli

    for retrain in ("true", "false"):
        options = [
            "--profile",
            "smoke",
            "--out",
            str(tmp_path),
            "-p",
            "source=simulated",
            "-p",
            f"SYNOP2.retrain={retrain}",
        ]
        assert cli.main(["run", "SYNOP2", *options]) == 0
        results = json.loads((tmp_path / "SYNOP2" / "results.json").read_text())
        if retrain == "true":
            first = results
    assert first["networks taken from a run of"] == [] and len(results["networks taken from a run of"]) >= 1
    same = {k: v for k, v in first["scores"].items() if not k.startswith("seconds")}
    assert {k: results["scores"][k] for k in same} == pytest.approx(same, rel=1e-5)
