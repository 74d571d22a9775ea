"""The price of a share, day by day: a CSV of your own, Google's record that matplotlib brings, or a simulated one."""

import re
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TextIO

import numpy as np

from fidle_utils.datasets import DataFile, DataSource, pick, reader, walk
from fidle_utils.datasets.tables import open_text, read_header

__all__ = ["bundled", "check", "files", "load_prices", "read_prices", "simulate_prices"]
_COLUMNS = ("date", "open", "close")
_FEWEST = 100  # days that are worth a forecast
_SPARE_LINES = 2  # lines without a date that some programs write under the header


def bundled() -> list[DataFile]:
    """Google's share (GOOG), 2004-08-19 to 2008-10-14: a sample of matplotlib, real and there without a network."""
    path = Path(find_spec("matplotlib").origin).parent / "mpl-data" / "sample_data" / "goog.npz"
    return [DataFile(path, form="matplotlib's sample of GOOG, 2004 to 2008")] if path.is_file() else []


def _look(path: Path) -> str:
    """How a file is read; `ValueError` with the reason if it holds no daily prices."""
    with open_text(path) as file:
        _header(file)
    return "CSV, daily prices"


def load_prices(series: str = "", *, days: int = 0, last: str = "", source: str = "auto"):
    """Load the prices of a share, real ones if there are any.

    Args:
        series: which: the name of a file in the folder `price/`, without suffix, or `"GOOG"` for the record that
            matplotlib brings. Empty for the first file, or for GOOG if there is none.
        days: how many at most, up to the last one; 0 for all.
        last: the last day, as 2023-03-31; empty for the end of the record.
        source: "auto" (real if found, else simulated, said loudly), "real" or "simulated".

    Returns:
        A table indexed by day, with the columns `open` and `close`, and the label of its source.

    Raises:
        FileNotFoundError: `source="real"` and there is none.
        ValueError: no such series, fewer than 100 days, or a file that cannot be read.
    """
    found = {path.stem.lower(): path for path in pick(source, "price")}
    if found:
        name = series.lower() or next(iter(found))
        found = {file.path.stem: file.path for file in bundled()} | found  # GOOG is always at hand
        if name not in found:
            raise ValueError(f"`series` is one of {', '.join(found)}. Received: {series!r}.")
        table = read_prices(found[name])
        label = "real", "Google (GOOG)" if found[name].suffix == ".npz" else found[name].stem
    else:
        table = simulate_prices()
        label = "simulated", "share"
    table = table.loc[: last or None]
    if days < 0 or len(table.iloc[-days:]) < _FEWEST:
        raise ValueError(
            f"{_FEWEST} days or more are needed; `days` is 0 for all. "
            f"Received: days={days}, last={last!r}, {len(table)} days up to there."
        )
    table = table.iloc[-days:]
    return table, DataSource("price", *label, period=(str(table.index[0]), str(table.index[-1])))


@reader("price")
def read_prices(path: str | Path):
    """Read a table of daily prices.

    A CSV has the columns Date, Open and Close, in any order, whatever stands beside them; `AAPL.Open` and `1. open`
    are Open, the adjusted close is not Close. Days are written 2023-03-31, with or without a time after them. A day
    without a price (a holiday) is left out; the newest day may stand first.

    Returns:
        A table indexed by day, oldest first, with the columns `open` and `close`.

    Raises:
        ValueError: a column is missing, a date cannot be read, a day stands twice, a price is not above 0, or there
            are fewer than 100 days.
    """
    import pandas as pd

    path = Path(path)
    if path.suffix == ".npz":
        with np.load(path, allow_pickle=False) as sample:
            rows = sample["price_data"]
        raw = pd.DataFrame({name: rows[name] for name in _COLUMNS}).set_index("date")
    else:
        raw = _read_csv(path)
    table = raw.apply(pd.to_numeric, errors="coerce").dropna().astype(float).sort_index()
    if len(table) < _FEWEST:
        raise ValueError(f"{_FEWEST} days or more have an opening and a closing price. Received: {len(table)}.")
    if table.index.has_duplicates:
        twice = table.index[table.index.duplicated()][0]
        raise ValueError(f"each day stands once, one share to a file. Received twice: {twice:%Y-%m-%d}.")
    if (table <= 0).any(axis=None):
        day = table.index[(table <= 0).any(axis=1)][0]
        raise ValueError(f"prices are above 0. Received: {table.loc[day].to_dict()} on {day:%Y-%m-%d}.")
    return table


check = read_prices  # a file is good if it can be read through
files = partial(walk, look=_look)  # every file of a folder, and why it is left out


def simulate_prices(days: int = 1047, seed: int = 6):
    """Make up the prices of a share: a random walk whose steps come in calm and in wild times.

        volatility    s²_t = w + .08 r²_{t-1} + .90 s²_{t-1}                a GARCH(1, 1), 1.8 % a day on average
        overnight     open_t  = close_{t-1} exp(s_t sqrt(.3) e)             e, e' standard normal
        in the day    close_t = open_t exp(.0004 + s_t sqrt(.7) e')

    Tomorrow's step cannot be foretold; its size can, a little; and who knows the last close knows 70 % of the
    variance between two openings.

    Returns:
        A table indexed by day, with the columns `open` and `close`.

    Source of the volatility: T. Bollerslev, Generalized autoregressive conditional heteroskedasticity, Journal of
    Econometrics 31 (1986).
    """
    import pandas as pd

    draw = np.random.default_rng(seed)
    usual = 0.018**2
    variance, step, close = usual, 0.0, 100.0
    table = np.empty((days, 2))
    for day in range(days):
        variance = 0.02 * usual + 0.08 * step**2 + 0.90 * variance
        night, light = np.sqrt(variance) * np.sqrt([0.3, 0.7]) * draw.standard_normal(2)
        table[day, 0] = close * np.exp(night)
        close = table[day, 1] = table[day, 0] * np.exp(0.0004 + light)
        step = night + light
    index = pd.bdate_range("2004-08-19", periods=days, name="date")
    return pd.DataFrame(table.round(2), index=index, columns=["open", "close"])


def _column(label: str) -> str | None:
    words = re.findall("[a-z]+", label.lower())
    return words[-1] if words and words[-1] in _COLUMNS and not words[0].startswith("adj") else None


def _header(file: TextIO) -> tuple[str, list[int]]:
    """The separator of a CSV, and where date, open and close stand."""
    separator, labels = read_header(file, _column)
    places = {_column(label): place for place, label in reversed(list(enumerate(labels))) if _column(label)}
    if labels[0].lower() in ("", "price"):
        places.setdefault("date", 0)  # yfinance and pandas leave the name of their index out
    if missing := [name for name in _COLUMNS if name not in places]:
        raise ValueError(
            f"a table of prices has the columns Date, Open and Close; there is no {', '.join(missing)}. "
            f"Received: {separator.join(labels)[:80]}"
        )
    return separator, [places[name] for name in _COLUMNS]


def _read_csv(path: Path):
    import pandas as pd

    with open_text(path) as file:
        separator, places = _header(file)
        numbers = {"decimal": ","} if separator == ";" else {"thousands": ","}
        raw = pd.read_csv(file, sep=separator, header=None, **numbers)
    raw = raw.iloc[:, places].set_axis(list(_COLUMNS), axis=1)
    dates = pd.to_datetime(raw["date"].astype(str).str[:10], format="%Y-%m-%d", errors="coerce")
    unread = raw["date"][dates.isna()]
    if len(unread) > _SPARE_LINES:
        raise ValueError(f"dates are written 2023-03-31. Received: {unread.iloc[-1]}.")
    return raw.set_index(dates)[dates.notna().to_numpy()].drop(columns="date")
