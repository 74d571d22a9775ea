"""YAML files read strictly: what is misspelt, missing or of a wrong type is told with its line."""

import difflib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, TypeVar

import yaml
from pydantic import Field, TypeAdapter, ValidationError

T = TypeVar("T")
Count = Annotated[int, Field(ge=0)]


def did_you_mean(word: str, known: Iterable[str], mark: str = "") -> str:
    """` Did you mean full?` for `fulll`, or an empty text if nothing is near; `mark` goes around the word."""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f" Did you mean {mark}{near[0]}{mark}?" if near else ""


class _Loader(yaml.SafeLoader):
    """As yaml's own, which of two equal keys in a block would silently take the last."""

    def construct_mapping(self, node, deep=False):
        """A block as a dictionary."""
        seen = set()
        for key, _ in node.value:
            if key.value in seen:
                raise ValueError(f"{self.name}, line {key.start_mark.line + 1}: `{key.value}` stands twice.")
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def read(path: Path, kind: type[T]) -> T:
    """Read a YAML file as the dataclass `kind`, whose fields say what the file may hold.

    Raises:
        ValueError: the file is not as `kind` wants it: each problem with file, line, what came and what is right.
        FileNotFoundError: no such file.
    """
    try:
        with open(path, encoding="utf-8") as file:
            content = yaml.load(file, _Loader) or {}
    except yaml.YAMLError as trouble:
        raise ValueError(f"{path} is not YAML: {trouble}") from trouble
    adapter = TypeAdapter(kind)
    try:
        return adapter.validate_json(json.dumps(content, default=str), strict=True, extra="forbid")
    except ValidationError as trouble:
        schema = adapter.json_schema()
        keys = {key for block in (schema, *schema.get("$defs", {}).values()) for key in block.get("properties", ())}
        raise ValueError("\n".join(str(error(path, p["loc"], _words(p, keys))) for p in trouble.errors())) from None


def error(path: Path, place: tuple, text: str) -> ValueError:
    """The error `FILE, line N: text` about a place in a YAML file, given by keys and positions in lists."""
    node = yaml.compose(path.read_text(encoding="utf-8"))
    at = node.start_mark.line if node else 0
    for part in place:
        if isinstance(node, yaml.MappingNode):
            pairs = [(k, v) for k, v in node.value if k.value == str(part)]
            if not pairs:
                break
            at, node = pairs[0][0].start_mark.line, pairs[0][1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            node = node.value[part]
            at = node.start_mark.line
    return ValueError(f"{path}, line {at + 1}: {text}")


def _words(problem: dict, keys: Iterable[str]) -> str:
    """One of pydantic's errors in the course's words; `keys` are all that the file may hold."""
    name = next((part for part in reversed(problem["loc"]) if isinstance(part, str) and part != "[key]"), "the file")
    if problem["type"] == "unexpected_keyword_argument":
        return f"there is no key `{name}` here.{did_you_mean(name, keys, '`')}"
    if problem["type"] == "missing":
        return f"the key `{name}` is missing."
    if problem["type"] == "value_error":
        return str(problem["ctx"]["error"])
    return f"`{name}`: {problem['msg']}. Received: {problem['input']!r}."
