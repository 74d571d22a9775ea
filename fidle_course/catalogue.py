"""The catalogue `course.yml` lists each notebook once; everything that lists notebooks reads it here.

Also the strict reading of a notebook's parameters cell, and gates: comparisons that a run must pass.
"""

import ast
import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from fidle_course.headline import Headline
from fidle_utils import course_root

PROFILES = ("live", "smoke", "full")
SOURCES = ("real", "simulated", "generated")
_OPERATORS = {
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
}
_GATE = re.compile(r"^\s*([A-Za-z_]\w*)\s*(<=|>=|<|>)\s*([A-Za-z_]\w*|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*$")


@dataclass(frozen=True)
class Gate:
    """A comparison between a score and a number or another score, such as `rmse_3h_lstm <= rmse_3h_yesterday`."""

    left: str
    operator: str
    right: str | float

    @classmethod
    def parse(cls, text: str) -> "Gate":
        """Read a gate. Raises `ValueError` for anything but `score <|<=|>|>= score-or-number`."""
        match = _GATE.match(text)
        if not match:
            raise ValueError(
                f"A gate compares a score with a number or another score: `name <= 1.3`. Received: {text!r}."
            )
        left, operator, right = match.groups()
        return cls(left, operator, right if right[0].isalpha() or right[0] == "_" else float(right))

    def holds(self, scores: Mapping[str, float]) -> bool:
        """True if the comparison holds; a missing score or NaN never holds."""
        left = scores.get(self.left)
        right = scores.get(self.right) if isinstance(self.right, str) else self.right
        if left is None or right is None:
            return False
        return _OPERATORS[self.operator](left, right)

    def missing(self, scores: Mapping[str, float]) -> list[str]:
        """The names that this gate compares and that `scores` lacks."""
        return [name for name in (self.left, self.right) if isinstance(name, str) and name not in scores]

    def __str__(self) -> str:
        right = self.right if isinstance(self.right, str) else f"{self.right:g}"
        return f"{self.left} {self.operator} {right}"


def gates_for(gates: Mapping[str, Iterable], source: str, what: str = "") -> list:
    """Those of the gates that are about these data, those for `any` first.

    Args:
        gates: `any` or a data source, alone or with a place -> gates. Those under `real 07690` are about real data
            of that station only: a limit in degrees that holds in Nice says nothing of Brest.
        source: 'real', 'simulated' or 'generated'.
        what: the data's own words for themselves, such as "Nice (07690)".
    """
    found = []
    for wanted in ("any", source):
        for key, some in gates.items():
            name, _, place = key.partition(" ")
            if name == wanted and place in what:
                found += some
    return found


@dataclass(frozen=True)
class Profile:
    """Parameters and gates of a notebook in one profile."""

    parameters: dict = field(default_factory=dict)
    gates_by_source: dict = field(default_factory=dict)

    def gates(self, source: str, what: str = "") -> list[Gate]:
        """The gates for data: see `gates_for`."""
        return gates_for(self.gates_by_source, source, what)


@dataclass(frozen=True)
class Notebook:
    """One notebook of the catalogue."""

    id: str
    file: Path  # absolute
    title: str
    needs: tuple[str, ...]
    data: str
    seconds: dict  # profile -> measured seconds on 2 cores
    headline: Headline
    resources: dict  # cpus, mem_mb, minutes, gpus
    profiles: dict

    def profile(self, name: str) -> Profile:
        """The profile `name`; an unknown name is a `ValueError`."""
        if name not in self.profiles:
            raise ValueError(f"A profile is one of {', '.join(self.profiles)}. Received: {name!r}.")
        return self.profiles[name]


class Catalogue(dict):
    """Notebook id -> `Notebook`, in the order of the course."""

    root: Path

    def __missing__(self, name):
        near = difflib.get_close_matches(str(name).upper(), list(self), n=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise ValueError(f"No notebook is called {name!r}.{hint} The catalogue has {', '.join(self)}.")

    def order(self, names: Iterable[str] | None = None) -> list[str]:
        """The named notebooks (or all) and what they need, each after what it needs."""
        done: list[str] = []

        def visit(name: str) -> None:
            for need in self[name].needs:
                visit(need)
            if name not in done:
                done.append(name)

        for name in self if names is None else names:
            visit(name)
        return done


def load(path: str | Path | None = None) -> Catalogue:
    """Read the catalogue.

    Args:
        path: a `course.yml`; by default the course's own. Files are relative to its folder.

    Raises:
        ValueError: an entry is wrong: which, and what it should be.
        FileNotFoundError: no catalogue, or a notebook file is missing.
    """
    import yaml

    path = Path(path) if path else course_root() / "course.yml"
    entries = yaml.safe_load(path.read_text(encoding="utf-8"))["notebooks"]
    catalogue = Catalogue()
    catalogue.root = path.parent.resolve()
    for entry in entries:
        notebook = _notebook(entry, catalogue.root)
        if notebook.id in catalogue:
            raise ValueError(f"{path}: each notebook stands once in the catalogue. Received twice: {notebook.id}.")
        catalogue[notebook.id] = notebook
    for notebook in catalogue.values():
        for need in notebook.needs:
            if need not in catalogue:
                raise ValueError(f"{path}: {notebook.id} needs {need}, which is not in the catalogue.")
            if list(catalogue).index(need) > list(catalogue).index(notebook.id):
                raise ValueError(f"{path}: {notebook.id} stands before {need}, which it needs: put it after.")
    return catalogue


def _notebook(entry: dict, root: Path) -> Notebook:
    allowed = {"id", "file", "title", "needs", "data", "seconds", "headline", "resources", "profiles"}
    name = entry.get("id", "?")
    if unknown := set(entry) - allowed:
        raise ValueError(f"{name}: a catalogue entry has the keys {sorted(allowed)}. Received: {sorted(unknown)}.")
    file = root / entry["file"]
    if not file.is_file():
        raise FileNotFoundError(f"{name}: the catalogue names {file}, which does not exist.")
    profiles = {}
    for profile_name in PROFILES:
        raw = (entry.get("profiles") or {}).get(profile_name) or {}
        gates = raw.get("gates") or {}
        if unknown := {key for key in gates if key.partition(" ")[0] not in ("any", *SOURCES)}:
            raise ValueError(
                f"{name}: gates stand under any, {', '.join(SOURCES)}, or one of them and a place, as in "
                f"`real 07690`. Received: {sorted(unknown)}."
            )
        parsed = {source: [Gate.parse(text) for text in texts] for source, texts in gates.items()}
        profiles[profile_name] = Profile(raw.get("parameters") or {}, parsed)
    return Notebook(
        id=entry["id"],
        file=file,
        title=entry.get("title") or header(file)["title"],
        needs=tuple(entry.get("needs") or ()),
        data=entry.get("data", ""),
        seconds=entry.get("seconds") or {},
        headline=Headline(**entry.get("headline") or {}),
        resources=entry.get("resources") or {},
        profiles=profiles,
    )


# ---------------------------------------------------------------- what a notebook says of itself


@dataclass(frozen=True)
class Parameter:
    """One line of a parameters cell: `sequence_len: int = 16  # input window, in 3-hour steps`."""

    name: str
    type: type
    default: object
    help: str


_TYPES = {"int": int, "float": float, "str": str, "bool": bool}
_LINE = re.compile(r"^([A-Za-z_]\w*): (int|float|str|bool) = ([^#=]+?)(?:  # ([^=]+))?$")


def _cells(path: Path) -> list[dict]:
    import json

    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))["cells"]
    except (ValueError, KeyError) as error:
        raise ValueError(f"{path} is not a notebook: {error}.") from error


def header(path: str | Path) -> dict[str, str]:
    """Title, claim and facts (Data, Time, Before, Next) from a notebook's first cell."""
    first = "".join(_cells(Path(path))[0]["source"])
    title = re.search(r"^# \[(\w+)\] (.+)$", first, re.M)
    claim = re.search(r"^\*(?!\*)(.+)\*$", first, re.M)
    facts = dict(re.findall(r"\*\*(Data|Time|Before|Next)\*\* ([^·\n]+?)\s*(?:·|$)", first, re.M))
    return {
        "id": title.group(1) if title else "",
        "title": title.group(2).strip() if title else Path(path).stem,
        "claim": claim.group(1).strip() if claim else "",
        **{key.lower(): value.strip() for key, value in facts.items()},
    }


def parameters(path: str | Path) -> list[Parameter]:
    """Read the parameters cell, strictly: what papermill would overlook is an error here.

    Raises:
        ValueError: no cell or several cells tagged `parameters`, a line of another form than
            `name: type = value  # comment`, a second `=` on a line, or a name given twice.
    """
    path = Path(path)
    tagged = [c for c in _cells(path) if "parameters" in c.get("metadata", {}).get("tags", [])]
    if len(tagged) != 1:
        raise ValueError(f"{path.name}: a notebook has one cell tagged `parameters`. Received: {len(tagged)}.")
    found: list[Parameter] = []
    for line in "".join(tagged[0]["source"]).splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        match = _LINE.match(line.rstrip())
        if not match:
            raise ValueError(
                f"{path.name}: a parameter is one line `name: type = value  # comment`, type one of "
                f"{', '.join(_TYPES)}, with no other `=`: papermill does not see anything else. Received: {line!r}."
            )
        name, type_name, text, comment = match.groups()
        try:
            value = ast.literal_eval(text.strip())
        except (ValueError, SyntaxError) as error:
            raise ValueError(f"{path.name}: `{name}` has a plain value. Received: {text!r}.") from error
        found.append(Parameter(name, _TYPES[type_name], _as_type(name, _TYPES[type_name], value), comment or ""))
    names = [p.name for p in found]
    if twice := {n for n in names if names.count(n) > 1}:
        raise ValueError(f"{path.name}: each parameter stands once. Received twice: {', '.join(sorted(twice))}.")
    return found


def _as_type(name: str, wanted: type, value):
    """`value` as the parameter's type; text such as '1e-5' from a command line is read. Raises ValueError."""
    if isinstance(value, wanted) and not (wanted is int and isinstance(value, bool)):
        return value
    if wanted is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, str) and wanted in (int, float):
        try:
            return wanted(value)
        except ValueError:
            pass
    if isinstance(value, str) and wanted is bool and value.lower() in ("true", "false"):
        return value.lower() == "true"
    raise ValueError(f"`{name}` is of type {wanted.__name__}. Received: {value!r}.")


def check_parameters(path: str | Path, values: Mapping[str, object]) -> dict[str, object]:
    """`values` with the types that the notebook declares.

    Raises:
        ValueError: a name that the notebook does not have (with the nearest one), or a value of another type.
    """
    known = {p.name: p for p in parameters(path)}
    checked = {}
    for name, value in values.items():
        if name not in known:
            near = difflib.get_close_matches(name, list(known), n=1)
            hint = f" Did you mean `{near[0]}`?" if near else ""
            raise ValueError(f"{Path(path).name} has no parameter `{name}`.{hint} It has: {', '.join(known)}.")
        checked[name] = _as_type(name, known[name].type, value)
    return checked


# ---------------------------------------------------------------- the table of notebooks in the README

_MARKS = ("<!-- notebooks: made by `python -m fidle_course.catalogue`, do not edit -->", "<!-- /notebooks -->")


def markdown_table(catalogue: Catalogue) -> str:
    """The notebooks as a Markdown table: links, claims from their headers, measured times."""
    rows = ["| notebook | what it shows | time |", "|---|---|--:|"]
    for notebook in catalogue.values():
        head = header(notebook.file)
        link = f"[{notebook.id}]({notebook.file.relative_to(catalogue.root).as_posix()})"
        seconds = notebook.seconds.get("live")
        stop = "" if head["title"].endswith("?") else "."
        time = f"{seconds:.0f} s" if seconds else "–"
        rows.append(f"| {link} | **{head['title']}{stop}** {head['claim']} | {time} |")
    return "\n".join(rows)


def with_table(readme: str, catalogue: Catalogue) -> str:
    """The README's text with its table of notebooks made anew."""
    start, end = _MARKS
    before, rest = readme.split(start)
    return f"{before}{start}\n\n{markdown_table(catalogue)}\n\n{end}{rest.split(end)[1]}"


if __name__ == "__main__":
    from fidle_utils.files import write_text

    course = load()
    write_text(course.root / "README.md", with_table((course.root / "README.md").read_text(encoding="utf-8"), course))
