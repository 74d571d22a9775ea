"""Which data are used, and that nobody can doubt it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from fidle_course.data import cards
from fidle_utils import course_root, datasets
from fidle_utils.datasets import DataSource, pick, places, share


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


def test_the_course_is_found_from_a_working_directory_that_is_gone(tmp_path, monkeypatch):
    before = course_root()
    monkeypatch.chdir(tmp_path)
    tmp_path.rmdir()
    assert course_root() == before
    monkeypatch.setenv("FIDLE_COURSE_DIR", "/nowhere")
    with pytest.raises(FileNotFoundError, match=r"holds course\.yml\. Looked in: /nowhere"):
        course_root()


def test_named_folder_that_does_not_exist_is_an_error(monkeypatch, tmp_path):
    monkeypatch.setenv("FIDLE_DATASETS_DIR", str(tmp_path / "nowhere"))
    with pytest.raises(FileNotFoundError, match=r"nowhere.*Correct it, or unset it"):
        places()


CSV = "numer_sta;date;t\n" + "".join(f"07690;202401{day:02d}000000;{280 + day}\n" for day in range(1, 21))


def put(path: Path, content: str | bytes = CSV) -> Path:
    """Write a file, its folder too."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.fixture
def alone(folder, monkeypatch):
    """The folder is the only place that is looked at."""
    monkeypatch.setattr(datasets, "places", lambda: [folder])
    return folder


def test_auto_takes_the_real_data_in_silence(folder, capsys):
    path = put(folder / "synop" / "a.csv")
    assert pick("auto", "synop") == [path]
    assert capsys.readouterr().out == ""


def test_auto_without_data_simulates_and_names_the_place_and_the_command(alone, capsys):
    assert pick("auto", "synop") == []
    said = capsys.readouterr().out
    assert "SIMULATED" in said
    assert str(alone / "synop") in said
    assert "fidle data get synop" in said


def test_real_without_data_is_an_error_that_says_where_it_looked_and_what_to_do(alone):
    with pytest.raises(FileNotFoundError) as error:
        pick("real", "imdb")
    message = str(error.value)
    for part in (str(alone / "imdb"), "fidle data get imdb", "make data", "FIDLE_DATASETS_DIR"):
        assert part in message


def test_simulated_never_looks(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("FIDLE_DATASETS_DIR", str(tmp_path / "nowhere"))  # looking would raise
    assert pick("simulated", "synop") == []
    assert capsys.readouterr().out == ""


def test_another_word_for_the_source_is_an_error():
    with pytest.raises(ValueError, match=r"auto.*real.*simulated.*Received: source='fake'"):
        pick("fake", "synop")


# ----------------------------------------------------------------------------- which files are data


def test_what_is_left_out_is_named_before_anything_is_simulated(alone, capsys):
    put(alone / "synop" / "notes.csv", "a;b\n")
    put(alone / "synop" / "page.csv", "<!DOCTYPE html><html>")
    assert pick("auto", "synop") == []
    said = capsys.readouterr().out
    assert said.index("notes.csv: its first line is no SYNOP header") < said.index("SIMULATED")
    assert said.index("page.csv: it is a page of a website") < said.index("SIMULATED")
    with pytest.raises(FileNotFoundError, match=r"Left out .*notes.csv: its first line"):
        pick("real", "synop")


def test_long_list_of_what_is_left_out_is_cut_and_says_where_the_rest_is(alone, capsys):
    for i in range(12):
        put(alone / "synop" / f"{i}.txt", "x")
    pick("auto", "synop")
    said = capsys.readouterr().out
    assert said.count("Left out") == 8 and "4 more: `fidle data` names them all" in said


@pytest.mark.parametrize(
    "name",
    [
        "synop/a.csv",
        "SYNOP/a.csv",
        "Synop/origine/deep/a.CSV",
        "synop/2024/donnees",
        "synop/a b (1).txt",
        "synop/été.csv",
        "synop/a.csv.gz",
    ],
)
def test_file_is_told_by_its_content_whatever_its_name_and_folder(alone, name):
    path = put(alone / name)
    assert datasets.find("synop") == [path]


def test_folder_of_the_data_set_may_be_named_itself(tmp_path, monkeypatch):
    monkeypatch.setenv("FIDLE_DATASETS_DIR", str(tmp_path / "SYNOP"))
    path = put(tmp_path / "SYNOP" / "a.csv")
    assert datasets.find("synop") == [path]


def test_copies_of_jupyterlab_and_hidden_files_are_no_data(alone):
    path = put(alone / "synop" / "a.csv")
    put(alone / "synop" / ".ipynb_checkpoints" / "a-checkpoint.csv")
    put(alone / "synop" / "._a.csv")
    put(alone / "synop" / ".fetching-x" / "a.csv")
    assert datasets.find("synop") == [path]
    reasons = {file.path.name: file.left_out for file in datasets.files("synop") if file.left_out}
    assert reasons == {
        ".ipynb_checkpoints": "copies that JupyterLab keeps",
        "._a.csv": "its name begins with a dot",
        ".fetching-x": "its name begins with a dot",
    }


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("a.csv~", "a copy that an editor keeps"),
        ("#a.csv#", "a copy that an editor keeps"),
        ("a.csv.BAK", "a copy that an editor keeps"),
        ("a.csv.orig", "a copy that an editor keeps"),
        ("a.csv.part", "a download that has not ended"),
        ("Unconfirmed 7.crdownload", "a download that has not ended"),
        ("a (Copie en conflit de Nice).csv", "a copy that a synchronisation keeps"),
        ("a.sync-conflict-20240101.csv", "a copy that a synchronisation keeps"),
        ("$RECYCLE.BIN/a.csv", "a folder of the system"),
        ("__MACOSX/a.csv", "a folder of the system"),
    ],
)
def test_copies_and_unfinished_downloads_are_no_data_whatever_they_hold(alone, name, reason):
    path = alone / "synop" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("numer_sta;date;t\n07690;20240101000000;280\n")
    (file,) = datasets.files("synop")
    assert file.left_out.startswith(reason) and not file.form


def test_link_to_a_folder_is_followed_and_one_that_leads_back_is_not(alone, tmp_path_factory):
    elsewhere = put(tmp_path_factory.mktemp("disk") / "a.csv")
    (alone / "synop").mkdir()
    (alone / "synop" / "linked").symlink_to(elsewhere.parent)
    (alone / "synop" / "round").symlink_to(alone / "synop")
    (alone / "synop" / "broken.csv").symlink_to(alone / "nowhere.csv")
    assert datasets.find("synop") == [alone / "synop" / "linked" / "a.csv"]
    left_out = {file.path.name: file.left_out for file in datasets.files("synop") if file.left_out}
    assert left_out == {"broken.csv": "it is no file, or a link to nothing"}


def test_first_place_that_has_data_is_the_only_one_that_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(datasets, "places", lambda: [tmp_path / "a", tmp_path / "b", tmp_path / "c"])
    put(tmp_path / "a" / "synop" / "readme.txt", "x")
    path = put(tmp_path / "b" / "synop" / "a.csv")
    put(tmp_path / "c" / "synop" / "a.csv")
    assert datasets.find("synop") == [path]


ONE_FILE = {
    "pairs": "Go.\tVa !\n" * 100,
    "similarity": "\n".join(f"a{i}\tb{i}\t1.0" for i in range(50)),
    "sunspots": "\n".join(f"{1900 + i // 12}-{i % 12 + 1:02},1.0" for i in range(600)),
}


@pytest.mark.parametrize("name", ONE_FILE)
def test_of_a_data_set_that_is_one_file_the_others_are_left_out_and_named(alone, name):
    first, other = (put(alone / name / file, ONE_FILE[name]) for file in ("combined.csv", "wordsim.csv"))
    assert datasets.find(name) == [first]
    assert {file.path: file.left_out for file in datasets.files(name) if not file.form} == {
        other: "combined.csv is read instead"
    }


def test_stamp_changes_with_a_file_and_with_a_file_in_a_folder(tmp_path):
    file, inner = put(tmp_path / "a.csv", "1"), put(tmp_path / "folder" / "b.csv", "1")
    before = datasets.stamp([file, tmp_path / "folder"])
    assert before == datasets.stamp([file, tmp_path / "folder"])
    inner.write_text("22")
    after = datasets.stamp([file, tmp_path / "folder"])
    assert after[0] == before[0] and after[1] != before[1]


def test_expected_source_is_what_pick_would_take(alone):
    assert [datasets.expected_source(name, "auto") for name in ("synop", "ladybug")] == ["simulated", "generated"]
    put(alone / "synop" / "a.csv")
    assert datasets.expected_source("synop", "auto") == "real"
    assert datasets.expected_source("synop", "simulated") == "simulated"


def test_another_course_brings_a_data_set_of_its_own(tmp_path, monkeypatch):
    folder = tmp_path / "fidle_utils" / "datasets" / "toy"
    put(folder / "card.yml", "title: A toy\nfiles: []\n")
    put(
        folder / "__init__.py",
        "from fidle_utils.datasets import walk\ndef files(folder):\n    return walk(folder, str)\n",
    )
    put(tmp_path / "data" / "toy" / "a.txt", "x")
    code = (
        "from fidle_utils import datasets as d; print('toy' in d.names(), d.card('toy')['title'], len(d.find('toy')))"
    )
    path = os.pathsep.join([str(tmp_path), *filter(None, sys.path)])
    env = os.environ | {"PYTHONPATH": path, "FIDLE_DATASETS_DIR": str(tmp_path / "data")}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True)
    assert done.stdout.strip() == "True A toy 1", done.stderr


@pytest.mark.parametrize("scale, first, last", [(1, [0, 9], [0, 9]), (0.5, [0, 4], [5, 9]), (0.01, [0, 0], [9, 9])])
def test_share_keeps_the_first_rows_or_the_last(scale, first, last):
    rows = list(range(10))
    assert [share(rows, scale)[0], share(rows, scale)[-1]] == first
    assert [share(rows, scale, end=True)[0], share(rows, scale, end=True)[-1]] == last


def test_share_keeps_rows_of_a_table():
    table = pd.DataFrame({"row": range(10)}, index=range(100, 110))
    assert share(table, 0.3)["row"].tolist() == [0, 1, 2]
    assert share(table, 0.3, end=True)["row"].tolist() == [7, 8, 9]


def test_share_of_pairs_is_even():
    assert len(share(list(range(10)), 0.25, step=2)) == 2


@pytest.mark.parametrize("scale", [0, -1, 1.5, float("nan")])
def test_share_outside_of_its_range_is_an_error_that_says_it(scale):
    with pytest.raises(ValueError, match=rf"`scale` must lie above 0 and at most at 1. Received: scale={scale}"):
        share([1, 2], scale)


def test_importing_datasets_brings_neither_pandas_nor_keras():
    code = "import sys, fidle_utils.datasets; print([m for m in ('pandas', 'keras', 'tensorflow', 'requests') " + (
        "if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"


def test_readme_of_the_data_is_made_from_the_cards():
    written = (course_root() / "datasets" / "README.md").read_text(encoding="utf-8")
    assert written == cards.readme(), "run: python -m fidle_course.data.cards"


@pytest.mark.parametrize("name", datasets.names())
def test_every_card_says_what_whose_and_under_which_licence(name):
    it = datasets.card(name)
    for field in ("title", "what", "author", "licence", "licence_url", "citation"):
        assert it[field], field
    for file in it["files"]:
        assert file["megabytes"] and all(url.startswith("https://") for url in file["urls"])


@pytest.mark.parametrize("name", datasets.names())
def test_every_data_set_has_the_functions_that_the_others_rely_on(name):
    module = datasets.module(name)
    public = set(module.__all__)
    assert any(function.startswith("simulate_") for function in public)
    if datasets.card(name)["files"]:
        assert {"files", "check"} <= public and any(function.startswith("load_") for function in public)


def test_unknown_card_is_an_error_that_names_the_known_ones():
    with pytest.raises(ValueError, match=r"imdb, ladybug.*synop.*Received: 'iris'"):
        datasets.card("iris")


@pytest.mark.parametrize(
    ("name", "content", "rule"),
    [
        ("pairs/fra.txt", "Go.\tVa !\n", "100 pairs or more"),
        ("price/a.csv", "Date,Open,Close\n2024-01-02,1,1\n", "100 days or more"),
        ("price/b.csv", "Date,Open\n2024-01-02,1\n", "there is no close"),
        ("similarity/wordsim353.tsv", "cat\tdog\t7\n", "50 pairs or more"),
        ("sunspots/a.csv", "1749;01;1749.042;96.7;-1.0;-1;1\n", "600 months or more"),
        ("ucr/A_TRAIN.ts", "@problemName A\n@classLabel true a b\n@data\n", "no series"),
        ("ucr/B_TRAIN.ts", "@problemName B\n@data\n1,2:a\n", "no classes"),
        ("ud/train.conllu", "1\tIl\til\tPERSON" + "\t_" * 6 + "\n", "ten columns"),
    ],
)
def test_file_that_breaks_a_rule_is_named_with_the_rule_and_a_way_out(tmp_path, name, content, rule):
    path = tmp_path / name
    path.parent.mkdir()
    path.write_text(content)
    with pytest.raises(datasets.DamagedFile) as error:
        datasets.module(path.parent.name).check(path)
    assert all(part in str(error.value) for part in (str(path), rule, f"fidle data get {path.parent.name}"))
