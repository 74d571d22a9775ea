"""SYNOP observations in every common form: which files of a folder are some, and one station out of them."""

import difflib
import tempfile
from collections import Counter
from collections.abc import Iterable
from functools import partial
from pathlib import Path

import pandas as pd

from fidle_utils.datasets import DamagedFile, DataSource, card, pick, walk
from fidle_utils.datasets.synop.clean import keep_longest_stretch, merge_duplicates
from fidle_utils.datasets.synop.columns import VARIABLES
from fidle_utils.datasets.synop.rows import NO_ROWS, Layout, codes, layout_of, rows, station_code
from fidle_utils.datasets.synop.simulated import SIMULATED_STATION, simulate_synop
from fidle_utils.datasets.synop.values import tidy

__all__ = ["check", "files", "load_synop", "read_synop", "stations"]
Paths = str | Path | Iterable[str | Path]


def _look(path: Path) -> str:
    """How a file is read, told by its first lines; `ValueError` with the reason if it is no SYNOP file."""
    layout = layout_of(path)
    return f"{layout.form}, {len(VARIABLES.keys() & layout.columns)} of {len(VARIABLES)} variables"


files = partial(walk, look=_look)  # every file of a folder, whatever its name, and why it is left out


def check(path: Path) -> None:
    """Read a file through, all stations; `ValueError` if it is cut, damaged, empty or has a wrong value."""
    layout = layout_of(path)
    if not sum(len(tidy(raw, layout)[0]) for raw in rows(layout)):
        raise DamagedFile("synop", path, NO_ROWS)


def stations(paths: Paths) -> pd.DataFrame:
    """Which stations are in these files, the one with the most observations first.

    Returns:
        A table indexed by the station's code, with the columns `name` and `observations`.
    """
    return _stations(_layouts(paths))


def _stations(layouts: list[Layout]) -> pd.DataFrame:
    counts = sum(map(codes, layouts), Counter())
    by_code, names = Counter(dict(sorted(counts.items()))), card("synop")["stations"]
    table = [(code, names.get(code, ""), n) for code, n in by_code.most_common()]
    return pd.DataFrame(table, columns=["station", "name", "observations"]).set_index("station")


def read_synop(paths: Paths, station: str = "", duplicates: str = "drop") -> pd.DataFrame:
    """Read one station out of one or several SYNOP files, in any mixture of their forms.

    Args:
        paths: a file, or several.
        station: the station's code, `"07690"`; empty takes the one with the most observations.
        duplicates: `"drop"` gives one row per instant, in order of time (a later row completes or corrects an
            earlier one); `"keep"` gives the rows as they stand in the files.

    Returns:
        The observations in the units in which they are published (kelvin, pascal), NaN where missing: one row
        per observation, UTC index `date`, the columns of `VARIABLES`. `attrs` holds `station`, `name`, `files`
        (the names of those that had the station) and `no_offset` (of those whose dates were taken for UTC).

    Raises:
        FileNotFoundError: no such file.
        ValueError: a cut or damaged file, an unknown header, a station that is not there, text where a number must
            be, a date that is none, a second header, a wrong unit, only missing values.
    """
    if duplicates not in ("drop", "keep"):
        raise ValueError(f'`duplicates` must be "drop" or "keep". Received: duplicates={duplicates!r}.')
    layouts = _layouts(paths)
    station = station_code(station) if station else _most_observed(layouts)
    parts, files_read, no_offset, name = [], [], [], card("synop")["stations"].get(station, "")
    for layout in layouts:
        raw = pd.concat(rows(layout, station))
        if len(raw):
            part, offset = tidy(raw, layout)
            parts.append(part)
            files_read.append(layout.path.name)
            no_offset += [] if offset else [layout.path.name]
            if not name and "name" in layout.columns:
                name = str(raw[layout.columns["name"][0].at].iloc[0]).strip().title()
    if not parts:
        raise ValueError(_station_not_there(station, layouts))
    table = pd.concat(parts)
    empty = [column for column in table if table[column].isna().all()]
    if len(empty) == table.shape[1]:
        raise ValueError(
            f"A station must have measured something. Received: {station} in {_names(layouts)}: "
            f"{len(table)} rows, all values missing. Choose another station or another period."
        )
    if no_offset:
        print(f"Dates without an offset are taken for UTC: {', '.join(no_offset)}.")
    if empty:
        print(f"Not measured, or not in the files, and read as missing: {', '.join(empty)}.")
    table = merge_duplicates(table) if duplicates == "drop" else table
    table.attrs = {"station": station, "name": name, "files": files_read, "no_offset": no_offset}
    return table


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
        The table of `read_synop` and the label of the data.

    Raises:
        FileNotFoundError: `source="real"` and no files.
        ValueError: fewer than two days of observations, or what `read_synop` refuses.
    """
    found = pick(source, "synop")
    if found:
        raw = read_synop(found, station, duplicates)
        what, kind = f"{raw.attrs['name'] or 'station'} ({raw.attrs['station']})", "real"
    else:
        if station and station_code(station) != SIMULATED_STATION:
            print(f"Station {station} is not simulated: the simulated station is always the same one.")
        with tempfile.TemporaryDirectory() as folder:
            path = simulate_synop(Path(folder) / "synop.simulated.csv", seed=seed)
            raw = read_synop(path, SIMULATED_STATION, duplicates)
        what, kind = "simulated station", "simulated"
    raw = keep_longest_stretch(raw, max_gap_days)
    if len(raw) < 16:
        raise ValueError(
            f"A record must hold at least 16 observations, two days. Received: {len(raw)} of {what}. "
            "Add files, or choose another station."
        )
    period = raw.index.min().date().isoformat(), raw.index.max().date().isoformat()
    return raw, DataSource("synop", kind, what, period)


def _layouts(paths: Paths) -> list[Layout]:
    """How each file is laid out; an error if there is none, or one that holds no observations."""
    layouts = []
    for path in map(Path, [paths] if isinstance(paths, str | Path) else paths):
        rule = f"Observations are read from SYNOP files. Received: {path}"
        if not path.is_file():
            raise FileNotFoundError(f"{rule}, which is no file. Correct the path, or call `load_synop`.")
        try:
            layouts.append(layout_of(path))
        except ValueError as reason:
            raise ValueError(f"{rule}: {reason}.") from reason
    if not layouts:
        raise FileNotFoundError("At least one SYNOP file is needed. Received: none.")
    return layouts


def _most_observed(layouts: list[Layout]) -> str:
    there = _stations(layouts)
    if there.empty:
        raise ValueError(f"A SYNOP file must hold observations. Received: {_names(layouts)}, header only.")
    code, name, count = there.index[0], *there.iloc[0]
    if len(there) > 1:
        print(
            f"{len(there)} stations found: took {code} {name}, which has the most observations ({count:,}). "
            "Name another one with `station`."
        )
    return str(code)


def _station_not_there(station: str, layouts: list[Layout]) -> str:
    there = _stations(layouts)
    names = there["name"]
    near = difflib.get_close_matches(station, there.index, n=5, cutoff=0)
    return (
        f"The station must be one that is in the files. Received: station={station!r}; {_names(layouts)} holds "
        f"{len(there)} station(s), the nearest codes being {', '.join(f'{c} {names[c]}'.strip() for c in near)}. "
        "Choose one of these, or leave `station` empty."
    )


def _names(layouts: list[Layout]) -> str:
    first = layouts[0].path
    return first.name if len(layouts) == 1 else f"{len(layouts)} files in {first.parent}"
