"""The text pipeline: what becomes a token, which words are known, and that nothing else reaches the model."""

import json
import re
import subprocess
import sys
import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fidle_utils import text
from fidle_utils.text import (
    CUT,
    PADDING,
    UNKNOWN,
    TextPipeline,
    Vocabulary,
    multi_hot,
    pad,
    tokenize,
    tokenize_all,
)


@pytest.fixture
def vocabulary():
    return Vocabulary.fit([["a", "good", "film"], ["a", "film"], ["a", "bad", "end"]], size=8)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", []),
        ("   \n\t ", []),
        ("A Good FILM", ["a", "good", "film"]),
        ("good.<br /><br />Bad", ["good", "bad"]),
        ("a<br>b<BR/>c<i>d</i>", ["a", "b", "c", "d"]),
        ("Rob&eacute;rt &amp; Co&#39;s", ["robért", "co", "'s"]),
        ("don't isn't I've", ["don't", "isn't", "i've"]),
        ("don’t isn\x92t don´t don`t", ["don't", "isn't", "don't", "don't"]),
        ("it's the film's end", ["it", "'s", "the", "film", "'s", "end"]),
        ("'quoted' rock'n'roll", ["quoted", "rock'n'roll"]),
        ("7/10, 7.5 and 1,000", ["7/10", "7.5", "and", "1,000"]),
        ("well-made -- yes\x96no", ["well", "made", "yes", "no"]),
        ("What?! No...", ["what", "?", "!", "no"]),
        ("fine :-) or :(", ["fine", ":-)", "or", ":("]),
        ("👍👍🏽 ❤️", ["👍", "👍🏽", "❤"]),
        ("cafe\u0301", ["café"]),
        ("très déçu, 很好", ["très", "déçu", "很好"]),
        ("3 < 4 > 2", ["3", "4", "2"]),
        ("[pad] [unknown]", ["pad", "unknown"]),
    ],
)
def test_a_text_becomes_these_tokens(text, tokens):
    assert tokenize(text) == tokens


@given(st.text())
def test_any_text_has_tokens_without_blanks_or_capitals(text):
    for token in tokenize(text):
        assert token
        assert not any(sign.isspace() for sign in token)
        assert token == token.lower()


@given(st.text(alphabet="abcXYZ' .,!?/0123456789:()-", max_size=40))
def test_a_foreign_letter_elsewhere_does_not_change_the_other_tokens(text):
    assert tokenize(text + " é") == [*tokenize(text + " e")[:-1], "é"]


@pytest.mark.parametrize("value", [None, 3, b"bytes", ["a list"]])
def test_tokenize_refuses_what_is_no_text(value):
    with pytest.raises(ValueError, match="must be a string"):
        tokenize(value)


def test_tokenize_all_refuses_a_single_text():
    with pytest.raises(ValueError, match="single text"):
        tokenize_all("not a list")


def test_tokenize_all_shares_equal_tokens():
    (first,), (second,) = tokenize_all(["Wonderful", "wonderful"])
    assert first is second


def test_most_frequent_word_comes_first_and_ties_go_by_the_alphabet(vocabulary):
    assert vocabulary.words == ("[pad]", "[unknown]", "[cut]", "a", "film", "bad", "end", "good")


def test_vocabulary_never_exceeds_its_size():
    vocabulary = Vocabulary.fit([["a", "good", "film"], ["a", "film"]], size=5)
    assert len(vocabulary) == 5
    assert vocabulary.encode(["a", "good", "film"]).tolist() == [3, UNKNOWN, 4]


def test_special_words_are_not_in_the_vocabulary(vocabulary):
    assert "film" in vocabulary
    assert "[pad]" not in vocabulary
    assert "nonsense" not in vocabulary


def test_decode_undoes_encode_and_leaves_padding_out(vocabulary):
    assert vocabulary.decode([0, 0, 3, 7, 4]) == ["a", "good", "film"]
    assert vocabulary.decode(vocabulary.encode(["a", "great", "film"])) == ["a", "[unknown]", "film"]


@pytest.mark.parametrize("index", [-1, 8])
def test_decode_refuses_an_index_outside(vocabulary, index):
    with pytest.raises(ValueError, match=r"must lie in 0\.\.7"):
        vocabulary.decode([index])


def test_empty_text_has_no_indices(vocabulary):
    assert vocabulary.encode([]).shape == (0,)


@pytest.mark.parametrize("size", [-1, 0, 3])
def test_vocabulary_without_room_is_refused(size):
    with pytest.raises(ValueError, match=f"size={size}"):
        Vocabulary.fit([["a"]], size=size)


@pytest.mark.parametrize("token_lists", [[], [[]], [[], []]])
def test_vocabulary_of_nothing_is_refused(token_lists):
    with pytest.raises(ValueError, match="at least one token"):
        Vocabulary.fit(token_lists, size=10)


def test_a_misspelt_word_gets_suggestions():
    vocabulary = Vocabulary.fit([["excellent", "excellence", "film", "terrible"]], size=10)
    assert text.neighbour_table("Excelent", {}, vocabulary).iloc[0, 0] == "excellent"
    assert text.neighbour_table("zzzzzz", {}, vocabulary).empty


def test_multi_hot_marks_each_word_once():
    matrix = multi_hot([np.array([3, 4, 3]), np.array([5])], size=6)
    assert matrix.toarray().tolist() == [[0, 0, 0, 1, 1, 0], [0, 0, 0, 0, 0, 1]]
    assert matrix.dtype == np.uint8


def test_multi_hot_of_a_padded_array_ignores_padding():
    sequences = [np.arange(3, 6), np.arange(3, 4)]
    padded = pad(sequences, review_len=7)
    assert (multi_hot(padded, 8) != multi_hot(sequences, 8)).nnz == 0


def test_multi_hot_counts_a_word_said_256_times_as_one():
    assert multi_hot([np.full(256, 3)], size=4).toarray().tolist() == [[0, 0, 0, 1]]


def test_multi_hot_of_empty_texts_is_empty():
    assert multi_hot([np.array([], "int32")] * 2, size=4).toarray().tolist() == [[0] * 4] * 2
    assert multi_hot([], size=4).shape == (0, 4)


@given(st.lists(st.lists(st.integers(0, 9), max_size=12), max_size=5))
def test_multi_hot_equals_the_loop_by_hand(sequences):
    expected = np.zeros((len(sequences), 10), dtype="uint8")
    for row, sequence in enumerate(sequences):
        for index in sequence:
            expected[row, index] = index != PADDING
    np.testing.assert_array_equal(multi_hot(sequences, 10).toarray(), expected)


@pytest.mark.parametrize("index", [-1, 6])
def test_multi_hot_refuses_an_index_outside(index):
    with pytest.raises(ValueError, match=r"must lie in 0\.\.5"):
        multi_hot([np.array([3, index])], size=6)


@pytest.mark.parametrize(
    ("padding", "keep", "expected"),
    [
        ("post", "both", [[3, 4, 0, 0, 0], [3, 4, CUT, 11, 12]]),
        ("pre", "both", [[0, 0, 0, 3, 4], [3, 4, CUT, 11, 12]]),
        ("post", "start", [[3, 4, 0, 0, 0], [3, 4, 5, 6, 7]]),
        ("pre", "end", [[0, 0, 0, 3, 4], [8, 9, 10, 11, 12]]),
    ],
)
def test_pad_fills_and_cuts(padding, keep, expected):
    assert pad([np.arange(3, 5), np.arange(3, 13)], 5, padding, keep).tolist() == expected


@pytest.mark.parametrize("keep", ["start", "end", "both"])
def test_pad_leaves_a_text_of_the_exact_length_alone(keep):
    assert pad([np.arange(3, 9)], 6, keep=keep).tolist() == [[3, 4, 5, 6, 7, 8]]


@pytest.mark.parametrize("padding", ["pre", "post"])
def test_pad_of_an_empty_text_is_all_padding(padding):
    assert pad([np.array([], "int32")], 4, padding).tolist() == [[0] * 4]
    assert pad([], 4, padding).shape == (0, 4)


@given(st.integers(0, 12), st.integers(3, 9), st.sampled_from(["start", "end", "both"]))
def test_padded_row_holds_only_the_text_the_cut_mark_and_padding(n, review_len, keep):
    row = pad([np.arange(3, 3 + n)], review_len, keep=keep)[0]
    inside = row[row > CUT]
    assert (np.diff(inside) > 0).all()
    assert (row == CUT).sum() == (n > review_len and keep == "both")
    assert len(inside) == min(n, review_len) - (row == CUT).sum()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"review_len": 2}, "review_len=2"),
        ({"review_len": 5, "padding": "left"}, "'left'"),
        ({"review_len": 5, "keep": "middle"}, "'middle'"),
    ],
)
def test_wrong_cut_or_padding_is_refused(vocabulary, arguments, message):
    with pytest.raises(ValueError, match=message):
        pad([np.arange(3)], **arguments)
    with pytest.raises(ValueError, match=message):
        TextPipeline(vocabulary, **arguments)(["a film"])


def test_pipeline_gives_the_array_of_tokenize_encode_and_pad(vocabulary):
    pipeline = TextPipeline(vocabulary, review_len=5)
    expected = [[3, 7, 4, 0, 0], [3, 4, CUT, 3, UNKNOWN], [0] * 5]
    assert pipeline(["A GOOD film", "a film<br />good end a great", ""]).tolist() == expected


def test_pipeline_survives_json(vocabulary):
    pipeline = TextPipeline(vocabulary, review_len=5, padding="pre", keep="end")
    needs = json.loads(json.dumps({**pipeline.as_dict(), "another": "need"}))
    again = TextPipeline.from_dict(needs)
    texts = ["A good film, isn't it?", "", "a bad, bad, bad, bad end 👍"]
    np.testing.assert_array_equal(again(texts), pipeline(texts))
    assert again.as_dict() == pipeline.as_dict()


@pytest.mark.parametrize("key", ["vocabulary", "review_len", "padding", "keep"])
def test_pipeline_with_a_missing_need_is_refused(vocabulary, key):
    needs = TextPipeline(vocabulary, review_len=5).as_dict()
    del needs[key]
    with pytest.raises(ValueError, match=f"Missing: {key}"):
        TextPipeline.from_dict(needs)


def test_pipeline_refuses_a_single_text(vocabulary):
    with pytest.raises(ValueError, match="single text"):
        TextPipeline(vocabulary, review_len=5)("a good film")


def test_view_tells_known_unknown_and_cut(vocabulary):
    view = TextPipeline(vocabulary, review_len=5).view("A marvellous film, a good bad end")
    assert view == "a ⟨marvellous⟩ ⟨… 3 tokens cut …⟩ bad end"


@given(st.integers(0, 12), st.sampled_from(["start", "end", "both"]), st.sampled_from(["pre", "post"]))
def test_view_shows_exactly_what_the_array_holds(n, keep, padding):
    vocabulary = Vocabulary.fit([list("abcdefgh")], size=20)
    pipeline = TextPipeline(vocabulary, 5, padding, keep)
    text = " ".join("abzcdezfgzha"[:n])
    row = pipeline([text])[0]
    in_array = [i for i in row.tolist() if i not in (PADDING, CUT)]
    read = re.sub("⟨….*…⟩", "", pipeline.view(text)).split()
    assert vocabulary.encode(word.strip("⟨⟩") for word in read).tolist() == in_array


def test_view_of_an_empty_text_is_empty(vocabulary):
    assert TextPipeline(vocabulary, review_len=5).view("") == ""


def test_text_needs_neither_tensorflow_nor_keras():
    code = (
        "import sys, fidle_utils.text as t; t.pad([[3]], 4); "
        "assert not {'tensorflow', 'keras', 'jax', 'torch'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


# ------------------------------------------------------------------------------- texts from anywhere


@pytest.mark.parametrize(
    "text, tokens",
    [
        ("<span class=x>good</span> film", ["good", "film"]),
        ('<a href="https://example.org/?a=1">good</a> film', ["good", "film"]),
        ("<blockquote>good</blockquote><!-- no\n --> film", ["good", "film"]),
        ("I <3 it, a < b > c, x<y and y>z", ["i", "3", "it", "a", "b", "c", "x", "y", "and", "y", "z"]),
        ("&lt;b&gt;bold&lt;/b&gt; Rob&eacute;rt&#39;s", ["bold", "robért", "'s"]),
        ("\u0130stanbul", ["istanbul"]),
        ("\uff46\uff49\uff4c\uff4d \ufb01lm", ["film", "film"]),
        ("cafe\u0301 q\u0303uick", ["café", "quick"]),
        ("fi\u200blm \ufefffilm fi\u2060lm", ["film", "film", "film"]),
        ("3\u00bd of 10\u00b2", ["3", "1/2", "of", "10", "2"]),
        ("\U0001f468\u200d\U0001f469 a\u200db", ["\U0001f468\u200d\U0001f469", "ab"]),
    ],
)
def test_letters_that_only_look_different_and_tags_of_any_form(text, tokens):
    assert tokenize(text) == tokens


# Ŀ, ŀ and ŉ hold a sign beside their letter
LATIN = st.characters(min_codepoint=0x41, max_codepoint=0x24F, categories=["Lu", "Ll"], exclude_characters="Ŀŀŉ")


@given(st.text(LATIN, min_size=1, max_size=12), st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]), st.data())
def test_one_word_is_one_token_however_its_letters_are_written(word, form, data):
    at = data.draw(st.integers(0, len(word)))
    written = unicodedata.normalize(form, word[:at] + "\u200b" + word[at:])
    assert tokenize(written) == tokenize(word)
    assert len(tokenize(word)) == 1


@given(st.text(max_size=60))
def test_token_is_one_token(text):
    tokens = [token for token in tokenize(text) if token != "'s"]  # which needs a word before it
    assert [tokenize(token) for token in tokens] == [[token] for token in tokens]


# ---------------------------------------------------------------- contexts


def test_contexts_reach_as_far_as_the_window_and_not_into_the_next_text():
    counts = text.count_contexts([np.array([3, 4, 5]), np.array([6])], size=7, window=1).toarray()
    assert counts[4, 3] == counts[3, 4] == counts[4, 5] == 1
    assert counts.sum() == 4, "3 and 5 are two words apart, 5 and 6 stand in two texts"


def test_a_special_word_is_no_context_and_keeps_its_place():
    counts = text.count_contexts([np.array([3, text.UNKNOWN, 4])], size=5, window=1)
    assert counts.sum() == 0


def test_ppmi_is_the_logarithm_of_more_often_than_by_chance():
    counts = text.count_contexts([np.array([3, 4]), np.array([5, 6])], size=7, window=1)
    assert text.ppmi(counts)[3, 4] == pytest.approx(np.log(4))  # 1 of 4 counts, where chance gives 1/4 of 1/4


def test_neighbours_are_sorted_by_cosine_without_the_word_itself():
    vocabulary = text.Vocabulary(["a", "b", "c"])
    table = np.array([[9, 9], [9, 9], [9, 9], [1, 0], [0, 2], [5, 5]])
    assert text.neighbour_table("a", {"own": table}, vocabulary, 2)["own"].tolist() == ["c (0.71)", "b (0.00)"]


# ---------------------------------------------------------------- pieces, and counting


def test_joined_pairs_do_not_overlap():
    assert text.join_pair(["a", "a", "a"], ("a", "a")) == ["aa", "a"]


def test_pieces_are_joined_in_the_order_in_which_they_were_learnt():
    pieces = text.Pieces("abc", [("b", "c"), ("a", "b")])
    assert pieces.cut("abc") == ["a", "bc"]


def test_a_text_of_known_letters_comes_back_whole():
    pieces = text.Pieces(" abc", [("a", "b")])
    assert pieces.decode(pieces.encode([[" abc", " cab"], [" b"]])) == "\n abc cab\n b"


def test_pieces_come_back_from_json():
    pieces = text.Pieces(" ab", [("a", "b")])
    again = text.Pieces(**json.loads(json.dumps(pieces.as_dict())))
    assert again.names == pieces.names and again.cut("ab") == ["ab"]


@pytest.mark.parametrize("n", [1, 2, 3])
def test_probabilities_of_counting_sum_to_one(n):
    series = np.array([0, 1, 2, 1, 2, 0, 1, 1, 2, 3])
    for past in ([1, 2], [2, 1], [3, 3]):
        p = [text.kneser_ney(series, np.array([*past, item]), n, size=4)[-1] for item in range(4)]
        assert sum(p) == pytest.approx(1)


def test_counting_by_hand_after_one_item():
    series = np.array([0, 1, 0, 1, 0, 2])  # after 0: 1 twice, 2 once; different items before 0, 1, 2: one each
    short = (1 - 0.5) / 3 + 0.5 * 3 / 3 * (1 / 3)  # of any of the three
    p = text.kneser_ney(series, np.array([0, 1]), 2, size=3, discount=0.5)[-1]
    assert p == pytest.approx((2 - 0.5) / 3 + 0.5 * 2 / 3 * short)


def test_counting_too_long_pasts_is_refused():
    with pytest.raises(ValueError, match="smaller n"):
        text.kneser_ney(np.arange(9), np.arange(9), 7, size=1000)
