"""The monthly sunspot number: a file of your own, the record that statsmodels brings, or simulated cycles."""

import re
from functools import partial
from importlib.util import find_spec
from itertools import islice
from pathlib import Path

import numpy as np

from fidle_utils.datasets import DataFile, DataSource, by_name, pick, reader, walk
from fidle_utils.datasets.tables import open_text

__all__ = ["bundled", "check", "files", "load_sunspots", "read_sunspots", "simulate_sunspots"]
_FEWEST = 600  # months: fewer hold too few cycles to learn one
_LINES = {  # how a line of each form begins: year, month, value, or a year and its months
    "SILSO": re.compile(r"(\d{4})[;, ]\s*(\d{1,2})[;, ]\s*\d{4}\.\d+[;, ]\s*(-?[\d.]+)"),
    "CSV": re.compile(r"(?:\d+[,;])?(\d{4})-(\d{2})(?:-\d{2})?[,;]\s*(-?[\d.]+)\s*$"),
    "table": re.compile(r"(\d{4})((?:\s+\d+\.?\d*){1,12})\s*$"),
}


def bundled() -> list[DataFile]:
    """The record of the US National Geophysical Data Center (NGDC), 1749-01 to 2009-06, that statsmodels brings."""
    path = Path(find_spec("statsmodels").origin).parent / "datasets" / "sunspots" / "src" / "sunspots_monthly.dat"
    return [DataFile(path, form="statsmodels' record, 1749 to 2009")] if path.is_file() else []


def _look(path: Path) -> str:
    with open_text(path) as file:
        if any(_months(line) for line in islice(file, 20)):
            return "monthly numbers"
    raise ValueError("none of its first 20 lines holds a month and a number")


def load_sunspots(source: str = "auto"):
    """Load the monthly sunspot number, the real one if it is there.

    Args:
        source: "auto" (real if found, else simulated, said loudly), "real" or "simulated".

    Returns:
        A series indexed by month (its first day), and the label of its source.

    Raises:
        FileNotFoundError: `source="real"` and there is none.
        ValueError: the file cannot be read.
    """
    found = pick(source, "sunspots")
    series = read_sunspots(found[0]) if found else simulate_sunspots()
    record = "sunspots (NGDC)" if found and found[0] in [file.path for file in bundled()] else "sunspots"
    label = "real" if found else "simulated"
    return series, DataSource("sunspots", label, record, period=(str(series.index[0]), str(series.index[-1])))


@reader("sunspots")
def read_sunspots(path: str | Path):
    """Read a table of monthly numbers, in any of these forms.

        1749;01;1749.042;  96.7; -1.0;   -1;1       SILSO, with semicolons, commas or spaces
        0,1749-01-31,96.7                           a date and a number
        1749    58.0  62.6  70.0 …                  a year and its months, as in statsmodels

    Lines of another form (headers, notes) are passed over.

    Returns:
        A series indexed by month.

    Raises:
        ValueError: fewer than 600 months, a month that is missing or stands twice, a number below 0.
    """
    import pandas as pd

    with open_text(Path(path)) as file:
        found = [month for line in file for month in _months(line)]
    months = {}
    for year, month, value in found:
        if (year, month) in months:
            raise ValueError(f"each month stands once. Received twice: {year}-{month:02}.")
        if value < 0:
            raise ValueError(f"a number is 0 or more. Received: {value} in {year}-{month:02}.")
        months[year, month] = value
    if len(months) < _FEWEST:
        raise ValueError(f"a record has {_FEWEST} months or more. Received: {len(months)}.")
    index = pd.DatetimeIndex([f"{year}-{month:02}-01" for year, month in months], name="month")
    series = pd.Series(list(months.values()), index, name="sunspots", dtype=float).sort_index().asfreq("MS")
    if series.hasnans:
        raise ValueError(f"no month is missing. Received none for {series.index[series.isna()][0]:%Y-%m}.")
    return series


check = read_sunspots  # a file is good if it can be read through
files = partial(walk, look=_look, order=by_name)  # every file of a folder: the first is read


def _months(line: str) -> list[tuple[int, int, float]]:
    """Year, month and number of each month on a line; none if it is of another form."""
    for form, pattern in _LINES.items():
        if match := pattern.match(line):
            if form == "table":
                return [(int(match[1]), month, float(v)) for month, v in enumerate(match[2].split(), start=1)]
            return [(int(match[1]), int(match[2]), float(match[3]))]
    return []


def simulate_sunspots(months: int = 3126, seed: int = 1):
    """Make up cycles of the sun: each begins when it likes, rises fast and falls slowly, and months are noisy.

        one cycle    a t^3 / (exp(t^2 / b^2) - 0.71),    b = 27.12 + 25.15 / (1000 a)^(1/4)    t in months

    Cycles begin 132 ± 14 months apart; a, which makes their height, is drawn from 0.0015 to 0.0055. The noise is
    proportional to the square root of the number, and alike in months that follow each other.

    Returns:
        A series indexed by month, from 1749-01.

    Source: D. H. Hathaway, R. M. Wilson and E. J. Reichmann, The shape of the sunspot cycle, Solar Physics 151
    (1994).
    """
    import pandas as pd

    draw = np.random.default_rng(seed)
    values, start = np.zeros(months), -140.0
    while start < months:
        t = np.clip(np.arange(months) - start, 0, 300)
        a = draw.uniform(0.0015, 0.0055)
        b = 27.12 + 25.15 / (1000 * a) ** 0.25
        values += a * t**3 / (np.exp(t**2 / b**2) - 0.71)
        start += draw.normal(132, 14)
    noise = np.zeros(months)
    for month in range(1, months):
        noise[month] = 0.5 * noise[month - 1] + draw.normal(0, 1.3)
    values = np.maximum(values + noise * np.sqrt(values + 1), 0).round(1)
    index = pd.date_range("1749-01-01", periods=months, freq="MS", name="month")
    return pd.Series(values, index, name="sunspots")
