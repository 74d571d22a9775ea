"""The raw observations of one station, real or simulated; and what SYNOP1 makes of them, kept for later."""

import json
import tempfile
from dataclasses import replace
from pathlib import Path

import pandas as pd

from fidle_utils.datasets import DataSource, pick
from fidle_utils.datasets.synop.clean import keep_longest_stretch
from fidle_utils.datasets.synop.read import read_files
from fidle_utils.datasets.synop.rows import station_code
from fidle_utils.datasets.synop.simulated import SIMULATED_STATION, simulate_synop
from fidle_utils.files import write_json, write_whole

__all__ = ["load_synop", "read_prepared", "save_prepared"]


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
        The table of `read_synop`, whose `attrs["files"]` are the names of those that the stretch came from, and the
        label of the data.

    Raises:
        FileNotFoundError: `source="real"` and no files.
        ValueError: fewer than two days of observations, or what `read_synop` refuses.
    """
    found = pick(source, "synop")
    if found:
        raw, instants = read_files(found, station, duplicates)
        what, kind = f"{raw.attrs['name'] or 'station'} ({raw.attrs['station']})", "real"
    else:
        if station and station_code(station) != SIMULATED_STATION:
            print(f"Station {station} is not simulated: the simulated station is always the same one.")
        with tempfile.TemporaryDirectory() as folder:
            path = simulate_synop(Path(folder) / "synop.simulated.csv", seed=seed)
            raw, instants = read_files(path, SIMULATED_STATION, duplicates)
        what, kind = "simulated station", "simulated"
    attrs = raw.attrs
    raw = keep_longest_stretch(raw, max_gap_days)
    first, last = raw.index.min(), raw.index.max()
    kept = [path.name for path, at in instants.items() if ((at >= first) & (at <= last)).any()]
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
        description: what `clean.describe_columns` gives, and anything else that JSON can hold.
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
