"""The instructor's pages: the texts as they are, times as measured, made to be printed."""

import json
import re

import pytest

from fidle_course import catalogue, cli
from fidle_course.room import teach
from fidle_utils import course_root
from tests import lab, made

HEADINGS = ["Claim", "Path", "Questions to ask", "Traps", "The figure", "Exercises"]
CATALOGUE = catalogue.load()


@pytest.fixture
def course(tmp_path, monkeypatch):
    folder = made.course(tmp_path / "course")
    monkeypatch.setenv("FIDLE_COURSE_DIR", str(folder))
    (folder / "docs" / "teaching").mkdir(parents=True)
    for name in "AB":
        (folder / "docs" / "teaching" / f"{name}.md").write_text(made.GUIDE, encoding="utf-8")
    return folder


def text_of(path):
    return path.read_text(encoding="utf-8")


def headings(notebook):
    """The sections of a notebook, with and without their number."""
    texts = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "markdown"]
    found = [title for text in texts for title in re.findall(r"^## +(.+?)\s*$", text, re.M)]
    return {*found, *(re.sub(r"^\d+\. ", "", title) for title in found)}


# ---------------------------------------------------------------- the texts of the course


@pytest.mark.parametrize("name", list(CATALOGUE))
def test_every_notebook_has_a_teaching_text_with_the_headings_it_needs(name):
    text = text_of(course_root() / "docs" / "teaching" / f"{name}.md")
    pieces = re.split(r"^## +(.+?)\s*$", text, flags=re.M)
    assert pieces[0].startswith("**Before class:** ")
    assert pieces[1::2] == HEADINGS
    assert all(piece.strip() for piece in pieces[2::2])


@pytest.mark.parametrize("name", list(CATALOGUE))
def test_the_path_names_only_sections_that_the_notebook_has(name):
    text = text_of(course_root() / "docs" / "teaching" / f"{name}.md")
    known = headings(json.loads(text_of(CATALOGUE[name].file)))
    path = text.split("## Path")[1].split("\n## ")[0]
    starts = re.findall(r"^- ((?:\*\*[^*]+\*\*(?: and |, )?)+)", path, re.M)
    named = [title.strip(" .:") for start in starts for title in re.findall(r"\*\*([^*]+)\*\*", start)]
    assert len(named) > 2
    assert not set(named) - known


# ---------------------------------------------------------------- what comes from the notebook


def test_each_sections_seconds_are_those_of_its_cells_numbered_or_not(course):
    executed = made.executed(course / "A.ipynb", course / "run")
    for cell in executed["cells"]:
        cell["source"] = cell["source"].replace("## 2. Verdict", "## Is it better?")
    # parameters twice (the second time those of the run); setup; verdict and results; solution and check
    first = ("Before the first section", 4.0, 0.0)
    assert teach.sections(executed) == [
        first,
        ("1. Setup", 2.0, 4.0),
        ("Is it better?", 4.0, 6.0),
        ("Exercises", 4.0, 10.0),
    ]


def test_a_notebook_run_by_hand_has_no_times(course):
    executed = made.executed(course / "A.ipynb", course / "run")
    for cell in executed["cells"]:
        cell["metadata"].pop("papermill", None)
    assert teach.sections(executed) == []


# ---------------------------------------------------------------- the pages


def test_a_page_has_all_that_an_instructor_needs(course):
    made.run(course, course / "run")
    (course / "run" / "A" / "trained").mkdir()
    (course / "run" / "A" / "trained" / "net.json").write_text('{"seconds": 1.8, "trained": "2026-01-02T11:00:05"}')
    index = teach.write(None)
    assert index == course / "run" / "teach" / "index.html"
    text = text_of(index.parent / "A.html")
    for wanted in (
        "The room says: été.",
        "<strong>Before class:</strong> a station's file; <code>fidle check</code> says so",
        '<th scope="row">2. Verdict</th><td class="number">4 s</td><td class="number">6 s</td>',
        '<th scope="row">All cells</th><td class="number">14 s</td>',
        "Its networks took 2 s to train",
        "Run All Above Selected Cell",
        'alt="the verdict of A"',
        "25 % lower than the baseline",
        "Addition. 3 minutes.",
        "CPU, 2 cores",
    ):
        assert wanted in text, wanted
    assert "retrain" not in text_of(index.parent / "B.html")  # nothing was trained there
    assert (index.parent / "figures" / "A.png").is_file()
    assert "14 s" in text_of(index)


def test_without_a_run_a_page_names_the_command(course):
    index = teach.write(None)
    assert "<code>fidle run A</code> makes them" in text_of(index.parent / "A.html")
    assert "not yet" in text_of(index)


def test_times_of_a_notebook_that_has_changed_are_called_old(course):
    made.run(course, course / "run")
    path = course / "A.ipynb"
    path.write_text(text_of(path).replace("print('ready')", "print('steady')"), encoding="utf-8")
    index = teach.write(None)
    assert "has changed since it last ran" in text_of(index.parent / "A.html")
    assert "has changed since it last ran" not in text_of(index.parent / "B.html")


def test_pages_over_another_folder_name_it_in_their_commands(course, tmp_path):
    source = tmp_path / "TP #2"
    text = text_of(teach.write(tmp_path / "pages", source=source).parent / "A.html")
    assert f"<code>fidle run A --out &#39;{source}&#39;</code>" in text
    assert f"<code>fidle teach --from &#39;{source}&#39;</code>" in text


def test_a_notebook_without_a_teaching_text_is_told(course, capsys):
    (course / "docs" / "teaching" / "B.md").unlink()
    assert cli.main(["teach"]) == 0
    out = capsys.readouterr().out
    assert "Without a page, as there is no teaching text: B." in out
    assert out.splitlines()[-1].startswith("Teaching: file://")


@pytest.mark.browser
def test_on_paper_stands_the_text_and_not_the_links(course, tmp_path):
    made.run(course, course / "run")
    index = teach.write(None)
    with lab.browser(tmp_path, offline=True) as tab:
        tab.goto((index.parent / "A.html").as_uri())
        assert tab.locator(".no-print").first.is_visible()
        tab.emulate_media(media="print")
        assert not tab.locator(".no-print").first.is_visible()
        assert tab.get_by_text("The room says").is_visible()
