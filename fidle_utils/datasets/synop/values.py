"""From the text of a SYNOP file to numbers in the published units and to instants."""

from pathlib import Path

import numpy as np
import pandas as pd

from fidle_utils.datasets.synop.columns import VARIABLES
from fidle_utils.datasets.synop.rows import Layout

__all__ = ["tidy"]
_MISSING = {"", "mq", "nan", "na", "n/a", "#n/a", "nat", "none", "null", "<na>", r"\n", "-", "--"}
# The most that a column of whole hectopascals or °C reads: below it, a column said to be in Pa or K is in these.
_SUSPECT = {"K": (100, "°C"), "Pa": (2000, "hPa")}


def tidy(raw: pd.DataFrame, layout: Layout) -> tuple[pd.DataFrame, bool]:
    """Rows of text to a table of floats in the published units, indexed by UTC; and if all dates had an offset."""
    index, offset = _dates(raw[layout.columns["date"][0].at], layout.path)
    table = pd.DataFrame(np.nan, index=index, columns=list(VARIABLES))
    for name in VARIABLES.keys() & layout.columns:
        table[name] = _numbers(name, raw, layout)
    return table, offset


def _numbers(name: str, raw: pd.DataFrame, layout: Layout) -> np.ndarray:
    """One variable. Where a label occurs twice (a code and its text) the column that holds numbers is taken."""
    for column in layout.columns[name]:
        texts = raw[column.at]
        every = pd.Series(texts.unique(), texts.unique(), dtype=str).str.strip()
        plain = every.str.replace(r"(?<=\d)[ \xa0\u202f](?=\d{3}\b)", "", regex=True)  # 101 325,5
        values = pd.to_numeric(plain.str.replace(",", "."), errors="coerce").astype("float64")
        wrong = values.index[values.isna() & ~every.str.lower().isin(_MISSING)]
        if wrong.empty:
            break
    else:
        lines = texts.index[texts.isin(wrong)]
        raise ValueError(
            f"A variable must be a number, or missing (`mq` or nothing). Received: {texts[lines[0]]!r} in the column "
            f"`{layout.labels[column.at]}`, line {lines[0]} of {layout.path.name} ({len(lines)} such values). "
            "Correct that value, or empty it."
        )
    values = values.replace([np.inf, -np.inf], np.nan)
    most, unit = _SUSPECT.get(VARIABLES[name].published, (None, ""))
    if most and name != "tend" and column[1:] == (1, 0) and values.max() < most:
        advice = f"If that is {unit}, name it `{name} ({unit})`: it is then read as {unit}."
        if not VARIABLES[name].low <= values.max() <= VARIABLES[name].high:  # 101,325 where a comma parts thousands
            advice = f"Nor is that {unit}: how are its numbers written?"
        raise ValueError(
            f"A column must be in the unit that its name says. Received: {layout.path.name}, whose column "
            f"`{layout.labels[column.at]}` should be in {VARIABLES[name].published} and holds at most "
            f"{values.max():g}. {advice}"
        )
    return texts.map(values).to_numpy("float64") * column.times + column.plus


def _dates(texts: pd.Series, path: Path) -> tuple[pd.DatetimeIndex, bool]:
    """UTC instants from `20130201000000` (UTC) or ISO 8601 with its offset, so that no change of hour moves anything.

    Without an offset a date is taken for UTC; the second value is then False.
    """
    if texts.empty:
        return pd.DatetimeIndex([], tz="UTC", name="date").as_unit("s"), True
    every = pd.Series(texts.unique(), dtype=str).str.strip().str.replace(r"\[[\w/+-]+\]$", "", regex=True)  # [UTC]
    every = every.str.replace(r"\s*(?:UTC|GMT)$", "Z", case=False, regex=True)
    every = every.str.replace(r"\b(\d\d) ?h(?: ?(\d\d))?$", lambda hour: f"{hour[1]}:{hour[2] or '00'}", regex=True)
    bare = every.str.replace(r"[.,]0*$", "", regex=True)  # a number that was saved as 20130201000000.0
    compact = bare.str.fullmatch(r"(?:19|20)\d{8}(?:\d\d){0,2}")
    epoch = (
        bare.str.fullmatch(r"1\d{9}(?:000)?|1\d{12}") & ~compact
    )  # seconds, or milliseconds as in pandas' own JSON
    dates = pd.to_datetime(bare.where(compact).str.ljust(14, "0"), format="%Y%m%d%H%M%S", utc=True, errors="coerce")
    dates = dates.fillna(pd.to_datetime(every.mask(compact), format="ISO8601", utc=True, errors="coerce"))
    seconds = pd.to_numeric(bare.where(epoch).str.ljust(13, "0"))
    dates = dates.fillna(pd.to_datetime(seconds, unit="ms", utc=True))
    slashed = every[dates.isna() & every.str.fullmatch(r"\d{1,2}([/.-])\d{1,2}\1\d{4}( .*)?")]
    if len(slashed):
        dates = dates.fillna(_slashed(slashed, path))
    by_text = pd.Series(dates.array, index=texts.unique())
    if by_text.isna().any():
        wrong = by_text.index[by_text.isna()][0]
        raise ValueError(
            f"A date must be like 20130201000000 (UTC) or 2023-07-01T02:00:00+02:00. Received: {wrong!r}, line "
            f"{texts.index[texts == wrong][0]} of {path.name}. Correct it; if a spreadsheet has cut its digits, "
            "fetch the file again."
        )
    offset = compact | epoch | every.str.contains(r"[T ]\d\d.*(?:Z|[+-]\d\d(?::?\d\d)?)$", case=False)
    return pd.DatetimeIndex(texts.map(by_text), name="date").as_unit("s"), bool(offset.all())


def _slashed(texts: pd.Series, path: Path) -> pd.Series:
    """`01/02/2013 00:00`, as a spreadsheet writes dates; a number above 12 tells which of the two is the day."""
    texts = texts.str.replace(r"^(\d+)[.-](\d+)[.-]", r"\1/\2/", regex=True)
    above = texts.str.extract(r"(\d+)/(\d+)").astype(int) > 12
    if above[0].any() == above[1].any():
        raise ValueError(
            f"It must be plain which number of a date is the day. Received: {texts.iloc[0]!r} in {path.name}, and no "
            "date whose first or second number exceeds 12. Write dates as 2013-02-01 00:00."
        )
    return pd.to_datetime(texts, dayfirst=bool(above[0].any()), format="mixed", utc=True, errors="coerce")
