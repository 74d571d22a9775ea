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


ENTRY = {"data": "none", "seconds": {"live": 1}, "headline": {"score": "error"}, "figure": "curve"}


def course(tmp_path, *entries):
    """A catalogue of these entries; what every entry needs is added."""
    for name in ("a", "b"):
        notebook(tmp_path / f"{name}.ipynb")
    stories = [{"folder": ".", "title": "A story", "blurb": "It is told."}]
    content = {"stories": stories, "notebooks": [ENTRY | entry for entry in entries]}
    (tmp_path / "course.yml").write_text(json.dumps(content))
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


@pytest.mark.parametrize("text", ["a", "a == 1", "a < b < c", "1 < a", "__import__('os') < 1", "a < b.c", "a <"])
def test_a_gate_of_another_form_is_refused(text):
    with pytest.raises(ValueError, match="A gate compares"):
        Gate.parse(text)


def test_gates_of_any_source_come_with_those_of_the_source():
    gates = {"any": ["a < 1"], "real": ["b < 1"]}
    assert catalogue.gates_for(gates, "real") == ["a < 1", "b < 1"]
    assert catalogue.gates_for(gates, "simulated") == ["a < 1"]


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


def test_a_sign_in_a_value_or_in_a_comment_is_part_of_it(tmp_path):
    path = notebook(tmp_path / "n.ipynb", "text: str = 'é # = 2'  # as in y = x # 1")
    assert catalogue.parameters(path) == [catalogue.Parameter("text", str, "é # = 2", "as in y = x # 1")]


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("a:int=1 # one", ("a", int, 1, "one")),
        ("a: str = (\n    'one '\n    'two'\n)  # both", ("a", str, "one two", "both")),
        ('a: str = """one\ntwo"""  # both', ("a", str, "one\ntwo", "both")),
        ("a: float = (\n    # in seconds\n    -1.5  # not this one\n)\n", ("a", float, -1.5, "")),
    ],
)
def test_a_parameter_is_read_however_an_editor_has_set_its_lines(tmp_path, cell, read):
    assert catalogue.parameters(notebook(tmp_path / "n.ipynb", cell)) == [catalogue.Parameter(*read)]


@pytest.mark.parametrize(
    "line",
    [
        "a = 1",
        "%time a: int = 1",
        "a: int = (\n1",
        "a: int",
        "a: int = 1 + 1",
        "a: list = []",
        "import os",
        "a: int = b",
        "a: int = 'x'",
        "a: int = 1; b",
    ],
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
    [
        ("int = 1", "3", 3),
        ("int = 1", "32.0", 32),
        ("float = 1.0", "1e-5", 1e-5),
        ("float = 1.0", 2, 2.0),
        ("bool = True", "false", False),
    ],
)
def test_a_value_from_the_command_line_takes_the_declared_type(tmp_path, declared, given, read):
    value = catalogue.check_parameters(notebook(tmp_path / "n.ipynb", f"a: {declared}"), {"a": given})["a"]
    assert value == read and type(value) is type(read)


@pytest.mark.parametrize(
    ("declared", "given"),
    [("int = 1", "2.5"), ("int = 1", 32.0), ("int = 1", True), ("str = 'a'", 1), ("int = 1", "x")],
)
def test_a_value_of_another_type_is_refused(tmp_path, declared, given):
    with pytest.raises(ValueError, match="is of type"):
        catalogue.check_parameters(notebook(tmp_path / "n.ipynb", f"a: {declared}"), {"a": given})


# ---------------------------------------------------------------- the catalogue


def test_a_notebook_comes_after_what_it_needs(tmp_path):
    path = course(tmp_path, {"id": "A", "file": "a.ipynb"}, {"id": "B", "file": "b.ipynb", "needs": ["A"]})
    assert catalogue.load(path).order(["B"]) == ["A", "B"]


def test_a_notebook_belongs_to_the_story_of_its_folder(tmp_path):
    path = course(tmp_path, {"id": "A", "file": "a.ipynb"})
    assert catalogue.load(path).story("A").title == "A story"


def test_an_unknown_notebook_is_refused_with_the_nearest_name(tmp_path):
    path = course(tmp_path, {"id": "LADYB1", "file": "a.ipynb"})
    with pytest.raises(ValueError, match="Did you mean LADYB1"):
        catalogue.load(path).order(["ladyb"])


@pytest.mark.parametrize(
    ("second", "message"),
    [
        ({"id": "A"}, "line .*: each notebook .*twice: A"),
        ({"needs": ["Z"]}, "line .*: B needs Z"),
        ({"needs": ["B"]}, "B stands before B"),
        ({"file": "nowhere.ipynb"}, r"nowhere\.ipynb does not exist"),
        ({"file": "B/b.ipynb"}, r"the folder of a notebook is that of a story: .*Received: B\."),
        ({"data": "synopp"}, r"imdb, ladybug, .* Received: 'synopp'. Did you mean synop\?"),
    ],
)
def test_an_entry_that_does_not_fit_the_others_is_refused(tmp_path, second, message):
    (tmp_path / "B").mkdir()
    notebook(tmp_path / "B" / "b.ipynb")
    path = course(tmp_path, {"id": "A", "file": "a.ipynb"}, {"id": "B", "file": "b.ipynb"} | second)
    with pytest.raises(ValueError, match=message):
        catalogue.load(path)


GOOD = """\
stories:
  - { folder: ., title: A story, blurb: It is told. }
notebooks:
  - id: A
    file: a.ipynb
    data: none
    figure: curve
    seconds: { live: 60 }
    headline: { score: error, baseline: base, better: lower }
    resources: { cpus: 4, minutes: 30, gpus: 1 }
    profiles:
      live:
        gates:
          any: [error <= 0.1]
      full:
        parameters: { seed: 2 }
"""


def loaded(tmp_path, old="", new=""):
    assert old in GOOD
    notebook(tmp_path / "a.ipynb")
    (tmp_path / "course.yml").write_text(GOOD.replace(old, new, 1) if old else GOOD)
    return catalogue.load(tmp_path / "course.yml")


def test_a_catalogue_is_read_with_its_types(tmp_path):
    about = loaded(tmp_path)["A"]
    assert about.profile("live").gates == {"any": ["error <= 0.1"]}
    assert about.profile("full").parameters == {"seed": 2}
    assert (about.resources.minutes, about.resources.mem_mb) == (30, 8000)
    assert about.file == tmp_path / "a.ipynb"
    assert about.title == "A title"


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        (
            "      full:",
            "      fulll:",
            15,
            "`fulll`: Input should be 'live', 'smoke' or 'full'.",
        ),
        (
            "gates:",
            "gate:",
            13,
            "there is no key `gate` here. Did you mean `gates`?",
        ),
        ("score:", "scor:", 9, "there is no key `scor` here. Did you mean `score`?"),
        ("lower", "smaller", 9, "`better`: Input should be 'lower' or 'higher'. Received: 'smaller'."),
        ("gpus:", "gpu:", 10, "there is no key `gpu` here. Did you mean `gpus`?"),
        ("minutes: 30", 'minutes: "thirty"', 10, "`minutes`: Input should be a valid integer. Received: 'thirty'."),
        ("cpus: 4", "cpus: -4", 10, "`cpus`: Input should be greater than or equal to 0. Received: -4."),
        ("live: 60", "live: soon", 8, "`live`: Input should be a valid number. Received: 'soon'."),
        ("    figure: curve\n", "", 4, "the key `figure` is missing."),
        ("error <= 0.1", "error = 0.1", 14, "A gate compares a score with a number or another score"),
        ("any: [", "reel: [", 14, "Received: 'reel'. Did you mean `real`?"),
        ("[error <= 0.1]", "error <= 0.1", 14, "`any`: Input should be a valid array. Received: 'error <= 0.1'."),
        ("blurb: It", "blub: It", 2, "there is no key `blub` here. Did you mean `blurb`?"),
        ("    data: none\n", "    data: none\n    data: synop\n", 7, "`data` stands twice."),
        ("profiles:", "profiles: live", 11, "`profiles`: Input should be an object. Received: 'live'."),
    ],
)
def test_what_is_wrong_is_told_with_its_line_and_the_nearest_word(tmp_path, old, new, line, message):
    if new == "profiles: live":
        old, new = GOOD[GOOD.index("profiles:") :], "profiles: live\n"
    with pytest.raises(ValueError) as wrong:
        loaded(tmp_path, old, new)
    told = str(wrong.value).splitlines()
    assert any(text.startswith(f"{tmp_path / 'course.yml'}, line {line}") and message in text for text in told), told


def test_a_file_that_is_no_yaml_is_told(tmp_path):
    with pytest.raises(ValueError, match=r"course\.yml is not YAML(.|\n)*line 9"):
        loaded(tmp_path, "better: lower }", "better: lower")


def test_every_notebook_shows_the_figure_that_stands_for_it():
    for about in catalogue.load().values():
        cells = json.loads(about.file.read_text(encoding="utf-8"))["cells"]
        code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
        assert f'"{about.figure}"' in code, f"{about.id} shows no figure {about.figure}"


def test_every_notebook_has_a_gate_in_class():
    assert all(about.profile("live").gates for about in catalogue.load().values())


def test_the_header_gives_title_and_claim(tmp_path):
    head = "# [A1] A title\n*A claim.*\n\n**Data** a file · **Time** 3 s on 2 CPU cores\n"
    found = catalogue.header(notebook(tmp_path / "n.ipynb", head=head))
    assert found == {"title": "A title", "claim": "A claim."}
