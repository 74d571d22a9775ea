"""What the columns of a SYNOP file are called in its many forms, and in which unit they are; the card lists them."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from fidle_utils.datasets import card

KELVIN = 273.15


@dataclass(frozen=True)
class Variable:
    """What a column of a SYNOP file is, and how it may be treated; the fields are explained in `card.yml`."""

    label: str
    meaning: str
    kind: str
    published: str
    unit: str
    low: float
    high: float
    also: list[str] = field(default_factory=list)


# In the order of the monthly files, whose names are used everywhere in the course.
VARIABLES = {name: Variable(**about) for name, about in card("synop")["columns"].items()}
_OTHERS = {
    "station": ["numer_sta", "ID OMM station", "geo_id_wmo", "WMO station ID", "station ID", "geo_id_wigos"],
    "date": ["date", "validity_time", "date UTC"],
    "name": ["nom", "name", "station name"],
}
_NEEDED = {
    "station": "the station (`numer_sta`, `ID OMM station` or `geo_id_wmo`)",
    "date": "the date (`date`, `Date` or `validity_time`)",
    "t": "the temperature (`t` or `Température` in K, `tc` or `Température (°C)` in °C)",
}
# From another unit to the published one: times, plus.
_CONVERSIONS = {
    ("K", "°c"): (1, KELVIN),
    ("K", "c"): (1, KELVIN),
    ("Pa", "hpa"): (100, 0),
    ("Pa", "mbar"): (100, 0),
    ("Pa", "kpa"): (1000, 0),
    ("m/s", "km/h"): (1 / 3.6, 0),
    ("m/s", "kt"): (1852 / 3600, 0),
    ("m", "km"): (1000, 0),
}
_PUBLISHED = "k kelvin pa m/s % m metre mètre mm ° degré degrees code utc"  # units that are read as they are
_SMALL = "a an au aux d dans de des du en in l la le les of on over sur the to un une"  # words that tell nothing
_SAME = {"min": "mn", "minute": "mn", "minutes": "mn", "precipitations": "precipitation"}


class Column(NamedTuple):
    """Where a variable stands in a file, and how its numbers become those of the published unit: times, plus."""

    at: int
    times: float = 1
    plus: float = 0


def match(labels: Iterable[str]) -> dict[str, list[Column]]:
    """Find the variables in a header, by the words of its labels: accents, order and small words do not matter.

    Args:
        labels: of one file.

    Returns:
        For each variable, and for "station", "date" and "name", its columns: several where a label occurs twice,
        as a code and as its text. Where one is in the published unit, those in another unit are not used.

    Raises:
        ValueError: no SYNOP header, or the station, the date or the temperature is not there.
    """
    labels = list(labels)
    columns: dict[str, list[Column]] = {}
    for at, label in enumerate(labels):
        name, *change = known(label) or [None]
        if name:
            columns.setdefault(name, []).append(Column(at, *change))
    if len(columns) < 2:
        raise ValueError(f"its first line is no SYNOP header; it begins with {';'.join(labels)[:60]!r}")
    missing = [words for name, words in _NEEDED.items() if name not in columns]
    if missing:
        there = ", ".join(f"`{label}`" for label in labels[:20])
        raise ValueError(f"it has no column for {' or '.join(missing)}; its columns are {there}")
    return {name: [c for c in found if c[1:] == (1, 0)] or found for name, found in columns.items()}


def known(label: str) -> tuple[str, float, float] | None:
    """The variable behind a label, and the change of its unit; None for a label or a unit that is not used here."""
    bare, _, unit = re.fullmatch(r"(.*?)(\s*[(\[](?:en |in )?([^()\[\]]*)[)\]])?", label.strip(), re.DOTALL).groups()
    name = _BY_WORDS.get(_words(bare))
    unit = unicodedata.normalize("NFKC", unit or "").strip().lower()
    unit = re.sub(r"^(?:°|degrees?|deg)?[ .]*(?:celsius|c)$", "°c", re.sub(r"^(?:knots?|kts?|kn)$", "kt", unit))
    if name == "tc":
        name, unit = "t", unit or "°c"
    if name is None:
        return None
    published = VARIABLES[name].published if name in VARIABLES else ""
    change = _CONVERSIONS.get((published, unit), (1, 0) if unit in ("", *_PUBLISHED.split()) else None)
    return change and (name, *change)


def _words(label: str) -> frozenset[str]:
    plain = unicodedata.normalize("NFKD", label.lower())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    words = [_SAME.get(word, word) for word in re.findall(r"[a-z]+|\d+", plain.replace("_", " "))]
    return frozenset(words).difference(_SMALL.split()) or frozenset(words)


_BY_WORDS = {_words(label): name for name, labels in _OTHERS.items() for label in labels} | {
    _words(label): name for name, v in VARIABLES.items() for label in (name, v.label, v.meaning, *v.also)
}
_BY_WORDS[_words("tc")] = "tc"
