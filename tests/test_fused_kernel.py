"""The notebooks' recurrent layers are such that a GPU's fused kernel (cuDNN) accepts them."""

import ast
import inspect

import keras
import pytest

from benchmarks.fused import CONDITIONS, notebook_code, recurrent_calls, refusals
from fidle_course import catalogue

WITH_RECURRENT_LAYERS = ("LADYB1", "SYNOP2", "IMDB5")


def call(code):
    (found,) = recurrent_calls(code)
    return found


def test_defaults_are_accepted():
    assert refusals(call("keras.layers.LSTM(32)")) == []
    assert refusals(call("layers.GRU(units, return_sequences=True, unroll=run.unroll)")) == []


@pytest.mark.parametrize(
    "argument",
    ["activation='relu'", "recurrent_activation='tanh'", "recurrent_dropout=0.1", "use_bias=False", "unroll=True"],
)
def test_what_the_kernel_cannot_do_is_refused(argument):
    assert refusals(call(f"keras.layers.LSTM(32, {argument})")) == [argument]


def test_reset_before_is_refused_for_a_gru():
    assert refusals(call("layers.GRU(8, reset_after=False)")) == ["reset_after=False"]


def test_layer_behind_another_name_is_told_by_its_arguments():
    assert refusals(call("make(8, unroll=True)")) == ["unroll=True"]


def test_arguments_that_cannot_be_read_are_refused():
    assert refusals(call("layers.LSTM(8, **options)")) == ["arguments that cannot be read: **options"]


@pytest.mark.parametrize("name", list(catalogue.load()))
def test_notebook_has_no_recurrent_layer_that_the_kernel_refuses(name):
    for found in recurrent_calls(notebook_code(catalogue.load()[name].file)):
        assert refusals(found) == [], ast.unparse(found)


@pytest.mark.parametrize("name", WITH_RECURRENT_LAYERS)
def test_notebook_about_recurrent_layers_has_some(name):
    assert recurrent_calls(notebook_code(catalogue.load()[name].file))


@pytest.mark.parametrize("layer", [keras.layers.LSTM, keras.layers.GRU])
def test_defaults_of_keras_are_still_those_that_the_kernel_wants(layer):
    parameters = inspect.signature(layer).parameters
    for name, accepted in CONDITIONS.items():
        if name in parameters:
            assert parameters[name].default in accepted, name


def test_keras_itself_names_the_same_conditions():
    if keras.backend.backend() != "tensorflow":
        pytest.skip("asks Keras' TensorFlow backend")
    rnn = pytest.importorskip("keras.src.backend.tensorflow.rnn")
    accepted = dict(activation=keras.ops.tanh, recurrent_activation=keras.ops.sigmoid, unroll=False, use_bias=True)
    layer = keras.layers.LSTM(2)
    accepted |= dict(activation=layer.activation, recurrent_activation=layer.recurrent_activation)
    assert rnn._do_lstm_arguments_support_cudnn(**accepted)
    assert rnn._do_gru_arguments_support_cudnn(**accepted, reset_after=True)
    assert not rnn._do_gru_arguments_support_cudnn(**accepted, reset_after=False)
    for name, value in (("unroll", True), ("use_bias", False), ("activation", keras.ops.relu)):
        assert not rnn._do_lstm_arguments_support_cudnn(**(accepted | {name: value})), name
