"""From raw observations to a regular, honest table: each variable by its kind, each decision a small function."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from fidle_utils.datasets import DataSource
from fidle_utils.datasets.synop.columns import KELVIN, VARIABLES, Variable
from fidle_utils.files import write_json, write_whole

STEP_HOURS = 3
RENAMED = {"t": "tc"}  # in °C, the course calls it tc
# The course's columns first, then what else helps a forecast.
COLUMNS = ["tend", "cod_tend", "dd", "ff", "td", "u", "ww", "pres", "rafper", "rr1", "rr3", "tc", "pmer", "n", "vv"]
WIND = {"wx": "wind towards the east, from dd and ff", "wy": "wind towards the north, from dd and ff"}
FLAGS = {"filled": "how many values of this row were filled in", "tc_filled": "1 where tc itself was filled in"}


def variable(column: str) -> Variable:
    """The variable behind a raw or a prepared column: `t` and `tc` are the same one."""
    return VARIABLES["t" if column == RENAMED["t"] else column]


def kind(column: str) -> str:
    """`"continuous"`, `"circular"`, `"accumulation"`, `"code"` or `"flag"`: what may be done with a column."""
    if column in WIND:
        return "continuous"
    return "flag" if column in FLAGS else variable(column).kind


def describe_raw(raw: pd.DataFrame) -> pd.DataFrame:
    """What is there: for each column its meaning, kind, unit, how many values are missing, and the range."""
    names = [name for name in VARIABLES if name in raw]
    about = [(VARIABLES[name].meaning, VARIABLES[name].kind, VARIABLES[name].published) for name in names]
    table = pd.DataFrame(about, pd.Index(names, name="column"), ["meaning", "kind", "unit"])
    return table.assign(missing=raw[names].isna().sum(), lowest=raw[names].min(), highest=raw[names].max())


def merge_duplicates(table: pd.DataFrame) -> pd.DataFrame:
    """One row per instant, in order of time: for each variable the last value that is not missing."""
    return table.groupby(level=0).last()  # sorts by time, skips NaN


def keep_longest_stretch(table: pd.DataFrame, max_gap_days: float = 180) -> pd.DataFrame:
    """Cut the record where it is silent for longer than `max_gap_days`; keep the part that lasts longest.

    Files of different years side by side must not become one table with a hole of ten years. What is left
    out is printed. Rows need not be in order and may be repeated.
    """
    if max_gap_days <= 0:
        raise ValueError(f"`max_gap_days` must be positive. Received: max_gap_days={max_gap_days}.")
    instants = table.index.unique().sort_values()
    cuts = np.flatnonzero(np.diff(instants) > pd.Timedelta(days=max_gap_days)) + 1
    stretches = [instants[part] for part in np.split(np.arange(len(instants)), cuts)]
    if len(stretches) <= 1:
        return table
    kept = max(stretches, key=lambda part: part[-1] - part[0])
    print(f"The record is silent for more than {max_gap_days:g} days; only the longest stretch is kept:")
    for part in stretches:
        verdict = "KEPT    " if part is kept else "LEFT OUT"
        print(f"  {verdict} {part[0]:%Y-%m-%d} to {part[-1]:%Y-%m-%d}, {len(part):,} observations")
    return table[(table.index >= kept[0]) & (table.index <= kept[-1])]


def convert_units(raw: pd.DataFrame) -> pd.DataFrame:
    """Kelvin to °C, pascal to hPa; `t` becomes `tc`. The columns are put in the course's order."""
    table = raw.copy()
    for name, v in VARIABLES.items():
        if v.published == "K":
            table[name] = table[name] - KELVIN
        elif v.published == "Pa":
            table[name] = table[name] / 100
    return table.rename(columns=RENAMED)[COLUMNS].round(3)


def recode_specials(table: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, int]]:
    """Numbers that are no measurements: rain -0.1 is a trace, cloud 101 is a sky that cannot be seen.

    A trace is too little to measure and counts as 0 in every sum: it may be dew, or rain that ended before the
    hour, and `ww` need not speak of rain. A sky hidden by fog or snow counts as overcast.

    Returns:
        The table, and how often each was met.
    """
    table = table.copy()
    traces = {name: table[name].between(-0.15, -0.05) for name in ("rr1", "rr3")}
    for name, trace in traces.items():
        table.loc[trace, name] = 0.0
    hidden = table["n"] == 101
    table.loc[hidden, "n"] = 100.0
    counts = {f"{name}: trace of rain": int(trace.sum()) for name, trace in traces.items()}
    return table, {**counts, "n: sky not visible": int(hidden.sum())}


def remove_impossible(table: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Replace by NaN what cannot be: outside the limits of `VARIABLES`, or a dew point above the temperature.

    Args:
        table: in the units of the prepared table.

    Returns:
        The table, and one row per rule that was broken: `column`, `rule`, `removed` (a count), `example`.
    """
    table, rows = table.copy(), []

    def remove(column: str, rule: str, bad: pd.Series) -> None:
        if bad.any():
            rows.append((column, rule, int(bad.sum()), float(table.loc[bad, column].iloc[0])))
            table.loc[bad, column] = np.nan

    for column in COLUMNS:
        v = variable(column)
        bad = (table[column] < v.low) | (table[column] > v.high)
        remove(column, f"{v.low:g} to {v.high:g} {v.unit}", bad)
    # each is rounded to a tenth: half a degree leaves room for that
    remove("td", "td at most tc", table["td"] > table["tc"] + 0.5)
    return table, pd.DataFrame(rows, columns=["column", "rule", "removed", "example"])


def drop_empty_columns(table: pd.DataFrame, max_missing: float = 0.2) -> pd.DataFrame:
    """Leave out the variables that are missing in more than a share `max_missing` of the steps.

    The temperature must not be one of them: there would be nothing to forecast.
    """
    missing = table.isna().mean()
    if missing["tc"] > max_missing:
        raise ValueError(
            f"The temperature must be there for at least {1 - max_missing:.0%} of the steps. Received: "
            f"{1 - missing['tc']:.0%}. Choose another station or another period."
        )
    poor = [column for column in table if missing[column] > max_missing]
    if poor:
        shares = ", ".join(f"{column} ({missing[column]:.0%} missing)" for column in poor)
        print(f"Left out, missing in more than {max_missing:.0%} of the steps: {shares}")
    return table.drop(columns=poor)


def regular_grid(table: pd.DataFrame) -> pd.DataFrame:
    """Put one row per instant on a regular UTC grid: 0, 3, 6, … h, NaN where nothing was observed.

        observed   00  03      09  12        instants between two steps are left out
        grid       00  03  06  09  12        06 is a row of NaN

    Args:
        table: one row per instant, in order of time; at least one of them on the grid.
    """
    if not table.index.is_unique or not table.index.is_monotonic_increasing:
        raise ValueError(
            "The grid needs one row per instant, in order of time. Received: repeated or unordered instants. "
            "Use `merge_duplicates` first."
        )
    step = pd.Timedelta(hours=STEP_HOURS)
    on_grid = table[table.index == table.index.floor(step)]
    if on_grid.empty:
        local = table.attrs.get("no_offset")
        hint = f"The dates of {', '.join(local)} have no offset and were taken for UTC. " if local else ""
        raise ValueError(
            f"Observations must fall on 0, 3, 6, … h UTC. Received: {len(table)} rows, "
            f"none of which does, the first at {table.index[0]:%Y-%m-%d %H:%M}. {hint}If they are local time, write "
            "them with their offset: 2024-01-01T01:00:00+01:00."
        )
    grid = pd.date_range(on_grid.index[0], on_grid.index[-1], freq=step, name=table.index.name)
    return on_grid.reindex(grid)


def gap_lengths(values: pd.Series) -> pd.Series:
    """For each step the length of the gap it belongs to, in steps; 0 where there is a value.

    [5, -, -, 8, -] -> [0, 2, 2, 0, 1]
    """
    missing = values.isna()
    gap = (missing != missing.shift()).cumsum()
    return missing.groupby(gap).transform("sum").where(missing, 0).astype(int)


def fill_short_gaps(table: pd.DataFrame, limit: int = 2) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Fill the gaps of at most `limit` steps, each variable by its kind; longer gaps stay as they are.

    - continuous: a straight line between the two neighbours;
    - circular (`dd`): the same for the components `wx`, `wy`; the direction follows from them, so that
      between 350° and 10° lies 0° and not 180°;
    - accumulation: 0 if it was dry before and after; otherwise unknown: a line would invent rain;
    - code: the last one is repeated, never a number between two codes.

    All but the codes look at the value after the gap: what is filled knows a part of its own future.

    Args:
        table: on a regular grid; with `wx` and `wy` if it has `dd`.
        limit: longest gap to fill, in steps.

    Returns:
        The table, and a table of the same shape: True where a value was filled in.
    """
    result = table.copy()
    for column in table.columns.drop("dd", errors="ignore"):
        values = table[column]
        before, after = values.ffill(), values.bfill()
        short = gap_lengths(values).between(1, limit) & before.notna() & after.notna()
        filling = before  # of a code
        if kind(column) == "continuous":
            filling = values.interpolate("linear")
        elif kind(column) == "accumulation":
            filling = values.mask(short & (before == 0) & (after == 0), 0.0)
        result[column] = values.where(~short, filling)
    if "dd" in table:
        short = table["dd"].isna() & result["wx"].notna() & result["wy"].notna()
        result.loc[short, "dd"] = wind_direction(result.loc[short, "wx"], result.loc[short, "wy"]).round(-1)
    return result, table.isna() & result.notna()


def wind_components(dd: pd.Series, ff: pd.Series) -> pd.DataFrame:
    """Direction (° the wind comes from, 360 = north, 0 = calm) and speed to the two components.

    A wind from the west (270°) blows towards the east: wx = ff, wy = 0. A calm has no direction: 0, 0.

    Returns:
        Columns `wx` (towards the east) and `wy` (towards the north), in the unit of `ff`.
    """
    components = {"wx": -ff * np.sin(np.deg2rad(dd)), "wy": -ff * np.cos(np.deg2rad(dd))}
    blows = dd != 0  # NaN counts as blowing, and stays NaN
    return (
        pd.DataFrame({name: value.where(blows, 0.0).round(3) for name, value in components.items()}) + 0.0
    )  # no -0.0


def wind_direction(wx, wy):
    """The direction (° the wind comes from, 360 = north, 0 = calm) back from the components."""
    angle = np.rad2deg(np.arctan2(-wx, -wy)) % 360
    blows = (wx != 0) | (wy != 0)
    return (angle + 360.0 * (angle == 0)) * blows


def holes(table: pd.DataFrame) -> pd.DataFrame:
    """The gaps of the temperature in a regular table: first and last missing instant, number of steps."""
    lengths = gap_lengths(table["tc"])
    starts = (lengths > 0) & (table["tc"].shift().notna() | (lengths.index == lengths.index[0]))
    first = lengths.index[starts]
    steps = lengths[starts].to_numpy()
    last = first + (steps - 1) * pd.Timedelta(hours=STEP_HOURS)
    return pd.DataFrame({"first": first, "last": last, "steps": steps})


def find_month(table: pd.DataFrame, month: str = "") -> str:
    """The month to show: the one asked for (`"2024-03"`), which must be in the record, or else the rainiest."""
    months = table.index.strftime("%Y-%m")
    if not month:
        rain = table["rr3"] if "rr3" in table else pd.Series(0.0, table.index)
        return rain.groupby(months).sum().idxmax()
    if month not in months:
        raise ValueError(
            f"`month` must be one of the record, {months[0]} to {months[-1]}. Received: month={month!r}. Write it "
            f"like {months[-1]}, or leave it empty."
        )
    return month


def usable_windows(table: pd.DataFrame, length: int) -> int:
    """How many windows of `length` consecutive rows hold no missing value at all."""
    complete = table.notna().all(axis=1).astype(int)
    return int((complete.rolling(length).sum() == length).sum())


def add_wind(table: pd.DataFrame) -> pd.DataFrame:
    """The table with `wx` and `wy`, if it has `dd` and `ff`."""
    if "dd" not in table or "ff" not in table:
        return table.drop(columns="dd", errors="ignore")
    return table.join(wind_components(table["dd"], table["ff"]))


def add_calendar(table: pd.DataFrame) -> pd.DataFrame:
    """The table with hour and season as angles at its end: what is known in advance of any instant.

    A number that jumps from 21 to 0 at midnight would tear neighbours apart; sine and cosine go round: `hour_sin`,
    `hour_cos`, `season_sin`, `season_cos`. The second harmonic of the hour, `hour2_sin`, `hour2_cos`, lets a
    morning differ from an evening turned upside down.
    """
    hour = (table.index.hour + table.index.minute / 60).to_numpy() / 24
    season = (table.index.day_of_year.to_numpy() - 1 + hour) / 365.25
    turns = {"hour": hour, "hour2": 2 * hour, "season": season}
    waves = {"sin": np.sin, "cos": np.cos}
    columns = {f"{name}_{w}": wave(2 * np.pi * turn) for name, turn in turns.items() for w, wave in waves.items()}
    return table.assign(**columns)


def add_flags(table: pd.DataFrame, filled: pd.DataFrame) -> pd.DataFrame:
    """The table with `filled` (number of values filled in) and `tc_filled` (0 or 1)."""
    measured = filled.drop(columns=list(WIND), errors="ignore")  # the components are not measured
    return table.assign(filled=measured.sum(axis=1), tc_filled=filled["tc"].astype(int))


def describe_columns(table: pd.DataFrame) -> list[dict]:
    """For the JSON beside the table: name, meaning, unit and kind of each column, and what is missing."""
    about = {name: (meaning, "m/s") for name, meaning in WIND.items()}
    about |= {name: (meaning, "count" if name == "filled" else "0 or 1") for name, meaning in FLAGS.items()}
    about |= {RENAMED.get(name, name): (v.meaning, v.unit) for name, v in VARIABLES.items()}
    return [
        {"name": name, "meaning": about[name][0], "unit": about[name][1], "kind": kind(name)}
        | {"missing": int(table[name].isna().sum())}
        for name in table
    ]


def save_prepared(folder: str | Path, table: pd.DataFrame, description: dict, data: DataSource) -> Path:
    """Write the prepared table and its description, `observations.csv` and `observations.json`, whole or not at all.

    Args:
        folder: where to; made if it is not there.
        table: the table on its regular grid, UTC index.
        description: what `describe_columns` gives, and anything else that JSON can hold.
        data: the label of the data; its period is set to that of the table.

    Returns:
        The path of the table.
    """
    folder = Path(folder)
    data = replace(data, period=(table.index[0].date().isoformat(), table.index[-1].date().isoformat()))
    with write_whole(folder / "observations.csv") as part:
        table.to_csv(part, float_format="%.7g", date_format="%Y-%m-%dT%H:%M:%SZ")
    write_json(folder / "observations.json", {**description, "rows": len(table), "data": data.as_dict()})
    return folder / "observations.csv"


def read_prepared(folder: str | Path) -> tuple[pd.DataFrame, dict, DataSource]:
    """Read back what SYNOP1 saved in `folder` (`run/SYNOP1`): both files must be there, and belong together.

    Returns:
        The table (UTC index `date`, regular 3-hour steps, NaN in the holes), its description, its label.
    """
    folder = Path(folder)
    missing = [name for name in ("observations.csv", "observations.json") if not (folder / name).is_file()]
    if missing:
        raise FileNotFoundError(
            f"The prepared observations are `observations.csv` and `observations.json`. Not there: "
            f"{folder / missing[0]}. Run the notebook SYNOP1 first."
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
