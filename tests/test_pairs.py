"""Pairs of sentences: which files are read, which pairs belong together, and what the made-up ones keep."""

import zipfile

import pytest

from fidle_utils.datasets import pairs

LINES = [f"Sentence {i}.\tPhrase {i}.\tCC-BY 2.0 (France) #{i}" for i in range(120)]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty folder of pairs, looked at first."""
    monkeypatch.setenv("FIDLE_DATASETS_DIR", str(tmp_path))
    (tmp_path / "pairs").mkdir()
    return tmp_path / "pairs"


def zipped(path, lines=LINES, inside="fra-eng/fra.txt"):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("fra-eng/_about.txt", "** Info **\n")
        archive.writestr(inside, "\n".join(lines))
    return path


# ---------------------------------------------------------------- which files are read, and how


def test_text_and_zip_give_the_same_pairs_french_first(tmp_path):
    text = tmp_path / "fra.txt"
    text.write_text("\n".join(LINES), encoding="utf-8")
    assert pairs.read_pairs(text) == pairs.read_pairs(zipped(tmp_path / "a.zip"))
    assert pairs.read_pairs(text)[7] == ("Phrase 7.", "Sentence 7.")


def test_zip_of_a_folder_is_taken_and_is_real(folder):
    zipped(folder / "fra-eng.zip")
    found, label = pairs.load_pairs()
    assert len(found) == 120 and (label.source, label.title) == ("real", "Tatoeba, French and English")


def test_without_a_file_the_pairs_are_simulated_and_say_so(folder, capsys):
    _, label = pairs.load_pairs()
    assert label.title.startswith("simulated") and "SIMULATED DATA" in capsys.readouterr().out


def test_what_holds_no_pairs_is_left_out_with_a_reason(folder):
    (folder / "notes.txt").write_text("no tab here\n")
    zipped(folder / "other.zip", inside="deu.txt")
    reasons = {file.path.name: file.left_out for file in pairs.files(folder)}
    assert "no pair" in reasons["notes.txt"] and "no fra.txt" in reasons["other.zip"]


def test_line_that_is_no_pair_is_named_by_its_number(tmp_path):
    with pytest.raises(ValueError, match="Received in line 3: 'alone"):
        pairs.read_pairs(zipped(tmp_path / "a.zip", [*LINES[:2], "alone", *LINES[2:]]))


def test_too_few_pairs_are_refused(tmp_path):
    with pytest.raises(ValueError, match=r"100 pairs or more are needed\. Received: 99"):
        pairs.read_pairs(zipped(tmp_path / "a.zip", LINES[:99]))


def test_zip_that_is_cut_is_refused(folder):
    whole = zipped(folder / "fra-eng.zip").read_bytes()
    (folder / "fra-eng.zip").write_bytes(whole[: len(whole) // 2])
    assert pairs.files(folder)[0].left_out


def test_tatoeba_is_read(real_data):
    found = pairs.read_pairs(real_data / "text" / "tatoeba" / "fra-eng.zip")
    assert len(found) == 142787 and found[0] == ("Va !", "Go.")


# ---------------------------------------------------------------- which pairs belong together


def test_pairs_that_share_a_sentence_are_one_group_also_through_others():
    found = [("Va !", "Go."), ("Pars !", "Go."), ("Pars !", "Leave."), ("Merci.", "Thanks.")]
    groups = pairs.group_pairs(found)
    assert groups[0] == groups[1] == groups[2] != groups[3]


def test_the_same_text_in_both_languages_does_not_join_pairs():
    groups = pairs.group_pairs([("Non.", "No."), ("Jamais.", "Non.")])
    assert groups[0] != groups[1]


# ---------------------------------------------------------------- the simulated ones


def test_simulated_pairs_are_different_and_come_back_with_their_seed():
    found = pairs.simulate_pairs(500, seed=1)
    assert len(set(found)) == 500
    assert found == pairs.simulate_pairs(500, seed=1) != pairs.simulate_pairs(500, seed=2)


def test_simulated_adjectives_stand_after_the_noun_in_french_and_before_it_in_english():
    french, english = next(p for p in pairs.simulate_pairs() if "chat noir" in p[0].lower())
    assert "black cat" in english.lower(), (french, english)
