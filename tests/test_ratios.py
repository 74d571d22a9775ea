"""What counting knows of words and of their neighbours."""

import numpy as np
import pytest

from fidle_utils.ratios import CountRatios

GOOD, BAD, FILM, NOT = 2, 3, 4, 5


def test_ratio_of_a_word_is_that_of_the_formula():
    x = np.array([[GOOD, GOOD, FILM], [BAD, FILM, 0]])
    told = CountRatios(largest=1, min_count=1).fit(x, np.array([1, 0])).transform(x)
    # in how many reviews, plus 1: positive good 2, film 2, bad 1, together 5; negative good 1, film 2, bad 2
    assert told[0, 0, 0] == told[0, 1, 0] == pytest.approx(np.log(2 / 5) - np.log(1 / 5), rel=1e-6)
    assert told[0, 2, 0] == told[1, 1, 0] == pytest.approx(0, abs=1e-6)
    assert told[1, 0, 0] == pytest.approx(np.log(1 / 5) - np.log(2 / 5), rel=1e-6)


def test_a_pair_may_say_the_contrary_of_its_words():
    x = np.array([[GOOD, FILM, 0], [GOOD, FILM, 0], [NOT, GOOD, FILM], [FILM, BAD, 0]])
    told = CountRatios(largest=2, min_count=1).fit(x, np.array([1, 1, 0, 0])).transform(x)
    assert told[2, 1, 0] > 0 > told[2, 0, 1], "good alone is praise, `not good` is blame"


def test_padding_unknown_words_and_rare_groups_say_nothing():
    x = np.array([[GOOD, 1, FILM, 0], [GOOD, BAD, 0, 0]])
    told = CountRatios(largest=2, min_count=2).fit(x, np.array([1, 0])).transform(x)
    assert told[0, 1].tolist() == told[0, 3].tolist() == [0, 0]
    assert told[1, 1, 0] == 0 and not told[..., 1].any(), "seen once, with min_count=2"
    assert told[0, 0, 1] == 0, "a pair with an unknown word"
    assert told[0, 0, 0] == told[1, 0, 0]


def test_crossed_counts_do_not_know_their_own_review():
    """Labels by chance: whoever has counted a review guesses its label, and nobody else can."""
    draw = np.random.default_rng(0)
    x, y = draw.integers(2, 400, size=(300, 20)), draw.integers(0, 2, size=300)
    counts = CountRatios(largest=1, min_count=1)
    own = counts.fit(x, y).transform(x).sum(axis=(1, 2)) > 0
    crossed = counts.fit_transform(x, y).sum(axis=(1, 2)) > 0
    assert np.mean(own == y) > 0.7
    assert np.mean(crossed == y) < 0.6


def test_crossed_counts_are_those_of_the_other_folds():
    x = np.tile([[GOOD, FILM], [BAD, FILM]], (200, 1))
    told = CountRatios(largest=1).fit_transform(x, np.tile([1, 0], 200), folds=5)
    # four folds: good and film 160 times in positive reviews, film and bad 160 times in negative ones
    np.testing.assert_allclose(told[0, :, 0], [np.log(161), 0], rtol=1e-6)
    np.testing.assert_allclose(told[1, :, 0], [-np.log(161), 0], rtol=1e-6)


def test_counting_and_telling_at_once_leaves_the_counts_of_all():
    x, y = np.random.default_rng(3).integers(2, 30, size=(60, 8)), np.arange(60) % 2
    at_once = CountRatios(min_count=2)
    at_once.fit_transform(x, y)
    np.testing.assert_array_equal(at_once.transform(x), CountRatios(min_count=2).fit(x, y).transform(x))


@pytest.mark.parametrize("largest", [1, 2, 3])
def test_the_model_computes_what_the_arrays_say(largest):
    draw = np.random.default_rng(1)
    x, y = draw.integers(0, 9000, size=(50, 30)).astype("int32"), draw.integers(0, 2, size=50)
    counts = CountRatios(largest=largest, min_count=1).fit(x, y)
    model = counts.as_model(30)
    assert model.trainable_weights == []
    np.testing.assert_allclose(model.predict(x, verbose=0), counts.transform(x), atol=1e-6)


def test_few_groups_are_lost_in_the_model_and_none_is_mistaken():
    draw = np.random.default_rng(2)
    x, y = draw.integers(2, 20_000, size=(1000, 100)).astype("int32"), draw.integers(0, 2, size=1000)
    counts = CountRatios(largest=2, min_count=1).fit(x, y)
    assert len(counts) > 100_000
    right, found = counts.transform(x), counts.as_model(100).predict(x, verbose=0)
    assert np.mean(found != right) < 0.02
    assert not found[found != right].any(), "what is lost is 0, never another group's"


def test_a_saved_model_carries_the_counts(tmp_path):
    import keras

    from fidle_utils.run import load_model, save_model

    x, y = np.array([[GOOD, FILM, 0], [BAD, FILM, NOT]] * 5, dtype="int32"), np.array([1, 0] * 5)
    counts = CountRatios().fit(x, y)
    tokens = keras.Input((3,), dtype="int32")
    save_model(tmp_path / "m.keras", keras.Model(tokens, counts.as_model(3)(tokens)), {})
    model, _ = load_model(tmp_path / "m.keras")
    np.testing.assert_allclose(model.predict(x, verbose=0), counts.transform(x), atol=1e-6)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: CountRatios(0), "largest"),
        (lambda: CountRatios().fit(np.zeros((3, 4), int), np.zeros(2)), r"\(3, 4\).*\(2,\)"),
        (lambda: CountRatios().fit_transform(np.zeros((3, 4), int), np.zeros(3), folds=1), "folds"),
    ],
)
def test_bad_input_is_refused_with_the_rule(make, said):
    with pytest.raises(ValueError, match=said):
        make()
