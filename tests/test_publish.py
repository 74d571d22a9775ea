"""Corrected notebooks: whole, without a trace of the machine, never over somebody's work."""

import json

import pytest

from fidle_course import cli
from fidle_course.batch import drive
from fidle_course.pages import page, publish
from tests import made, toys


@pytest.fixture
def course(tmp_path, monkeypatch):
    folder = made.course(tmp_path / "course")
    monkeypatch.setenv("FIDLE_COURSE_DIR", str(folder))
    monkeypatch.delenv("FIDLE_DATASETS_DIR", raising=False)
    return folder


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def sources(notebook):
    return ["".join(cell["source"]) for cell in notebook["cells"]]


# ---------------------------------------------------------------- what is written


def test_finished_runs_become_notebooks_and_pages_in_the_courses_folders(course, tmp_path):
    made.run(course, course / "run")
    said = []
    written = publish.corrected(tmp_path / "out", say=said.append)
    assert written == [tmp_path / "out" / "A.ipynb", tmp_path / "out" / "B.ipynb"]
    assert said == []
    assert sorted(p.name for p in (tmp_path / "out").glob("[!.]*")) == ["A.html", "A.ipynb", "B.html", "B.ipynb"]


def test_a_corrected_notebook_is_valid_and_shows_its_solutions_and_outputs(course, tmp_path):
    import nbformat

    made.run(course, course / "run")
    publish.corrected(tmp_path / "out", ["A"])
    notebook = read(tmp_path / "out" / "A.ipynb")
    nbformat.validate(nbformat.from_dict(notebook))
    assert "def twice(x):\n    # Hint: add\n    return x + x" in sources(notebook)
    assert not any("jupyter" in cell["metadata"] for cell in notebook["cells"])
    outputs = ["".join(o["text"]) for c in notebook["cells"] for o in c.get("outputs", []) if "text" in o]
    assert "✓ twice 3 is 6\n" in outputs


def test_nothing_of_the_machine_that_ran_is_in_a_corrected_notebook(course, tmp_path):
    out = made.run(course, course / "run")
    assert str(out) in (out / "A" / "A.ipynb").read_text()
    publish.corrected(tmp_path / "out", ["A"])
    text = (tmp_path / "out" / "A.ipynb").read_text()
    assert str(tmp_path) not in text + (tmp_path / "out" / "A.html").read_text()
    assert "papermill" not in text
    assert "results in run/A" in text
    assert "injected-parameters" not in text  # it held nothing but the folder


def test_given_parameters_stay_without_the_folder(course):
    out = made.run(course, course / "run")
    path = out / "A" / "A.ipynb"
    notebook = read(path)
    notebook["cells"][2]["source"] = f'# Parameters\nn = 5\nrun_dir = "{out}"\n'
    path.write_text(json.dumps(notebook))
    from fidle_course import catalogue

    found = publish.finished(out, catalogue.load())["A"]
    assert sources(publish.corrected_copy(found))[2] == "# Parameters\nn = 5"


def test_a_page_folds_solutions_and_hides_their_marks(course):
    text = page.render(made.executed(course / "A.ipynb", course / "run"), "A")
    code, words = text.split('<details class="solution">')[1:]
    assert "<summary>Solution</summary>" in code
    assert "twice" in code.split("</details>")[0]
    assert "twice 3 is 6" in code.split("</details>")[1]  # the check stands open
    assert "<summary>The answer in words</summary>" in words
    assert "<math" in words.split("</details>")[0]
    assert "BEGIN SOLUTION" not in text
    assert "←" not in text


def test_a_page_says_which_data_and_machine(course, tmp_path):
    made.run(course, course / "run", source="simulated", profile="smoke")
    publish.corrected(tmp_path / "out", ["A"], profile="smoke")
    text = (tmp_path / "out" / "A.html").read_text()
    assert 'class="about made-up"' in text
    for wanted in ("Simulated data (Nîmes (07645)", "scores mean nothing", "2 January 2026 on CPU, 2 cores, in 75 s"):
        assert wanted in text


# ---------------------------------------------------------------- what is refused


def test_a_failed_notebook_is_refused_with_its_reason(course, tmp_path, monkeypatch):
    made.run(course, course / "run", failed="B")
    monkeypatch.setattr(drive, "run", lambda plan, **more: 1)  # tried again, failed again
    with pytest.raises(RuntimeError, match="B failed in cell 4: ValueError: no such thing"):
        publish.corrected(tmp_path / "out", say=lambda text: None)
    assert not (tmp_path / "out").exists()


def test_a_failed_gate_is_refused(tmp_path, monkeypatch):
    folder = made.course(tmp_path / "course", A={"gates": ["error <= 1"]})
    monkeypatch.setenv("FIDLE_COURSE_DIR", str(folder))
    made.run(folder, folder / "run")
    with pytest.raises(RuntimeError, match="A: gate failed: error <= 1"):
        publish.corrected(tmp_path / "out")
    assert not (tmp_path / "out").exists()
    publish.corrected(tmp_path / "out", ["B"])


def test_a_folder_with_other_things_is_refused_before_anything_runs(course, tmp_path, monkeypatch):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.tex").write_text("mine")
    monkeypatch.setattr(drive, "run", lambda *a, **k: pytest.fail("it ran"))
    with pytest.raises(FileExistsError, match="holds other things"):
        publish.corrected(tmp_path / "out")
    assert (tmp_path / "out" / "thesis.tex").read_text() == "mine"


@pytest.mark.parametrize("name", ["A.ipynb", "notes.txt"])
def test_a_file_that_was_changed_or_added_is_never_lost(course, tmp_path, name):
    made.run(course, course / "run")
    publish.corrected(tmp_path / "out")
    (tmp_path / "out" / name).write_text("my remarks")
    with pytest.raises(FileExistsError, match=f"changed or added.*{name}"):
        publish.corrected(tmp_path / "out")
    assert (tmp_path / "out" / name).read_text() == "my remarks"


def test_its_own_folder_is_written_again_and_keeps_the_other_notebooks(course, tmp_path):
    made.run(course, course / "run")
    publish.corrected(tmp_path / "out", ["A"])
    publish.corrected(tmp_path / "out", ["B"])
    publish.corrected(tmp_path / "out", ["B"])
    assert sorted(p.name for p in (tmp_path / "out").glob("*.ipynb")) == ["A.ipynb", "B.ipynb"]


def test_a_write_that_breaks_leaves_what_was_there(tmp_path):
    with publish.whole_folder(tmp_path / "out", "gallery") as part:
        (part / "index.html").write_text("old")
    with pytest.raises(OSError, match="disk full"), publish.whole_folder(tmp_path / "out", "gallery") as part:
        (part / "index.html").write_text("half")
        raise OSError("disk full")
    assert (tmp_path / "out" / "index.html").read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_one_command_does_not_write_over_another_ones_folder(tmp_path):
    with publish.whole_folder(tmp_path / "out", "gallery"):
        pass
    with pytest.raises(FileExistsError), publish.whole_folder(tmp_path / "out", "corrected"):
        pass


# ---------------------------------------------------------------- the commands


def test_student_writes_the_copies_and_says_what_to_tell(course, tmp_path, capsys):
    assert cli.main(["student", str(tmp_path / "class"), "A"]) == 0
    out = capsys.readouterr().out
    assert out.splitlines()[0] == str(tmp_path / "class" / "A.ipynb")
    assert "raise NotImplementedError" in out
    assert "x + x" not in (tmp_path / "class" / "A.ipynb").read_text().replace("$x + x", "")


def test_student_never_writes_over_a_copy(course, tmp_path, capsys):
    assert cli.main(["student", str(tmp_path / "class"), "A"]) == 0
    assert cli.main(["student", str(tmp_path / "class")]) == 2
    assert "may hold work" in capsys.readouterr().err


@pytest.mark.slow
def test_what_is_not_finished_is_run_first_and_only_once(tmp_path):
    folder = made.course(tmp_path / "course", names=["A"], A={"runs": True})
    first = toys.fidle(folder, "corrected", tmp_path / "out")
    assert first.returncode == 0
    assert "Running first" in first.stdout
    assert "twice 3 is" in (tmp_path / "out" / "A.html").read_text()
    again = toys.fidle(folder, "corrected", tmp_path / "out")
    assert again.returncode == 0
    assert "Running" not in again.stdout


@pytest.mark.slow
def test_a_notebook_that_fails_makes_the_command_fail_and_write_nothing(tmp_path):
    folder = toys.make_course(tmp_path / "course", {"A": {"code": ["1 / 0"]}})
    done = toys.fidle(folder, "corrected", tmp_path / "out")
    assert done.returncode == 2
    assert "A failed in cell 4: ZeroDivisionError" in done.stderr
    assert not (tmp_path / "out").exists()
