"""requirements.txt is pinned and complete: what is installed from it needs nothing that it does not name."""

import importlib.metadata
import re

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from fidle_utils import course_root


def read(name):
    lines = (course_root() / name).read_text(encoding="utf-8").splitlines()
    return [Requirement(line) for line in lines if line and line[0] not in "#-"]


def wanted(requirement, extras=("",)):
    return requirement.marker is None or any(requirement.marker.evaluate({"extra": e}) for e in extras)


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


def test_the_package_imports_nothing_third_party_that_is_not_pinned():
    distributions = importlib.metadata.packages_distributions()
    pinned = {canonicalize_name(r.name) for r in read("requirements.txt")}
    optional = {"jax", "torch"}  # other backends, imported only if they are the one chosen
    for path in (course_root() / "fidle_utils").rglob("*.py"):
        for module in re.findall(r"^\s*(?:import|from) ([a-zA-Z_]\w*)", path.read_text(encoding="utf-8"), re.M):
            names = {canonicalize_name(n) for n in distributions.get(module, [])} - {"fidle-utils"}
            if names and module not in optional:
                assert names & pinned, f"{path.name} imports {module}, of {names}"
