"""Pairs of words with people's marks: how they are read, and that the made-up ones keep the lesson."""

import pytest

from fidle_utils.datasets import similarity
from fidle_utils.datasets.imdb import simulate_reviews
from fidle_utils.text import tokenize


def lines(count=60, parted="\t"):
    return [parted.join(["Word 1", "Word 2", "Human (mean)"])] + [
        parted.join([f"A{i}", f"b{i}", f"{i / 10}"]) for i in range(count)
    ]


def write(folder, name, rows):
    (folder / "similarity").mkdir(exist_ok=True)
    (folder / "similarity" / name).write_text("\n".join(rows), encoding="utf-8")
    return folder / "similarity" / name


@pytest.mark.parametrize("parted", ["\t", ","])
def test_words_are_in_lower_case_and_a_header_is_passed_over(tmp_path, parted):
    table = similarity.read_pairs(write(tmp_path, "combined.csv", lines(parted=parted)))
    assert table.iloc[3].tolist() == ["a3", "b3", 0.3]
    assert len(table) == 60


def test_a_word_beside_itself_is_no_pair(tmp_path):
    table = similarity.read_pairs(write(tmp_path, "wordsim353.tsv", [*lines(), "tiger\ttiger\t10.00"]))
    assert len(table) == 60


def test_too_few_pairs_are_refused(tmp_path):
    with pytest.raises(ValueError, match="Received: 3"):
        similarity.check(write(tmp_path, "wordsim353.tsv", lines(3)))


def test_another_list_beside_it_is_left_out_with_a_reason(tmp_path):
    write(tmp_path, "simlex999.txt", lines())
    (left_out,) = similarity.files(tmp_path / "similarity")
    assert not left_out.form and "wordsim353.tsv" in left_out.left_out


def test_a_file_is_found_one_folder_deeper(tmp_path, monkeypatch):
    (tmp_path / "text").mkdir()
    write(tmp_path / "text", "wordsim353.tsv", lines())
    monkeypatch.setenv("FIDLE_DATASETS_DIR", str(tmp_path))
    assert similarity.load_pairs("real")[1].title == "WordSim-353"


def test_simulated_pairs_are_words_of_simulated_reviews():
    table = similarity.simulate_pairs()
    known = {word for text in simulate_reviews(400).train_texts for word in tokenize(text)}
    assert {*table["a"], *table["b"]} <= known
    assert table["score"].value_counts().to_dict() == {10.0: 100, 0.0: 100}
