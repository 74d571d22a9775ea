"""The instructor's pages: teaching files read strictly, times as measured, made to be printed."""

import json
import re

import pytest

from fidle_course import catalogue, cli
from fidle_course.room import teach
from fidle_utils import course_root
from tests import lab, made


@pytest.fixture
def course(tmp_path, monkeypatch):
    folder = made.course(tmp_path / "course")
    monkeypatch.setenv("FIDLE_COURSE_DIR", str(folder))
    (folder / "docs" / "teaching").mkdir(parents=True)
    for name in "AB":
        (folder / "docs" / "teaching" / f"{name}.md").write_text(made.GUIDE, encoding="utf-8")
    return folder


def read(text, course):
    path = course / "docs" / "teaching" / "A.md"
    path.write_text(text, encoding="utf-8")
    return teach.read_guide(path, json.loads((course / "A.ipynb").read_text()))


# ---------------------------------------------------------------- the files


def test_a_teaching_file_is_read(course):
    guide = read(made.GUIDE, course)
    assert (guide.figure, guide.before) == ("verdict", "a station's file; `fidle check` says so")
    assert [(step.sections, step.text) for step in guide.path] == [
        ([1], "**1. Setup**: run it."),
        ([2], "**2. Verdict**: look at\nthe figure."),
    ]
    assert (guide.before_path, guide.after_path) == ("", "Short of time: skip nothing.")
    assert guide.exercises == {1: "*Twice.* Addition. 3 minutes."}
    assert guide.texts["Claim"] == "The room says: été."


def test_one_bullet_may_be_about_two_sections(course):
    both = made.GUIDE.replace("run it.\n- **2. Verdict**: look at", "run it.").replace(
        "**1. Setup**", "**1. Setup** and **2. Verdict**"
    )
    assert [step.sections for step in read(both, course).path] == [[1, 2]]


def test_the_path_may_begin_with_a_word_before_its_bullets(course):
    guide = read(made.GUIDE.replace("- **1. Setup**", "First this.\n\n- **1. Setup**"), course)
    assert guide.before_path == "First this."
    assert len(guide.path) == 2


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("---\nfigure", "figure", "begins with a head"),
        ("before: ", "befor: ", "lines `figure: …` and `before: …`"),
        ("figure: verdict", "figure:", "lines `figure: …` and `before: …`"),
        ("figure: verdict", "figure: no-such", "`figure` is one that the notebook shows. Received: 'no-such'"),
        ("## Traps", "## Pitfalls", "Received: Claim, Path, Questions to ask, Pitfalls"),
        ("The room says: été.", "", "Received nothing under `## Claim`"),
        ("- **1. Setup**: run it.\n", "", "goes through every section once, in order: 1, 2. Received: 2"),
        ("**2. Verdict**", "**2. Judgement**", "Received: 2. Judgement; the notebook has 1. Setup, 2. Verdict"),
        ("**1. Setup**", "Setup", "begins with its section"),
        ("1. *Twice.*", "*Twice.*", "the exercises are a list"),
    ],
)
def test_what_is_wrong_in_a_teaching_file_is_told(course, old, new, said):
    assert old in made.GUIDE
    with pytest.raises(ValueError, match=re.escape(said)):
        read(made.GUIDE.replace(old, new, 1), course)


@pytest.mark.parametrize("name", list(catalogue.load()))
def test_every_notebook_of_the_course_has_a_teaching_file_that_fits_it(name):
    about = catalogue.load()[name]
    notebook = json.loads(about.file.read_text(encoding="utf-8"))
    guide = teach.read_guide(course_root() / "docs" / "teaching" / f"{name}.md", notebook)
    assert len(guide.exercises) == len(teach.exercises(notebook))


def test_exercises_are_found_with_their_solutions(course):
    (found,) = teach.exercises(json.loads((course / "A.ipynb").read_text()))
    assert (found.number, found.title) == (1, "Twice")
    assert "<code>twice(x)</code>" in found.task
    assert "twice" in found.code
    assert "BEGIN" not in found.code
    assert "<math" in found.words


# ---------------------------------------------------------------- the times


def test_each_sections_seconds_are_those_of_its_cells(course):
    executed = made.executed(course / "A.ipynb", course / "run")
    times = teach.measure(executed, course / "nothing")
    # parameters twice (the second time those of the run); setup; verdict and results; solution and check
    assert times.spent == {0: 4.0, 1: 2.0, 2: 4.0, "Exercises": 4.0}
    assert times.until(2, trained=False) == 6.0


def test_training_counts_for_the_section_in_which_it_ended(course, tmp_path):
    executed = made.executed(course / "A.ipynb", course / "run")
    fit = {"trained": "2026-01-02T11:00:05+01:00", "seconds": 1.2}  # the third code cell runs from second 4 to 6
    (tmp_path / "net-1.json").write_text(json.dumps(fit))
    long_ago = {"trained": "2025-01-02T11:00:05+01:00", "seconds": 1.0}
    (tmp_path / "old-1.json").write_text(json.dumps(long_ago))
    times = teach.measure(executed, tmp_path)
    assert times.training == {1: 1.2}
    assert times.until(2, trained=True) == pytest.approx(4.8)
    predicted = {"predicted": "2026-01-02T11:00:05+01:00", "seconds": 0.5}
    (tmp_path / "predicted-1.json").write_text(json.dumps(predicted))
    times = teach.measure(executed, tmp_path)
    assert times.training == {1: 1.2}, "a prediction is no training"
    assert times.until(2, trained=True) == pytest.approx(4.3), "but kept networks spare it too"


def test_a_notebook_run_by_hand_has_no_times(course):
    executed = made.executed(course / "A.ipynb", course / "run")
    for cell in executed["cells"]:
        cell["metadata"].pop("papermill", None)
    assert teach.measure(executed, course).spent == {}


# ---------------------------------------------------------------- the pages


def test_a_page_has_all_that_an_instructor_needs(course):
    made.run(course, course / "run")
    index = teach.write(None, say=lambda text: None)
    assert index == course / "run" / "teach" / "index.html"
    text = (index.parent / "A.html").read_text(encoding="utf-8")
    for wanted in (
        "The room says: été.",
        "<b>2 s</b>",
        "starts after 6 s",
        "solutions and checks together: 4 s",
        "All cells together</dt><dd>14 s",
        "Run All Above Selected Cell",
        'alt="the verdict of A"',
        "25 % lower than the baseline",
        "1. Twice</h3>",
        "Addition. 3 minutes.",
        "<summary>Solution of exercise 1</summary>",
        "CPU, 2 cores",
        'href="B.html"',
    ):
        assert wanted in text, wanted
    assert "retrain" not in text  # this notebook has no such parameter
    assert (index.parent / "figures" / "A.png").is_file()
    assert "14 s" in index.read_text()


def test_without_a_run_a_page_names_the_command(course):
    index = teach.write(None)
    text = (index.parent / "A.html").read_text()
    assert "<code>fidle run A</code> makes them" in text
    assert "<b>" not in text.split('class="path"')[1].split("</ol>")[0]
    assert "not yet" in index.read_text()


def test_times_of_a_notebook_that_has_changed_are_called_old(course):
    made.run(course, course / "run")
    path = course / "A.ipynb"
    path.write_text(path.read_text().replace("print('ready')", "print('steady')"))
    said = []
    index = teach.write(None, say=said.append)
    assert said == ["Changed since these runs, times and figures are those of before: A."]
    assert "has changed since it last ran" in (index.parent / "A.html").read_text()
    assert "has changed since it last ran" not in (index.parent / "B.html").read_text()


def test_pages_over_another_folder_name_it_in_their_commands(course, tmp_path):
    index = teach.write(tmp_path / "pages", source=tmp_path, say=lambda line: None)
    text = (index.parent / "A.html").read_text()
    assert f"<code>fidle run A --out {tmp_path}</code>" in text
    assert f"<code>fidle teach --from {tmp_path}</code>" in text


def test_a_page_tells_how_to_do_without_training(course):
    path = course / "A.ipynb"
    path.write_text(path.read_text().replace("n: int = 3", "retrain: bool = True  # or not\\nn: int = 3"))
    text = (teach.write(None).parent / "A.html").read_text()
    assert "<code>retrain = False</code>" in text


def test_times_of_a_run_on_kept_networks_are_called_that(course):
    made.run(course, course / "run")
    results = course / "run" / "A" / "results.json"
    results.write_text(results.read_text().replace('"parameters": {', '"parameters": {"retrain": false, '))
    index = teach.write(None)
    assert "networks were taken from the run before" in (index.parent / "A.html").read_text()
    assert "networks were taken from the run before" not in (index.parent / "B.html").read_text()


def test_a_notebook_without_a_teaching_file_is_told(course, capsys):
    (course / "docs" / "teaching" / "B.md").unlink()
    assert cli.main(["teach"]) == 0
    out = capsys.readouterr().out
    assert "Without a page, as there is no teaching file: B." in out
    assert out.splitlines()[-1].startswith("Teaching: file://")


def test_a_broken_teaching_file_stops_the_command_and_leaves_the_pages(course, capsys):
    index = teach.write(None)
    (course / "docs" / "teaching" / "B.md").write_text("nothing")
    assert cli.main(["teach"]) == 2
    assert "B.md: it begins with a head" in capsys.readouterr().err
    assert index.is_file()


@pytest.mark.browser
def test_on_paper_the_solutions_are_unfolded(course, tmp_path):
    made.run(course, course / "run")
    index = teach.write(None)
    with lab.browser(tmp_path, offline=True) as tab:
        tab.goto((index.parent / "A.html").as_uri())
        solution = tab.locator("details pre")
        assert not solution.evaluate("e => e.checkVisibility()")
        tab.emulate_media(media="print")
        assert solution.evaluate("e => e.checkVisibility() && e.getBoundingClientRect().height > 20")
        assert not tab.locator(".no-print").first.is_visible()
