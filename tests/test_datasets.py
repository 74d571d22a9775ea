"""Which data are used, and that nobody can doubt it."""

import json
import subprocess
import sys

import pytest

from fidle_course.data import cards
from fidle_utils import course_root
from fidle_utils.datasets import DataSource, pick, places


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty data folder, looked at first."""
    monkeypatch.setenv("FIDLE_DATASETS_DIR", str(tmp_path))
    return tmp_path


def test_title_names_the_place_and_the_months():
    label = DataSource("synop", "real", "Nice (07690)", ("2023-07-01", "2025-02-28"))
    assert label.title == "Nice (07690), 2023-07 to 2025-02"


def test_title_of_one_month_names_it_once():
    assert DataSource("synop", "real", "Lyon", ("2013-02-01", "2013-02-28")).title == "Lyon, 2013-02"


def test_title_of_real_data_without_period_is_what_they_are():
    assert DataSource("imdb", "real", "Stanford film reviews").title == "Stanford film reviews"


@pytest.mark.parametrize("what", ["station", "simulated station", "Simulated station"])
def test_title_of_simulated_data_says_so_exactly_once(what):
    assert DataSource("synop", "simulated", what).title.lower() == "simulated station"


def test_label_comes_back_equal_from_json():
    label = DataSource("synop", "real", "Nice (07690)", ("2023-07-01", "2025-02-28"))
    assert DataSource(**json.loads(json.dumps(label.as_dict()))) == label


def test_label_dict_has_the_four_names_of_the_results():
    assert list(DataSource("ladybug", "generated", "seed 123").as_dict()) == ["name", "source", "what", "period"]


@pytest.mark.parametrize("wrong", [{"source": "fake"}, {"period": "2023-07-01"}, {"period": ("2023-07-01",)}])
def test_label_refuses_what_it_cannot_say(wrong):
    with pytest.raises(ValueError, match="Received"):
        DataSource(**({"name": "synop", "source": "real", "what": "Nice"} | wrong))


def test_named_folder_is_looked_at_first(folder):
    assert places() == [folder.resolve(), course_root() / "datasets"]


def test_course_folder_is_looked_at_when_none_is_named(monkeypatch):
    monkeypatch.delenv("FIDLE_DATASETS_DIR", raising=False)
    assert places() == [course_root() / "datasets"]


def test_relative_folder_starts_at_the_course_folder_from_anywhere(monkeypatch, tmp_path):
    monkeypatch.setenv("FIDLE_DATASETS_DIR", "fidle_utils/..")
    monkeypatch.chdir(tmp_path)
    assert places()[0] == course_root()


def test_named_folder_that_does_not_exist_is_an_error(monkeypatch, tmp_path):
    monkeypatch.setenv("FIDLE_DATASETS_DIR", str(tmp_path / "nowhere"))
    with pytest.raises(FileNotFoundError, match=r"nowhere.*Correct it, or unset it"):
        places()


def test_auto_takes_the_real_data_in_silence(folder, capsys):
    assert pick("auto", folder, "synop") is True
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("nothing", [None, []])
def test_auto_without_data_simulates_and_names_the_place_and_the_command(folder, capsys, nothing):
    assert pick("auto", nothing, "synop") is False
    said = capsys.readouterr().out
    assert "SIMULATED" in said
    assert str(folder / "synop") in said
    assert "fidle data get synop" in said


def test_real_without_data_is_an_error_that_says_where_it_looked_and_what_to_do(folder):
    with pytest.raises(FileNotFoundError) as error:
        pick("real", [], "imdb")
    message = str(error.value)
    for part in (str(folder / "imdb"), "fidle data get imdb", "make data", "FIDLE_DATASETS_DIR"):
        assert part in message


def test_simulated_never_looks(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("FIDLE_DATASETS_DIR", str(tmp_path / "nowhere"))  # looking would raise
    assert pick("simulated", [tmp_path], "synop") is False
    assert capsys.readouterr().out == ""


def test_another_word_for_the_source_is_an_error():
    with pytest.raises(ValueError, match=r"auto.*real.*simulated.*Received: source='fake'"):
        pick("fake", None, "synop")


def test_importing_datasets_brings_neither_pandas_nor_keras():
    code = "import sys, fidle_utils.datasets; print([m for m in ('pandas', 'keras', 'tensorflow', 'requests') " + (
        "if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"


def test_readme_of_the_data_is_made_from_the_cards():
    written = (course_root() / "datasets" / "README.md").read_text(encoding="utf-8")
    assert written == cards.readme(), "run: python -m fidle_course.data.cards"


@pytest.mark.parametrize("name", ["synop", "imdb", "ladybug"])
def test_every_card_says_what_whose_and_under_which_licence(name):
    it = cards.card(name)
    for field in ("title", "used_in", "what", "author", "licence", "licence_url", "citation", "units"):
        assert it[field], field
    for file in it["files"].values():
        assert all(url.startswith("https://") for url in file["urls"])


def test_unknown_card_is_an_error_that_names_the_known_ones():
    with pytest.raises(ValueError, match=r"synop, imdb, ladybug.*Received: 'iris'"):
        cards.card("iris")
