"""A lesson is added by its folder, its entry in course.yml and, if its data are new, their folder: nothing else."""

import json
import subprocess

import pytest
import yaml

from tests import toys

pytestmark = pytest.mark.slow
CATALOGUE = {
    "stories": [{"folder": "TIDES", "title": "The sea at one port", "blurb": "It comes and goes."}],
    "notebooks": [
        {
            "id": "TIDES1",
            "file": "TIDES/TIDES1-high-water.ipynb",
            "data": "tides",
            "figure": "curve",
            "seconds": {"live": 3},
            "headline": {"score": "error", "baseline": "error_base", "what": "error", "against": "the moon"},
            "profiles": {"live": {"gates": {"any": ["error <= 5"]}}, "smoke": {"parameters": {"n": 1}}},
        }
    ],
}
CARD = {
    "title": "Heights of the sea",
    "what": "One port, every hour.",
    "author": "nobody",
    "licence": "CC0",
    "licence_url": "https://example.org/licence",
    "citation": "none",
    "homepage": None,
    "units": {"height": "m"},
    "files": [],
}
DATA_SET = '''"""Tides, for a test."""

from fidle_utils.datasets import DataSource, pick, walk


def files(folder):
    return walk(folder, form_of)


def form_of(path):
    if path.suffix != ".csv":
        raise ValueError("it is no table")
    return "CSV"


def check(path):
    path.read_text()


def load_tides(source="auto"):
    found = pick(source, "tides")
    return DataSource("tides", "real" if found else "simulated", f"{len(found)} ports")
'''
CODE = """import json, pathlib
from fidle_utils.datasets.tides import load_tides
data = load_tides(source)
folder = pathlib.Path(run_dir) / "TIDES1"
folder.mkdir(parents=True, exist_ok=True)
results = {"scores": {"error": float(n), "error_base": 4.0}, "units": {"error": "m", "error_base": "m"}}
results |= {"parameters": {"n": n}, "seed": seed, "data": data.as_dict(), "versions": {"python": "3"}}
(folder / "results.json").write_text(json.dumps(results))"""
EXERCISE = [
    {"cell_type": "markdown", "source": "## Exercises\n\n### Exercise 1. Twice\n\nWrite `twice(x)`."},
    {
        "cell_type": "code",
        "metadata": {"tags": ["solution"]},
        "source": "def twice(x):\n    # Hint: add\n    ### BEGIN SOLUTION\n    return x + x\n    ### END SOLUTION",
    },
    {"cell_type": "code", "metadata": {"tags": ["check"]}, "source": "print('twice 3 is', twice(3))"},
]


@pytest.fixture(scope="module")
def tides(tmp_path_factory):
    """A course of one new lesson on new data; gives `fidle`, its folder, and what a first run said."""
    course = tmp_path_factory.mktemp("new") / "course"
    path = course / "TIDES" / "TIDES1-high-water.ipynb"
    toys.write_notebook(path, "TIDES1", CODE, parameters=toys.PARAMETERS.replace('"simulated"', '"auto"'))
    notebook = json.loads(path.read_text())
    for i, cell in enumerate(EXERCISE):
        code = {"outputs": [], "execution_count": None} if cell["cell_type"] == "code" else {}
        notebook["cells"].append({"id": f"exercise{i}", "metadata": {}} | cell | code)
    path.write_text(json.dumps(notebook))
    (course / "course.yml").write_text(yaml.safe_dump(CATALOGUE))
    data_set = course / "fidle_utils" / "datasets" / "tides"
    data_set.mkdir(parents=True)
    (data_set / "__init__.py").write_text(DATA_SET)
    (data_set / "card.yml").write_text(yaml.safe_dump(CARD))
    (course / "datasets" / "tides").mkdir(parents=True)
    (course / "requirements.txt").write_text("# nothing\n")
    (course / ".gitignore").write_text("run/\ndatasets/*\n")
    environment = toys.environment(course)
    environment["PYTHONPATH"] += f":{course}"

    def fidle(*arguments):
        return toys.fidle(course, *arguments, env=environment)

    return fidle, course, fidle("run")


def state(course):
    return json.loads((course / "run" / "TIDES1" / "status.json").read_text())


def results(course):
    return json.loads((course / "run" / "TIDES1" / "results.json").read_text())


def test_a_new_lesson_is_listed(tides):
    assert "TIDES1     3 s  Toy TIDES1" in tides[0]("list").stdout


def test_it_runs_on_simulated_data_as_there_are_no_others(tides):
    _, course, first = tides
    assert first.returncode == 0
    assert "simulated data" in first.stdout
    assert "1 of 1 gates held" in first.stdout
    assert results(course)["data"]["name"] == "tides"


def test_new_data_make_its_results_out_of_date(tides):
    fidle, course, _ = tides
    assert "0 to run" in fidle("run").stdout
    port = course / "datasets" / "tides" / "port.csv"
    port.write_text("height\n1.0\n")
    assert "0 to run" not in fidle("run").stdout
    assert results(course)["data"]["source"] == "real"
    assert "0 to run" in fidle("run").stdout
    port.write_text("height\n1.0\n2.0\n")
    assert "0 to run" not in fidle("run").stdout


def test_it_is_swept_and_reported(tides):
    fidle, course, _ = tides
    assert fidle("sweep", "TIDES1", "-p", "n=1,2", "--jobs", "2").returncode == 0
    assert "n 2" in (course / "run" / "sweep-TIDES1" / "index.html").read_text()
    assert fidle("report").returncode == 0
    assert "Toy TIDES1" in (course / "run" / "index.html").read_text()


def test_the_check_before_class_and_the_list_of_data_know_its_data(tides):
    fidle, *_ = tides
    assert "data tides" in fidle("check", "--quick").stdout
    assert "tides" in fidle("data").stdout


def test_trainees_get_copies_and_later_the_corrected_notebook(tides, tmp_path):
    fidle, *_ = tides
    assert fidle("student", tmp_path / "student").returncode == 0
    copy = tmp_path / "student" / "TIDES" / "TIDES1-high-water.ipynb"
    assert "return x + x" not in copy.read_text()
    assert fidle("corrected", tmp_path / "corrected").returncode == 0
    assert "twice 3 is 6" in (tmp_path / "corrected" / "TIDES" / "TIDES1-high-water.html").read_text()


def test_it_is_packed_with_its_data(tides, tmp_path):
    fidle, course, _ = tides
    subprocess.run(["git", "init", "-q", course], check=True)
    subprocess.run(["git", "-C", course, "add", "."], check=True)
    assert fidle("pack", tmp_path / "key").returncode == 0
    assert (tmp_path / "key" / "course" / "TIDES" / "TIDES1-high-water.ipynb").is_file()
    assert (tmp_path / "key" / "course" / "fidle_utils" / "datasets" / "tides" / "card.yml").is_file()
    assert (tmp_path / "key" / "data" / "tides" / "port.csv").is_file()
