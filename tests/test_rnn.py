"""The lessons RNN1 and RNN2: their layers by hand are those of Keras, and what they claim holds with other seeds."""

import ast
import json
import os
import subprocess
import sys

import numpy as np
import pytest

from fidle_course import catalogue
from fidle_utils import course_root
from tests.test_exercises import answers

CATALOGUE = catalogue.load()


def functions_of(name, **given):
    """The functions that a notebook defines, by name, without running the rest of it.

    Args:
        given: what the functions find outside of them.
    """
    space = {"np": np, **given}
    for cell in json.loads(CATALOGUE[name].file.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code" and not cell["metadata"].get("tags"):
            for node in ast.parse("".join(cell["source"])).body:
                if isinstance(node, ast.FunctionDef):
                    exec(compile(ast.Module([node], []), name, "exec"), space)
    return space


def weights(rng, *shapes):
    return [rng.normal(size=shape) for shape in shapes]


# ---------------------------------------------------------------- RNN1


@pytest.mark.parametrize(("kind", "gates", "bias"), [("SimpleRNN", 1, (5,)), ("LSTM", 4, (20,)), ("GRU", 3, (2, 15))])
def test_layers_by_hand_are_those_of_keras(kind, gates, bias):
    import keras

    by_hand = functions_of("RNN1")["simple_rnn" if kind == "SimpleRNN" else kind.lower()]
    rng = np.random.default_rng(0)
    values = weights(rng, (4, 5 * gates), (5, 5 * gates), bias)
    layer = getattr(keras.layers, kind)(5, return_sequences=True, dtype="float64")
    layer.build((None, 7, 4))
    layer.set_weights(values)
    x = rng.normal(size=(7, 4))
    exact = 1e-12 if keras.backend.backend() == "tensorflow" else 1e-5
    np.testing.assert_allclose(by_hand(x, *values), np.asarray(layer(x[None]))[0], rtol=0, atol=exact)


def test_a_state_of_zero_stays_zero_without_input():
    simple_rnn = functions_of("RNN1")["simple_rnn"]
    assert simple_rnn(np.zeros((3, 2)), np.ones((2, 4)), np.ones((4, 4)), np.zeros(4)).tolist() == [[0.0] * 4] * 3


# ---------------------------------------------------------------- RNN2


def slope_and_gradients(seed, factor=1.0, units=16):
    """A measured slope, the same from the gradient, and the cosine of the gradient without transpose."""
    states, gradient = (functions_of("RNN2", units=3)[function] for function in ("states", "gradient"))
    rng = np.random.default_rng(seed)
    x, y, W_x = rng.normal(size=(20, 2)), rng.normal(size=units), 0.1 * rng.normal(size=(2, units))
    W_h = factor * np.linalg.qr(rng.normal(size=(units, units)))[0]
    right, wrong = gradient(x, y, W_x, W_h, W_h.T), gradient(x, y, W_x, W_h, W_h)
    nudge = 1e-6 * rng.normal(size=W_h.shape)
    change = (states(x, W_x, W_h + nudge)[-1] - states(x, W_x, W_h - nudge)[-1]) @ y / 2
    size, cosine = np.linalg.norm(nudge), np.sum(right * wrong) / np.linalg.norm(right) / np.linalg.norm(wrong)
    return change / size, np.sum(right * nudge) / size, cosine


@pytest.mark.parametrize("seed", range(5))
def test_gradient_by_hand_is_the_measured_one(seed):
    measured, by_hand, _ = slope_and_gradients(seed)
    assert abs(measured - by_hand) < 1e-7


def test_missing_transpose_shows_at_the_usual_start_and_not_at_a_tiny_one():
    usual = [slope_and_gradients(seed, units=32)[2] for seed in range(10)]
    tiny = [slope_and_gradients(seed, factor=0.001, units=32)[2] for seed in range(10)]
    assert np.mean(usual) <= 0.5 and min(tiny) > 0.99


def test_gradient_sizes_of_a_cell_that_halves_its_state_are_powers_of_a_half():
    gradient_sizes = functions_of("RNN2", units=3, noise=np.zeros((3, 1)))["gradient_sizes"]
    np.testing.assert_allclose(gradient_sizes(lambda h, x: h / 2), [1, 0.5, 0.25, 0.125], rtol=1e-6)


def test_adding_problem_marks_one_number_in_each_half_and_asks_for_their_sum():
    adding = functions_of("RNN2", units=3)["adding"]
    x, y = adding(500, 10, np.random.default_rng(0))
    assert x.shape == (500, 10, 2) and y.shape == (500, 1)
    assert (x[:, :5, 1].sum(axis=1) == 1).all() and (x[:, 5:, 1].sum(axis=1) == 1).all()
    np.testing.assert_allclose((x[:, :, 0] * x[:, :, 1]).sum(axis=1), y[:, 0])


def test_recall_shows_the_symbol_at_the_first_step_only():
    recall = functions_of("RNN2", units=3)["recall"]
    x, symbol = recall(50, 6, np.random.default_rng(0))
    assert (x[:, 0, :8] == symbol).all() and not x[:, 1:, :8].any() and not x[:, 0, 8].any()


def test_the_copied_line_is_among_the_wrong_answers():
    assert any("delta = W_h @ share" in code for number, _, code in answers("RNN2", "wrong") if number == 3)


# ---------------------------------------------------------------- whole runs


def scores_of(folder, name, profile, **options):
    environment = {**os.environ, "PYTHONPATH": str(course_root()), **options.pop("environment", {})}
    command = [sys.executable, "-m", "fidle_course", "run", name, "--profile", profile, "--out", str(folder)]
    for key, value in options.items():
        command += ["-p", f"{name}.{key}={value}"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return json.loads((folder / name / "results.json").read_text(encoding="utf-8"))["scores"]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["RNN1", "RNN2"])
def test_on_jax_the_gates_hold_as_well(tmp_path, name):
    pytest.importorskip("jax")
    scores_of(tmp_path, name, "smoke", environment={"KERAS_BACKEND": "jax"})


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_words_are_learnt_with_other_seeds(tmp_path, seed):
    assert scores_of(tmp_path, "RNN1", "live", seed=seed)["accuracy_words"] == 1
