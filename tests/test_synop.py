"""Reading, cleaning, saving and simulating the observations of a weather station."""

import gzip
import json
import resource
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from fidle_utils import datasets
from fidle_utils.datasets import DataSource, synop
from fidle_utils.datasets.synop import clean
from fidle_utils.datasets.synop.simulated import HEADER, simulate_synop
from tests import station

MONTHLY = HEADER.split(";")
YEARLY = [
    *("lat", "lon", "geo_id_wmo", "geo_id_wigos", "name", "reference_time", "insert_time", "validity_time"),
    *MONTHLY[2:],
]
# In the order of a real export; two labels occur twice, as a code and as its text.
EXPORT = [
    *("ID OMM station", "Date"),
    *(variable.label for variable in clean.VARIABLES.values()),
    *("Coordonnees", "Nom", "Type de tendance barométrique", "Temps présent", "Température (°C)"),
]


def utc(*texts):
    return pd.DatetimeIndex(pd.to_datetime(list(texts), utc=True))


def hours(n, start="2024-01-01"):
    return pd.date_range(start, periods=n, freq="3h", tz="UTC", name="date")


def monthly(path, rows, header=MONTHLY, end=";\n"):
    """Write a monthly file; each row a dict, `mq` for what it does not name."""
    lines = [";".join(header) + end]
    lines += [";".join(str({"numer_sta": "07690", **row}.get(name, "mq")) for name in header) + end for row in rows]
    text = "".join(lines)
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


def yearly(path, rows):
    lines = [";".join(YEARLY)]
    lines += [";".join(str({"geo_id_wmo": "07690", **row}.get(name, "")) for name in YEARLY) for row in rows]
    path.write_bytes(gzip.compress(("\n".join(lines) + "\n").encode()))
    return path


def export(path, rows, bom=True):
    """Write an OpenDataSoft export; `rows` are dicts by canonical name, the repeated labels get their texts."""
    names = ["numer_sta", "date", *clean.VARIABLES]
    texts = ["43.6, 7.2", "NICE", "En hausse; puis stationnaire", "État du ciel inchangé", "17.0"]
    lines = [";".join(EXPORT)]
    for row in rows:
        values = [str({"numer_sta": "07690", **row}.get(name, "")) for name in names]
        lines.append(";".join(values + [f'"{text}"' if ";" in text else text for text in texts]))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8-sig" if bom else "utf-8")
    return path


def steps(n, **values):
    """`n` rows of a monthly file, 3 hours apart from 2024-01-01; `t` is 273.15 + its index."""
    return [
        {"date": f"{date:%Y%m%d%H%M%S}", "t": 273.15 + i, **{name: value for name, value in values.items()}}
        for i, date in enumerate(hours(n))
    ]


def full_table(n):
    """A prepared-like table without wind components: every variable counts its rows."""
    return pd.DataFrame({name: np.arange(n, dtype=float) for name in clean.COLUMNS}, index=hours(n))


# ------------------------------------------------------------------------------------------- the three formats


def test_monthly_file_is_read_with_mq_as_missing_and_dates_in_utc(tmp_path):
    path = monthly(tmp_path / "a.csv", [{"date": "20130201030000", "t": "280.350000", "dd": 330}])
    table = synop.read_synop(path)
    assert list(table.index) == list(utc("2013-02-01T03:00Z"))
    assert table["t"].tolist() == [280.35] and table["dd"].tolist() == [330]
    assert np.isnan(table["pmer"].iloc[0])
    assert list(table.columns) == list(clean.VARIABLES)


def test_yearly_file_is_read_with_empty_fields_as_missing(tmp_path):
    rows = [{"validity_time": "2026-01-01T03:00:00Z", "t": "270.95", "ww": "49", "name": "NICE"}]
    table = synop.read_synop(yearly(tmp_path / "a.csv.gz", rows))
    assert list(table.index) == list(utc("2026-01-01T03:00Z"))
    assert table["t"].tolist() == [270.95] and table["ww"].tolist() == [49]
    assert np.isnan(table["rr3"].iloc[0])


@pytest.mark.parametrize("bom", [True, False])
def test_export_takes_the_code_and_not_the_text_where_a_label_occurs_twice(tmp_path, bom):
    rows = [{"date": "2024-11-04T10:00:00+01:00", "t": "290.15", "cod_tend": 1, "ww": 2}]
    table = synop.read_synop(export(tmp_path / "a.csv", rows, bom))
    assert table["cod_tend"].tolist() == [1] and table["ww"].tolist() == [2]
    assert table["t"].tolist() == [290.15]
    assert table.attrs["name"] == "Nice"


def test_text_before_code_is_read_just_as_well(tmp_path):
    path = export(tmp_path / "a.csv", [{"date": "2024-11-04T10:00:00+01:00", "t": "290.15", "ww": 61}])
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    head = lines[0].split(";")
    first, second = [i for i, label in enumerate(head) if label == "Temps présent"]
    fields = lines[1].replace('"En hausse; puis stationnaire"', "En hausse").split(";")
    fields[first], fields[second] = fields[second], fields[first]
    path.write_text("\n".join([lines[0], ";".join(fields)]) + "\n", encoding="utf-8")
    assert synop.read_synop(path)["ww"].tolist() == [61]


def test_format_is_told_by_the_header_and_not_by_the_name(tmp_path):
    path = monthly(tmp_path / "donnees-synop-essentielles-omm.csv", steps(1))
    gzipped = tmp_path / "synop_2024.csv"
    gzipped.write_bytes(gzip.compress(path.read_bytes()))
    assert len(synop.read_synop(path)) == len(synop.read_synop(gzipped)) == 1


def test_change_of_hour_moves_nothing(tmp_path):
    # 2024-10-27: at 03:00 summer time clocks go back to 02:00; 2024-03-31: at 02:00 they go on to 03:00
    local = ["2024-10-27T02:00:00+02:00", "2024-10-27T04:00:00+01:00", "2024-03-31T01:00:00+01:00"]
    local += ["2024-03-31T05:00:00+02:00"]
    table = synop.read_synop(
        export(tmp_path / "a.csv", [{"date": date, "t": 280 + i} for i, date in enumerate(local)])
    )
    right = utc("2024-03-31T00:00Z", "2024-03-31T03:00Z", "2024-10-27T00:00Z", "2024-10-27T03:00Z")
    assert list(table.index) == list(right)
    assert table["t"].tolist() == [282, 283, 280, 281]


def test_three_formats_are_joined_and_what_they_share_is_kept_once(tmp_path):
    monthly(tmp_path / "c.csv", [{"date": "20240101000000", "t": 273}, {"date": "20240101030000", "t": 274}])
    export(tmp_path / "b.csv", [{"date": "2024-01-01T04:00:00+01:00", "t": 274}])
    yearly(tmp_path / "a.csv.gz", [{"validity_time": "2024-01-01T06:00:00Z", "t": 275}])
    table = synop.read_synop(sorted(tmp_path.iterdir()))
    assert table["t"].tolist() == [273, 274, 275]
    assert table.index.is_monotonic_increasing and table.index.is_unique


def test_one_station_is_taken_out_of_many_however_its_code_is_written(tmp_path):
    rows = [{**row, "numer_sta": code} for row in steps(3) for code in ("07481", "07690")]
    path = monthly(tmp_path / "a.csv.gz", rows)
    assert len(synop.read_synop(path, "07481")) == 3
    assert len(synop.read_synop(path, "7481")) == 3
    assert synop.read_synop(path, "07481").attrs["name"] == "Lyon-Saint-Exupéry"


@pytest.mark.parametrize("newline", ["\n", ""])
def test_line_is_named_as_an_editor_counts_it(tmp_path, newline):
    codes = [("07690", "07481", "76900")[i % 3] for i in range(20)]
    rows = [
        {"numer_sta": c, "date": f"202401{i + 1:02d}000000", "t": 280 + i, "ff": 7690} for i, c in enumerate(codes)
    ]
    path = monthly(tmp_path / "a.csv", rows)
    path.write_text(path.read_text().rstrip("\n").replace("\n", "\n\n", 3) + newline)
    assert synop.read_synop(path, "07690")["t"].tolist() == list(range(280, 300, 3))
    path.write_text(path.read_text().replace("298", "mild"))
    with pytest.raises(ValueError, match="line 23"):  # 1 header, 3 empty ones, the 19th row
        synop.read_synop(path, "07690")


def test_without_a_code_the_station_with_most_observations_is_taken_and_said(tmp_path, capsys):
    path = monthly(tmp_path / "a.csv", [{**row, "numer_sta": "07481"} for row in steps(5)] + steps(2))
    assert len(synop.read_synop(path)) == 5
    assert "took 07481" in capsys.readouterr().out
    assert synop.stations(path)["observations"].to_dict() == {"07481": 5, "07690": 2}


def test_duplicates_complete_each_other_and_come_in_order(tmp_path):
    rows = steps(4)
    late = [rows[3], rows[0], rows[2], {**rows[2], "t": "mq", "u": 50}, rows[1]]
    path = monthly(tmp_path / "a.csv", late)
    table = synop.read_synop(path)
    assert table["t"].round(2).tolist() == [273.15, 274.15, 275.15, 276.15]
    assert table["u"].iloc[2] == 50  # the second message brought it, and did not wipe out t
    assert len(synop.read_synop(path, duplicates="keep")) == 5


# ------------------------------------------------------------------------------------------------- bad input


def test_truncated_gzip_is_an_error_that_names_the_file(tmp_path):
    path = monthly(tmp_path / "a.csv.gz", steps(500, ff=3.1))
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(ValueError, match=r"must be whole.*a\.csv\.gz: it is cut or damaged.*fidle data get synop"):
        synop.read_synop(path, "07690")


def test_damaged_gzip_is_an_error(tmp_path):
    path = monthly(tmp_path / "a.csv.gz", steps(500, ff=3.1))
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 255
    path.write_bytes(bytes(content))
    with pytest.raises(ValueError, match="it is cut or damaged"):
        synop.read_synop(path, "07690")


def test_plain_file_cut_in_its_last_line_is_an_error(tmp_path):
    path = monthly(tmp_path / "a.csv", steps(9))
    path.write_bytes(path.read_bytes()[:-60])
    with pytest.raises(ValueError, match=r"last line stops after 40 of 60 fields: the file was cut"):
        synop.read_synop(path, "07690")


def test_column_that_is_not_there_is_missing_and_said_and_no_other_name_is_suggested(tmp_path, capsys):
    header = ["rafale_per" if name == "rafper" else name for name in MONTHLY]
    path = monthly(tmp_path / "a.csv", steps(2, ff=3), header)
    assert synop.read_synop(path)["rafper"].isna().all()
    said = capsys.readouterr().out
    assert "read as missing" in said and "rafper" in said and "rafale" not in said and "ff" not in said


@pytest.mark.parametrize(
    "gone, names",
    [("t", "temperature.*°C"), ("date", "date.*validity_time"), ("numer_sta", "station.*numer_sta.*ID OMM station")],
)
def test_file_without_station_date_or_temperature_is_an_error_that_says_what_they_are_called(tmp_path, gone, names):
    header = [name for name in MONTHLY if name != gone]
    with pytest.raises(ValueError, match=f"a.csv: it has no column for the {names}.*its columns are `"):
        synop.read_synop(monthly(tmp_path / "a.csv", steps(2), header))


@pytest.mark.parametrize(
    "content, reason",
    [
        ("<html><body>404</body></html>\n", "it is a page of a website"),
        ("a;b;c\n1;2;3\n", "its first line is no SYNOP header; it begins with 'a;b;c'"),
        ("", "its first line is no SYNOP header"),
        ("[]", "it holds no observation"),
        ("\0\0\0", "it is no text file"),
    ],
)
def test_other_files_are_errors_that_say_what_they_are(tmp_path, content, reason):
    path = tmp_path / "a.csv"
    path.write_text(content)
    with pytest.raises(ValueError, match=rf"Received: .*a\.csv: {reason}"):
        synop.read_synop(path)


def test_other_csv_files_of_a_folder_are_left_out(tmp_path):
    monthly(tmp_path / "a.csv", steps(2))
    (tmp_path / "postesSynop.csv").write_text("ID;Nom;Latitude\n07690;NICE;43.6\n")
    assert [file.path.name for file in synop.files(tmp_path) if file.left_out] == ["postesSynop.csv"]


def test_station_that_is_not_there_gets_the_nearest_codes(tmp_path):
    rows = [{**steps(1)[0], "numer_sta": code} for code in ("07005", "07481", "07650", "07690")]
    with pytest.raises(ValueError, match=r"station='07691'.*nearest codes being 07690 Nice, 07650 Marignane"):
        synop.read_synop(monthly(tmp_path / "a.csv", rows), "07691")


def test_station_by_a_name_instead_of_a_code_is_an_error_and_no_traceback_of_another_kind(tmp_path):
    with pytest.raises(ValueError, match="station must be one that is in the files"):
        synop.read_synop(monthly(tmp_path / "a.csv", steps(1)), "Nice")


def test_text_in_a_numeric_column_is_an_error_with_column_line_and_value(tmp_path):
    rows = steps(5)
    rows[3]["t"] = "mild"
    with pytest.raises(ValueError, match=r"Received: 'mild' in the column `t`, line 5 of a\.csv"):
        synop.read_synop(monthly(tmp_path / "a.csv", rows))


@pytest.mark.parametrize("text", ["inf", "-inf", "NaN", "NULL", "\\N", " ", "mq"])
def test_infinite_value_is_a_hole_as_a_missing_one_is(tmp_path, text):
    rows = steps(2)
    rows[1]["ff"] = text
    table = synop.read_synop(monthly(tmp_path / "a.csv", rows))
    assert table["ff"].isna().all() and table["t"].notna().all()


def test_date_that_is_none_is_an_error_with_its_line(tmp_path):
    rows = steps(3)
    rows[1]["date"] = "20240132000000"
    with pytest.raises(ValueError, match=r"A date must be like.*'20240132000000', line 3"):
        synop.read_synop(monthly(tmp_path / "a.csv", rows))


def test_all_values_missing_is_an_error(tmp_path):
    path = monthly(tmp_path / "a.csv", steps(4, t="mq"))
    with pytest.raises(ValueError, match=r"07690 in a\.csv: 4 rows, all values missing"):
        synop.read_synop(path)


def test_temperature_that_is_mostly_missing_is_an_error():
    table = full_table(10)
    table.loc[table.index[:5], "tc"] = np.nan
    with pytest.raises(ValueError, match=r"temperature must be there for at least 80%.*Received: 50%"):
        clean.drop_empty_columns(table)


def test_header_without_rows_is_an_error(tmp_path):
    with pytest.raises(ValueError, match="it holds no observation"):
        synop.read_synop(monthly(tmp_path / "a.csv", []))


def test_no_file_is_an_error_that_says_what_to_do(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"nowhere\.csv, which is no file\. Correct the path, or call"):
        synop.read_synop(tmp_path / "nowhere.csv")
    with pytest.raises(FileNotFoundError, match=r"At least one SYNOP file is needed"):
        synop.read_synop([])


# ------------------------------------------------------------------------------------------- which data is used


def test_real_source_without_data_is_an_error_and_auto_simulates_loudly(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(datasets, "places", lambda: [tmp_path])
    with pytest.raises(FileNotFoundError, match="No real synop data found"):
        synop.load_synop(source="real")
    raw, data = synop.load_synop()
    assert data.source == "simulated" and "simulated" in data.title and len(raw) > 4000
    assert "SIMULATED DATA" in capsys.readouterr().out


def test_simulated_source_never_looks(monkeypatch):
    monkeypatch.setattr(datasets, "places", lambda: pytest.fail("looked for real data"))
    assert synop.load_synop(source="simulated")[1].source == "simulated"


def test_real_data_in_a_place_are_found_and_labelled(tmp_path, monkeypatch):
    (tmp_path / "synop").mkdir()
    monthly(tmp_path / "synop" / "a.csv", steps(16))
    monkeypatch.setattr(datasets, "places", lambda: [tmp_path / "empty", tmp_path])
    raw, data = synop.load_synop()
    assert len(raw) == 16
    assert data == DataSource("synop", "real", "Nice (07690)", ("2024-01-01", "2024-01-02"))


def test_record_shorter_than_two_days_is_an_error(tmp_path, monkeypatch):
    (tmp_path / "synop").mkdir()
    monthly(tmp_path / "synop" / "a.csv", steps(15))
    monkeypatch.setattr(datasets, "places", lambda: [tmp_path])
    with pytest.raises(ValueError, match=r"at least 16 observations.*Received: 15 of Nice \(07690\)"):
        synop.load_synop()


def test_gap_of_ten_years_is_not_bridged_and_what_is_left_out_is_said(capsys):
    index = hours(8, "2013-02-01").append(hours(80, "2023-07-01"))
    table = pd.DataFrame({"t": np.arange(88.0)}, index=index)[::-1]  # in any order
    kept = clean.keep_longest_stretch(table)
    assert kept["t"].tolist() == list(range(87, 7, -1))
    said = capsys.readouterr().out
    assert "LEFT OUT 2013-02-01 to 2013-02-01, 8 observations" in said and "KEPT" in said


def test_gap_of_the_length_allowed_is_kept_without_a_word(capsys):
    index = hours(8).append(hours(8, "2024-06-01"))
    table = pd.DataFrame({"t": np.arange(16.0)}, index=index)
    assert len(clean.keep_longest_stretch(table, max_gap_days=180)) == 16
    assert capsys.readouterr().out == ""


# ---------------------------------------------------------------------------------------- grid and kinds


def test_grid_has_a_row_every_three_hours_and_nan_where_nothing_was_observed():
    index = utc("2024-01-01T00:00", "2024-01-01T03:00", "2024-01-01T04:00", "2024-01-01T12:00")
    grid = clean.regular_grid(pd.DataFrame({"t": [0.0, 1.0, 99.0, 4.0]}, index=index))
    assert list(grid.index) == list(hours(5))
    np.testing.assert_array_equal(grid["t"], [0, 1, np.nan, np.nan, 4])  # 04:00 is not on the grid


def test_grid_refuses_repeated_or_unordered_instants():
    with pytest.raises(ValueError, match="one row per instant, in order"):
        clean.regular_grid(pd.DataFrame({"t": [0.0, 1.0]}, index=utc("2024-01-01", "2024-01-01")))
    with pytest.raises(ValueError, match="none of which"):
        clean.regular_grid(pd.DataFrame({"t": [0.0]}, index=utc("2024-01-01T01:30")))


def test_units_become_celsius_and_hectopascal():
    raw = pd.DataFrame({name: [1.0] for name in clean.VARIABLES}, index=hours(1))
    raw["t"], raw["td"], raw["pmer"], raw["tend"] = 290.15, 282.35, 102600.0, -110.0
    table = clean.convert_units(raw)
    assert list(table.columns) == clean.COLUMNS
    assert table[["tc", "td", "pmer", "tend"]].iloc[0].tolist() == [17.0, 9.2, 1026.0, -1.1]


def test_trace_of_rain_is_no_rain_and_hidden_sky_is_overcast():
    table = full_table(3).assign(rr1=[-0.1, 0.2, 0.0], rr3=[-0.1, -0.1, np.nan], n=[101.0, 100.0, np.nan])
    table, counts = clean.recode_specials(table)
    np.testing.assert_array_equal(table["rr1"], [0, 0.2, 0])
    np.testing.assert_array_equal(table["rr3"], [0, 0, np.nan])
    np.testing.assert_array_equal(table["n"], [100, 100, np.nan])
    assert list(counts.values()) == [1, 2, 1]


def test_impossible_values_become_missing_and_are_counted():
    table = full_table(4).assign(pres=1013.0, pmer=1013.0, tend=0.0, td=-5.0, tc=10.0)
    table["u"] = [50.0, 127.0, -1.0, 100.0]
    table.loc[table.index[3], "td"] = 12.0  # above tc
    table, removed = clean.remove_impossible(table)
    np.testing.assert_array_equal(table["u"], [50, np.nan, np.nan, 100])
    np.testing.assert_array_equal(table["td"], [-5, -5, -5, np.nan])
    assert removed.set_index("column")["removed"].to_dict() == {"u": 2, "td": 1}


def test_possible_extremes_stay():
    table = full_table(1).assign(tc=58.0, td=-40.0, u=100.0, dd=360.0, pres=400.0, pmer=870.0, ww=99.0)
    assert clean.remove_impossible(table)[1].empty


@pytest.mark.parametrize(
    "dd, wx, wy", [(360, 0, -5), (90, -5, 0), (180, 0, 5), (270, 5, 0), (0, 0, 0), (np.nan, np.nan, np.nan)]
)
def test_wind_components_point_where_the_wind_blows_and_calm_is_not_north(dd, wx, wy):
    wind = clean.wind_components(pd.Series([float(dd)]), pd.Series([5.0]))
    np.testing.assert_allclose(wind.to_numpy()[0], [wx, wy], atol=1e-9)


def test_direction_comes_back_from_the_components():
    dd = pd.Series([0.0, 10, 90, 180, 270, 350, 360])
    wind = clean.wind_components(dd, pd.Series(7 * [5.0]))
    np.testing.assert_allclose(clean.wind_direction(wind["wx"], wind["wy"]), dd, atol=0.05)


def with_gap(column, values):
    """A table without gaps but for one column."""
    table = full_table(len(values)).assign(dd=180.0, ff=5.0)
    table[column] = np.array(values, dtype=float)
    return clean.add_wind(table)


NAN = np.nan


@pytest.mark.parametrize(
    "values, expected",
    [
        ([0, NAN, 2, 3], [0, 1, 2, 3]),
        ([0, NAN, NAN, 3], [0, 1, 2, 3]),
        ([0, NAN, NAN, NAN, 4], [0, NAN, NAN, NAN, 4]),  # longer than the limit: not even its first steps
        ([NAN, 1, 2, NAN], [NAN, 1, 2, NAN]),  # nothing on one side: nothing to draw a line to
    ],
)
def test_continuous_gap_is_a_line_if_it_is_short_and_has_two_ends(values, expected):
    table, filled = clean.fill_short_gaps(with_gap("tc", values), limit=2)
    np.testing.assert_array_equal(table["tc"], expected)
    np.testing.assert_array_equal(filled["tc"], np.isnan(values) & ~np.isnan(expected))


def test_circular_gap_goes_the_short_way_round():
    table, _ = clean.fill_short_gaps(with_gap("dd", [350, NAN, 10]), limit=2)
    assert table["dd"].tolist() == [350, 360, 10]


def test_code_is_repeated_and_never_interpolated():
    table, _ = clean.fill_short_gaps(with_gap("ww", [45, NAN, 61]), limit=2)
    assert table["ww"].tolist() == [45, 45, 61]


@pytest.mark.parametrize("before, after, middle", [(0, 0, 0), (0, 3, NAN), (3, 0, NAN), (2, 2, NAN)])
def test_rain_is_filled_only_between_two_dry_observations(before, after, middle):
    table, _ = clean.fill_short_gaps(with_gap("rr3", [before, NAN, after]), limit=2)
    np.testing.assert_array_equal(table["rr3"], [before, middle, after])


def test_limit_of_zero_fills_nothing():
    table, filled = clean.fill_short_gaps(with_gap("tc", [0, NAN, 2]), limit=0)
    assert table["tc"].isna().sum() == 1 and not filled.any(axis=None)


def test_flags_count_filled_values_and_mark_the_temperature():
    table = with_gap("tc", [0, NAN, 2])
    table.loc[table.index[1], "dd"] = NAN
    table[["wx", "wy"]] = clean.wind_components(table["dd"], table["ff"])
    flagged = clean.add_flags(*clean.fill_short_gaps(table))
    assert flagged["filled"].tolist() == [0, 2, 0]  # tc and dd; wx and wy are not measured
    assert flagged["tc_filled"].tolist() == [0, 1, 0]


def test_hole_longer_than_a_window_stays_a_hole():
    values = np.arange(80.0)
    values[30:50] = NAN
    table, _ = clean.fill_short_gaps(with_gap("tc", values), limit=2)
    assert table["tc"].isna().sum() == 20
    found = clean.holes(table)
    assert found["steps"].tolist() == [20]
    assert found["first"].tolist() == [table.index[30]] and found["last"].tolist() == [table.index[49]]
    # 80 - 16 + 1 windows, without those that touch steps 30 to 49
    assert clean.usable_windows(table, 16) == 65 - (16 + 19)


def test_fewer_rows_than_one_window_hold_no_window():
    assert clean.usable_windows(full_table(15), 16) == 0
    assert clean.usable_windows(full_table(16), 16) == 1


def test_hole_at_the_very_start_is_counted_once():
    table = full_table(5)
    table.loc[table.index[:2], "tc"] = NAN
    assert clean.holes(table)["steps"].tolist() == [2]


def test_column_that_a_station_hardly_measures_is_left_out_and_said(capsys):
    table = full_table(10)
    table["n"] = NAN
    assert "n" not in clean.drop_empty_columns(table)
    assert "missing in more than 20% of the steps: n (100% missing)" in capsys.readouterr().out


def test_prepare_joins_all_steps(tmp_path):
    rows = [row for i, row in enumerate(steps(40, dd=270, ff=4, u=60, rr3=0)) if i not in (5, *range(20, 30))]
    table = station.prepare(synop.read_synop(monthly(tmp_path / "a.csv", rows)), max_missing=0.5)
    assert len(table) == 40
    np.testing.assert_allclose(table["tc"].iloc[:20], np.arange(20), atol=1e-6)
    assert table["tc_filled"].tolist() == [int(i == 5) for i in range(40)]
    assert table["tc"].iloc[20:30].isna().all()
    assert (table["wx"].dropna() == 4).all()


# ------------------------------------------------------------------------------------------------ saved table


LABEL = DataSource("synop", "simulated", "a station", ("2000-01-01", "2000-01-02"))


def test_saved_table_comes_back_with_holes_dates_and_label(tmp_path):
    table = full_table(6)
    table.loc[table.index[2:4], "tc"] = NAN
    synop.save_prepared(tmp_path, table, {"columns": clean.describe_columns(table)}, LABEL)
    again, description, data = synop.read_prepared(tmp_path)
    pd.testing.assert_frame_equal(again, table, check_freq=False, check_dtype=False, check_index_type=False)
    assert str(again.index.tz) == "UTC"
    assert data.period == ("2024-01-01", "2024-01-01") and data.source == "simulated"
    kinds = {column["name"]: column["kind"] for column in description["columns"]}
    assert (kinds["tc"], kinds["dd"], kinds["ww"], kinds["rr3"]) == (
        "continuous",
        "circular",
        "code",
        "accumulation",
    )
    assert all(column["unit"] and column["meaning"] for column in description["columns"])


def test_full_disk_while_writing_leaves_the_old_table(tmp_path):
    table = full_table(5)
    synop.save_prepared(tmp_path, table, {"columns": clean.describe_columns(table)}, LABEL)
    big = full_table(5000)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))  # the system refuses to write on: as a full disk
    try:
        with pytest.raises(OSError):
            synop.save_prepared(tmp_path, big, {"columns": clean.describe_columns(big)}, LABEL)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert len(synop.read_prepared(tmp_path)[0]) == 5
    assert sorted(path.name for path in tmp_path.iterdir()) == ["observations.csv", "observations.json"]


def test_table_and_description_of_different_runs_are_refused(tmp_path):
    table = full_table(5)
    synop.save_prepared(tmp_path, table, {"columns": clean.describe_columns(table)}, LABEL)
    description = json.loads((tmp_path / "observations.json").read_text())
    (tmp_path / "observations.json").write_text(json.dumps({**description, "rows": 4}))
    with pytest.raises(ValueError, match="must come from the same run"):
        synop.read_prepared(tmp_path)


def test_nothing_saved_yet_says_to_run_the_notebook(tmp_path):
    with pytest.raises(FileNotFoundError, match="Run the notebook SYNOP1 first"):
        synop.read_prepared(tmp_path)


# -------------------------------------------------------------------------------------- the simulated station


@pytest.fixture(scope="module")
def simulated(tmp_path_factory) -> Path:
    return simulate_synop(tmp_path_factory.mktemp("simulated") / "synop.csv")


def test_simulated_file_has_the_real_header_and_the_faults_of_real_records(simulated, real_data):
    with gzip.open(real_data / "synop" / "synop.201302.csv.gz", "rt") as file:
        assert simulated.read_text().splitlines()[0] == file.readline().strip()
    assert ";mq;" in simulated.read_text()


def test_simulated_station_has_holes_duplicates_disorder_and_impossible_values(simulated):
    raw = synop.read_synop(simulated, duplicates="keep")
    assert raw.index.has_duplicates and not raw.index.is_monotonic_increasing
    grid = clean.convert_units(clean.regular_grid(clean.merge_duplicates(raw)))
    recoded, counts = clean.recode_specials(grid)
    assert min(counts.values()) > 0
    assert set(clean.remove_impossible(recoded)[1]["column"]) >= {"tc", "u", "dd", "pmer", "ff"}
    holes = clean.holes(station.prepare(raw))
    assert holes["steps"].max() > 16 and (raw["dd"] == 0).any() and (raw["dd"] == 360).any()


def test_same_seed_same_file_other_seed_other_file(tmp_path):
    a, b, c = (simulate_synop(tmp_path / f"{i}.csv", years=0.2, seed=s) for i, s in enumerate((1, 1, 2)))
    assert a.read_bytes() == b.read_bytes() != c.read_bytes()
    assert len(synop.read_synop(a)) > 500


def lesson(table, sequence_len=16, ridge=10.0):
    """RMSE in °C on the last fifth: {hours ahead: (persistence, same hour yesterday, ridge)}."""
    season = 2 * np.pi * table.index.day_of_year / 365.25
    hour = 2 * np.pi * table.index.hour / 24
    circles = np.stack([f(x) for x in (season, hour) for f in (np.sin, np.cos)], axis=1)
    kept = [name for name in table if clean.kind(name) not in ("code", "circular", "flag")]
    rows = np.hstack([table[kept].to_numpy(), circles])
    tc, cut = table["tc"].to_numpy(), int(0.8 * len(table))
    rows = (rows - np.nanmean(rows[:cut], axis=0)) / (np.nanstd(rows[:cut], axis=0) + 1e-9)
    scores = {}
    for ahead in (1, 4):
        last = np.arange(sequence_len - 1, len(rows) - ahead)  # last row of each window
        windows = np.stack([rows[i - sequence_len + 1 : i + 1].ravel() for i in last])
        windows = np.hstack([windows, np.ones((len(windows), 1))])
        truth = tc[last + ahead]
        known = np.isfinite(windows).all(axis=1) & np.isfinite(truth) & np.isfinite(tc[last + ahead - 8])
        train, test = known & (last + ahead < cut), known & (last >= cut + sequence_len - 1)
        square = windows[train].T @ windows[train] + ridge * np.eye(windows.shape[1])
        weights = np.linalg.solve(square, windows[train].T @ truth[train])
        guesses = (tc[last], tc[last + ahead - 8], windows @ weights)
        scores[3 * ahead] = [float(np.sqrt(np.mean((g[test] - truth[test]) ** 2))) for g in guesses]
    return scores


# what `lesson` gives on the real file, station 07690
REAL_LESSON = {3: (2.30, 2.13, 1.30), 12: (4.35, 2.13, 1.75)}


@pytest.mark.parametrize("seed", [123, 1, 2])
def test_simulated_station_teaches_the_lesson_of_the_real_one(tmp_path, seed):
    found = lesson(station.prepare(synop.read_synop(simulate_synop(tmp_path / "s.csv", seed=seed))))
    for ahead, real in REAL_LESSON.items():
        persistence, yesterday, ridge = found[ahead]
        assert persistence > yesterday > ridge, found
        np.testing.assert_allclose(found[ahead], real, rtol=0.4)


def test_recorded_lesson_is_that_of_the_real_file(real_data):
    raw = clean.keep_longest_stretch(synop.read_synop((real_data / "synop").iterdir(), "07690"))
    found = lesson(station.prepare(raw))
    for ahead, real in REAL_LESSON.items():
        np.testing.assert_allclose(found[ahead], real, rtol=0.02)


# --------------------------------------------------------------------------------------------------- real files


def test_real_export_is_read_whole(real_data):
    raw = synop.read_synop(real_data / "synop" / "donnees-synop-essentielles-omm-07690.csv")
    assert raw.shape == (4859, 15)
    assert raw.index[0] == pd.Timestamp("2023-07-01", tz="UTC")
    assert raw.index[-1] == pd.Timestamp("2025-02-28T21:00", tz="UTC")
    assert raw["ww"].notna().all()
    table = station.prepare(raw)
    assert clean.holes(table)["steps"].tolist() == [8]  # the five single ones are filled
    assert table["tc_filled"].sum() == 5


def test_real_monthly_file_gives_lyon(real_data):
    raw = synop.read_synop(real_data / "synop" / "synop.201302.csv.gz", "07481")
    assert len(raw) == 224 and raw["t"].between(250, 300).all()


def test_real_folder_does_not_become_one_table_with_a_hole_of_ten_years(real_data, capsys):
    raw = clean.keep_longest_stretch(synop.read_synop((real_data / "synop").iterdir()))
    assert len(raw) == 4859
    assert "LEFT OUT 2013-02-01 to 2013-02-28, 224 observations" in capsys.readouterr().out


def test_hour_and_season_go_round():
    table = pd.DataFrame({"tc": np.arange(9.0)}, index=hours(9))
    result = clean.add_calendar(table)
    assert next(iter(result)) == "tc" and result.shape == (9, 7)
    np.testing.assert_allclose(result["hour_sin"].iloc[[0, 2, 4, 6, 8]], [0, 1, 0, -1, 0], atol=1e-12)
    np.testing.assert_allclose(result["hour2_cos"].iloc[:5], [1, 0, -1, 0, 1], atol=1e-12)
    evening, midnight = clean.add_calendar(pd.DataFrame(index=utc("2023-12-31T21:00", "2024-01-01T00:00"))).to_numpy()
    assert np.abs(midnight - evening)[[4, 5]].max() < 0.01  # the season does not jump at new year
