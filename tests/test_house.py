"""Who may import whom, and how long a function may be: read from the source of the two packages."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LONGEST = 60  # lines of a function


def name_of(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


FILES = {
    name_of(file): file for package in ("fidle_utils", "fidle_course") for file in (ROOT / package).rglob("*.py")
}
TREES = {name: ast.parse(file.read_text(encoding="utf-8")) for name, file in FILES.items()}


def imports(name: str) -> set[str]:
    """Modules of the two packages that a module imports, anywhere in it."""
    found = set()
    for node in ast.walk(TREES[name]):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            inside = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {module if module in FILES else node.module for module in inside}
    return {module for module in found if module in FILES} - {name}


def circle(name: str, way: tuple[str, ...] = (), seen: set[str] | None = None) -> tuple[str, ...]:
    """The way from a module back to a module on it, if there is one."""
    if name in way:
        return (*way[way.index(name) :], name)
    if name in (seen := set() if seen is None else seen):
        return ()
    seen.add(name)
    return next((found for module in sorted(imports(name)) if (found := circle(module, (*way, name), seen))), ())


@pytest.mark.parametrize("name", [name for name in FILES if name.startswith("fidle_utils")])
def test_what_notebooks_import_knows_nothing_of_the_machinery(name):
    assert [module for module in imports(name) if module.startswith("fidle_course")] == []


def test_no_files_import_each_other_in_a_circle():
    assert [found for name in FILES if (found := circle(name))] == []


def test_no_function_is_long():
    lengths = {
        f"{name}.{node.name}": node.end_lineno - node.lineno + 1
        for name, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST} == {}
