"""What every notebook of the catalogue must be, read from its file; and each of them executed."""

import ast
import importlib.util
import json
import os
import re
import subprocess
import sys

import pytest

from fidle_course import catalogue
from fidle_utils import course_root, datasets
from tests import lab

CATALOGUE = catalogue.load()
IDS = list(CATALOGUE)
FIGURES_ARE_JUDGED = {"FIDLE_EYES": "tests.eyes", "PYTHONPATH": str(course_root())}


def cells(notebook_id, kind=None):
    found = json.loads(CATALOGUE[notebook_id].file.read_text(encoding="utf-8"))["cells"]
    return [c for c in found if kind in (None, c["cell_type"])]


def text(cell):
    return "".join(cell["source"])


def facts(notebook_id):
    """Data, Time, Before, Next, as the first cell says them."""
    first = text(cells(notebook_id)[0])
    return dict(re.findall(r"\*\*(Data|Time|Before|Next)\*\* ([^·\n]+?)\s*(?:·|$)", first, re.M))


def test_every_notebook_of_the_course_is_in_the_catalogue():
    """A lesson lies in the folder of its story, whose name is in capitals."""
    files = {f for f in course_root().glob("[A-Z]*/*.ipynb") if f.parent.name.isupper()}
    assert files == {n.file for n in CATALOGUE.values()}


@pytest.mark.parametrize("name", IDS)
def test_id_equals_file_name_and_header(name):
    notebook = CATALOGUE[name]
    assert notebook.file.name.startswith(f"{name}-")
    assert text(cells(name)[0]).startswith(f"# [{name}] ")


@pytest.mark.parametrize("name", IDS)
def test_header_says_claim_data_time_before_and_next(name):
    assert all(catalogue.header(CATALOGUE[name].file).values())
    assert list(facts(name)) == ["Data", "Time", "Before", "Next"]
    assert "You will" in text(cells(name)[0])


@pytest.mark.parametrize("name", IDS)
def test_time_in_the_header_is_the_one_measured(name):
    """The header rounds the catalogue's seconds: within a third."""
    said = facts(name)["Time"]
    number, unit = re.search(r"([\d.]+) (s|min)\b", said).groups()
    seconds = float(number) * (60 if unit == "min" else 1)
    measured = CATALOGUE[name].seconds["live"]
    assert 0.67 * measured <= seconds <= 1.5 * measured, f"header: {said}; measured: {measured} s"


@pytest.mark.parametrize("name", IDS)
def test_no_outputs_counts_or_machine_metadata(name):
    whole = json.loads(CATALOGUE[name].file.read_text(encoding="utf-8"))
    for cell in cells(name, "code"):
        assert cell["outputs"] == [] and cell["execution_count"] is None
    assert set(whole["metadata"]) == {"kernelspec"}
    ids = [c["id"] for c in whole["cells"]]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("name", IDS)
def test_what_to_keep_in_mind_exercises_and_sources(name):
    prose = "\n".join(text(c) for c in cells(name, "markdown"))
    for head in ("To keep in mind", "Exercises", "Sources"):
        assert re.search(rf"^#+ .*{head}", prose, re.M), head
    assert re.findall(r"^### Exercise (\d)\. \S", prose.split("## Exercises", 1)[1], re.M) == ["1", "2", "3"]


@pytest.mark.parametrize("name", IDS)
def test_few_cells_and_short_code(name):
    lesson = [c for c in cells(name) if not {"solution", "check"} & set(c["metadata"].get("tags", []))]
    assert len(lesson) <= 51, len(lesson)  # 3 of them are the texts of the exercises
    for cell in cells(name, "code"):
        assert len(text(cell).splitlines()) <= 24, text(cell)


@pytest.mark.parametrize("name", IDS)
def test_parameters_are_strict_and_documented(name):
    found = catalogue.parameters(CATALOGUE[name].file)
    assert all(p.help for p in found)
    assert {"seed", "run_dir"} <= {p.name for p in found}


@pytest.mark.parametrize("name", IDS)
def test_every_parameter_is_used(name):
    code = "\n".join(text(c) for c in cells(name, "code") if "parameters" not in c["metadata"].get("tags", []))
    for parameter in catalogue.parameters(CATALOGUE[name].file):
        assert re.search(rf"\b{parameter.name}\b", code), parameter.name


@pytest.mark.parametrize("name", IDS)
def test_profiles_name_parameters_that_exist(name):
    for profile in ("live", "smoke", "full"):
        catalogue.check_parameters(CATALOGUE[name].file, CATALOGUE[name].profile(profile).parameters)


@pytest.mark.parametrize("name", IDS)
def test_nothing_that_does_not_belong_in_a_lesson(name):
    for cell in cells(name, "code"):
        source = text(cell)
        assert not re.search(r"^\s*[!%]|sys\.path|filterwarnings|plt\.show|\beval\(|\bpickle\b", source, re.M), source
        assert not re.search(r"import tensorflow|\btf\.", source), source


@pytest.mark.parametrize("name", IDS)
def test_the_first_cell_imports_modules_in_at_most_eight_lines(name):
    first, *rest = [text(c) for c in cells(name, "code")]
    assert len([line for line in first.splitlines() if line.strip()]) <= 8, first
    assert not any(re.search(r"^(import|from) ", source, re.M) for source in rest), "imports stand in the first cell"
    for node in ast.parse(first).body:
        assert isinstance(node, ast.Import | ast.ImportFrom), ast.unparse(node)
        # modules, and the two or three names that begin and end every notebook
        if getattr(node, "module", "") != "fidle_utils.run" and ast.unparse(node).startswith("from fidle_utils"):
            for alias in node.names:
                assert importlib.util.find_spec(f"{node.module}.{alias.name}"), f"{alias.name} is no module"


@pytest.mark.parametrize("name", IDS)
def test_no_variable_of_a_notebook_has_the_name_of_a_module(name):
    """Inside a function a name is its own affair."""
    trees = [ast.parse(text(c)) for c in cells(name, "code")]
    modules = {alias.asname or alias.name for node in trees[0].body for alias in node.names}
    outside = [node for tree in trees for node in tree.body if not isinstance(node, ast.FunctionDef | ast.ClassDef)]
    names = [n for node in outside for n in ast.walk(node) if isinstance(n, ast.Name)]
    assert not modules & {n.id for n in names if isinstance(n.ctx, ast.Store)}


@pytest.mark.parametrize("name", IDS)
def test_each_training_has_a_name_of_its_own(name):
    calls = [
        node
        for c in cells(name, "code")
        for node in ast.walk(ast.parse(text(c)))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "run.fit"
    ]
    names = [ast.unparse(k.value) for call in calls for k in call.keywords if k.arg == "name"]
    assert len(names) == len(calls) and len(set(names)) == len(names), names


@pytest.mark.parametrize("name", IDS)
def test_no_import_is_dead(name):
    code = [text(c) for c in cells(name, "code")]
    trees = [ast.parse(source) for source in code]
    imported = {
        (alias.asname or alias.name).split(".")[0]
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    used = {node.id for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert imported <= used, imported - used


# ---------------------------------------------------------------- executed


def execute(tmp_path, names, profile="smoke", options=(), **environment):
    command = [sys.executable, "-m", "fidle_course", "run", *names, "--profile", profile, "--out", str(tmp_path)]
    done = subprocess.run(
        [*command, *options],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=os.environ | FIGURES_ARE_JUDGED | {"FIDLE_DATASETS_DIR": str(tmp_path)} | environment,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return {name: json.loads((tmp_path / name / "results.json").read_text()) for name in names}


WANTED = {
    "LADYB1": [f"distance_{n}_steps_{m}" for n in (1, 5, 10, 50) for m in ("simple_rnn", "lstm", "linear")],
    "SYNOP1": [],
    "SYNOP2": [f"rmse_3h_{m}" for m in ("lstm", "plain", "persistence", "seasonal_naive", "ridge_by_hour")],
    "SYNOP3": [
        f"rmse_{h}h_{m}"
        for h in (3, 6, 9, 12)
        for m in ("iterated", "direct", "persistence", "seasonal_naive", "ridge_by_hour")
    ],
    "IMDB1": ["accuracy_test_onehot"],
    "IMDB2": ["accuracy_test_embedding"],
    "IMDB3": [],
    "IMDB4": [],
    "IMDB5": [f"accuracy_test_{m}" for m in ("recurrent", "recurrent_unmasked", "linear_words", "linear_bigrams")],
}


@pytest.fixture(scope="module")
def smoke(tmp_path_factory):
    """All lessons in the smoke profile, on simulated data: the data folder is empty."""
    folder = tmp_path_factory.mktemp("smoke")
    return folder, execute(folder, IDS)


@pytest.mark.slow
@pytest.mark.parametrize("name", IDS)
def test_results_hold_the_promised_scores_and_say_where_they_come_from(smoke, name):
    results = smoke[1][name]
    assert set(WANTED.get(name, [])) <= set(results["scores"])
    chosen = any(p.name == "source" for p in catalogue.parameters(CATALOGUE[name].file))
    bundled = chosen and hasattr(datasets.module(CATALOGUE[name].data), "bundled")  # real, with an installed library
    assert results["data"]["source"] == ("real" if bundled else "simulated" if chosen else "generated")
    assert results["parameters"]["seed"] == results["seed"]
    assert results["seconds"] > 0 and results["device"] and results["versions"]["keras"]


@pytest.mark.slow
@pytest.mark.parametrize("name", IDS)
def test_figures_have_alternative_texts_and_nothing_went_to_the_error_stream(smoke, name):
    folder, results = smoke
    assert results[name]["figures"]
    for figure in results[name]["figures"]:
        assert len(figure["alt"]) > 30 and (folder / name / figure["file"]).is_file()
    executed = json.loads((folder / name / f"{name}.ipynb").read_text(encoding="utf-8"))
    outputs = [o for c in executed["cells"] if c["cell_type"] == "code" for o in c["outputs"]]
    assert not lab.said_on_the_error_stream(outputs)
    assert not [o for o in outputs if "image/png" in o.get("data", {})], "a figure without alternative text"


@pytest.mark.slow
@pytest.mark.parametrize("name", IDS)
def test_every_figure_can_be_read_by_everyone(smoke, name):
    """In grey, by colour-blind readers, from the back row: see tests/eyes.py."""
    for figure in smoke[1][name]["figures"]:
        assert figure["complaints"] == [], figure["file"]


def poor(alt, title):
    """Why an alternative text does not stand in the place of its figure, or an empty text."""
    words, of_title = (re.findall(r"[^\W_]+", text.lower()) for text in (alt, title))
    if set(words) <= set(of_title) or (set(of_title) <= set(words) and len(words) < len(of_title) + 4):
        return "repeats the title"
    if re.search(r"\b(todo|tbd|fixme|placeholder|lorem|image of|picture of|alt(ernative)? text|xxx)\b", alt.lower()):
        return "a placeholder"
    if (not alt[0].isupper() and not alt[0].isdigit() and not re.match(r"[xy] ", alt)) or alt.rstrip()[
        -1
    ] not in ".!?":
        return "not a sentence: a capital and a full stop"
    if len(words) < 8 or len(set(words)) < 6:
        return "shorter than a sentence"
    return "a name in braces is left" if re.search(r"[{}]", alt) else ""


@pytest.mark.parametrize(
    ("alt", "why"),
    [
        ("Error against lead time, a line for each of six forecasts.", ""),
        ("x over time. Above, forecasts lie on the truth; below, they leave it.", ""),
        ("Error by hour.", "repeats the title"),
        ("Nice: the error by hour.", "repeats the title"),
        ("TODO write what is seen here in one sentence or two.", "a placeholder"),
        ("Image of a line that goes up and then down again.", "a placeholder"),
        ("Curves of the loss.", "shorter than a sentence"),
        ("the loss by epoch for training and for validation", "not a sentence: a capital and a full stop"),
        ("The error at {lead} hours ahead for each of six forecasts.", "a name in braces is left"),
    ],
)
def test_poor_alternative_texts_are_found(alt, why):
    assert poor(alt, "Error by hour · Nice") == why


@pytest.mark.slow
@pytest.mark.parametrize("name", IDS)
def test_alternative_texts_stand_in_the_place_of_their_figures(smoke, name):
    figures = smoke[1][name]["figures"]
    for figure in figures:
        assert poor(figure["alt"], figure["title"]) == "", figure
    assert len({figure["alt"] for figure in figures}) == len(figures), "each figure has its own"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["SYNOP1", "SYNOP2", "SYNOP3", "IMDB1", "IMDB2", "IMDB5"])
def test_simulated_data_are_named_in_figures(smoke, name):
    titles = [figure["title"] for figure in smoke[1][name]["figures"]]
    assert any("simulated" in title.lower() for title in titles), titles


@pytest.mark.slow
def test_a_notebook_runs_what_it_needs_from_another_working_directory(tmp_path):
    """SYNOP2 alone, by papermill, in a folder that has nothing to do with the course."""
    import papermill

    parameters = CATALOGUE["SYNOP2"].profile("smoke").parameters | {"run_dir": str(tmp_path), "source": "simulated"}
    papermill.execute_notebook(
        str(CATALOGUE["SYNOP2"].file), str(tmp_path / "out.ipynb"), parameters, progress_bar=False, cwd=str(tmp_path)
    )
    assert (tmp_path / "SYNOP1" / "results.json").is_file()
    assert (tmp_path / "SYNOP2" / "results.json").is_file()


@pytest.mark.slow
def test_a_share_of_nothing_is_refused_by_every_notebook_that_takes_one(tmp_path):
    names = [n for n in IDS if "scale" in [p.name for p in catalogue.parameters(CATALOGUE[n].file)]]
    settings = ["--profile", "smoke", "-p", "scale=0", "-p", "source=simulated", "--out", str(tmp_path)]
    done = subprocess.run([sys.executable, "-m", "fidle_course", "run", *names, *settings])
    assert done.returncode == 1
    for name in names:
        error = json.loads((tmp_path / name / "status.json").read_text(encoding="utf-8"))["error"]
        assert "`scale` must lie above 0 and at most at 1. Received: scale=0.0" in error["what"], name


@pytest.mark.slow
@pytest.mark.parametrize("name", ["LADYB1", "SYNOP2"])
def test_another_backend_serves_as_well(tmp_path, name):
    pytest.importorskip("jax")
    results = execute(tmp_path, [name], KERAS_BACKEND="jax")[name]
    assert results["versions"]["jax"] and "tensorflow" not in results["versions"]
