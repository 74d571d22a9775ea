"""A notebook's run. Keras is imported here, so these tests take some seconds."""

import json
import subprocess
import sys
import zipfile

import pytest

from fidle_utils import datasets, files, play
from fidle_utils.run import Run, load_model, save_model
from tests.toys import make_course


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return Run("LADYB1", run_dir=tmp_path_factory.mktemp("run"), seed=3)


def test_a_figure_is_saved_displayed_with_its_alternative_text_and_closed(run, monkeypatch):
    import matplotlib.pyplot as plt

    shown = []
    monkeypatch.setattr("IPython.display.display", lambda data, raw: shown.append(data))
    fig, ax = plt.subplots()
    ax.set_title("A title")
    run.show(fig, "one", 'What is "seen"')
    assert shown[0]["text/html"].startswith('<img alt="What is &quot;seen&quot;"')
    assert (run.dir / "figures" / "one.png").stat().st_size > 1000
    assert not plt.fignum_exists(fig.number)
    run.finish({})
    noted = {"file": "figures/one.png", "title": "A title", "alt": 'What is "seen"', "complaints": []}
    assert json.loads((run.dir / "results.json").read_text())["figures"] == [noted]


def test_figures_are_judged_where_a_test_asks_for_it(run, monkeypatch):
    import matplotlib.pyplot as plt

    monkeypatch.setenv("FIDLE_EYES", "tests.eyes")
    run.show(plt.figure(), "untitled", "Nothing at all.")
    run.finish({})
    (judged,) = [f for f in json.loads((run.dir / "results.json").read_text())["figures"] if "untitled" in f["file"]]
    assert judged["complaints"] == ["The figure has no title."]


@pytest.mark.parametrize(
    ("alt", "text"),
    [
        ("After {steps} steps.", "After 3 steps."),
        ("Station {7} at {place}, {steps} steps, {} and {{}}.", "Station {7} at {place}, 3 steps, {} and {{}}."),
        ("A brace { alone, {steps} steps", "A brace { alone, 3 steps"),
    ],
)
def test_braces_in_an_alternative_text_are_data_but_for_the_names_of_controls(run, monkeypatch, alt, text):
    import matplotlib.pyplot as plt

    shown = []
    monkeypatch.setattr("IPython.display.display", lambda data, **_: shown.append(data))
    run.play(lambda steps: plt.figure(), "braces", alt, steps=play.Slider(1, 9, 3, "steps"))
    assert shown[0]["text/plain"] == f"[figure: {text}]"


def test_a_figure_without_alternative_text_is_refused(run):
    import matplotlib.pyplot as plt

    with pytest.raises(ValueError, match="alternative text"):
        run.show(plt.figure(), "two", " ")


def test_results_hold_scores_units_data_and_versions(run):
    run.finish({"rmse_3h_x": 1.5, "n": 2}, units={"rmse": "°C", "rmse_3h": "K"}, data={"source": "generated"})
    results = json.loads((run.dir / "results.json").read_text())
    assert results["scores"] == {"rmse_3h_x": 1.5, "n": 2.0}
    assert results["units"] == {"rmse_3h_x": "K", "n": ""}
    assert results["data"] == {"source": "generated"} and results["seed"] == 3
    assert {"keras", "numpy", "python", "course"} <= set(results["versions"])


def test_a_score_that_is_not_finite_is_refused_and_the_old_results_stay(run):
    run.finish({"a": 1})
    with pytest.raises(ValueError, match="finite"):
        run.finish({"a": float("nan")})
    assert json.loads((run.dir / "results.json").read_text())["scores"] == {"a": 1.0}


def test_the_same_seed_gives_the_same_numbers(tmp_path):
    import keras

    Run("LADYB1", run_dir=tmp_path, seed=5)
    first = keras.random.uniform((3,))
    Run("LADYB1", run_dir=tmp_path, seed=5)
    assert keras.ops.all(first == keras.random.uniform((3,)))


# ---------------------------------------------------------------- parameters, as somebody has left them by hand


@pytest.fixture
def by_hand(tmp_path, monkeypatch, capsys):
    """Run the cells of a notebook up to `run.finish`; gives the parameters in its results, and its notes."""

    def by_hand(*cells):
        from IPython.core.interactiveshell import InteractiveShell

        shell = InteractiveShell()
        monkeypatch.setitem(sys.modules, "__main__", shell.user_module)
        make = f"from fidle_utils.run import Run\nrun = Run('LADYB1', run_dir={str(tmp_path)!r})"
        for cell in (*cells, make, "run.finish({})"):
            shell.run_cell(cell, store_history=True).raise_error()
        notes = [line for line in capsys.readouterr().out.splitlines() if line.startswith("Note")]
        return json.loads((tmp_path / "LADYB1" / "results.json").read_text())["parameters"], notes

    return by_hand


def test_a_parameter_without_its_type_is_noted_before_the_work_and_is_in_the_results(by_hand):
    parameters, notes = by_hand("seed = 42\nn: int = 3\nrun_dir: str = 'run'", "epochs = 7")
    assert parameters == {"n": 3, "run_dir": "run", "seed": 42}
    assert notes == ["Note: `seed` has lost its type. `fidle run` wants `seed: int = 42`."]


def test_a_cell_of_parameters_without_any_type_is_known_by_run_dir(by_hand):
    parameters, notes = by_hand("%pwd", "seed = 42\nword = 'a'\nrun_dir = 'run'\nimport math")
    assert parameters == {"seed": 42, "word": "a", "run_dir": "run"}
    assert len(notes) == 3


def test_values_that_papermill_puts_in_have_the_types_of_the_cell_before(by_hand):
    parameters, notes = by_hand("seed: int = 42\nrun_dir: str = 'run'", "# Parameters\nseed = 1\nrun_dir = 'other'")
    assert parameters == {"seed": 1, "run_dir": "other"} and notes == []


@pytest.mark.parametrize(
    ("line", "kept"),
    [("n: int = 32.0", 32.0), ("n: float = None", None), ("n: bool = 1", 1), ("n: int = True", True)],
)
def test_a_value_of_another_type_is_noted_before_the_work(by_hand, line, kept):
    parameters, (note,) = by_hand(f"{line}\nrun_dir: str = 'run'")
    assert parameters["n"] == kept
    assert f"Received: {kept}. `fidle run` refuses that." in note


def test_values_that_json_cannot_hold_do_not_lose_the_results(by_hand):
    cell = (
        "import pathlib, numpy as np\nn: int = np.int64(3)\nx: float = float('inf')\nrun_dir: str = pathlib.Path('a')"
    )
    parameters, notes = by_hand(cell)
    assert parameters == {"n": 3, "x": "inf", "run_dir": "a"}
    assert [note.split("`")[1] for note in notes] == ["n", "run_dir"]


# ---------------------------------------------------------------- needs of another notebook


def prepare(folder, name="SYNOP1", **values):
    """Results of another notebook, as if it had run."""
    content = {"parameters": {"station": "07690"}, "data": {"name": "synop", "source": "simulated"}, **values}
    files.write_json(folder / name / "results.json", content)


@pytest.fixture
def needing(tmp_path, monkeypatch):
    """`require` of a run that stops where another notebook would be started; gives the command in its place."""

    class Started(Exception):
        pass

    def popen(command, **_):
        raise Started(" ".join(command[2:]))

    monkeypatch.setattr(subprocess, "Popen", popen)
    run = Run("SYNOP2", run_dir=tmp_path)

    def require(name="SYNOP1", **parameters):
        try:
            return run.require(name, **parameters)
        except Started as started:
            return str(started)

    return require


def test_results_that_fit_are_used_and_noted(tmp_path, needing, capsys):
    prepare(tmp_path)
    assert needing(station="07690") == tmp_path / "SYNOP1"
    assert f"SYNOP1: results found in {tmp_path / 'SYNOP1'}" in capsys.readouterr().out


def test_without_results_the_other_notebook_runs_by_the_command_fidle(tmp_path, needing, capsys):
    command = needing(station="07690")
    assert command == f"fidle_course run SYNOP1 --out {tmp_path} -p SYNOP1.station=07690"
    assert "SYNOP1: no results yet. Running it first" in capsys.readouterr().out


def test_results_with_another_parameter_do_not_fit(tmp_path, needing, capsys):
    prepare(tmp_path)
    assert "run SYNOP1" in needing(station="07481")
    assert "its results are for station='07690', not '07481'" in capsys.readouterr().out


def test_results_from_simulated_data_do_not_fit_once_there_are_real_ones(tmp_path, needing, capsys, monkeypatch):
    prepare(tmp_path, parameters={"source": "auto"})
    monkeypatch.setattr(datasets, "expected_source", lambda name, source: "simulated")
    assert needing(source="auto") == tmp_path / "SYNOP1"
    monkeypatch.setattr(datasets, "expected_source", lambda name, source: "real")
    assert "run SYNOP1" in needing(source="auto")
    assert "from simulated data, and there are real data now" in capsys.readouterr().out


def test_real_data_are_the_same_whether_they_were_asked_for_or_found(tmp_path, needing, capsys, monkeypatch):
    monkeypatch.setattr(datasets, "expected_source", lambda name, source: "real" if source == "auto" else source)
    prepare(tmp_path, parameters={"source": "real"}, data={"name": "imdb", "source": "real"})
    assert needing(source="auto") == tmp_path / "SYNOP1"
    assert "run SYNOP1" in needing(source="simulated")
    assert "wanted are simulated data now" in capsys.readouterr().out


def test_a_model_of_older_data_than_are_prepared_now_is_out_of_date(tmp_path, needing, capsys):
    """On a longer table the test part begins later, and would be compared with months of the training."""
    about = {"name": "synop", "source": "real", "what": "Nice"}
    old, longer = about | {"period": ["2023-07-01", "2025-02-28"]}, about | {"period": ["2016-01-01", "2025-12-31"]}
    prepare(tmp_path, data=old)
    prepare(tmp_path, "SYNOP3", data=old, used={"SYNOP1": old})
    assert needing("SYNOP3") == tmp_path / "SYNOP3"
    prepare(tmp_path, data=longer)
    assert "run SYNOP3" in needing("SYNOP3")
    why = capsys.readouterr().out
    assert "Nice, 2023-07-01 to 2025-02-28" in why and "SYNOP1 has prepared Nice, 2016-01-01 to 2025-12-31" in why
    (tmp_path / "SYNOP1" / "results.json").unlink()
    assert needing("SYNOP3") == tmp_path / "SYNOP3", "nothing to compare with"


@pytest.mark.slow
def test_a_needed_notebook_that_fails_is_named_with_its_log(tmp_path, monkeypatch, capfd):
    course = make_course(tmp_path / "course", {"A": {}, "B": {"code": ["1 / 0"]}})
    monkeypatch.setenv("FIDLE_COURSE_DIR", str(course))
    run = Run("C", run_dir=tmp_path / "run")
    assert (run.require("A", n=3) / "results.json").is_file()
    with pytest.raises(RuntimeError, match=r"B did not run to its end, and C needs it"):
        run.require("B")


# ---------------------------------------------------------------- a model and its needs


@pytest.fixture(scope="module")
def model():
    import keras

    return keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])


def test_a_model_comes_back_with_what_it_needs(tmp_path, model):
    import numpy as np

    path = save_model(tmp_path / "m.keras", model, {"words": ["été", "bad"], "mean": 1.5})
    loaded, needs = load_model(path)
    assert needs == {"words": ["été", "bad"], "mean": 1.5}
    x = np.arange(6, dtype="float32").reshape(3, 2)
    np.testing.assert_allclose(loaded.predict(x, verbose=0), model.predict(x, verbose=0), rtol=1e-6)


def test_a_model_trained_with_a_loss_of_its_own_comes_back(tmp_path):
    import keras

    def my_loss(truth, made):
        return keras.ops.mean(keras.ops.abs(truth - made), axis=-1)

    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile(loss=my_loss)
    loaded, _ = load_model(save_model(tmp_path / "m.keras", model, {}))
    assert loaded.count_params() == model.count_params()


def test_a_model_file_of_another_kind_is_refused(tmp_path, model):
    (tmp_path / "x.keras").write_bytes(b"not a zip")
    model.save(tmp_path / "bare.keras")
    for name in ("x.keras", "bare.keras"):
        with pytest.raises(ValueError, match="was not saved by this course"):
            load_model(tmp_path / name)


def test_a_missing_model_says_what_to_run(tmp_path):
    with pytest.raises(FileNotFoundError, match="Run the notebook"):
        load_model(tmp_path / "none.keras")


def test_a_model_that_carries_code_is_refused(tmp_path):
    import keras

    carrier = keras.Sequential([keras.Input((2,)), keras.layers.Lambda(lambda x: x * 2)])
    path = save_model(tmp_path / "code.keras", carrier, {})
    with pytest.raises(ValueError, match=r"(?i)lambda|unsafe|safe_mode"):
        load_model(path)


def test_needs_that_json_cannot_hold_leave_the_old_file(tmp_path, model):
    path = save_model(tmp_path / "m.keras", model, {"a": 1})
    with pytest.raises(TypeError):
        save_model(path, model, {"a": object()})
    assert zipfile.ZipFile(path).read("needs.json") == b'{"a": 1}'
