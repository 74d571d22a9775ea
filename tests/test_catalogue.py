import json

import pytest

from fidle_course import catalogue
from fidle_course.catalogue import Gate


def notebook(path, parameters="seed: int = 1  # s", tags=("parameters",), head="# [A1] A title"):
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": [head]},
        {"cell_type": "code", "metadata": {"tags": list(tags)}, "source": parameters.splitlines(keepends=True)},
    ]
    path.write_text(json.dumps({"cells": cells}))
    return path


def course(tmp_path, entries):
    for name in ("a", "b"):
        notebook(tmp_path / f"{name}.ipynb")
    (tmp_path / "course.yml").write_text(f"notebooks: {json.dumps(entries)}")
    return tmp_path / "course.yml"


# ---------------------------------------------------------------- gates


@pytest.mark.parametrize(
    ("text", "holds"),
    [("a <= 1", True), ("a < 1", False), ("a >= b", False), ("b > a", True), ("a <= 1.0e0", True), ("c < 9", False)],
)
def test_a_gate_compares_a_score_with_a_number_or_a_score(text, holds):
    assert Gate.parse(text).holds({"a": 1.0, "b": 2.0}) is holds


def test_a_gate_on_nan_never_holds():
    assert not Gate.parse("a <= 1").holds({"a": float("nan")})
    assert not Gate.parse("a >= 1").holds({"a": float("nan")})


def test_a_gate_names_the_scores_that_are_missing():
    assert Gate.parse("a < b").missing({"b": 1.0}) == ["a"]


@pytest.mark.parametrize("text", ["a", "a == 1", "a < b < c", "1 < a", "__import__('os') < 1", "a < b.c", "a <"])
def test_a_gate_of_another_form_is_refused(text):
    with pytest.raises(ValueError, match="A gate compares"):
        Gate.parse(text)


def test_gates_of_any_source_come_with_those_of_the_source():
    profile = catalogue.Profile({}, {"any": [Gate.parse("a < 1")], "real": [Gate.parse("b < 1")]})
    assert [str(g) for g in profile.gates("real")] == ["a < 1", "b < 1"]
    assert [str(g) for g in profile.gates("simulated")] == ["a < 1"]


def test_a_limit_of_one_place_is_not_asked_of_another():
    gates = {"real 07690": ["a < 1"], "real": ["b < 1"], "any": ["c < 1"]}
    assert catalogue.gates_for(gates, "real", "Nice (07690)") == ["c < 1", "a < 1", "b < 1"]
    assert catalogue.gates_for(gates, "real", "Lyon (07481)") == ["c < 1", "b < 1"]
    assert catalogue.gates_for(gates, "simulated", "simulated station") == ["c < 1"]


# ---------------------------------------------------------------- parameters


def test_parameters_are_read_with_type_default_and_help(tmp_path):
    path = notebook(tmp_path / "n.ipynb", "scale: float = 1  # share of the data\nname: str = 'x'\n\n# a remark\n")
    assert catalogue.parameters(path) == [
        catalogue.Parameter("scale", float, 1.0, "share of the data"),
        catalogue.Parameter("name", str, "x", ""),
    ]


@pytest.mark.parametrize(
    "line",
    ["a = 1", "a: int = 1  # b = 2", "a: int = 1 + 1", "a: list = []", "import os", "a: int = b", "a: int = 'x'"],
)
def test_a_line_that_papermill_would_misread_is_refused(tmp_path, line):
    with pytest.raises(ValueError, match="Received"):
        catalogue.parameters(notebook(tmp_path / "n.ipynb", line))


def test_a_missing_parameters_cell_is_refused(tmp_path):
    with pytest.raises(ValueError, match="one cell tagged"):
        catalogue.parameters(notebook(tmp_path / "n.ipynb", tags=()))


def test_a_parameter_given_twice_is_refused(tmp_path):
    with pytest.raises(ValueError, match="Received twice: a"):
        catalogue.parameters(notebook(tmp_path / "n.ipynb", "a: int = 1\na: int = 2"))


def test_an_unknown_parameter_is_refused_with_the_nearest_name(tmp_path):
    path = notebook(tmp_path / "n.ipynb", "epochs: int = 1")
    with pytest.raises(ValueError, match="Did you mean `epochs`"):
        catalogue.check_parameters(path, {"epoch": 2})


@pytest.mark.parametrize(
    ("declared", "given", "read"),
    [("int = 1", "3", 3), ("float = 1.0", "1e-5", 1e-5), ("float = 1.0", 2, 2.0), ("bool = True", "false", False)],
)
def test_a_value_from_the_command_line_takes_the_declared_type(tmp_path, declared, given, read):
    value = catalogue.check_parameters(notebook(tmp_path / "n.ipynb", f"a: {declared}"), {"a": given})["a"]
    assert value == read and type(value) is type(read)


@pytest.mark.parametrize(
    ("declared", "given"), [("int = 1", "2.5"), ("int = 1", True), ("str = 'a'", 1), ("int = 1", "x")]
)
def test_a_value_of_another_type_is_refused(tmp_path, declared, given):
    with pytest.raises(ValueError, match="is of type"):
        catalogue.check_parameters(notebook(tmp_path / "n.ipynb", f"a: {declared}"), {"a": given})


# ---------------------------------------------------------------- the catalogue


def test_a_notebook_comes_after_what_it_needs(tmp_path):
    path = course(tmp_path, [{"id": "A", "file": "a.ipynb"}, {"id": "B", "file": "b.ipynb", "needs": ["A"]}])
    assert catalogue.load(path).order(["B"]) == ["A", "B"]


def test_an_unknown_notebook_is_refused_with_the_nearest_name(tmp_path):
    path = course(tmp_path, [{"id": "LADYB1", "file": "a.ipynb"}])
    with pytest.raises(ValueError, match="Did you mean LADYB1"):
        catalogue.load(path).order(["ladyb"])


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ([{"id": "A", "file": "a.ipynb"}] * 2, "twice: A"),
        ([{"id": "A", "file": "a.ipynb", "needs": ["Z"]}], "needs Z"),
        ([{"id": "A", "file": "a.ipynb", "needs": ["B"]}, {"id": "B", "file": "b.ipynb"}], "stands before B"),
        ([{"id": "A", "file": "a.ipynb", "need": ["B"]}], "need"),
    ],
)
def test_a_wrong_catalogue_is_refused(tmp_path, entries, message):
    with pytest.raises(ValueError, match=message):
        catalogue.load(course(tmp_path, entries))


def test_a_missing_notebook_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"nowhere\.ipynb"):
        catalogue.load(course(tmp_path, [{"id": "A", "file": "nowhere.ipynb"}]))


def test_the_header_gives_title_claim_and_facts(tmp_path):
    head = (
        "# [A1] A title\n*A claim.*\n\n**Data** a file · **Time** 3 s on 2 CPU cores · **Before** – · **Next** A2\n"
    )
    assert catalogue.header(notebook(tmp_path / "n.ipynb", head=head)) == {
        "id": "A1",
        "title": "A title",
        "claim": "A claim.",
        "data": "a file",
        "time": "3 s on 2 CPU cores",
        "before": "–",
        "next": "A2",
    }
