"""Where the data are, and which were used: real ones when there are any, never a doubt when there are not."""

import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path

from fidle_utils import course_root

SOURCES = ("real", "simulated", "generated")


@dataclass(frozen=True)
class DataSource:
    """The label that data carry into every table, every figure title and every result.

    Args:
        name: the data set: `"synop"`, `"imdb"` or `"ladybug"`.
        source: `"real"` (observed), `"simulated"` (made up in place of real ones) or `"generated"` (the
            lesson's own data, which have no other form).
        what: the part that was used, in a few words: `"Nice (07690)"`, `"Stanford film reviews"`.
        period: first and last day as ISO dates, `("2023-07-01", "2025-02-28")`, or None.

    Raises:
        ValueError: another word for `source`, or a period that is not a pair.
    """

    name: str
    source: str
    what: str
    period: tuple[str, str] | None = None

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


def places() -> list[Path]:
    """The folders where data are looked for, in order; each may hold `synop/` and `imdb/`.

    First the one named by `FIDLE_DATASETS_DIR`, if it is set (a relative path starts at the course folder,
    whatever the working directory), then `datasets/` in the course folder.

    Raises:
        FileNotFoundError: `FIDLE_DATASETS_DIR` names a folder that does not exist, or there is neither a
            named folder nor a course folder.
    """
    named = os.environ.get("FIDLE_DATASETS_DIR")
    if not named:
        return [course_root() / "datasets"]
    folder = Path(named).expanduser()
    try:
        root = course_root()
    except FileNotFoundError:
        root = None
    folder = (folder if root is None else root / folder).resolve()
    if not folder.is_dir():
        raise FileNotFoundError(
            f"FIDLE_DATASETS_DIR must name an existing folder. Received: {named} (that is {folder}). "
            "Correct it, or unset it to use the course's own datasets/ folder."
        )
    own = [] if root is None else [root / "datasets"]
    return [folder, *(place for place in own if place != folder)]


def pick(source: str, found: Path | Iterable[Path] | None, name: str) -> bool:
    """The one rule behind `source=`: say whether to use the real data.

    Args:
        source: `"auto"` (real if found, else simulated, said loudly), `"real"` or `"simulated"`.
        found: what the data set's `find()` brought: a path, a list of paths, or nothing.
        name: the data set, as in `fidle data get NAME`.

    Returns:
        True to read the real data, False to simulate.

    Raises:
        ValueError: another word for `source`.
        FileNotFoundError: `"real"` without data; the message says where it looked and what to do.
    """
    if source not in ("auto", "real", "simulated"):
        raise ValueError(f'`source` must be "auto", "real" or "simulated". Received: source={source!r}.')
    if source == "simulated":
        return False
    if found is not None and (isinstance(found, str | Path) or len(list(found)) > 0):
        return True
    looked = ", ".join(str(place / name) for place in places())
    if source == "real":
        raise FileNotFoundError(
            f"No real {name} data found. Looked in: {looked}. Fetch them with `fidle data get {name}` (or "
            f"`make data`), or name the folder that holds {name}/ in FIDLE_DATASETS_DIR."
        )
    rule = "!" * 79
    print(
        f"{rule}\nSIMULATED DATA: no real {name} data found in {looked}.\n"
        f"What follows is made up. To fetch the real ones: fidle data get {name}\n{rule}"
    )
    return False


def expected_source(name: str, source: str) -> str:
    """Which data `source` would give now: `"real"` or `"simulated"`, without reading or announcing anything.

    Args:
        name: the data set, `"synop"` or `"imdb"`.
        source: `"auto"`, `"real"` or `"simulated"`.
    """
    if source != "auto":
        return source
    found = import_module(f"fidle_utils.datasets.{name}").find()
    return "real" if found else "simulated"
