"""SYNOP observations: what a weather station measures every three hours, read from the three public formats."""

import csv
import difflib
import gzip
import json
import tempfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pandas as pd

from fidle_utils.datasets import DataFile, DataSource, pick, walk
from fidle_utils.datasets.synop.clean import VARIABLES, keep_longest_stretch, merge_duplicates
from fidle_utils.datasets.synop.simulated import SIMULATED_STATION, simulate_synop
from fidle_utils.files import write_json, write_whole

__all__ = [
    "check",
    "files",
    "load_synop",
    "read_prepared",
    "read_synop",
    "save_prepared",
    "simulate_synop",
    "stations",
]

# What each format calls the station, the date and the variables. The names on the right, those of the monthly
# files, are used everywhere in the course.
_PLAIN = {name: name for name in VARIABLES}
FORMATS = {
    "OpenDataSoft export": {
        "ID OMM station": "numer_sta",
        "Date": "date",
        **{variable.label: name for name, variable in VARIABLES.items()},
    },
    "Météo-France yearly file": {"geo_id_wmo": "numer_sta", "validity_time": "date", **_PLAIN},
    "Météo-France monthly file": {"numer_sta": "numer_sta", "date": "date", **_PLAIN},
}
_NAME_COLUMNS = ("name", "Nom")  # the station's own name, where a format gives it
_MISSING = {"", "mq", "nan", "NaN"}
_BLOCK = 2**20  # bytes that are searched together

# Names for titles and for suggestions; the files are what decides which stations there are.
STATIONS = dict(
    line.split(" ", 1)
    for line in """07005 Abbeville|07015 Lille-Lesquin|07020 Pointe de la Hague|07027 Caen-Carpiquet
07037 Rouen-Boos|07072 Reims-Prunay|07110 Brest-Guipavas|07117 Ploumanac'h|07130 Rennes-Saint-Jacques
07139 Alençon|07149 Orly|07168 Troyes-Barberey|07181 Nancy-Ochey|07190 Strasbourg-Entzheim|07207 Belle-Île
07222 Nantes-Bouguenais|07240 Tours|07255 Bourges|07280 Dijon-Longvic|07299 Bâle-Mulhouse
07314 Pointe de Chassiron|07335 Poitiers-Biard|07434 Limoges-Bellegarde|07460 Clermont-Ferrand
07471 Le Puy-Loudes|07481 Lyon-Saint-Exupéry|07510 Bordeaux-Mérignac|07535 Gourdon|07558 Millau
07577 Montélimar|07591 Embrun|07607 Mont-de-Marsan|07621 Tarbes-Ossun|07627 Saint-Girons
07630 Toulouse-Blagnac|07643 Montpellier|07650 Marignane|07661 Cap Cépet|07690 Nice|07747 Perpignan
07761 Ajaccio|07790 Bastia""".replace("\n", "|").split("|")
)


@dataclass(frozen=True)
class _Layout:
    """Where the columns of one file are: canonical name -> positions (two labels occur twice in one format)."""

    format: str
    labels: list[str]
    positions: dict[str, list[int]]

    @property
    def station_at(self) -> int:
        return self.positions["numer_sta"][0]


def files(folder: Path) -> list[DataFile]:
    """Every file of a folder: those with a SYNOP header, whatever their names, and why the others are left out."""
    return walk(folder, look)


def look(path: Path) -> str:
    """How a file is read, told by its header; `ValueError` with the reason if it is no SYNOP file."""
    form = _format_of(_header(path))
    if form is None:
        raise ValueError("its first line is no SYNOP header")
    return form


def check(path: Path) -> None:
    """Read a file through; `ValueError` if it is cut, damaged or empty."""
    if stations(path).empty:
        raise ValueError("no observation in it: is there such a station, and did it report in that year?")


def stations(paths: str | Path | Iterable[str | Path]) -> pd.DataFrame:
    """Which stations are in these files, the one with the most observations first.

    Returns:
        A table indexed by the station's code, with the columns `name` and `observations`.
    """
    counts: Counter = Counter()
    for path in _files(paths):
        layout = _layout(path)
        counts.update(_field(line, layout.station_at) for _, line in _data_lines(path))
    clean: Counter = Counter()
    for code, count in counts.items():
        clean[_station_code(code.decode("ascii", "replace"))] += count
    clean.pop("00000", None)  # an empty field
    ordered = sorted(clean.items(), key=lambda item: (-item[1], item[0]))
    rows = [(code, STATIONS.get(code, ""), count) for code, count in ordered]
    return pd.DataFrame(rows, columns=["station", "name", "observations"]).set_index("station")


def read_synop(paths: str | Path | Iterable[str | Path], station: str = "", duplicates: str = "drop") -> pd.DataFrame:
    """Read one station out of one or several SYNOP files, in any mixture of the three public formats.

    Args:
        paths: a file, a folder, or several of them. Folders are searched for `.csv` and `.csv.gz`.
        station: the station's code, `"07690"`; empty takes the one with the most observations.
        duplicates: `"drop"` gives one row per instant, in order of time (a later row completes or corrects an
            earlier one); `"keep"` gives the rows as they stand in the files.

    Returns:
        The observations in the units in which they are published (kelvin, pascal), NaN where missing: one row
        per observation, UTC index `date`, the columns of `VARIABLES`. `attrs` holds `station`, `name` and
        `files`: the names of those that had the station.

    Raises:
        FileNotFoundError: no such file, or no SYNOP file in the folder.
        ValueError: a truncated file, an unknown header, a column or station that is not there, text where a
            number must be, a date that is none, only missing values.
    """
    return _read(paths, station, duplicates)[0]


def _read(
    paths: str | Path | Iterable[str | Path], station: str, duplicates: str
) -> tuple[pd.DataFrame, dict[str, pd.DatetimeIndex]]:
    """The table of `read_synop`, and for each file that had the station its instants."""
    if duplicates not in ("drop", "keep"):
        raise ValueError(f'`duplicates` must be "drop" or "keep". Received: duplicates={duplicates!r}.')
    files = _files(paths)
    if not station:
        there = stations(files)
        if there.empty:
            raise ValueError(f"A SYNOP file must hold observations. Received: {_names(files)}, header only.")
        station = str(there.index[0])
        if len(there) > 1:
            print(
                f"{len(there)} stations found: took {station} {there['name'].iloc[0]}, which has the most "
                f"observations ({there['observations'].iloc[0]:,}). Name another one with `station`."
            )
    station = _station_code(station)
    parts, name, used = [], STATIONS.get(station, ""), {}
    for path in files:
        part, own_name = _read_file(path, station)
        if len(part):
            parts.append(part)
            used[path.name] = part.index
            name = name or own_name.title()
    if not parts:
        raise ValueError(_station_not_there(station, stations(files), files))
    table = pd.concat(parts)
    if table[list(VARIABLES)].isna().all(axis=None):
        raise ValueError(
            f"A station must have measured something. Received: {station} in {_names(files)}: {len(table)} rows, "
            "all values missing. Choose another station or another period."
        )
    if duplicates == "drop":
        table = merge_duplicates(table)
    table.attrs = {"station": station, "name": name, "files": list(used)}
    return table, used


def load_synop(
    station: str = "",
    source: str = "auto",
    duplicates: str = "drop",
    max_gap_days: float = 180,
    seed: int = 123,
) -> tuple[pd.DataFrame, DataSource]:
    """The raw observations of one station: real ones where there are any, else simulated ones, said loudly.

    Args:
        station: the station's code; empty takes the one with the most observations.
        source: `"auto"`, `"real"` or `"simulated"`.
        duplicates: as in `read_synop`.
        max_gap_days: a silence longer than this, in days, cuts the record; the longest stretch is kept, and
            what is left out is printed.
        seed: for simulated observations.

    Returns:
        The table of `read_synop`, whose `attrs["files"]` are those that the stretch came from, and the label of
        the data.

    Raises:
        FileNotFoundError: `source="real"` and no files.
        ValueError: fewer than two days of observations, or what `read_synop` refuses.
    """
    found = pick(source, "synop")
    if found:
        raw, used = _read(found, station, duplicates)
        what = f"{raw.attrs['name'] or 'station'} ({raw.attrs['station']})"
        kind = "real"
    else:
        if station not in ("", SIMULATED_STATION):
            print(f"Station {station} is not simulated: the simulated station is always the same one.")
        with tempfile.TemporaryDirectory() as folder:
            path = simulate_synop(Path(folder) / "synop.simulated.csv", seed=seed)
            raw, used = _read(path, SIMULATED_STATION, duplicates)
        what, kind = "simulated station", "simulated"
    attrs = raw.attrs
    raw = keep_longest_stretch(raw, max_gap_days)
    first, last = raw.index.min(), raw.index.max()
    kept = [name for name, at in used.items() if ((at >= first) & (at <= last)).any()]
    raw.attrs = {**attrs, "files": kept}
    if len(raw) < 16:
        raise ValueError(
            f"A record must hold at least 16 observations, two days. Received: {len(raw)} of {what}. "
            "Add files, or choose another station."
        )
    period = (first.date().isoformat(), last.date().isoformat())
    return raw, DataSource("synop", kind, what, period)


def save_prepared(folder: str | Path, table: pd.DataFrame, description: dict, data: DataSource) -> Path:
    """Write the prepared table and its description, `observations.csv` and `observations.json`.

    Each file is written whole or not at all: a full disk leaves the old one in place.

    Args:
        folder: where to; made if it is not there.
        table: the table on its regular grid, UTC index.
        description: what `synop_clean.describe_columns` gives, and anything else that JSON can hold.
        data: the label of the data; its period is set to that of the table.

    Returns:
        The path of the table.
    """
    folder = Path(folder)
    period = (table.index[0].date().isoformat(), table.index[-1].date().isoformat())
    data = replace(data, period=period)
    with write_whole(folder / "observations.csv") as part:
        table.to_csv(part, float_format="%.7g", date_format="%Y-%m-%dT%H:%M:%SZ")
    write_json(folder / "observations.json", {**description, "rows": len(table), "data": data.as_dict()})
    return folder / "observations.csv"


def read_prepared(folder: str | Path) -> tuple[pd.DataFrame, dict, DataSource]:
    """Read back what SYNOP1 saved in `folder` (`run/SYNOP1`).

    Returns:
        The table (UTC index `date`, regular 3-hour steps, NaN in the holes), its description, its label.

    Raises:
        FileNotFoundError: one of the two files is not there.
        ValueError: the two files do not belong together.
    """
    folder = Path(folder)
    for name in ("observations.csv", "observations.json"):
        if not (folder / name).is_file():
            raise FileNotFoundError(
                f"The prepared observations are `observations.csv` and `observations.json`. Not there: "
                f"{folder / name}. Run the notebook SYNOP1 first."
            )
    description = json.loads((folder / "observations.json").read_text(encoding="utf-8"))
    table = pd.read_csv(folder / "observations.csv", index_col="date", parse_dates=["date"])
    columns = [column["name"] for column in description["columns"]]
    if columns != list(table.columns) or description["rows"] != len(table):
        raise ValueError(
            f"The table and its description must come from the same run. Received: {len(table)} rows of "
            f"{list(table.columns)}, described as {description['rows']} rows of {columns}. Run SYNOP1 again."
        )
    return table, description, DataSource(**description["data"])


# ---------------------------------------------------------------------------------------------- reading files


def _files(paths: str | Path | Iterable[str | Path]) -> list[Path]:
    """Files as they are, folders as the SYNOP files inside; an error if there is nothing."""
    several = [paths] if isinstance(paths, str | Path) else list(paths)
    files: list[Path] = []
    for path in map(Path, several):
        if path.is_dir():
            inside = [file.path for file in walk(path, look) if file.form]
            if not inside:
                raise FileNotFoundError(
                    f"A folder of observations must hold SYNOP files, `.csv` or `.csv.gz`. Received: {path}, "
                    "which has none. Fetch them with `fidle data get synop`."
                )
            files += inside
        elif path.is_file():
            files.append(path)
        else:
            raise FileNotFoundError(
                f"SYNOP observations are read from a file or a folder. Not there: {path}. "
                "Correct the path, or fetch observations with `fidle data get synop`."
            )
    if not files:
        raise FileNotFoundError("At least one SYNOP file is needed. Received: an empty list.")
    return list(dict.fromkeys(files))


@contextmanager
def _open(path: Path) -> Iterator[BinaryIO]:
    """Open a file that may be gzipped, whatever its name says."""
    with open(path, "rb") as file:
        opener = gzip.open if file.read(2) == b"\x1f\x8b" else open
    try:
        with opener(path, "rb") as file:
            yield file
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise ValueError(
            f"A gzip file must be complete. Received: {path}, which ends too early or is damaged ({error}). "
            "Delete it and fetch it again (`fidle data get synop`)."
        ) from error


def _data_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Numbered lines, without the header and the empty ones."""
    with _open(path) as file:
        yield from ((number, line) for number, line in enumerate(file, 1) if number > 1 and not line.isspace())


def _lines_with(path: Path, text: bytes) -> Iterator[tuple[int, bytes]]:
    """Numbered lines below the header that contain `text`; then, as number 0, what follows the last end of line.

    Whole blocks are searched: to cut all of a yearly file into lines takes longer than to unpack it.
    """
    number, rest = 1, b""  # number: of the first line of a block
    with _open(path) as file:
        while block := file.read(_BLOCK):
            whole, newline, rest = (rest + block).rpartition(b"\n")
            if not newline:
                continue  # not one line is whole yet
            whole += newline
            at = 0  # lines are counted up to here
            while (hit := whole.find(text, at)) >= 0:
                first = whole.rfind(b"\n", at, hit) + 1 or at
                number += whole.count(b"\n", at, first)
                at = whole.find(b"\n", hit) + 1
                if number > 1:
                    yield number, whole[first:at]
                number += 1
            number += whole.count(b"\n", at)
    if text in rest and number > 1:
        yield number, rest
    yield 0, rest.strip()


def _field(line: bytes, at: int) -> bytes:
    fields = line.split(b";", at + 1)  # no further than needed: this runs on every line of every file
    return fields[at].strip() if len(fields) > at else b""


def _decode(line: bytes) -> str:
    try:
        return line.decode("utf-8-sig")
    except UnicodeDecodeError:
        return line.decode("cp1252", "replace")  # saved again by a spreadsheet


def _header(path: Path) -> list[str]:
    with _open(path) as file:
        first = file.readline()
    return [label.strip() for label in next(csv.reader([_decode(first)], delimiter=";"), [])]


def _format_of(labels: list[str]) -> str | None:
    """The format whose labels are there; None if the line is no SYNOP header at all.

    A header that lacks the station, the date or some columns is still told from a foreign one by the
    variables that it has, so that the error can say which column is missing.
    """
    for name, known in FORMATS.items():
        station, date, *_ = known
        if station in labels and date in labels:
            return name
    hits = {name: len(set(known) & set(labels)) for name, known in FORMATS.items()}
    best = max(hits, key=hits.get)
    return best if hits[best] >= len(VARIABLES) // 2 else None


def _layout(path: Path) -> _Layout:
    labels = _header(path)
    form = _format_of(labels)
    if form is None:
        begins = "; ".join(f"{name}: {';'.join(list(known)[:5])};…" for name, known in FORMATS.items())
        raise ValueError(
            f"The first line of a SYNOP file names its columns, separated by `;`. Received: {path.name}, which "
            f"begins with {';'.join(labels)[:80]!r}. Known formats — {begins}"
        )
    positions: dict[str, list[int]] = {}
    for at, label in enumerate(labels):
        if label in FORMATS[form]:
            positions.setdefault(FORMATS[form][label], []).append(at)
    missing = [label for label, name in FORMATS[form].items() if name not in positions]
    if missing:
        near = [difflib.get_close_matches(label, set(labels) - set(FORMATS[form]), 1, 0.5) for label in missing]
        hints = [f"`{label}`" + (f" (renamed to `{n[0]}`?)" if n else "") for label, n in zip(missing, near)]
        raise ValueError(
            f"{form}: the columns that the course uses must all be there. Missing in {path.name}: "
            f"{', '.join(hints)}. Fetch the file again, or give the column its name back."
        )
    return _Layout(form, labels, positions)


def _station_code(text) -> str:
    return str(text).strip().strip('"').zfill(5)


def _read_file(path: Path, station: str) -> tuple[pd.DataFrame, str]:
    """One station's rows of one file, as they stand there, and the station's name if the file gives it."""
    layout = _layout(path)
    at, width = layout.station_at, len(layout.labels)
    # The station is told before anything is parsed: a yearly file has 190 of them.
    bare = station.lstrip("0").encode()
    codes = {station.encode(), f'"{station}"'.encode(), bare}
    numbers, lines, end = [], [], b""
    for number, line in _lines_with(path, bare):
        if not number:
            end = line
        elif _field(line, at) in codes:
            numbers.append(number)
            lines.append(_decode(line))
    if end and end.count(b";") < width - 1:
        raise ValueError(
            f"Every line of a SYNOP file must have all its {width} fields. Received: {path}, whose last line stops "
            f"after {end.count(b';') + 1}: the file was cut. Fetch it again (`fidle data get synop`)."
        )
    rows = [row + [""] * (width - len(row)) for row in csv.reader(lines, delimiter=";")]
    frame = {
        name: _numbers([[row[k] for row in rows] for k in layout.positions[name]], numbers, name, layout, path)
        for name in VARIABLES
    }
    index = _dates([row[layout.positions["date"][0]] for row in rows], numbers, path)
    name_at = next((layout.labels.index(label) for label in _NAME_COLUMNS if label in layout.labels), None)
    name = rows[0][name_at].strip() if rows and name_at is not None else ""
    return pd.DataFrame(frame, index=index), name


def _numbers(candidates: list[list[str]], numbers: list[int], name: str, layout: _Layout, path: Path):
    """Strings to floats. Where a label occurs twice (a code and its text) the numeric column is taken."""
    for texts in candidates:
        stripped = pd.Series([None if (t := text.strip()) in _MISSING else t for text in texts], dtype=object)
        values = pd.to_numeric(stripped, errors="coerce").astype("float64")
        bad = stripped.notna() & ~np.isfinite(values)
        if not bad.any():
            return values.to_numpy()
    first = int(bad.to_numpy().argmax())
    label = layout.labels[layout.positions[name][0]]
    raise ValueError(
        f"A variable must be a number, or missing (`mq` or nothing). Received: {stripped[first]!r} in the column "
        f"`{label}`, line {numbers[first]} of {path.name} ({int(bad.sum())} such values). "
        "Correct the file or fetch it again."
    )


def _dates(texts: list[str], numbers: list[int], path: Path) -> pd.DatetimeIndex:
    """`20130201000000` (UTC) or ISO 8601 with its offset, so that a change of hour cannot move anything."""
    compact = all(len(text.strip()) == 14 and text.strip().isdigit() for text in texts)
    form = "%Y%m%d%H%M%S" if compact else "ISO8601"
    dates = pd.to_datetime(pd.Series(texts, dtype="str"), format=form, utc=True, errors="coerce")
    if dates.isna().any():
        first = int(dates.isna().to_numpy().argmax())
        raise ValueError(
            f"A date must be like 20130201000000 (UTC) or 2023-07-01T02:00:00+02:00. Received: {texts[first]!r}, "
            f"line {numbers[first]} of {path.name}. Correct the file or fetch it again."
        )
    return pd.DatetimeIndex(dates, name="date").as_unit("s")


def _station_not_there(station: str, there: pd.DataFrame, files: list[Path]) -> str:
    def distance(code: str) -> int:
        return abs(int(code) - int(station)) if code.isdigit() and station.isdigit() else 10**6

    near = sorted(there.index, key=distance)[:5]
    hint = ", ".join(f"{code} {there['name'][code]}".strip() for code in near)
    return (
        f"The station must be one that is in the files. Received: station={station!r}; {_names(files)} holds "
        f"{len(there)} station(s), the nearest codes being {hint}. Choose one of these, or leave `station` empty."
    )


def _names(files: list[Path]) -> str:
    return files[0].name if len(files) == 1 else f"{len(files)} files in {files[0].parent}"
