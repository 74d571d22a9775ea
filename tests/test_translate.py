"""TEXT4 to TEXT6: attention and BLEU by hand are those of others, and zeros that fill up change nothing."""

import numpy as np
import pytest

from tests.test_rnn import functions_of

WORDS = ["[pad]", "[start]", "[end]", *"abcdef"]


def of_text4(keras):
    sizes = {"units": 6, "embed_dim": 4, "text_len": 9, "LETTERS": "abcdef", "SIGNS": "0123456789-"}
    return functions_of("TEXT4", keras=keras, layers=keras.layers, **sizes)


def of_text5(keras):
    sizes = {"units": 4, "embed_dim": 5, "max_words": 7, "FRENCH": WORDS, "ENGLISH": WORDS}
    return functions_of("TEXT5", keras=keras, **sizes)


def of_text6(keras):
    sizes = {"units": 4, "embed_dim": 5, "n_letters": 3, "letter_dim": 2, "TAGS": "abc", "dropout": 0.5}
    return functions_of("TEXT6", keras=keras, word_index=WORDS, letter_index=WORDS, **sizes)


# ---------------------------------------------------------------- attention


def test_attention_by_hand_has_the_weights_of_keras():
    import keras

    s, h = (np.random.default_rng(0).normal(size=(1, n, 6)).astype("float32") for n in (10, 7))
    weights = keras.layers.Attention()([s, h], return_attention_scores=True)[1]
    by_hand = of_text4(keras)["attention_weights"](s[0], h[0])
    assert np.abs(by_hand - keras.ops.convert_to_numpy(weights)[0]).max() < 1e-6


# ---------------------------------------------------------------- masks


def change_what_fills_up(model, x, inputs):
    """Largest change of the answers if the encoder's input is cut after its last letter or word."""
    whole = model([x, *inputs], training=False)
    short = model([x[:, : np.max(np.sum(x > 0, axis=1))], *inputs], training=False)
    return float(np.abs(np.asarray(whole) - np.asarray(short)).max())


@pytest.mark.parametrize("attention", [False, True])
@pytest.mark.parametrize("lesson", ["TEXT4", "TEXT5"])
def test_zeros_after_a_text_change_no_answer(lesson, attention):
    import keras

    x = np.array([[1, 2, 3, 4] + [0] * (5 if lesson == "TEXT4" else 3)])
    build = of_text4(keras)["encoder_decoder"] if lesson == "TEXT4" else of_text5(keras)["translator"]
    written = np.full((1, 10 if lesson == "TEXT4" else 8), 1)
    model = build(attention)
    free = keras.models.clone_model(
        model, input_tensors=[keras.Input((None,), dtype="int32"), keras.Input(written.shape[1:], dtype="int32")]
    )
    free.set_weights(model.get_weights())
    assert change_what_fills_up(free, x, [written]) < 1e-6


@pytest.mark.parametrize("spelling", [False, True])
@pytest.mark.parametrize("both_ways", [False, True])
def test_a_sentence_in_a_filled_row_gets_the_answers_that_it_gets_alone(both_ways, spelling):
    import keras

    model = of_text6(keras)["tagger"](both_ways, spelling)
    x = np.array([[1, 2, 3, 4, 0, 0, 0]])
    letters = np.random.default_rng(0).integers(0, 9, size=(1, 7, 3)) * (x > 0)[:, :, None]
    whole = np.asarray(model([x, letters], training=False))[:, :4]
    alone = np.asarray(model([x[:, :4], letters[:, :4]], training=False))
    assert np.abs(whole - alone).max() < 1e-6


# ---------------------------------------------------------------- BLEU


def test_bleu_by_hand_is_that_of_sacrebleu():
    sacrebleu = pytest.importorskip("sacrebleu")
    space = functions_of("TEXT5", Counter=__import__("collections").Counter)
    rng = np.random.default_rng(0)
    references = [list(rng.choice(list("abcde"), size=rng.integers(4, 9))) for _ in range(200)]
    said = [[w for w in words if rng.random() < 0.9] for words in references]
    counts = [space["count_ngrams"](*pair) for pair in zip(said, references)]
    of_others = sacrebleu.corpus_bleu(
        [" ".join(s) for s in said], [[" ".join(r) for r in references]], tokenize="none", smooth_method="none"
    )
    assert space["bleu"](counts) == pytest.approx(of_others.score, abs=1e-6)


def test_bleu_of_the_reference_is_100_and_of_half_of_it_is_the_penalty():
    space = functions_of("TEXT5", Counter=__import__("collections").Counter)
    words = list("abcdefgh")
    assert space["bleu"]([space["count_ngrams"](words, words)]) == pytest.approx(100)
    assert space["bleu"]([space["count_ngrams"](words[:4], words)]) == pytest.approx(100 * np.exp(-1))
