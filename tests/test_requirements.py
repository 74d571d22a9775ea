"""What the two packages and the notebooks import is declared, pinned and complete."""

import ast
import importlib.metadata
import json
import re
import sys
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from fidle_course import catalogue
from fidle_utils import course_root

ROOT = course_root()
OPTIONAL = {"jax", "torch"}  # other backends of Keras, imported only where they are the one chosen
NOT_IMPORTED = {
    "jupyterlab": "people open the notebooks in it",
    "tensorflow": "Keras runs on it: the same module as tensorflow-cpu",
    "tensorflow-cpu": "Keras runs on it",
    "tqdm": "pooch draws its progress bar with it",
}


def read(name):
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return [Requirement(line) for line in lines if line and line[0] not in "#-"]


def declared():
    """The dependencies of pyproject.toml."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {canonicalize_name(Requirement(line).name): Requirement(line) for line in project["dependencies"]}


def sources():
    """File name -> Python, of the two packages and of every notebook."""
    for package in ("fidle_utils", "fidle_course"):
        for path in (ROOT / package).rglob("*.py"):
            yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")
    for notebook in catalogue.load().values():
        cells = json.loads(notebook.file.read_text(encoding="utf-8"))["cells"]
        yield notebook.file.name, "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "code")


def imported():
    """Module -> the files that import it; neither the standard library nor the course."""
    found = {}
    for name, source in sources():
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Import):
                modules = {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                modules = {node.module.split(".")[0]}
            else:
                continue
            for module in modules - sys.stdlib_module_names - {"fidle_utils", "fidle_course"}:
                found.setdefault(module, set()).add(name)
    return found


IMPORTED = imported()
DISTRIBUTIONS = importlib.metadata.packages_distributions()


def wanted(requirement, extras=("",)):
    return requirement.marker is None or any(requirement.marker.evaluate({"extra": e}) for e in extras)


@pytest.mark.parametrize("module", sorted(set(IMPORTED) - OPTIONAL))
def test_what_is_imported_is_declared(module):
    names = {canonicalize_name(name) for name in DISTRIBUTIONS.get(module, [module])}
    assert names & set(declared()), f"{module} is imported by {', '.join(sorted(IMPORTED[module]))}"


def test_what_is_declared_is_imported_or_has_its_reason():
    used = {canonicalize_name(name) for module in IMPORTED for name in DISTRIBUTIONS.get(module, [module])}
    assert set(declared()) - used <= set(NOT_IMPORTED), sorted(set(declared()) - used - set(NOT_IMPORTED))


def test_what_is_declared_stands_in_the_first_part_of_what_is_pinned():
    first = (ROOT / "requirements.txt").read_text(encoding="utf-8").split("# what these bring along")[0]
    pinned = {canonicalize_name(name): version for name, version in re.findall(r"^([\w-]+)==([\w.]+)", first, re.M)}
    assert set(pinned) - {"setuptools"} == set(declared())
    for name, requirement in declared().items():
        assert pinned[name] in requirement.specifier, requirement


def test_every_requirement_is_pinned_to_one_version():
    for requirement in read("requirements.txt") + read("requirements-test.txt"):
        assert re.fullmatch(r"==[\w.]+", str(requirement.specifier)), requirement


def test_what_is_pinned_brings_nothing_along_that_is_not():
    pinned = {canonicalize_name(r.name): r for r in read("requirements.txt") if wanted(r)}
    todo, seen = [(name, "") for name in pinned], set()
    while todo:
        name, extra = todo.pop()
        if (name, extra) in seen:
            continue
        seen.add((name, extra))
        for line in importlib.metadata.requires(name) or []:
            requirement = Requirement(line)
            if wanted(requirement, ("", extra)):
                needed = canonicalize_name(requirement.name)
                assert needed in pinned or needed == "wheel", f"{name} needs {needed}, which is not pinned"
                todo += [(needed, e) for e in ("", *requirement.extras)]


def test_what_is_installed_is_what_is_pinned():
    for requirement in read("requirements.txt"):
        if wanted(requirement):
            assert importlib.metadata.version(requirement.name) in requirement.specifier, requirement


def test_every_file_of_the_packages_is_installed_without_a_list_of_names():
    """A new folder of a package, or a new template in one, needs no change of pyproject.toml."""
    setuptools = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    assert setuptools["packages"]["find"]["include"] == ["fidle_utils*", "fidle_course*"]
    assert setuptools["package-data"] == {"*": ["*"]}
