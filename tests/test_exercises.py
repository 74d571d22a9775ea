"""Exercises: their gaps, their checks, and the trainees' copies."""

import json
import os
import queue
import re
from pathlib import Path

import pytest

from fidle_course import catalogue, cli
from fidle_course.room import student as students
from fidle_course.room.student import student_copy, with_gap
from fidle_utils import course_root, exercises
from fidle_utils.exercises import Wrong, checking
from tests import toys

CATALOGUE = catalogue.load()
TESTS = course_root() / "tests"
SOLVED = '''def f(x):
    """Doubles."""
    # Hint: twice.
    ### BEGIN SOLUTION
    y = 2 * x
    return y
    ### END SOLUTION
'''


def text(cell):
    return "".join(cell["source"])


def tags(cell):
    return cell["metadata"].get("tags", [])


def read(name):
    return json.loads(CATALOGUE[name].file.read_text(encoding="utf-8"))


def pairs(notebook, kind="solution"):
    """(gap or solution, check) of each exercise of a notebook, in order."""
    code = [c for c in notebook["cells"] if c["cell_type"] == "code"]
    return list(
        zip(
            [text(c) for c in code if kind in tags(c)],
            [text(c) for c in code if "check" in tags(c)],
            strict=True,
        )
    )


def answers(name, kind):
    """(number of the exercise, what is special, code): `# %% 1 what is special` begins each in the file.

    `kind` is "wrong" (every notebook has some) or "right": other ways to a right result, none if there is no file.
    """
    path = TESTS / f"{kind}_answers" / f"{name}.py"
    if kind == "right" and not path.is_file():
        return []
    pieces = re.split(r"^# %% (\d) (.+)$", path.read_text(encoding="utf-8"), flags=re.M)
    return [(int(n), what, code.strip()) for n, what, code in zip(pieces[1::3], pieces[2::3], pieces[3::3])]


# ---------------------------------------------------------------- the machinery


def test_gap_stands_in_the_place_of_the_solution_and_keeps_its_hint():
    gap = with_gap(SOLVED)
    assert gap == f'def f(x):\n    """Doubles."""\n    # Hint: twice.\n    {exercises.EMPTY}\n'
    compile(gap, "gap", "exec")


@pytest.mark.parametrize("source", ["x = 1", "### BEGIN SOLUTION\nx", "### END SOLUTION\n### BEGIN SOLUTION"])
def test_markers_that_do_not_match_are_refused(source):
    with pytest.raises(ValueError, match="BEGIN SOLUTION"):
        with_gap(source)


def test_right_answer_says_what_is_right(capsys):
    with checking("Exercise 1") as check:
        check(True, "it doubles", "no")
    assert capsys.readouterr().out == "✓ it doubles\nExercise 1: done.\n"


def test_wrong_answer_says_what_was_expected_and_why():
    with pytest.raises(Wrong, match=r"(?s)Exercise 1.*it doubles.*Received 3"), checking("Exercise 1") as check:
        check(3 == 4, "it doubles", "Received 3.")


def test_function_without_return_is_told_so():
    with pytest.raises(Wrong, match="return"), checking("Exercise 1") as check:
        check.given(None)


def test_empty_gap_is_told_where_to_write():
    space = {}
    exec(compile(with_gap(SOLVED), "<cell>", "exec"), space)
    with pytest.raises(Wrong, match=r"still empty.*\n.*hint"), checking("Exercise 1"):
        space["f"](1)


def test_error_in_the_answer_becomes_a_message_without_traceback():
    with pytest.raises(Wrong, match="ValueError") as raised, checking("Exercise 1"):
        int("x")
    assert raised.value._render_traceback_() == [str(raised.value)]


def test_copy_has_gaps_locked_checks_no_outputs_and_no_answers_in_words():
    def cell(kind, source, tag):
        more = {"outputs": [{"x": 1}], "execution_count": 3} if kind == "code" else {}
        return {"cell_type": kind, "source": source, "metadata": {"tags": [tag]}, "id": tag, **more}

    given = {
        "cells": [cell("code", SOLVED, "solution"), cell("code", "c", "check"), cell("markdown", "m", "solution")]
    }
    gap, check = student_copy(given)["cells"]
    assert exercises.EMPTY in text(gap) and "2 * x" not in text(gap) and gap["metadata"]["tags"] == ["gap"]
    assert check["metadata"]["editable"] is False and check["metadata"]["jupyter"] == {"source_hidden": True}
    assert check["outputs"] == [] and check["execution_count"] is None
    assert text(given["cells"][0]) == SOLVED, "the notebook itself must stay as it is"


def test_students_copies_lie_as_in_the_course_and_hold_no_solution(tmp_path):
    written = students.student(tmp_path / "class")
    assert sorted(p.relative_to(tmp_path / "class") for p in written) == sorted(
        n.file.relative_to(course_root()) for n in CATALOGUE.values()
    )
    for path in written:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        assert not any("solution" in tags(c) or exercises.BEGIN in text(c) for c in notebook["cells"])
        assert sum("gap" in tags(c) for c in notebook["cells"]) == 3


def test_students_work_is_never_written_over(tmp_path):
    (first,) = students.student(tmp_path, ["LADYB1"])
    first.write_text("my work")
    with pytest.raises(FileExistsError, match="LADYB1"):
        students.student(tmp_path)
    assert first.read_text() == "my work"
    assert [p for p in tmp_path.rglob("*.ipynb")] == [first], "nothing is written when something is refused"


def test_the_command_writes_the_copies_and_says_what_to_tell(tmp_path, capsys):
    assert cli.main(["student", str(tmp_path / "TP #2 {1}"), "LADYB1"]) == 0
    out = capsys.readouterr().out
    assert Path(out.splitlines()[0]).is_relative_to(tmp_path / "TP #2 {1}") and Path(out.splitlines()[0]).is_file()
    assert "raise NotImplementedError" in out
    assert cli.main(["student", str(tmp_path / "TP #2 {1}")]) == 2
    assert "may hold work" in capsys.readouterr().err


def test_copies_carry_the_drawings_and_texts_that_they_show_or_link_to(tmp_path, monkeypatch):
    course = toys.make_course(tmp_path / "course", {"A": {}, "B": {}})
    monkeypatch.setenv("FIDLE_COURSE_DIR", str(course))
    (course / "docs" / "drawings").mkdir(parents=True)
    for name in ("a.svg", "other.svg"):
        (course / "docs" / "drawings" / name).write_text("<svg/>")
    (course / "docs" / "glossary.md").write_text("a word")
    path = course / "A.ipynb"
    shown = "Here it starts. ![a](docs/drawings/a.svg) and the [glossary](docs/glossary.md#word)"
    path.write_text(path.read_text().replace("Here it starts.", shown))
    students.student(tmp_path / "class")
    carried = [p.relative_to(tmp_path / "class").as_posix() for p in (tmp_path / "class" / "docs").rglob("*.*")]
    assert sorted(carried) == ["docs/drawings/a.svg", "docs/glossary.md"]
    (tmp_path / "class" / "docs" / "glossary.md").write_text("a word of mine")
    (tmp_path / "class" / "A.ipynb").rename(tmp_path / "mine.ipynb")
    students.student(tmp_path / "class", ["A"])
    assert (tmp_path / "class" / "docs" / "glossary.md").read_text() == "a word of mine"


# ---------------------------------------------------------------- what the notebooks hold


@pytest.mark.parametrize("name", list(CATALOGUE))
def test_three_exercises_each_with_hint_solution_and_check(name):
    notebook = read(name)
    found = pairs(notebook)
    assert len(found) == 3
    for i, (solution, check) in enumerate(found, start=1):
        assert "# Hint: " in solution.split(exercises.BEGIN)[0]
        assert re.search(r'"""', solution), "the docstring says what comes in and what goes out, with shapes"
        assert f'checking("Exercise {i}")' in check
    order = [next((t for t in ("solution", "check") if t in tags(c)), "") for c in notebook["cells"]]
    places = [i for i, c in enumerate(notebook["cells"]) if "run.finish(" in text(c)]
    assert len(places) == 1 and not any(order[: places[0]]), "results are written before the exercises begin"


@pytest.mark.parametrize("name", list(CATALOGUE))
def test_solutions_are_folded_so_that_nobody_reads_them_by_chance(name):
    for cell in read(name)["cells"]:
        if cell["cell_type"] == "code" and "solution" in tags(cell):
            assert cell["metadata"]["jupyter"] == {"source_hidden": True}


@pytest.mark.parametrize("name", list(CATALOGUE))
def test_every_exercise_has_a_plausible_wrong_answer(name):
    found = answers(name, "wrong")
    assert {number for number, _, _ in found} == {1, 2, 3}
    for _, what, code in found:
        compile(code, what, "exec")


@pytest.mark.parametrize("path", sorted((TESTS / "right_answers").glob("*.py")), ids=lambda path: path.stem)
def test_other_right_answers_belong_to_an_exercise(path):
    found = answers(path.stem, "right")
    assert path.stem in CATALOGUE and found
    for number, what, code in found:
        assert number in (1, 2, 3)
        compile(code, what, "exec")


# ---------------------------------------------------------------- executed


class Kernel:
    """A notebook's kernel, cell by cell."""

    def __init__(self, client):
        self.client = client

    def run(self, code):
        """What a cell prints and the message of its error, if any."""
        said, error = "", None
        sent = self.client.execute(code)
        while True:
            try:
                message = self.client.get_iopub_msg(timeout=300)
            except queue.Empty:
                raise AssertionError(f"the cell did not end: {code[:80]}") from None
            if message["parent_header"].get("msg_id") != sent:
                continue
            content = message["content"]
            if message["msg_type"] == "stream":
                said += content["text"]
            elif message["msg_type"] == "error":
                error = (content["ename"], content["evalue"])
            elif message["msg_type"] == "status" and content["execution_state"] == "idle":
                return said, error


@pytest.fixture(scope="module")
def kernels(tmp_path_factory):
    """Starts a notebook in the smoke profile on simulated data, up to its exercises."""
    from jupyter_client.manager import start_new_kernel

    folder = tmp_path_factory.mktemp("exercises")
    (folder / "no-data").mkdir()
    environment = {**os.environ, "FIDLE_DATASETS_DIR": str(folder / "no-data"), "FIDLE_BATCH": "1"}

    def start(name):
        manager, client = start_new_kernel(kernel_name="python3", env=environment)
        kernel = Kernel(client)
        values = CATALOGUE[name].profile("smoke").parameters | {"run_dir": str(folder / "run")}
        for cell in read(name)["cells"]:
            if cell["cell_type"] == "code":
                _, error = kernel.run(text(cell))
                assert error is None, (name, text(cell), error)
            if "parameters" in tags(cell):
                kernel.run("\n".join(f"{key} = {value!r}" for key, value in values.items()))
            if "run.finish(" in text(cell):
                return manager, kernel

    return start


@pytest.mark.slow
@pytest.mark.parametrize("name", list(CATALOGUE))
def test_empty_gap_and_wrong_answers_fail_with_help_and_right_ones_pass(kernels, name):
    manager, kernel = kernels(name)
    notebook = read(name)
    try:
        gaps = pairs(student_copy(notebook), "gap")
        for i, (solution, check) in enumerate(pairs(notebook), start=1):
            assert kernel.run(gaps[i - 1][0])[1] is None, f"exercise {i}: the cell with a gap must run"
            kind, message = kernel.run(check)[1] or ("", "")
            assert kind == "Wrong" and "still empty" in message, f"exercise {i}, gap: {kind} {message}"
            lines = solution.split(exercises.BEGIN)[1].split(exercises.END)[0].splitlines()
            for number, what, code in answers(name, "wrong"):
                if number == i:
                    assert kernel.run(code)[1] is None, what
                    kind, message = kernel.run(check)[1] or ("", "")
                    assert kind == "Wrong", f"exercise {i}, {what}: passed, or {kind} {message}"
                    assert len(message) > 60 and "still empty" not in message, message
                    given_away = [line for line in lines if len(line.strip()) > 20 and line.strip() in message]
                    assert not given_away, "the message gives the answer"
            others = [(what, code) for number, what, code in answers(name, "right") if number == i]
            for what, code in [*others, ("the solution", solution)]:
                assert kernel.run(code)[1] is None, what
                said, error = kernel.run(check)
                assert error is None and f"Exercise {i}: done." in said, f"exercise {i}, {what}: {error}"
    finally:
        manager.shutdown_kernel(now=True)
