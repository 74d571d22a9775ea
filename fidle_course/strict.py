"""YAML files read strictly: what is misspelt, missing or of a wrong type is told with its line."""

import difflib
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, TypeVar, get_args, get_type_hints

import yaml
from pydantic import Field, TypeAdapter, ValidationError

T = TypeVar("T")
Count = Annotated[int, Field(ge=0)]
_KINDS = {
    "int": "a whole number",
    "float": "a number",
    "string": "a text",
    "bool": "true or false",
    "tuple": "a list",
    "list": "a list",
    "dict": "a block of `key: value`",
    "dataclass": "a block of `key: value`",
    "greater": "a whole number, 0 or more",
}


def did_you_mean(word: str, known: Iterable[str], mark: str = "") -> str:
    """` Did you mean full?` for `fulll`, or an empty text if nothing is near; `mark` goes around the word."""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f" Did you mean {mark}{near[0]}{mark}?" if near else ""


def read(path: Path, kind: type[T]) -> T:
    """Read a YAML file as a dataclass, whose fields say what the file may hold.

    Args:
        path: the file.
        kind: a dataclass; fields may be dataclasses, tuples and dictionaries of them.

    Raises:
        ValueError: the file is not as `kind` wants it: each problem with file, line, what came and what is right.
        FileNotFoundError: no such file.
    """
    text = path.read_text(encoding="utf-8")
    try:
        loader = yaml.SafeLoader(text)
        tree = loader.get_single_node()
        twice = [error(path, place, f"`{place[-1]}` stands twice.", line) for place, line in _twice(tree)]
        content = loader.construct_document(tree) if tree else {}
    except yaml.YAMLError as trouble:
        raise ValueError(f"{path} is not YAML: {trouble}") from trouble
    if twice:
        raise twice[0]
    try:
        return TypeAdapter(kind).validate_json(json.dumps(content, default=str), strict=True, extra="forbid")
    except ValidationError as trouble:
        problems = [str(error(path, p["loc"], _words(p, kind))) for p in trouble.errors()]
        raise ValueError("\n".join(problems)) from None


def error(path: Path, place: tuple, text: str, line: int | None = None) -> ValueError:
    """The error `FILE, line N, in A, b: text` about a place in a YAML file, given by keys and positions in lists."""
    node, names = yaml.compose(path.read_text(encoding="utf-8")), []
    at = node.start_mark.line if node else 0
    for part in place:
        if isinstance(node, yaml.MappingNode):
            key, inside = next(((k, v) for k, v in node.value if k.value == str(part)), (None, None))
            if key is None:
                break
            at, node = key.start_mark.line, inside
            names.append(str(part))
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            node = node.value[part]
            at = node.start_mark.line
            names.append(_name(node) or f"no. {part + 1}")
    if names and names[-1] == place[-1]:
        names.pop()
    where = f", in {', '.join(names)}" if names else ""
    return ValueError(f"{path}, line {(at if line is None else line) + 1}{where}: {text}")


def _name(node: yaml.Node) -> str:
    """What an entry of a list calls itself."""
    own = {k.value: v.value for k, v in node.value} if isinstance(node, yaml.MappingNode) else {}
    return own.get("id") or own.get("folder") or ""


def _twice(node: yaml.Node | None, place: tuple = ()) -> Iterator[tuple[tuple, int]]:
    """Keys that stand twice in one block, of which YAML would silently take the last."""
    if isinstance(node, yaml.MappingNode):
        seen = set()
        for key, value in node.value:
            if key.value in seen:
                yield (*place, key.value), key.start_mark.line
            seen.add(key.value)
            yield from _twice(value, (*place, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for i, value in enumerate(node.value):
            yield from _twice(value, (*place, i))


def _words(problem: dict, kind: type) -> str:
    """One of pydantic's errors in the course's words."""
    place, came = problem["loc"], problem["input"]
    name = next((part for part in reversed(place) if isinstance(part, str) and part != "[key]"), "the file")
    if problem["type"] == "unexpected_keyword_argument":
        known = list(get_type_hints(_block(kind, place[:-1])))
        return f"there is no key `{name}` here.{did_you_mean(name, known, '`')} Known: {', '.join(known)}."
    if problem["type"] == "missing":
        return f"the key `{name}` is missing."
    if problem["type"] == "value_error":
        return str(problem["ctx"]["error"])
    if problem["type"] == "literal_error":
        known = re.findall(r"'(.*?)'", problem["ctx"]["expected"])
        return f"`{name}` is {' or '.join(known)}. Received: {came!r}.{did_you_mean(str(came), known)}"
    wanted = _KINDS.get(problem["type"].split("_")[0], problem["msg"])
    return f"`{name}` is {wanted}. Received: {came!r}."


def _block(kind: type, place: tuple) -> type:
    """The dataclass that a place is read as."""
    for part in place:
        if isinstance(part, str) and part in get_type_hints(kind):
            kind = get_type_hints(kind)[part]
            kind = next((inside for inside in get_args(kind) if hasattr(inside, "__dataclass_fields__")), kind)
    return kind
