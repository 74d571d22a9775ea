"""Observations as people have them: saved by spreadsheets, by pandas, by other portals, put together, cut."""

import bz2
import gzip
import io
import json
import lzma
import zipfile

import fastparquet
import numpy as np
import pandas as pd
import pytest

from fidle_utils import datasets
from fidle_utils.datasets import synop
from fidle_utils.datasets.synop import clean
from tests import station

N = 24
FRENCH = {"numer_sta": "ID OMM station", "date": "Date"} | {name: v.label for name, v in clean.VARIABLES.items()}
ENGLISH = {
    **{
        "numer_sta": "ID OMM station",
        "date": "Date",
        "t": "Temperature",
        "u": "Humidity",
        "rr3": "Rainfall 3 last hours",
    },
    **{"ff": "Average wind 10 mn", "pmer": "Sea level pressure", "td": "Dew point", "vv": "Horizontal visibility"},
}


def table(**columns) -> pd.DataFrame:
    """Three days of Nice in the published units, as text; `t` is 283.15 + a quarter of its index."""
    dates = pd.date_range("2024-01-10", periods=N, freq="3h").strftime("%Y-%m-%dT%H:%M:%S+00:00")
    values = {"numer_sta": "07690", "date": dates, "t": [f"{283.15 + i / 4:.2f}" for i in range(N)]}
    values |= {"pmer": "101500", "td": "279.15", "u": "70", "ff": "3.5", "dd": "90", "rr3": "0.0", "vv": "20000"}
    values |= {"n": "50", "tend": "20", "cod_tend": "2", "ww": "1", "pres": "101000", "rafper": "6.0", "rr1": "0.0"}
    return pd.DataFrame(values | columns)


def text(rows: pd.DataFrame, sep=";", labels=None, **how) -> str:
    return rows.rename(columns=labels or {}).to_csv(sep=sep, index=False, **how)


def zipped(content: str, name="a.csv", more=None) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for path, inside in {name: content, **(more or {})}.items():
            archive.writestr(path, inside)
    return file.getvalue()


@pytest.fixture
def load(tmp_path, monkeypatch):
    """Put one file into an empty data folder and load it, whatever its content; it must be real."""

    def put_and_load(content: str | bytes, name="a.csv", station=""):
        path = tmp_path / "synop" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        synop.check(path)
        return synop.load_synop(station, source="real")[0]

    monkeypatch.setattr(datasets, "places", lambda: [tmp_path])
    return put_and_load


def is_nice(raw: pd.DataFrame) -> None:
    """The table above, whole, in kelvin and UTC."""
    assert raw.attrs["station"] == "07690"
    assert raw.index[0] == pd.Timestamp("2024-01-10", tz="UTC") and raw.index[-1] == raw.index[0] + pd.Timedelta(
        "69h"
    )
    np.testing.assert_allclose(raw["t"], 283.15 + np.arange(N) / 4)
    assert raw["pmer"].eq(101500).all() and raw["u"].eq(70).all() and raw["ff"].eq(3.5).all()


# ---------------------------------------------------------------------------------------------- forms


def to_parquet(rows: pd.DataFrame, folder) -> bytes:
    rows = rows.assign(date=pd.to_datetime(rows["date"]), t=rows["t"].astype(float), pmer=rows["pmer"].astype(int))
    fastparquet.write(str(folder / "made.parquet"), rows)
    content = (folder / "made.parquet").read_bytes()
    (folder / "made.parquet").unlink()
    return content


def flat(rows):
    return [
        {k: float(v) if k not in ("numer_sta", "date") else v for k, v in row.items()}
        for row in rows.to_dict("records")
    ]


FORMS = {
    # those that the issue names
    "commas": lambda rows: text(rows, ","),
    "utf-8 with its mark": lambda rows: text(rows, labels=FRENCH).encode("utf-8-sig"),
    "gzipped": lambda rows: gzip.compress(text(rows).encode()),
    "zipped": lambda rows: zipped(text(rows)),
    "English labels": lambda rows: text(rows, labels=ENGLISH),
    "°C only": lambda rows: text(celsius(rows), labels=FRENCH | {"tc": "Température (°C)"}),
    "some columns": lambda rows: text(rows[["u", "date", "t", "numer_sta", "pmer", "ff"]]),
    "OpenDataSoft's JSON": lambda rows: json.dumps(flat(rows)),
    # and their neighbours
    "tabs": lambda rows: text(rows, "\t"),
    "commas in quotes, labels with accents": lambda rows: text(rows, ",", FRENCH, quoting=1),
    "a spreadsheet in French": lambda rows: text(decimal_comma(rows), labels=FRENCH).encode("cp1252"),
    "a spreadsheet's Unicode text": lambda rows: text(decimal_comma(rows), "\t", FRENCH).encode("utf-16"),
    "a line sep=; at its top": lambda rows: "sep=;\n" + text(rows),
    "an index that pandas wrote": lambda rows: rows.to_csv(sep=";"),
    "labels without accents, in capitals": lambda rows: text(rows, labels={k: upper(v) for k, v in FRENCH.items()}),
    "labels with units": lambda rows: text(
        rows, labels={"t": "Température (K)", "vv": "Visibilité horizontale (en mètre)"}
    ),
    "hectopascals and km/h": lambda rows: text(other_units(rows)),
    "ends of line of Windows": lambda rows: text(rows, lineterminator="\r\n"),
    "a JSON that pandas wrote": lambda rows: rows.to_json(),
    "a JSON of records with fields": lambda rows: json.dumps(
        [{"recordid": "x", "fields": row} for row in flat(rows)]
    ),
    "an answer of the API": lambda rows: json.dumps({"total_count": N, "results": flat(rows)}),
    "a GeoJSON": lambda rows: json.dumps({"features": [{"geometry": None, "properties": row} for row in flat(rows)]}),
    "one JSON a line": lambda rows: "\n".join(map(json.dumps, flat(rows))),
    "a zipped JSON": lambda rows: zipped(json.dumps(flat(rows)), "a.json"),
    "bzip2": lambda rows: bz2.compress(text(rows).encode()),
    "xz": lambda rows: lzma.compress(text(rows).encode()),
    "a zip with what a Mac adds": lambda rows: zipped(text(rows), more={".DS_Store": "x", "__MACOSX/._a.csv": "x"}),
    "remarks above the header": lambda rows: "# Météo-France\n#\n" + text(rows),
    "pandas' JSON by columns and rows": lambda rows: rows.to_json(orient="split"),
    "pandas' JSON with a schema": lambda rows: rows.to_json(orient="table"),
    "JSON under the word data": lambda rows: json.dumps({"data": flat(rows)}),
    "Celsius in words": lambda rows: text(celsius(rows), labels={"tc": "Temperature (degrees Celsius)"}),
    "degC": lambda rows: text(celsius(rows), labels={"tc": "t [degC]"}),
    "one sign for °C": lambda rows: text(celsius(rows), labels={"tc": "Température (℃)"}),
    "kilopascals": lambda rows: text(rows.assign(pmer="101.5"), labels={"pmer": "pmer (kPa)"}),
    "thousands parted by spaces": lambda rows: text(
        rows.assign(pmer="101 500", pres="101\u202f000,0", vv="20\xa0000")
    ),
    "other words for missing": lambda rows: text(rows.assign(rr1="n/a", rr3="--", n="#N/A")),
}


def celsius(rows):
    return rows.assign(tc=(rows["t"].astype(float) - 273.15).round(2)).drop(columns="t")


def other_units(rows):
    wind = rows["ff"].astype(float) * 3.6
    rows = rows.assign(**{"pmer (hPa)": rows["pmer"].astype(float) / 100, "ff (km/h)": wind})
    return rows.drop(columns=["pmer", "ff"])


def decimal_comma(rows):
    return rows.map(lambda value: value.replace(".", ",") if ":" not in value else value)


def upper(label):
    return label.upper().replace("É", "E").replace("È", "E")


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_observations(load, form):
    is_nice(load(FORMS[form](table())))


def test_parquet_gives_the_same_observations(load, tmp_path):
    is_nice(load(to_parquet(table(), tmp_path), "a.parquet"))


def test_parquet_with_numbers_as_codes_and_dates_without_zone_is_read_and_said(load, tmp_path, capsys):
    rows = table(numer_sta=7690).assign(date=pd.date_range("2024-01-10", periods=N, freq="3h"))
    is_nice(load(to_parquet(rows, tmp_path), "a.parquet"))
    assert "Dates without an offset are taken for UTC: a.parquet" in capsys.readouterr().out


def test_kelvin_is_taken_where_both_are_there(load):
    rows = table()
    is_nice(load(text(rows.assign(tc=99.0), labels=FRENCH | {"tc": "Température (°C)"})))


def test_neighbours_of_a_label_are_not_taken_for_it(load):
    others = {
        "Précipitations dans les 6 dernières heures": "9",
        "Température minimale sur 12 heures": "1",
        "Rafale sur les 10 dernières minutes": "9",
        "Variation de pression en 24 heures": "9",
    }
    raw = load(text(table().drop(columns=["rr3", "rafper", "tend"]).assign(**others), labels=FRENCH))
    is_nice(raw)
    assert raw[["rr3", "rafper", "tend"]].isna().all(axis=None)


@pytest.mark.parametrize(
    "content, reason",
    [
        (b"PAR1PAR1", "it is no whole Parquet file"),
        (zipped("x", "a.csv") + b"", "its first line is no SYNOP header"),
        (zipped("x", "[Content_Types].xml"), "it is a spreadsheet: save it as CSV"),
        (zipped("x", "mimetype"), "it is a spreadsheet: save it as CSV"),
        (b"BZh9 and no more", "it is cut or damaged"),
        (lzma.compress(b"numer_sta;date;t")[:-9], "it is cut or damaged"),
        (b"PK\x05\x06" + bytes(18), "it holds 0"),
        (b"\xd0\xcf\x11\xe0" + bytes(99), "it is no text file"),
        (b"[]", "it holds no observation"),
        (b"%PDF-1.7\n", "its first line is no SYNOP header"),
        (b"<html>Log in</html>", "it is a page of a website"),
    ],
)
def test_what_is_no_form_is_left_out_with_its_reason(tmp_path, monkeypatch, content, reason):
    monkeypatch.setattr(datasets, "places", lambda: [tmp_path])
    (tmp_path / "synop").mkdir()
    (tmp_path / "synop" / "a").write_bytes(content)
    (file,) = datasets.files("synop")
    assert reason.replace("it holds 0", "holds 0") in file.left_out and not file.form


# ------------------------------------------------------------------------------------ codes and dates


@pytest.mark.parametrize(
    "code",
    [
        "07690",
        "7690",
        '"7690"',
        '"07690"',
        "7690.0",
        "7690,0",
        " 07690 ",
        "'07690",
        '="07690"',
        "07690\xa0",
        "0-20000-0-07690",
        "7 690",
        "7\u202f690",
        "7,690",
        "0007690",
        "０７６９０",
        "07690 - NICE",
    ],
)
@pytest.mark.parametrize("station", ["", "07690", "7690"])
def test_station_is_the_same_however_its_code_was_saved(load, code, station):
    quoted = f'"{code.replace(chr(34), 2 * chr(34))}"'
    is_nice(load(text(table(numer_sta="@")).replace("@", quoted), station=station))


def test_codes_written_in_two_ways_are_one_station(load):
    rows = table(numer_sta=["07690", "7690.0"] * (N // 2))
    is_nice(load(text(rows)))


@pytest.mark.parametrize(
    "form",
    [
        "%Y%m%d%H%M%S",
        "%Y%m%d%H%M",
        "%Y%m%d%H",
        "%Y%m%d%H%M%S.0",
        "%Y-%m-%dT%H:%M:%SZ",
        "%Y-%m-%d %H:%M",
        "%Y-%m-%d %H:%M:%S+00:00",
        "%Y-%m-%d %H:%M:%S+0000",
        "%d/%m/%Y %H:%M",
        "%d/%m/%Y %H:%M:%S",
        "%m/%d/%Y %H:%M",
        "%m/%d/%Y %I:%M:%S %p",
        "%d-%m-%Y %H:%M",
        "%d.%m.%Y %H:%M",
        "%Y-%m-%d %Hh",
        "%Y-%m-%d %Hh%M",
        "%Y-%m-%d %H:%M:%S UTC",
        "%Y-%m-%dT%H:%M:%S+00:00[UTC]",
        "%Y%m%d%H%M%S,0",
    ],
)
def test_date_is_the_same_however_it_was_saved(load, form):
    dates = pd.date_range("2024-01-10", periods=N, freq="3h").strftime(form)
    more = pd.date_range("2024-01-13", periods=N, freq="3h").strftime(form)  # a day above 12
    raw = load(text(pd.concat([table(date=dates), table(date=more)])))
    assert len(raw) == 2 * N
    is_nice(raw.iloc[:N])


@pytest.mark.parametrize("unit", ["s", "ms"])
def test_seconds_since_1970_are_dates(load, unit):
    dates = pd.date_range("2024-01-10", periods=N, freq="3h", unit=unit).astype("int64")
    is_nice(load(text(table(date=dates))))


@pytest.mark.parametrize("form", ["%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M", "%d-%m-%Y %H:%M", "%Y-%m-%d %Hh"])
def test_dates_without_an_offset_are_said_to_be_taken_for_utc(load, capsys, form):
    load(text(table(date=pd.date_range("2024-01-13", periods=N, freq="3h").strftime(form))))
    assert "Dates without an offset are taken for UTC: a.csv" in capsys.readouterr().out


@pytest.mark.parametrize("form", ["%Y%m%d%H%M%S", "%Y-%m-%dT%H:%M:%S+01:00", "%Y-%m-%d %H:%M:%SZ"])
def test_dates_with_an_offset_or_in_utc_by_their_form_say_nothing(load, capsys, form):
    load(text(table(date=pd.date_range("2024-01-13", periods=N, freq="3h").strftime(form))))
    assert "offset" not in capsys.readouterr().out


def test_offsets_that_change_within_a_file_are_followed(load):
    instants = pd.date_range("2024-01-10", periods=N, freq="3h", tz="UTC")
    dates = [
        f"{i.tz_convert(['Europe/Paris', 'UTC', 'Asia/Tokyo'][k % 3]).isoformat()}" for k, i in enumerate(instants)
    ]
    is_nice(load(text(table(date=dates))))


def test_second_header_in_the_middle_is_no_row(load):
    rows = table()
    is_nice(load(text(rows[:9]) + text(rows[9:])))


def test_header_of_other_columns_in_the_middle_is_refused_by_name_and_two_files_are_read(load, tmp_path):
    rows = table()
    first, second = text(rows[:9]), text(rows[9:][rows.columns[::-1]])
    with pytest.raises(ValueError, match=r"one header.*Received: a\.csv, with another one in line 11.*two files"):
        load(first + second)
    (tmp_path / "synop" / "b.csv").write_text(second)
    is_nice(load(first))


def test_lines_that_were_joined_by_a_missing_end_of_line_are_refused(load):
    rows = table()
    joined = text(rows[:9]).rstrip("\n") + text(rows[9:], header=False)
    with pytest.raises(ValueError, match=r"line 10 has 33 fields, where the header has 17"):
        load(joined)


# --------------------------------------------------------------------------- every way out is followed


def test_local_time_without_offset_is_named_and_with_its_offset_is_read(load):
    local = pd.date_range("2024-01-10T01:00", periods=N, freq="3h")
    raw = load(text(table(date=local.strftime("%Y-%m-%d %H:%M:%S"))))
    with pytest.raises(ValueError, match=r"dates of a\.csv have no offset and were taken for UTC.*01:00:00\+01:00"):
        station.prepare(raw)
    raw = load(text(table(date=local.strftime("%Y-%m-%dT%H:%M:%S+01:00"))))
    is_nice(raw)
    assert len(station.prepare(raw, max_missing=1)) == N


@pytest.mark.parametrize("name, factor, unit", [("t", 273.15, "°C"), ("td", 273.15, "°C"), ("pmer", 100, "hPa")])
def test_column_in_another_unit_than_its_name_says_is_refused_and_the_name_given_reads_it_right(
    load, name, factor, unit
):
    rows = table()
    values = rows[name].astype(float)
    wrong = rows.assign(**{name: (values - factor if unit == "°C" else values / factor).round(2)})
    with pytest.raises(ValueError, match=rf"column `{name}` should be in .*name it `{name} \({unit}\)`"):
        load(text(wrong))
    is_nice(load(text(wrong, labels={name: f"{name} ({unit})"})))


def test_a_pressure_that_no_unit_explains_gets_no_advice_to_rename_it(load):
    with pytest.raises(ValueError, match=r"`pmer` should be in Pa and holds at most 101\.5\. Nor is that hPa"):
        load(text(table(pmer="101,500")))


@pytest.mark.parametrize("label", ["Température (°F)", "Temp."])
def test_temperature_under_an_unknown_name_is_left_out_and_no_kelvin_name_is_advised_for_it(load, tmp_path, label):
    content = text(table(), labels=FRENCH | {"t": label})
    with pytest.raises(
        FileNotFoundError, match=r"no column for the temperature \(`t` or `Température` in K, `tc` or"
    ) as error:
        load_only(load, content, tmp_path)
    assert "rename" not in str(error.value).lower()
    rows = celsius(table())
    for name in ("tc", "Température (°C)"):  # the names that the message gives for °C
        is_nice(load(text(rows, labels=FRENCH | {"tc": name})))


def load_only(load, content, tmp_path):
    (tmp_path / "synop").mkdir(exist_ok=True)
    (tmp_path / "synop" / "a.csv").write_text(content)
    return synop.load_synop(source="real")


def test_day_and_month_that_cannot_be_told_apart_are_refused_and_iso_dates_read(load):
    days = pd.date_range("2024-01-10", periods=N, freq="3h")
    ambiguous = table(date=days.strftime("%d/%m/%Y %H:%M"))[:16]
    with pytest.raises(ValueError, match=r"which number of a date is the day.*a\.csv.*2013-02-01 00:00"):
        load(text(ambiguous))
    assert len(load(text(table(date=days.strftime("%Y-%m-%d %H:%M"))[:16]))) == 16


def test_date_cut_by_a_spreadsheet_is_refused_and_the_file_fetched_again_is_read(load):
    with pytest.raises(ValueError, match=r"'2\.02401E\+13', line 2 of a\.csv.*fetch the file again"):
        load(text(table(date="2.02401E+13")))
    is_nice(load(text(table())))


def test_wrong_value_is_named_and_corrected_or_emptied_the_file_is_read(load):
    rows = table()
    with pytest.raises(
        ValueError, match=r"'mild' in the column `u`, line 5 of a\.csv.*Correct that value, or empty it"
    ):
        load(text(rows.assign(u=["mild" if i == 3 else "70" for i in range(N)])))
    raw = load(text(rows.assign(u=["" if i == 3 else "70" for i in range(N)])))
    assert raw["u"].isna().sum() == 1


def test_cut_file_is_named_and_moved_away_the_others_are_read(load, tmp_path):
    whole = text(table())
    with pytest.raises(ValueError, match=r"a\.csv: its last line stops after .*Move it out of"):
        load(whole[:-12])
    (tmp_path / "synop" / "a.csv").rename(tmp_path / "cut.csv")
    is_nice(load(whole, "b.csv"))


def test_spreadsheet_saved_as_csv_is_read(load, tmp_path):
    with pytest.raises(FileNotFoundError, match="it is a spreadsheet: save it as CSV"):
        load_only_bytes(zipped("x", "[Content_Types].xml"), tmp_path)
    (tmp_path / "synop" / "a.xlsx").unlink()
    rows = decimal_comma(table(date=pd.date_range("2024-01-13", periods=N, freq="3h").strftime("%d/%m/%Y %H:%M")))
    raw = load(text(rows, labels=FRENCH).encode("cp1252"))
    assert raw["t"].round(2).tolist()[:2] == [283.15, 283.4]


def load_only_bytes(content, tmp_path):
    (tmp_path / "synop").mkdir(exist_ok=True)
    (tmp_path / "synop" / "a.xlsx").write_bytes(content)
    return synop.load_synop(source="real")


def test_station_that_is_not_there_is_named_with_those_that_are_and_one_of_them_or_none_is_read(load):
    with pytest.raises(ValueError, match=r"station='07691'.*nearest codes being 07690 Nice"):
        load(text(table()), station="7691")
    is_nice(load(text(table()), station="07690"))
    is_nice(load(text(table()), station=""))


def test_month_outside_of_the_record_is_named_with_the_record_and_one_inside_is_taken():
    index = pd.date_range("2023-07-01", "2025-02-28", freq="3h", tz="UTC")
    record = pd.DataFrame({"rr3": (index.month == 3).astype(float)}, index=index)
    with pytest.raises(
        ValueError, match=r"`month` must be one of the record, 2023-07 to 2025-02. Received: month='2019-02'"
    ):
        clean.find_month(record, "2019-02")
    assert clean.find_month(record, "2025-02") == "2025-02"
    assert clean.find_month(record) == "2024-03"
    assert clean.find_month(record.drop(columns="rr3")) == "2023-07"


@pytest.mark.parametrize("missing", [["dd", "ff"], ["dd"], ["ff"]])
def test_station_without_wind_is_prepared_without_it(load, capsys, missing):
    raw = load(text(table(**dict.fromkeys(missing, "mq"))))
    prepared = station.prepare(raw)
    assert "wx" not in prepared and "dd" not in prepared
    assert prepared["tc"].notna().all()
    assert "Left out, missing in more than 20% of the steps" in capsys.readouterr().out
