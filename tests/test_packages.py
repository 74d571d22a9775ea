"""The two packages as a whole: who may import whom, declared names, examples that run."""

import ast
import doctest
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = sorted(f for package in ("fidle_utils", "fidle_course") for f in (ROOT / package).rglob("*.py"))


def module_name(file):
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(file): file for file in FILES if "config" not in file.stem}
UTILS = [name for name in MODULES if name.split(".")[0] == "fidle_utils"]


def imported(name):
    """The modules of the two packages that a module imports, anywhere in it, also inside its functions."""
    found = set()
    for node in ast.walk(ast.parse(MODULES[name].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name}: imports are absolute"
            parts = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= parts & set(MODULES) or {node.module}
    return {other for other in found if other.split(".")[0] in ("fidle_utils", "fidle_course")}


@pytest.mark.parametrize("name", UTILS)
def test_what_notebooks_import_never_imports_the_machinery(name):
    assert not [other for other in imported(name) if other.startswith("fidle_course")]


def test_no_modules_import_each_other_in_a_circle():
    left = {name: imported(name) & set(MODULES) - {name} for name in MODULES}
    while free := [name for name, needs in left.items() if not needs & set(left)]:
        for name in free:
            del left[name]
    assert not left, f"a circle among {', '.join(sorted(left))}"


def test_no_function_is_longer_than_sixty_lines():
    trees = {name: ast.parse(file.read_text(encoding="utf-8")) for name, file in MODULES.items()}
    functions = [(name, n) for name, tree in trees.items() for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)]
    assert [f"{name}.{n.name}" for name, n in functions if n.end_lineno - n.lineno >= 60] == []


def test_importing_fidle_utils_imports_nothing_heavy():
    heavy = {"tensorflow", "keras", "pandas", "jax", "torch", "matplotlib", "sklearn", "scipy"}
    code = (
        "import sys, fidle_utils, fidle_utils.run, fidle_utils.datasets, fidle_utils.exercises; "
        f"print(sorted({heavy} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("[]\n", "")


@pytest.mark.parametrize("name", [name for name in UTILS if name.count(".") < 3])  # a data set declares in its folder
def test_public_names_are_declared_and_exist(name):
    module = importlib.import_module(name)
    tree = ast.parse(MODULES[name].read_text(encoding="utf-8"))
    defined = {n.name for n in tree.body if isinstance(n, ast.FunctionDef | ast.ClassDef)}
    assert {n for n in defined if not n.startswith("_")} <= set(module.__all__)
    assert all(hasattr(module, public) for public in module.__all__)
    assert len(set(module.__all__)) == len(module.__all__)


@pytest.mark.parametrize("name", [name for name, file in MODULES.items() if ">>>" in file.read_text("utf-8")])
def test_examples_in_docstrings_give_what_they_say(name):
    module = importlib.import_module(name)
    found = doctest.testmod(module, optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
    assert found.attempted and not found.failed
