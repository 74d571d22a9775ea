import re

from fidle_course import catalogue
from fidle_utils import course_root

README = (course_root() / "README.md").read_text(encoding="utf-8")


def test_table_is_made_from_the_catalogue_and_the_headers():
    assert catalogue.with_table(README, catalogue.load()) == README, "run: python -m fidle_course.catalogue"


def test_every_notebook_has_a_measured_time():
    assert all(notebook.seconds["live"] for notebook in catalogue.load().values())


def test_every_link_and_picture_is_there():
    targets = [t for t in re.findall(r"\]\(([^)#]+)\)", README) if not t.startswith("http")]
    assert len(targets) > 10
    for target in targets:
        assert (course_root() / target).exists(), target


def test_every_make_target_that_it_names_exists():
    makefile = (course_root() / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"`?make (?:GPU=1 )?([a-z]+)", README)):
        assert re.search(rf"^{target}:", makefile, re.M), target


def test_every_fidle_command_that_it_names_is_known():
    from fidle_course.cli import _parser

    commands = re.findall(r"^\.venv/bin/fidle ([^#\n]+?)\s*(?:#|$)", README, re.M)
    assert len(commands) > 4
    for command in commands:
        _parser().parse_args(command.split())
