"""The data sets: where their files are looked for, which are used, and that nobody can doubt it.

A data set is a folder beside this file, `NAME/`, and nothing else needs to know of it:

- `card.yml`: what the data are, whose, under which licence, in which forms they are read, where they are fetched;
- `__init__.py` with `load_…` and `simulate_…` for the notebooks and, if there are real data,
  `files(folder) -> list[DataFile]`: every file of a folder, how it is read or why it is left out, and
  `check(path)`: reads a file through, raises `DamagedFile` or another `ValueError` if it is not good. Optionally
  `bundled()`: files that come with an installed library, for when no place has any;
- `grammar.yml`, where simulated texts are made from lists of words (see `words`).

The loader, `fidle data`, `fidle data get` and the batch's fingerprint all ask `files`.
"""

import os
import re
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from functools import cache, wraps
from importlib import import_module
from pathlib import Path
from types import ModuleType

from fidle_utils import course_root

__all__ = ["DamagedFile", "DataFile", "DataSource", "by_name", "card", "expected_source", "files", "find"]
__all__ += ["folders", "module", "names", "pick", "places", "reader", "share", "stamp", "walk", "words"]
SOURCES = ("real", "simulated", "generated")
_SHOWN = 8  # files left out that a loader names; `fidle data` names them all
_NO_DATA = {  # names of what is none, whatever it holds: old rows would come back, half a file would stop a class
    r"\.ipynb_checkpoints": "copies that JupyterLab keeps",
    r"\..*": "its name begins with a dot",
    r"\$.*|__MACOSX": "a folder of the system",
    r".*(conflict|en conflit).*": "a copy that a synchronisation keeps",
    r".*(~|#|\.bak|\.old|\.orig|\.swp)": "a copy that an editor keeps",
    r".*\.(part|partial|crdownload|download|tmp)": "a download that has not ended",
}

# Another course may bring data sets of its own: PYTHONPATH/fidle_utils/datasets/NAME
_others = [os.path.join(entry, "fidle_utils", "datasets") for entry in sys.path]
__path__ = list(dict.fromkeys([*__path__, *filter(os.path.isdir, _others)]))


@dataclass(frozen=True)
class DataSource:
    """The label that data carry into every table, every figure title and every result."""

    name: str  # the data set
    source: str  # "real" (observed), "simulated" (in place of real ones) or "generated" (there is no other form)
    what: str  # the part that was used, in a few words: "Nice (07690)", "Stanford film reviews"
    period: tuple[str, str] | None = None  # first and last day as ISO dates

    def __post_init__(self):
        if self.source not in SOURCES:
            raise ValueError(f"`source` must be one of {SOURCES}. Received: source={self.source!r}.")
        if self.period is not None:
            if isinstance(self.period, str) or len(self.period) != 2:
                raise ValueError(f"`period` must be two ISO dates or None. Received: period={self.period!r}.")
            # a list when it comes back from JSON
            object.__setattr__(self, "period", tuple(str(day)[:10] for day in self.period))

    @property
    def title(self) -> str:
        """For figure titles: `Nice (07690), 2023-07 to 2025-02`; simulated data always say so."""
        what = self.what
        if self.source == "simulated" and "simulated" not in what.lower():
            what = f"simulated {what}"
        if self.period is None:
            return what
        first, last = (day[:7] for day in self.period)
        return f"{what}, {first}" if first == last else f"{what}, {first} to {last}"

    def as_dict(self) -> dict:
        """For `results.json`; `DataSource(**label.as_dict())` is the label again."""
        return asdict(self)


class DamagedFile(ValueError):
    """A file of a data set that cannot be used; `reason` says why, without the way out."""

    def __init__(self, name: str, path: Path, reason: object):
        super().__init__(
            f"A file of data must be whole and correct. Received: {path}: {str(reason).rstrip('.')}. Move it out of "
            f"{name}/ and fetch it again with `fidle data get {name}`, or correct it."
        )
        self.reason = str(reason)


def reader(name: str) -> Callable:
    """Decorator for the reader of a data set's files, whose first argument is the path.

    The reader raises `ValueError` with the rule that its file breaks; its caller gets a `DamagedFile`, which adds the
    file and the way out.
    """

    def decorate(read):
        @wraps(read)
        def read_or_name_the_file(path, *args, **kwargs):
            try:
                return read(path, *args, **kwargs)
            except ValueError as error:
                raise DamagedFile(name, path, error) from error

        return read_or_name_the_file

    return decorate


@dataclass(frozen=True)
class DataFile:
    """A file in the folder of a data set, or a folder that is read as one."""

    path: Path
    form: str = ""  # how it is read, in a few words; empty where it is left out
    left_out: str = ""  # why it is not read; empty where it is data


# ------------------------------------------------------------------------------------------ which data sets there are


def names() -> list[str]:
    """The data sets, by their folders."""
    return sorted(_cards())


def _cards() -> dict[str, Path]:
    return {file.parent.name: file for base in reversed(__path__) for file in Path(base).glob("*/card.yml")}


@cache
def card(name: str) -> dict:
    """The card of one data set: what it is, whose, and where it is fetched; `ValueError` if there is none."""
    import yaml

    if name not in _cards():
        raise ValueError(f"A data set is one of {', '.join(names())}. Received: {name!r}.")
    return yaml.safe_load(_cards()[name].read_text(encoding="utf-8"))


@cache
def words(name: str) -> dict[str, list]:
    """The words and sentences from which simulated data are made, from `grammar.yml`, which explains them."""
    import yaml

    return yaml.safe_load(_cards()[name].with_name("grammar.yml").read_text(encoding="utf-8"))


def module(name: str) -> ModuleType:
    """The package of one data set; `ValueError` if there is none."""
    card(name)
    return import_module(f"{__name__}.{name}")


# ------------------------------------------------------------------------------------------ where their files are


def places() -> list[Path]:
    """The folders where data are looked for, in order; each holds a folder for each data set.

    First the one named by `FIDLE_DATASETS_DIR`, if it is set (a relative path starts at the course folder,
    whatever the working directory), then `datasets/` in the course folder.

    Raises:
        FileNotFoundError: there is no such folder, or no course (see `course_root`).
    """
    named, own = os.environ.get("FIDLE_DATASETS_DIR"), course_root() / "datasets"
    if not named:
        return [own]
    folder = (course_root() / Path(named).expanduser()).resolve()
    if not folder.is_dir():
        raise FileNotFoundError(
            f"FIDLE_DATASETS_DIR must name an existing folder. Received: {named} (that is {folder}). "
            "Correct it, or unset it to use the course's own datasets/ folder."
        )
    return list(dict.fromkeys([folder, own]))


def folders(name: str, place: Path) -> list[Path]:
    """The folders of a data set in one place: `synop/`, `SYNOP/`, `any/synop/`; or the place if that is its name."""
    for below in ("*/", "*/*/"):
        if found := [folder for folder in sorted(place.glob(below)) if folder.name.lower() == name]:
            return found
    return [place] if place.name.lower() == name and place.is_dir() else []


def files(name: str) -> list[DataFile]:
    """Every file of a data set: of the first place that has data, or of all places if none has; see `DataFile`."""
    ask = getattr(module(name), "files", None)
    listing = []
    for place in places() if ask else []:
        inside = [file for folder in folders(name, place) for file in ask(folder)]
        if any(file.form for file in inside):
            return inside
        listing += inside
    return [*listing, *getattr(module(name), "bundled", list)()]


def find(name: str) -> list[Path]:
    """The real files of a data set, those that its loader reads; an empty list if there are none."""
    return [file.path for file in files(name) if file.form]


def walk(
    folder: Path,
    look: Callable[[Path], str],
    look_inside: Callable[[Path], str] = lambda _: "",
    order: Callable[[DataFile], object] | None = None,
) -> list[DataFile]:
    """Every file below a folder, by name, judged by `look`. Nothing is ever changed there.

    Args:
        folder: where to look, folders inside included.
        look: opens a file no further than needed and returns how it is read; raises `ValueError` with the reason
            where it is no data.
        look_inside: returns how a folder is read that is read as one, an empty text for any other.
        order: for a data set that is one file: the first in this order is read, the others are left out.
    """
    listing, seen = [], set()
    for base, inside, names_here in os.walk(folder, followlinks=True):
        here = Path(base)
        if here.resolve() in seen:  # a link that leads back
            inside.clear()
        elif form := look_inside(here):
            listing.append(DataFile(here, form=form))
            inside.clear()
        else:
            no_data = [name for name in inside if _told_by_its_name(name)]
            inside[:] = [name for name in inside if name not in no_data]
            listing += [_judge(here / name, look) for name in names_here + no_data]
        seen.add(here.resolve())
    listing.sort(key=by_name)
    if order is None:
        return listing
    first = min((file for file in listing if file.form), key=order, default=None)
    others = [file for file in listing if file.form and file != first]
    return [replace(f, form="", left_out=f"{first.path.name} is read instead") if f in others else f for f in listing]


def by_name(file: DataFile) -> Path:
    """The `order` of a data set whose files have no other."""
    return file.path


def _judge(path: Path, look: Callable[[Path], str]) -> DataFile:
    if reason := _told_by_its_name(path.name):
        return DataFile(path, left_out=reason)
    try:
        if path.is_file():
            return DataFile(path, form=look(path))
        return DataFile(path, left_out="it is no file, or a link to nothing")
    except ValueError as reason:
        return DataFile(path, left_out=str(reason))
    except OSError as problem:
        return DataFile(path, left_out=f"it cannot be opened: {problem.strerror or problem}")


def _told_by_its_name(name: str) -> str:
    """Why a file or a folder of this name is no data; an empty text where its content decides."""
    return next((why for names, why in _NO_DATA.items() if re.fullmatch(names, name, re.IGNORECASE | re.DOTALL)), "")


def stamp(paths: Iterable[Path]) -> list[list]:
    """Name, size and time of change of each file; of a folder the sum and the latest. Other data, other stamp."""
    stamps = []
    for path in paths:
        inside = [file.stat() for file in path.rglob("*") if file.is_file()] if path.is_dir() else [path.stat()]
        stamps.append([str(path), sum(s.st_size for s in inside), max((s.st_mtime_ns for s in inside), default=0)])
    return stamps


# ------------------------------------------------------------------------------------------ which are used


def pick(source: str, name: str) -> list[Path]:
    """The one rule behind `source=`: the real files to read, or none, which means to simulate.

    What is left out of the data set's folder is named first.

    Args:
        source: `"auto"` (real if found, else simulated, said loudly), `"real"` or `"simulated"`.
        name: the data set, as in `fidle data get NAME`.

    Raises:
        ValueError: another word for `source`.
        FileNotFoundError: `"real"` without data; the message says where it looked and what to do.
    """
    if source not in ("auto", "real", "simulated"):
        raise ValueError(f'`source` must be "auto", "real" or "simulated". Received: source={source!r}.')
    if source == "simulated":
        return []
    listing = files(name)
    found = [file.path for file in listing if file.form]
    left_out = [f"Left out {file.path}: {file.left_out}." for file in listing if file.left_out]
    if len(left_out) > _SHOWN:
        left_out[_SHOWN:] = [f"… and {len(left_out) - _SHOWN} more: `fidle data` names them all."]
    looked = ", ".join(str(place / name) for place in places())
    if source == "real" and not found:
        raise FileNotFoundError(
            f"No real {name} data found. Looked in: {looked}. {' '.join([*left_out, 'Fetch'])} them with "
            f"`fidle data get {name}` (or `make data`), or name the folder that holds {name}/ in FIDLE_DATASETS_DIR."
        )
    print(*left_out, sep="\n", end="\n" if left_out else "")
    if not found:
        rule = "!" * 79
        print(
            f"{rule}\nSIMULATED DATA: no real {name} data found in {looked}.\n"
            f"What follows is made up. To fetch the real ones: fidle data get {name}\n{rule}"
        )
    return found


def share(rows, scale: float, end: bool = False, step: int = 1):
    """The first rows of an array, a table or a list, or the last ones.

    Args:
        rows: all of them.
        scale: how many are kept, above 0 and at most 1: 1 is all, 0.1 a tenth of the work.
        end: keep the last ones.
        step: keep a multiple of so many.
    """
    if not 0 < scale <= 1:
        raise ValueError(f"`scale` must lie above 0 and at most at 1. Received: scale={scale}.")
    count = max(step, round(scale * len(rows) / step) * step)
    part = slice(len(rows) - count, None) if end else slice(count)
    return rows.iloc[part] if hasattr(rows, "iloc") else rows[part]


def expected_source(name: str, source: str) -> str:
    """Which data `source` would give now, without reading or announcing anything: a word of `SOURCES`."""
    if not hasattr(module(name), "files"):
        return "generated"
    if source != "auto":
        return source
    return "real" if find(name) else "simulated"
