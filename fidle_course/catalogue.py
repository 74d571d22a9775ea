"""The catalogue `course.yml` lists the stories and each notebook once; everything that lists them reads it here.

Also the strict reading of a notebook's parameters cell, and gates: comparisons that a run must pass.
"""

import ast
import json
import operator
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, TypeAdapter, ValidationError

from fidle_course import strict
from fidle_course.headline import Headline
from fidle_course.strict import Count, did_you_mean
from fidle_utils import course_root, datasets

NO_DATA = "none"  # the `data` of a notebook that makes its own numbers
_COMPARE = {"<=": operator.le, ">=": operator.ge, "<": operator.lt, ">": operator.gt}
_GATE = re.compile(r"^\s*([A-Za-z_]\w*)\s*(<=|>=|<|>)\s*([A-Za-z_]\w*|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*$")


# ---------------------------------------------------------------- gates


@dataclass(frozen=True)
class Gate:
    """A comparison between a score and a number or another score, such as `rmse_3h_lstm <= rmse_3h_yesterday`."""

    left: str
    sign: str
    right: str | float

    @classmethod
    def parse(cls, text: str) -> "Gate":
        """Read a gate. Raises `ValueError` for anything but `score <|<=|>|>= score-or-number`."""
        if not (match := _GATE.match(text)):
            raise ValueError(
                f"A gate compares a score with a number or another score: `name <= 1.3`. Received: {text!r}."
            )
        left, sign, right = match.groups()
        return cls(left, sign, right if right.isidentifier() else float(right))

    def holds(self, scores: Mapping[str, float]) -> bool:
        """True if the comparison holds; a missing score or NaN never holds."""
        nan = float("nan")
        right = scores.get(self.right, nan) if isinstance(self.right, str) else self.right
        return _COMPARE[self.sign](scores.get(self.left, nan), right)


def gates_for(gates: Mapping[str, Iterable[str]], source: str, what: str = "") -> list[str]:
    """Those of the gates that are about these data, those for `any` first.

    Gates stand under `any` or a data source, alone or with a place: those under `real 07690` are about real data
    whose `what` names that station. A limit in degrees that holds in Nice says nothing of Brest.
    """
    keys = [(key.partition(" "), some) for key, some in gates.items()]
    return [
        gate
        for wanted in ("any", source)
        for (name, _, place), some in keys
        if name == wanted and place in what
        for gate in some
    ]


def _gate_key(key: str) -> str:
    known = ("any", *datasets.SOURCES)
    word = key.partition(" ")[0]
    if word not in known:
        raise ValueError(
            f"gates stand under {', '.join(known)}, or one of them and a place, as in `real 07690`. "
            f"Received: {key!r}.{did_you_mean(word, known, '`')}"
        )
    return key


# ---------------------------------------------------------------- what course.yml holds


@dataclass(frozen=True)
class Story:
    """Notebooks that belong together: those in one folder."""

    folder: str
    title: str
    blurb: str


@dataclass(frozen=True)
class Resources:
    """What one run may ask of a cluster."""

    cpus: Count = 1
    mem_mb: Count = 8000
    minutes: Count = 60
    gpus: Count = 0


@dataclass(frozen=True)
class Profile:
    """Parameters and gates of a notebook in one profile; for the gates see `gates_for`."""

    parameters: dict[str, object] = field(default_factory=dict)
    gates: dict[
        Annotated[str, AfterValidator(_gate_key)],
        list[Annotated[str, AfterValidator(lambda text: Gate.parse(text) and text)]],
    ] = field(default_factory=dict)


@dataclass(frozen=True)
class Notebook:
    """One notebook of the catalogue."""

    id: str
    file: Path  # absolute, once the catalogue is read
    data: str  # the data set it uses, or "none"
    seconds: Annotated[dict[Literal["live"], float], Field(min_length=1)]  # measured on 2 CPU cores
    headline: Headline
    figure: str  # the name of the figure that stands for it
    needs: tuple[str, ...] = ()  # ids of notebooks whose results it uses
    resources: Resources = field(default_factory=Resources)
    profiles: dict[Literal["live", "smoke", "full"], Profile] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """As in its first cell."""
        return header(self.file)["title"]

    def profile(self, name: str) -> Profile:
        """The profile `name`, which may be empty."""
        return self.profiles.get(name, Profile())


@dataclass(frozen=True)
class Course:
    """What `course.yml` holds."""

    stories: tuple[Story, ...]
    notebooks: tuple[Notebook, ...]


class Catalogue(dict):
    """Notebook id -> `Notebook`, in the order of the course."""

    root: Path  # the course's folder
    stories: tuple[Story, ...]

    def __missing__(self, name):
        hint = did_you_mean(str(name).upper(), self)
        raise ValueError(f"No notebook is called {name!r}.{hint} The catalogue has {', '.join(self)}.")

    def story(self, name: str) -> Story:
        """The story of a notebook."""
        folder = self[name].file.parent.relative_to(self.root).as_posix()
        return next(story for story in self.stories if story.folder == folder)

    def order(self, names: Iterable[str]) -> list[str]:
        """The named notebooks and what they need, each after what it needs."""
        wanted = {self[name].id for name in names}
        for name in reversed(self):  # a notebook stands after those it needs
            if name in wanted:
                wanted.update(self[name].needs)
        return [name for name in self if name in wanted]


def load(path: str | Path | None = None) -> Catalogue:
    """Read the catalogue, by default the course's own; `ValueError` with its line if something in it is wrong."""
    path = Path(path) if path else course_root() / "course.yml"
    course = strict.read(path, Course)
    catalogue = Catalogue()
    catalogue.root, catalogue.stories = path.parent.resolve(), course.stories
    for i, notebook in enumerate(course.notebooks):
        if problem := _problem(notebook, catalogue, [n.id for n in course.notebooks]):
            key, text = problem
            raise strict.error(path, ("notebooks", i, key), text)
        catalogue[notebook.id] = replace(notebook, file=catalogue.root / notebook.file)
    return catalogue


def _problem(notebook: Notebook, before: Catalogue, everything: list[str]) -> tuple[str, str] | None:
    """What is wrong with an entry after those `before`: the key and why; None if nothing is."""
    name, folders, known = notebook.id, [story.folder for story in before.stories], [*datasets.names(), NO_DATA]
    folder, data = notebook.file.parent.as_posix(), notebook.data
    if name in before:
        return "id", f"each notebook stands once in the catalogue. Received twice: {name}."
    if not (before.root / notebook.file).is_file():
        return "file", f"{before.root / notebook.file} does not exist."
    if folder not in folders:
        return "file", f"the folder of a notebook is that of a story: {', '.join(folders)}. Received: {folder}."
    if data not in known:
        return "data", f"a data set is one of {', '.join(known)}. Received: {data!r}.{did_you_mean(data, known)}"
    for need in notebook.needs:
        if need not in everything:
            return "needs", f"{name} needs {need}, which is not in the catalogue.{did_you_mean(need, everything)}"
        if need not in before:
            return "needs", f"{name} stands before {need}, which it needs: put it after."
    return None


# ---------------------------------------------------------------- what a notebook says of itself


@dataclass(frozen=True)
class Parameter:
    """One line of a parameters cell: `sequence_len: int = 16  # input window, in 3-hour steps`."""

    name: str
    type: type
    default: object
    help: str


_TYPES = {"int": int, "float": float, "str": str, "bool": bool}


def cells(path: Path) -> list[dict]:
    """The cells of a notebook. Raises `ValueError` if the file is none."""
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))["cells"]
    except (ValueError, KeyError) as error:
        raise ValueError(f"{path} is not a notebook: {error}.") from error


def header(path: str | Path) -> dict[str, str]:
    """Title and claim from a notebook's first cell."""
    first = "".join(cells(Path(path))[0]["source"])
    title = re.search(r"^# \[\w+\] (.+)$", first, re.M)
    claim = re.search(r"^\*(?!\*)(.+)\*$", first, re.M)
    return {"title": title[1].strip() if title else Path(path).stem, "claim": claim[1].strip() if claim else ""}


def parameters(path: str | Path) -> list[Parameter]:
    """Read the parameters cell, strictly: what papermill would overlook is an error here.

    Raises:
        ValueError: no cell or several cells tagged `parameters`, something of another form than
            `name: type = value  # comment`, or a name given twice. An editor may have broken a line.
    """
    path = Path(path)
    tagged = ["".join(c["source"]) for c in cells(path) if "parameters" in c.get("metadata", {}).get("tags", [])]
    if len(tagged) != 1:
        raise ValueError(f"{path.name}: a notebook has one cell tagged `parameters`. Received: {len(tagged)}.")
    lines, known = tagged[0].splitlines(), {}
    try:
        nodes = ast.parse(tagged[0]).body
    except SyntaxError as error:
        raise _not_a_parameter(path, lines[(error.lineno or 1) - 1]) from None
    for node in nodes:
        try:
            name, kind, value = node.target.id, _TYPES[node.annotation.id], ast.literal_eval(node.value)
        except (ValueError, TypeError, AttributeError, KeyError):
            raise _not_a_parameter(path, lines[node.lineno - 1]) from None
        if name in known:
            raise ValueError(f"{path.name}: each parameter stands once. Received twice: {name}.")
        comment = lines[node.end_lineno - 1].encode()[node.end_col_offset :].decode().strip(" #")
        known[name] = Parameter(name, kind, _as_type(name, kind, value), comment)
    return list(known.values())


def _not_a_parameter(path: Path, line: str) -> ValueError:
    return ValueError(
        f"{path.name}: a parameter is `name: type = value`, type one of {', '.join(_TYPES)}, with a plain "
        f"value. Received: {line!r}."
    )


def _as_type(name: str, wanted: type, value):
    """`value` as the parameter's type; text such as '1e-5' from a command line is read. Raises ValueError."""
    kind = TypeAdapter(wanted)
    try:
        return kind.validate_strings(value) if isinstance(value, str) else kind.validate_python(value, strict=True)
    except ValidationError:
        raise ValueError(f"`{name}` is of type {wanted.__name__}. Received: {value!r}.") from None


def check_parameters(path: str | Path, values: Mapping[str, object]) -> dict[str, object]:
    """`values` with the types that the notebook declares; `ValueError` for an unknown name or a value of another."""
    known = {p.name: p for p in parameters(path)}
    checked = {}
    for name, value in values.items():
        if name not in known:
            hint = did_you_mean(name, known, "`")
            raise ValueError(f"{Path(path).name} has no parameter `{name}`.{hint} It has: {', '.join(known)}.")
        checked[name] = _as_type(name, known[name].type, value)
    return checked


# ---------------------------------------------------------------- the table of notebooks in the README

_MARKS = ("<!-- notebooks: made by `python -m fidle_course.catalogue`, do not edit -->", "<!-- /notebooks -->")


def with_table(readme: str, catalogue: Catalogue) -> str:
    """The README's text with its table of notebooks made anew: links, claims from their headers, measured times."""
    tables = {s: ["| notebook | what it shows | time |", "|---|---|--:|"] for s in catalogue.stories}
    for name, notebook in catalogue.items():
        head, file = header(notebook.file), notebook.file.relative_to(catalogue.root).as_posix()
        title = head["title"] + ("" if head["title"].endswith("?") else ".")
        row = f"| [{name}]({file}) | **{title}** {head['claim']} | {notebook.seconds['live']:.0f} s |"
        tables[catalogue.story(name)].append(row)
    parts = [f"### {s.title}\n\n{s.blurb.strip()}\n\n" + "\n".join(rows) for s, rows in tables.items()]
    start, end = _MARKS
    before, rest = readme.split(start)
    return "\n\n".join([before + start, *parts, end + rest.split(end)[1]])


if __name__ == "__main__":
    from fidle_utils.files import write_text

    course = load()
    write_text(course.root / "README.md", with_table((course.root / "README.md").read_text(encoding="utf-8"), course))
