"""Labelled series: the form `.ts`, what is refused and why, and twins that keep the lessons' order of models."""

import gzip

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from fidle_utils.datasets import ucr

HEADER = "#a comment\n@problemName Steps\n@classLabel true low high\n@data\n"
SERIES = "0,1,2:3,4,5:low\n6,?:8,9:high\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty folder of labelled series, looked at first."""
    monkeypatch.setenv("FIDLE_DATASETS_DIR", str(tmp_path))
    (tmp_path / "ucr").mkdir()
    return tmp_path / "ucr"


def put(folder, text, name="Steps_TRAIN.ts"):
    path = folder / name
    path.write_text(text)
    return path


def test_channels_become_columns_and_lengths_may_differ(tmp_path):
    x, y, classes = ucr.read_ts(put(tmp_path, HEADER + SERIES))
    assert [series.shape for series in x] == [(3, 2), (2, 2)]
    assert x[0].tolist() == [[0, 3], [1, 4], [2, 5]]
    assert (y.tolist(), classes) == ([0, 1], ("low", "high"))


def test_missing_value_is_nan(tmp_path):
    x, _, _ = ucr.read_ts(put(tmp_path, HEADER + SERIES))
    assert np.isnan(x[1]).tolist() == [[False, False], [True, False]]


def test_both_parts_are_loaded_and_may_be_compressed(folder):
    put(folder, HEADER + SERIES)
    (folder / "Steps_TEST.ts.gz").write_bytes(gzip.compress((HEADER + "7:8:high\n").encode()))
    series, label = ucr.load_series("Steps")
    assert (len(series.x_train), series.x_test[0].tolist(), series.y_test.tolist()) == (2, [[7, 8]], [1])
    assert (label.source, label.title) == ("real", "Steps")


def test_a_part_that_is_missing_is_named(folder):
    put(folder, HEADER + SERIES)
    with pytest.raises(ValueError, match="no file of Steps for TEST"):
        ucr.load_series("Steps")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (HEADER + SERIES + "1,2:3,4:middle\n", "series 3.*a class of low, high.*middle"),
        (HEADER + SERIES + "1,2:low\n", "series 3.*as many channels as in the first.*1 channels"),
        (HEADER + SERIES + "1,2:3:low\n", "series 3"),
        (HEADER + SERIES + "1,two:3,4:low\n", "series 3.*two"),
        (HEADER, "no series after @data"),
        ("@problemName Steps\n@classLabel false\n@data\n", "no classes"),
        ("@problemName Steps\n@timeStamps true\n@classLabel true a\n@data\n", "a time with each value"),
        ("@problemName Steps\n@classLabel true a\n", "no lines @problemName and @data"),
    ],
)
def test_a_file_with_a_fault_is_refused_with_the_reason(tmp_path, text, words):
    with pytest.raises(ValueError, match=words):
        ucr.check(put(tmp_path, text))


def test_parts_with_other_classes_are_refused(folder):
    put(folder, HEADER + SERIES)
    put(folder, HEADER.replace("low high", "high low") + SERIES, "Steps_TEST.ts")
    with pytest.raises(ValueError, match="Both parts of Steps have the same classes"):
        ucr.load_series("Steps")


def test_what_is_no_labelled_series_is_left_out_with_a_reason(folder):
    put(folder, "notes\n", "notes.txt")
    put(folder, "height;hand\n1;2\n", "table_TRAIN.csv")
    put(folder, HEADER + SERIES, "Steps.ts")
    reasons = [file.left_out for file in ucr.files(folder)]
    assert "part is not known" in reasons[0] and "part is not known" in reasons[1]
    assert "it is no .ts file" in reasons[2]


@pytest.mark.parametrize(
    ("name", "counts", "lengths", "channels", "classes"),
    [("GunPoint", (50, 150), (150, 150), 1, 2), ("JapaneseVowels", (270, 370), (7, 29), 12, 9)],
)
@pytest.mark.parametrize("source", ["real", "simulated"])
def test_twin_has_the_shapes_of_the_real_one(
    real_data, monkeypatch, source, name, counts, lengths, channels, classes
):
    monkeypatch.setenv("FIDLE_DATASETS_DIR", str(real_data))
    series, label = ucr.load_series(name, source)
    every = series.x_train + series.x_test
    assert (len(series.x_train), len(series.x_test)) == counts == (len(series.y_train), len(series.y_test))
    assert (min(map(len, every)), max(map(len, every))) == lengths
    assert {one.shape[1] for one in every} == {channels} and len(series.classes) == classes
    assert label.title == (name if source == "real" else f"simulated {name}")


@pytest.mark.parametrize("source", ["real", "simulated"])
def test_a_linear_model_tells_speakers_apart_and_movements_less_well(real_data, monkeypatch, source):
    monkeypatch.setenv("FIDLE_DATASETS_DIR", str(real_data))
    accuracy = {}
    for name, steps in (("GunPoint", 150), ("JapaneseVowels", 16)):
        series, _ = ucr.load_series(name, source)
        x_train, x_test = ([resample(one, steps) for one in part] for part in (series.x_train, series.x_test))
        model = LogisticRegression(max_iter=1000).fit(x_train, series.y_train)
        accuracy[name] = model.score(x_test, series.y_test)
    assert 0.65 < accuracy["GunPoint"] < 0.9 and accuracy["JapaneseVowels"] > 0.95


def resample(series, steps):
    at = np.linspace(0, len(series) - 1, steps)
    return np.concatenate([np.interp(at, np.arange(len(series)), channel) for channel in series.T])


def test_twins_come_from_their_seed():
    for make in (ucr.simulate_gunpoint, ucr.simulate_vowels):
        one, again, other = make(1), make(1), make(2)
        assert np.array_equal(one.x_test[0], again.x_test[0]) and not np.array_equal(one.y_test, other.y_test)


def test_unknown_name_is_refused():
    with pytest.raises(ValueError, match="Only GunPoint and JapaneseVowels"):
        ucr.load_series("Nothing", "simulated")
