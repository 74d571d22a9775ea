"""The rows of one SYNOP file in any of its forms, as text: cut into fields, not yet understood."""

import csv
import itertools
import json
import operator
import re
import unicodedata
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from fidle_utils.datasets import DamagedFile
from fidle_utils.datasets.synop.columns import Column, known, match
from fidle_utils.datasets.tables import open_text, read_header

__all__ = ["Layout", "codes", "layout_of", "rows", "station_code"]
NO_ROWS = "it holds no observation (is there such a station, and did it report then?)"
_ROWS = 20_000  # read together: a yearly file has half a million, of 190 stations


@dataclass
class Layout:
    """How one file is laid out."""

    path: Path
    form: str  # "CSV", "JSON" or "Parquet"
    labels: list[str]  # of all its columns
    separator: str = ";"  # of a CSV
    columns: dict[str, list[Column]] = field(init=False)  # where the variables stand (see `match`)

    def __post_init__(self):
        self.columns = match(self.labels)

    @property
    def used(self) -> list[int]:
        """The columns to read."""
        return sorted({c.at for found in self.columns.values() for c in found})


def layout_of(path: Path) -> Layout:
    """How a file is laid out, told by its beginning; `ValueError` with the reason if it is no SYNOP file."""
    with open(path, "rb") as file:
        if file.read(4) == b"PAR1":
            return Layout(path, "Parquet", [str(name) for name in _parquet(path).columns])
    with open_text(path) as file:
        start = file.readline(1000).lstrip()
        if start.startswith("<"):
            raise ValueError("it is a page of a website, not a table")
        file.seek(0)
        if start.startswith(("[", "{")):
            return Layout(path, "JSON", list(_json(path)))
        separator, labels = read_header(file, known)
        layout = Layout(path, "CSV", labels, separator)
        if not any(map(str.strip, file)):
            raise ValueError(NO_ROWS)
        return layout


def rows(layout: Layout, station: str = "") -> Iterator[pd.DataFrame]:
    """The rows as text, in parts: columns under their positions, the code under `station`, indexed by line."""
    at = layout.columns["station"][0].at
    for raw in _parts(layout, station):
        texts = raw[at]
        by_text = {text: station_code(text) for text in texts.unique()}
        headers = [text for text, code in by_text.items() if known(code)]
        _check_headers(raw[texts.isin(headers)], layout)
        kept = [text for text, code in by_text.items() if code and (not station or code == station)]
        part = raw[texts.isin(set(kept) - set(headers))]
        yield part.assign(station=part[at].map(by_text))


def _check_headers(again: pd.DataFrame, layout: Layout) -> None:
    """A header in the middle, where files were put together, must be the one above; its row is no observation."""
    for line, row in again.iterrows():
        if any(row[at].strip() != layout.labels[at] for at in layout.used):
            raise ValueError(
                f"A file has one header. Received: {layout.path.name}, with another one in line {line} that does not "
                "name the same columns. Put the two parts into two files."
            )


def _parts(layout: Layout, station: str) -> Iterator[pd.DataFrame]:
    try:
        if layout.form == "CSV":
            yield from _csv_parts(layout, station)
        elif layout.form == "JSON":
            yield _as_text(_json(layout.path), layout)
        else:
            labels = [layout.labels[at] for at in layout.used]
            for part in _parquet(layout.path).iter_row_groups(columns=labels):
                yield _as_text(part.reindex(columns=layout.labels), layout)
    except ValueError as error:
        raise DamagedFile("synop", layout.path, error) from error


def _csv_parts(layout: Layout, station: str) -> Iterator[pd.DataFrame]:
    """Lines that cannot be of the station are passed over before anything is cut into fields."""
    bare = station.lstrip("0")
    spaced, commas = (f"{bare[:-3]}{sign}{bare[-3:]}" for sign in " ,")  # thousands parted by a spreadsheet
    with open_text(layout.path) as file:
        read_header(file, known)
        lines = (
            (number, line)
            for number, line in enumerate(file, 2)
            if bare in line
            or spaced in line
            or commas in line
            or not line.isascii()
            or line[-1] != "\n"  # the last one
            or line.lstrip('"')[:1].isalpha()  # a header
        )
        while batch := list(itertools.islice(lines, _ROWS)):
            yield _fields(batch, layout)
        yield _fields([], layout)


def _fields(batch: list[tuple[int, str]], layout: Layout) -> pd.DataFrame:
    reader, width = csv.reader((line for _, line in batch), delimiter=layout.separator), len(layout.labels)
    take, kept = operator.itemgetter(*layout.used), []
    for (number, line), row in zip(batch, reader):
        if len(row) != width:
            if any(row[width:]):
                raise ValueError(f"line {number} has {len(row)} fields, where the header has {width}")
            if len(row) < width and line[-1] != "\n" and layout.labels[len(row) :] != [""]:
                raise ValueError(f"its last line stops after {len(row)} of {width} fields: the file was cut")
            row += [""] * (width - len(row))
        kept.append(take(row))
    if len(kept) != len(batch):
        raise ValueError(f'a quotation mark (") is not closed, in line {batch[0][0]} or later')
    return pd.DataFrame(kept, [number for number, _ in batch], layout.used, dtype=object)


def _json(path: Path) -> pd.DataFrame:
    """The records of a JSON file: a list, one a line, or inside what OpenDataSoft puts around them."""
    with open_text(path) as file:
        text = file.read()
    try:
        value = json.loads(text)
    except ValueError:
        value = [json.loads(line) for line in text.splitlines() if line.strip()]
    for key in ("results", "records", "features", "data"):
        columns = value.get("columns") if isinstance(value, dict) else None
        value = value[key] if isinstance(value, dict) and key in value else value
        if columns and key == "data":  # pandas' orient="split"
            value = [dict(zip(columns, row)) for row in value]
    if isinstance(value, list):
        value = [row.get("record", row) for row in value if isinstance(row, dict)]
        value = [row.get("fields") or row.get("properties") or row for row in value]
    table = pd.DataFrame(value)
    if table.empty:
        raise ValueError(NO_ROWS)
    return table


def _parquet(path: Path):
    with warnings.catch_warnings(action="ignore"):  # of pandas, of an option that it no longer has
        import fastparquet
    try:
        return fastparquet.ParquetFile(str(path))
    except Exception as error:  # whatever a damaged file makes it stumble over
        raise ValueError(f"it is no whole Parquet file ({type(error).__name__}: {error})") from error


def _as_text(table: pd.DataFrame, layout: Layout) -> pd.DataFrame:
    table = table.set_axis(range(table.shape[1]), axis=1)[layout.used].reset_index(drop=True)
    return table.astype(object).where(table.notna(), "").astype(str)


def station_code(text: object) -> str:
    """The five digits of a station, however they were saved: `7690`, `7690.0`, `7 690`, `0-20000-0-07690`."""
    bare = unicodedata.normalize("NFKC", str(text)).strip(" \t\"'=#")  # spaces of all kinds, digits of all widths
    digits = re.fullmatch(r"(?:0-20000-0-)?0*(\d{1,5})(?:[.,]0*)?", re.sub(r"^(\d\d?)[ ,](\d{3})\b", r"\1\2", bare))
    digits = digits or re.fullmatch(r"(\d{4,5})[ :(-]+[^\W\d].*", bare)  # with the name behind it
    return digits[1].zfill(5) if digits else bare


def codes(layout: Layout) -> Counter:
    """How many rows each station has in a file; of a yearly CSV in a quarter of the time that its rows take."""
    if layout.form != "CSV":
        return sum((Counter(raw["station"]) for raw in rows(layout)), Counter())
    at, counts = layout.columns["station"][0].at, Counter()
    try:
        with open_text(layout.path) as file:
            read_header(file, known)
            texts = Counter(row[at] for row in csv.reader(file, delimiter=layout.separator) if len(row) > at)
    except ValueError as error:
        raise DamagedFile("synop", layout.path, error) from error
    for text, count in texts.items():
        counts[station_code(text)] += count
    return Counter({code: n for code, n in counts.items() if code and not known(code)})
