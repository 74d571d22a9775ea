"""Reading SYNOP observations in every common form; which files of a folder are some, and why the others are not."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from fidle_utils.datasets import DamagedFile, DataFile, card, walk
from fidle_utils.datasets.synop.clean import merge_duplicates
from fidle_utils.datasets.synop.columns import VARIABLES, known
from fidle_utils.datasets.synop.rows import layout_of, rows, station_code, station_column
from fidle_utils.datasets.synop.values import tidy

__all__ = ["check", "files", "read_synop", "stations"]


# -------------------------------------------------------------------------------- which files are data


def files(folder: Path) -> list[DataFile]:
    """Every file of a folder: those with the columns of SYNOP, whatever their names, and why others are left out."""
    return walk(folder, look)


def look(path: Path) -> str:
    """How a file is read, told by its first lines; `ValueError` with the reason if it is no SYNOP file."""
    layout = layout_of(path)
    count = len(VARIABLES.keys() & layout.columns)
    return f"{layout.form}, {count} of {len(VARIABLES)} variables"


def check(path: Path) -> None:
    """Read a file through, all stations; `ValueError` if it is cut, damaged, empty or has a wrong value."""
    layout, count = layout_of(path), 0
    for raw in rows(path, layout):
        count += len(tidy(raw, layout, path)[0])
    if not count:
        raise DamagedFile("synop", path, "no observation in it: is there such a station, and did it report then?")


def stations(paths: str | Path | Iterable[str | Path]) -> pd.DataFrame:
    """Which stations are in these files, the one with the most observations first.

    Returns:
        A table indexed by the station's code, with the columns `name` and `observations`.
    """
    counts: Counter = Counter()
    for path in _files(paths):
        for texts in station_column(path, layout_of(path)):
            for text, count in texts.value_counts().items():
                counts[station_code(text)] += int(count)
    found = [(code, count) for code, count in counts.items() if code and not known(code)]
    names = card("synop")["stations"]
    table = [(code, names.get(code, ""), n) for code, n in sorted(found, key=lambda item: (-item[1], item[0]))]
    return pd.DataFrame(table, columns=["station", "name", "observations"]).set_index("station")


def _files(paths: str | Path | Iterable[str | Path]) -> list[Path]:
    """Files as they are, folders as the SYNOP files inside; an error if there is nothing."""
    found: list[Path] = []
    for path in map(Path, [paths] if isinstance(paths, str | Path) else paths):
        listing = files(path) if path.is_dir() else [_given(path)]
        for file in listing:
            if file.left_out:
                print(f"Left out {file.path.name}: {file.left_out}.")
        if not any(file.form for file in listing):
            raise FileNotFoundError(
                f"Observations are read from SYNOP files, or a folder that holds some. Received: {path}, "
                f"{'which has none' if path.exists() else 'which is not there'}. Correct the path, or fetch "
                "observations with `fidle data get synop`."
            )
        found += [file.path for file in listing if file.form]
    if not found:
        raise FileNotFoundError("At least one SYNOP file is needed. Received: an empty list.")
    return list(dict.fromkeys(found))


def _given(path: Path) -> DataFile:
    """A file that was named: it is read, or the reason why not is an error."""
    try:
        return DataFile(path, form=look(path)) if path.exists() else DataFile(path)
    except ValueError as reason:
        raise ValueError(f"Observations are read from SYNOP files. Received: {path}: {reason}.") from reason


# -------------------------------------------------------------------------------- one station of many


def read_synop(paths: str | Path | Iterable[str | Path], station: str = "", duplicates: str = "drop") -> pd.DataFrame:
    """Read one station out of one or several SYNOP files, in any mixture of their forms.

    Args:
        paths: a file, a folder, or several of them.
        station: the station's code, `"07690"`; empty takes the one with the most observations.
        duplicates: `"drop"` gives one row per instant, in order of time (a later row completes or corrects an
            earlier one); `"keep"` gives the rows as they stand in the files.

    Returns:
        The observations in the units in which they are published (kelvin, pascal), NaN where missing: one row
        per observation, UTC index `date`, the columns of `VARIABLES`. `attrs` holds `station`, `name`, `files`
        (the names of those that had the station) and `no_offset` (of those whose dates were taken for UTC).

    Raises:
        FileNotFoundError: no such file, or no SYNOP file in the folder.
        ValueError: a cut or damaged file, an unknown header, a station that is not there, text where a number must
            be, a date that is none, a second header, a wrong unit, only missing values.
    """
    return read_files(paths, station, duplicates)[0]


def read_files(
    paths: str | Path | Iterable[str | Path], station: str, duplicates: str
) -> tuple[pd.DataFrame, dict[Path, pd.DatetimeIndex]]:
    """The table of `read_synop`, and for each file that had the station its instants."""
    if duplicates not in ("drop", "keep"):
        raise ValueError(f'`duplicates` must be "drop" or "keep". Received: duplicates={duplicates!r}.')
    several = _files(paths)
    station = station_code(station) if station else _most_observed(several)
    parts, name, instants, no_offset = [], card("synop")["stations"].get(station, ""), {}, []
    for path in several:
        part, own_name, offset = _read_file(path, station)
        if len(part):
            parts.append(part)
            instants[path] = part.index
            name = name or own_name.title()
            no_offset += [] if offset else [path.name]
    if not parts:
        raise ValueError(_station_not_there(station, several))
    table = pd.concat(parts)
    if table.isna().all(axis=None):
        raise ValueError(
            f"A station must have measured something. Received: {station} in {_names(several)}: {len(table)} rows, "
            "all values missing. Choose another station or another period."
        )
    if no_offset:
        print(f"Dates without an offset are taken for UTC: {', '.join(no_offset)}.")
    empty = [column for column in table if table[column].isna().all()]
    if empty:
        print(f"Not measured, or not in the files, and read as missing: {', '.join(empty)}.")
    if duplicates == "drop":
        table = merge_duplicates(table)
    table.attrs = {
        "station": station,
        "name": name,
        "files": [path.name for path in instants],
        "no_offset": no_offset,
    }
    return table, instants


def _most_observed(several: list[Path]) -> str:
    there = stations(several)
    if there.empty:
        raise ValueError(f"A SYNOP file must hold observations. Received: {_names(several)}, header only.")
    first = there.iloc[0]
    if len(there) > 1:
        print(
            f"{len(there)} stations found: took {first.name} {first['name']}, which has the most observations "
            f"({first['observations']:,}). Name another one with `station`."
        )
    return str(first.name)


def _read_file(path: Path, station: str) -> tuple[pd.DataFrame, str, bool]:
    """One station's rows of one file, the station's name if the file gives it, and if its dates have offsets."""
    layout = layout_of(path)
    raw = pd.concat(rows(path, layout, station))
    table, offset = tidy(raw, layout, path)
    name = raw[layout.columns["name"][0].at] if "name" in layout.columns else []
    return table, str(name.iloc[0]).strip() if len(name) else "", offset


def _station_not_there(station: str, several: list[Path]) -> str:
    def distance(code: str) -> int:
        return abs(int(code) - int(station)) if code.isdigit() and station.isdigit() else 10**6

    there = stations(several)
    hint = ", ".join(f"{code} {there['name'][code]}".strip() for code in sorted(there.index, key=distance)[:5])
    return (
        f"The station must be one that is in the files. Received: station={station!r}; {_names(several)} holds "
        f"{len(there)} station(s), the nearest codes being {hint}. Choose one of these, or leave `station` empty."
    )


def _names(several: list[Path]) -> str:
    return several[0].name if len(several) == 1 else f"{len(several)} files in {several[0].parent}"
