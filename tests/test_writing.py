"""TEXT3: what is written by hand there gives what others' packages give."""

import ast
import json

import numpy as np
import pytest

from fidle_course import catalogue

TEXTS = [
    ("the film is not bad at all", "the film is bad , not good at all"),
    ("a b c d", "d c b a"),
    ("good", "a good film"),
    ("nothing in common", "here or there"),
    ("the the the the", "the cat is on the mat"),
]


@pytest.fixture(scope="module")
def rouge_l():
    """The solution of the exercise, as it stands in the notebook."""
    cells = json.loads(catalogue.load()["TEXT3"].file.read_text(encoding="utf-8"))["cells"]
    (code,) = [s for c in cells if "def rouge_l(" in (s := "".join(c["source"])) and c["cell_type"] == "code"]
    names = {"np": np}
    exec(compile(ast.parse(code), "rouge_l", "exec"), names)
    return names["rouge_l"]


@pytest.mark.parametrize("text, reference", TEXTS)
def test_rouge_l_by_hand_is_that_of_rouge_score(rouge_l, text, reference):
    scorer = pytest.importorskip("rouge_score.rouge_scorer").RougeScorer(["rougeL"], use_stemmer=False)
    plain = (text.replace(",", ""), reference.replace(",", ""))  # rouge-score leaves signs out
    wanted = scorer.score(target=plain[1], prediction=plain[0])["rougeL"].fmeasure
    assert rouge_l(plain[0].split(), plain[1].split()) == pytest.approx(wanted, abs=1e-12)
