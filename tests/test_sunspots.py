"""Sunspots: whose file is taken, the forms that are read, and cycles that are no seasons."""

import shutil

import numpy as np
import pytest

from fidle_utils.datasets import sunspots


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty folder of sunspots, looked at first."""
    monkeypatch.setenv("FIDLE_DATASETS_DIR", str(tmp_path))
    (tmp_path / "sunspots").mkdir()
    return tmp_path / "sunspots"


MONTHS = [(1900 + i // 12, i % 12 + 1, float(i)) for i in range(612)]  # the number of a month is its index
FORMS = {
    "silso.csv": [f"{y};{m:02};{y + m / 12:.3f}; {v}; -1.0; -1;1" for y, m, v in MONTHS],
    "silso.txt": [f"{y} {m:02} {y + m / 12:.3f}  {v} -1.0 -1" for y, m, v in MONTHS],
    "dates.csv": [",Date,Number", *(f"{i},{y}-{m:02}-28,{v}" for i, (y, m, v) in enumerate(MONTHS))],
    "short.csv": ["month,number", *(f"{y}-{m:02},{v}" for y, m, v in MONTHS)],
    "table.dat": [
        "Year  Jan  Feb",
        *(f"{1900 + i}   " + "  ".join(f"{12 * i + m:.1f}" for m in range(12)) for i in range(51)),
    ],
}


@pytest.mark.parametrize("name", list(FORMS))
def test_every_form_gives_the_same_months(tmp_path, name):
    path = tmp_path / name
    path.write_text("\n".join(FORMS[name]))
    series = sunspots.read_sunspots(path)
    assert series.tolist() == [float(i) for i in range(612)]
    assert str(series.index[13])[:7] == "1901-02"


@pytest.mark.parametrize("name", list(FORMS))
def test_every_form_is_found_in_the_folder(folder, name):
    (folder / name).write_text("\n".join(FORMS[name]))
    series, label = sunspots.load_sunspots()
    assert len(series) == 612 and label.title == "sunspots, 1900-01 to 1950-12"


def test_without_a_file_the_record_of_statsmodels_is_taken_and_it_is_real(folder):
    series, label = sunspots.load_sunspots()
    assert (label.source, label.title) == ("real", "sunspots (NGDC), 1749-01 to 2009-06")
    assert len(series) == 3126
    assert (series.iloc[0], series.iloc[-1]) == (58.0, 2.6)


def test_record_of_silso_is_read(real_data, folder):
    shutil.copy(real_data / "series" / "sunspots-monthly.csv", folder)
    series, label = sunspots.load_sunspots()
    assert (series.iloc[0], len(series), label.period[1][:7]) == (96.7, 3265, "2021-01")


def test_what_is_no_table_of_months_is_left_out_with_a_reason(folder):
    (folder / "notes.txt").write_text("seen with a small telescope\n")
    assert "month and a number" in sunspots.files(folder)[0].left_out


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda lines: lines[:200], "600 months or more. Received: 200"),
        (lambda lines: lines[:300] + lines[301:], "none for 1925-01"),
        (lambda lines: [*lines, lines[5]], "twice: 1900-06"),
        (lambda lines: [*lines[:7], lines[7].replace("; 7.0;", "; -1.0;"), *lines[8:]], "0 or more.*1900-08"),
    ],
)
def test_a_record_with_a_fault_is_refused_with_the_place(tmp_path, spoil, words):
    path = tmp_path / "a.csv"
    path.write_text("\n".join(spoil(FORMS["silso.csv"])))
    with pytest.raises(ValueError, match=words):
        sunspots.check(path)


@pytest.mark.parametrize("source", ["real", "simulated"])
def test_cycles_are_no_seasons(folder, source):
    """The lowest months between cycles, found in the mean of two years, do not come every 132 months."""
    series, _ = sunspots.load_sunspots(source)
    smooth = series.rolling(25, center=True).mean().dropna()
    lows = [i for i in range(60, len(smooth) - 60) if smooth.iloc[i] == smooth.iloc[i - 48 : i + 49].min()]
    gaps = np.diff(lows)
    gaps = gaps[gaps > 60]
    assert 120 < gaps.mean() < 145
    assert gaps.min() < 125 and gaps.max() > 140


def test_simulated_sunspots_say_so_and_come_from_their_seed(folder):
    assert sunspots.load_sunspots("simulated")[1].title == "simulated sunspots, 1749-01 to 2009-06"
    assert sunspots.simulate_sunspots(700, seed=1).equals(sunspots.simulate_sunspots(700, seed=1))
    assert not sunspots.simulate_sunspots(700, seed=1).equals(sunspots.simulate_sunspots(700, seed=2))
