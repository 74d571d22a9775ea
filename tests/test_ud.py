"""Tagged sentences: which files are read, how a line is read, and what the made-up ones keep."""

from collections import defaultdict

import pytest

from fidle_utils.datasets import ud


def line(number, word, tag):
    return "\t".join([str(number), word, word.lower(), tag, *["_"] * 6])


LINES = ["# text = Il va au marché.", line(1, "Il", "PRON"), line(2, "va", "VERB"), line("3-4", "au", "_")]
LINES += [line(3, "à", "ADP"), line(4, "le", "DET"), line("4.1", "vu", "VERB"), line(5, "marché", "NOUN")]
LINES += ["", "# text = Oui", line(1, "Oui", "INTJ"), "", ""]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty folder of a treebank, looked at first."""
    monkeypatch.setenv("FIDLE_DATASETS_DIR", str(tmp_path))
    (tmp_path / "ud").mkdir()
    return tmp_path / "ud"


def write(path, lines=LINES):
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_a_sentence_is_its_words_and_tags_without_what_stands_for_two_or_is_not_written(tmp_path):
    first, second = ud.read_sentences(write(tmp_path / "a-train.conllu"))
    words = [("Il", "PRON"), ("va", "VERB"), ("à", "ADP"), ("le", "DET"), ("marché", "NOUN")]
    assert first == words and second == [("Oui", "INTJ")]


def test_three_files_are_the_three_parts(folder):
    for part in ("train", "dev", "test"):
        write(folder / f"fr-ud-{part}.conllu", [line(1, part, "NOUN"), ""])
    found, label = ud.load_tagged()
    words = [part[0][0][0] for part in (found.train, found.validation, found.test)]
    assert words == ["train", "dev", "test"]
    assert (label.source, label.title) == ("real", "UD French Sequoia")


def test_a_missing_part_is_an_error_that_names_what_is_there(folder):
    write(folder / "fr-ud-train.conllu")
    with pytest.raises(ValueError, match=r"one file for each of train, dev, test\. Received: fr-ud-train\.conllu"):
        ud.load_tagged()


def test_what_is_no_part_of_a_treebank_is_left_out_with_a_reason(folder):
    write(folder / "fr-ud.conllu")
    (folder / "train.txt").write_text("a few words\n")
    reasons = {file.path.name: file.left_out for file in ud.files(folder)}
    assert "its name must hold" in reasons["fr-ud.conllu"] and "no word of a CoNLL-U file" in reasons["train.txt"]


@pytest.mark.parametrize("wrong", ["1\tIl\til\tPRON", line(1, "Il", "PRONOUN")])
def test_line_that_cannot_be_read_is_named_by_its_number(tmp_path, wrong):
    with pytest.raises(ValueError, match="Received in line 2"):
        ud.read_sentences(write(tmp_path / "a-train.conllu", [LINES[0], wrong, ""]))


def test_file_without_a_sentence_is_refused(tmp_path):
    with pytest.raises(ValueError, match="no sentence"):
        ud.read_sentences(write(tmp_path / "a-train.conllu", ["# nothing", ""]))


def test_sequoia_is_read(real_data):
    sentences = ud.read_sentences(real_data / "text" / "ud" / "fr_sequoia-ud-test.conllu")
    assert len(sentences) == 456 and sum(map(len, sentences)) == 10044


def test_simulated_sentences_come_back_with_their_seed_and_the_parts_differ():
    found = ud.simulate_tagged(40, seed=1)
    assert found == ud.simulate_tagged(40, seed=1) != ud.simulate_tagged(40, seed=2)
    assert (len(found.train), len(found.validation), len(found.test)) == (40, 10, 10)
    assert found.train[:10] != found.test


def test_simulated_words_may_be_noun_or_verb_and_some_of_the_test_are_new():
    found, tags = ud.simulate_tagged(), defaultdict(set)
    for sentence in found.train:
        for word, tag in sentence:
            tags[word].add(tag)
    assert tags["porte"] == {"NOUN", "VERB"}
    new = [word for sentence in found.test for word, _ in sentence if word not in tags]
    assert 0.03 < len(new) / sum(map(len, found.test)) < 0.2
