"""What is said about a text before its verdict is believed."""

import pytest

from fidle_utils.text import TextPipeline, Vocabulary, remark


@pytest.fixture
def pipeline():
    return TextPipeline(Vocabulary.fit([["a", "good", "film"]], size=10), review_len=5)


@pytest.mark.parametrize("text", ["", "  \n", "...", "<br />"])
def test_a_text_without_a_word_gets_no_verdict(pipeline, text):
    usable, message = remark(pipeline.view(text))
    assert not usable
    assert "no word" in message


@pytest.mark.parametrize("text", ["😍😍", "Ein schlechter Streifen", "最高の映画"])
def test_a_text_of_unknown_words_gets_no_verdict(pipeline, text):
    usable, message = remark(pipeline.view(text))
    assert not usable
    assert "vocabulary" in message


def test_a_known_text_needs_no_remark(pipeline):
    assert remark(pipeline.view("A good film")) == (True, "")


def test_a_mostly_unknown_text_is_judged_with_a_warning(pipeline):
    usable, message = remark(pipeline.view("Ein film von gestern"))
    assert usable
    assert "1 of 4" in message


def test_a_cut_text_says_how_much_was_cut(pipeline):
    usable, message = remark(pipeline.view("a good film " * 4))  # 12 tokens; 4 stay beside the mark of the cut
    assert usable
    assert "8 of 12" in message


def test_the_warning_starts_just_below_the_share_asked_for(pipeline):
    view = pipeline.view("good film oh la")
    assert remark(view, least=0.5) == (True, "")
    assert "2 of 4" in remark(view, least=0.51)[1]
