"""A notebook's run. Keras is imported here, so these tests take some seconds."""

import json
import subprocess
import sys
import zipfile

import pytest

from fidle_utils import run as run_module


def python(code):
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout, done.stderr


def test_importing_the_package_and_its_light_modules_imports_no_heavy_one():
    code = (
        "import sys, fidle_utils, fidle_utils.run, fidle_course.catalogue, fidle_utils.files, fidle_utils.datasets;"
        "print(sorted({'tensorflow', 'keras', 'pandas', 'jax', 'matplotlib'} & set(sys.modules)))"
    )
    assert python(code)[0].strip() == "[]"


def test_tensorflow_starts_without_a_word():
    code = "from fidle_utils import __version__; import keras; print(keras.backend.backend())"
    assert python(code) == ("tensorflow\n", "")
    looked_up = "import fidle_utils, importlib.util; importlib.util.find_spec('tensorflow'); "
    assert python(looked_up + code) == ("tensorflow\n", "")


def test_a_failing_block_shows_what_it_held_back():
    code = (
        "import os; from fidle_utils.quiet import quiet_errors\n"
        "with quiet_errors(): os.write(2, b'lost')\n"
        "try:\n"
        "    with quiet_errors(): os.write(2, b'found'); 1 / 0\n"
        "except ZeroDivisionError: pass"
    )
    assert python(code)[1] == "found"


def test_many_small_networks_bring_no_advice_on_tracing_and_other_warnings_are_shown():
    code = (
        "import fidle_utils, keras, numpy as np, tensorflow as tf\n"
        "for _ in range(6):\n"
        "    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])\n"
        "    model.compile(loss='mse')\n"
        "    model.fit(np.zeros((4, 2)), np.zeros(4), epochs=1, verbose=0)\n"
        "tf.get_logger().warning('something else')"
    )
    assert python(code)[1] == "WARNING:tensorflow:something else\n"


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return run_module.Run("LADYB1", run_dir=tmp_path_factory.mktemp("run"), seed=3)


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
    noted = {"file": "figures/one.png", "title": "A title", "alt": 'What is "seen"', "complaints": []}
    assert run._figures[-1] == noted


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

    run_module.Run("LADYB1", run_dir=tmp_path, seed=5)
    first = keras.random.uniform((3,))
    run_module.Run("LADYB1", run_dir=tmp_path, seed=5)
    assert keras.ops.all(first == keras.random.uniform((3,)))


# ---------------------------------------------------------------- needs of another notebook


def results(tmp_path, **values):
    folder = tmp_path / "SYNOP1"
    folder.mkdir(exist_ok=True)
    content = {"parameters": {"station": "07690"}, "data": {"name": "synop", "source": "simulated"}, **values}
    (folder / "results.json").write_text(json.dumps(content))
    return folder / "results.json"


def test_results_with_the_wanted_parameters_fit(tmp_path):
    assert run_module._unfit(results(tmp_path), {"station": "07690"}) == ""


def test_missing_results_do_not_fit(tmp_path):
    assert "no results" in run_module._unfit(tmp_path / "nothing.json", {})


def test_results_with_another_parameter_do_not_fit(tmp_path):
    assert "station='07690'" in run_module._unfit(results(tmp_path), {"station": "07481"})


def test_results_from_simulated_data_do_not_fit_once_there_are_real_ones(tmp_path, monkeypatch):
    from fidle_utils import datasets

    path = results(tmp_path, parameters={"source": "auto"})
    monkeypatch.setattr(datasets, "expected_source", lambda name, source: "simulated")
    assert run_module._unfit(path, {"source": "auto"}) == ""
    monkeypatch.setattr(datasets, "expected_source", lambda name, source: "real")
    assert "real data now" in run_module._unfit(path, {"source": "auto"})


def test_real_data_are_the_same_whether_they_were_asked_for_or_found(tmp_path, monkeypatch):
    from fidle_utils import datasets

    monkeypatch.setattr(datasets, "expected_source", lambda name, source: "real" if source == "auto" else source)
    path = results(tmp_path, parameters={"source": "real"}, data={"name": "imdb", "source": "real"})
    assert run_module._unfit(path, {"source": "auto"}) == ""
    assert "wanted are simulated data" in run_module._unfit(path, {"source": "simulated"})


def test_a_model_of_older_data_than_are_prepared_now_is_out_of_date(tmp_path):
    """On a longer table the test part begins later, and would be compared with months of the training."""
    about = {"name": "synop", "source": "real", "what": "Nice"}
    for name, end in (("SYNOP1", "2025-02-28"), ("SYNOP2", "2025-02-28")):
        (tmp_path / name).mkdir()
        data = about | {"period": ["2023-07-01", end]}
        (tmp_path / name / "results.json").write_text(json.dumps({"data": data}))
    assert run_module._out_of_date(tmp_path, "SYNOP2") == ""
    longer = {"data": about | {"period": ["2016-01-01", "2025-12-31"]}}
    (tmp_path / "SYNOP1" / "results.json").write_text(json.dumps(longer))
    why = run_module._out_of_date(tmp_path, "SYNOP2")
    assert "Nice, 2023-07-01 to 2025-02-28" in why and "SYNOP1 has prepared Nice, 2016-01-01 to 2025-12-31" in why
    (tmp_path / "SYNOP1" / "results.json").unlink()
    assert run_module._out_of_date(tmp_path, "SYNOP2") == "", "nothing to compare with"


# ---------------------------------------------------------------- a model and its needs


@pytest.fixture(scope="module")
def model():
    import keras

    return keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])


def test_a_model_comes_back_with_what_it_needs(tmp_path, model):
    import numpy as np

    path = run_module.save_model(tmp_path / "m.keras", model, {"words": ["été", "bad"], "mean": 1.5})
    loaded, needs = run_module.load_model(path)
    assert needs == {"words": ["été", "bad"], "mean": 1.5}
    x = np.arange(6, dtype="float32").reshape(3, 2)
    np.testing.assert_allclose(loaded.predict(x, verbose=0), model.predict(x, verbose=0), rtol=1e-6)


def test_a_model_file_of_another_kind_is_refused(tmp_path, model):
    (tmp_path / "x.keras").write_bytes(b"not a zip")
    model.save(tmp_path / "bare.keras")
    for name in ("x.keras", "bare.keras"):
        with pytest.raises(ValueError, match="was not saved by this course"):
            run_module.load_model(tmp_path / name)


def test_a_missing_model_says_what_to_run(tmp_path):
    with pytest.raises(FileNotFoundError, match="Run the notebook"):
        run_module.load_model(tmp_path / "none.keras")


def test_a_model_that_carries_code_is_refused(tmp_path):
    import keras

    carrier = keras.Sequential([keras.Input((2,)), keras.layers.Lambda(lambda x: x * 2)])
    path = run_module.save_model(tmp_path / "code.keras", carrier, {})
    with pytest.raises(ValueError, match=r"(?i)lambda|unsafe|safe_mode"):
        run_module.load_model(path)


def test_needs_that_json_cannot_hold_leave_the_old_file(tmp_path, model):
    path = run_module.save_model(tmp_path / "m.keras", model, {"a": 1})
    with pytest.raises(TypeError):
        run_module.save_model(path, model, {"a": object()})
    assert zipfile.ZipFile(path).read("needs.json") == b'{"a": 1}'
