"""The form of a lesson: one question, few words, few lines, drawings, a computed answer, a quiz.

A lesson has this form if it has a heading `## Going further`; what stands there, and the exercises, does not count.
"""

import ast
import json
import re

import pytest

from fidle_course import catalogue
from fidle_utils import course_root

CATALOGUE = catalogue.load()
MOST = {"cells": 28, "words": 900, "lines": 140, "lines of one cell": 20, "lines of imports": 8}
HEADINGS = ("To keep in mind", "Quiz", "Going further", "Exercises")


def cells(name):
    """(kind, source, tags) of each cell."""
    found = json.loads(CATALOGUE[name].file.read_text(encoding="utf-8"))["cells"]
    return [(c["cell_type"], "".join(c["source"]), c["metadata"].get("tags", [])) for c in found]


def prose(name):
    return "\n\n".join(source for kind, source, _ in cells(name) if kind == "markdown")


def lesson(name):
    """The cells before "Going further"."""
    found = cells(name)
    end = next(i for i, (kind, source, _) in enumerate(found) if kind == "markdown" and "## Going further" in source)
    return found[:end]


def code_lines(source):
    return [line for line in source.splitlines() if line.strip() and not line.strip().startswith("#")]


def words_in(text):
    """Words of prose: no formulas, no code, no tags, no addresses."""
    text = re.sub(r"\$\$.*?\$\$|\$[^$]*\$|`[^`]*`|<[^>]*>|\]\([^)]*\)", " ", text, flags=re.S)
    return re.findall(r"[A-Za-zÀ-ÿ']{2,}", text)


def sentences(text):
    """Sentences of the running text and of lists; headings, tables, formulas and pictures are none."""
    text = re.sub(r"\$\$.*?\$\$", "", text, flags=re.S)
    text = re.sub(r"^(#|!\[|\||\*\*Data\*\*).*$", "", text, flags=re.M)
    return [s for line in text.splitlines() for s in re.split(r"(?<=[.!?:;])\s+", line) if words_in(s)]


NEW_FORM = [name for name in CATALOGUE if re.search(r"^## Going further$", prose(name), re.M)]


@pytest.mark.parametrize("name", NEW_FORM)
def test_lesson_is_small(name):
    found = lesson(name)
    code = [code_lines(source) for kind, source, tags in found if kind == "code" and "parameters" not in tags]
    size = {
        "cells": len(found),
        "words": len(words_in("\n\n".join(source for kind, source, _ in found if kind == "markdown"))),
        "lines": sum(map(len, code)),
        "lines of one cell": max(map(len, code)),
        "lines of imports": len(code[0]),
    }
    assert all(size[what] <= MOST[what] for what in MOST), size


@pytest.mark.parametrize("name", NEW_FORM)
def test_first_cell_asks_shows_a_drawing_and_says_what_the_reader_will_do(name):
    first = cells(name)[0][1]
    header = catalogue.header(CATALOGUE[name].file)
    assert header["title"].endswith("?") or header["claim"].endswith("?"), "one question"
    assert re.search(r"^!\[.+\]\(\.\./docs/drawings/[\w-]+\.svg\)$", first, re.M), "a drawing"
    will = re.search(r"^You will: (.+)$", first, re.M)
    assert will and 2 <= len(re.findall(r"\*\*\w+\*\*", will[1])) <= 4, "You will: **verb** …, **verb** …"


@pytest.mark.parametrize("name", NEW_FORM)
def test_first_code_cells_are_imports_parameters_and_the_run(name):
    code = [(source, tags) for kind, source, tags in cells(name) if kind == "code"]
    assert all(isinstance(node, ast.Import | ast.ImportFrom) for node in ast.parse(code[0][0]).body)
    assert code[1][1] == ["parameters"] and code[2][0].startswith("run = Run(")
    above, below = code[1][0].split("\n# below: what seldom changes\n")
    assert 3 <= len(above.splitlines()) <= 8 and "run_dir: str" in below


@pytest.mark.parametrize("name", NEW_FORM)
def test_headings_have_no_numbers_and_the_last_ones_come_in_order(name):
    found = re.findall(r"^## (.+?)\s*$", prose(name), re.M)
    assert not [heading for heading in found if heading[0].isdigit()]
    assert [heading for heading in found if heading in HEADINGS] == list(HEADINGS)
    assert "### Sources" in prose(name)


@pytest.mark.parametrize("name", NEW_FORM)
def test_answer_is_computed(name):
    """From "Verdict" on (where a lesson has none: anywhere) some line is `print(f"… {value} …")`."""
    found = lesson(name)
    start = next((i for i, (_, source, _) in enumerate(found) if re.search(r"^## Verdict$", source, re.M)), 0)
    code = "\n".join(source for kind, source, _ in found[start:] if kind == "code")
    answers = [
        n for n in ast.walk(ast.parse(code)) if isinstance(n, ast.Call) and ast.unparse(n).startswith("print(f")
    ]
    assert [part for node in answers for part in ast.walk(node) if isinstance(part, ast.FormattedValue)]


@pytest.mark.parametrize("name", NEW_FORM)
def test_quiz_asks_three_questions_with_folded_answers(name):
    quiz = re.search(r"^## Quiz\n(.*?)(?=^## |\Z)", prose(name), re.M | re.S)[1]
    questions = re.findall(r"^(?:\*\*)?(\d)\.(?:\*\*)? .+\?$", quiz, re.M)
    assert questions == ["1", "2", "3"]
    answers = re.findall(r"<details><summary>Answer</summary>\s*(.+?)</details>", quiz, re.S)
    assert len(answers) == 3 and all(len(words_in(answer)) >= 3 for answer in answers)


@pytest.mark.parametrize("name", NEW_FORM)
def test_drawings_exist_and_have_alternative_texts(name):
    pictures = re.findall(r"!\[([^\]]*)\]\(([^)]*)\)", prose(name))
    for alt, address in pictures:
        assert (CATALOGUE[name].file.parent / address).is_file(), address
        assert len(words_in(alt)) >= 8 and alt[0].isupper(), alt


def test_entries_of_the_glossary_have_a_french_name_and_two_sentences():
    text = (course_root() / "docs" / "glossary.md").read_text(encoding="utf-8")
    entries = [part for part in text.split("\n\n")[2:] if part.strip() and not part.startswith("#")]
    terms = [re.match(r"\*\*([^*]+)\*\* \(\*[^*]+\*\)\. ", entry) for entry in entries]
    assert all(terms), [entry[:60] for entry, term in zip(entries, terms, strict=True) if not term]
    assert len({term[1] for term in terms}) == len(terms), "each term stands once"
    for entry, term in zip(entries, terms, strict=True):
        assert 1 <= len(sentences(entry[term.end() :])) <= 5, entry


@pytest.mark.parametrize("name", NEW_FORM)
def test_sentences_are_short(name):
    """About 20 words; 25 are never needed."""
    text = "\n\n".join(source for kind, source, _ in lesson(name) if kind == "markdown")
    long = [s for s in sentences(re.sub(r"^You will: .*$", "", text, flags=re.M)) if len(words_in(s)) > 25]
    assert not long, "\n".join(long)


@pytest.mark.parametrize("name", NEW_FORM)
def test_results_are_written_before_going_further(name):
    assert "run.finish(" in [source for kind, source, _ in lesson(name) if kind == "code"][-1]


# ---------------------------------------------------------------- the measures themselves


def test_words_are_those_that_one_reads_aloud():
    found = words_in("The `state` $h_t$ is a [vector](../a.svg) of <b>numbers</b>.")
    assert found == ["The", "is", "vector", "of", "numbers"]


def test_sentences_end_at_a_stop_and_headings_are_none():
    assert sentences("# Title here\n\nOne is here. Two is there:\n\n- an item of it\n") == [
        "One is here.",
        "Two is there:",
        "- an item of it",
    ]


def names_in(sources, kind):
    """Names that code assigns (`ast.Store`) or reads (`ast.Load`)."""
    nodes = [node for source in sources for node in ast.walk(ast.parse(source))]
    names = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, kind)}
    if kind is ast.Store:
        names |= {node.name for node in nodes if isinstance(node, ast.FunctionDef)}
    return names


@pytest.mark.parametrize("name", NEW_FORM)
def test_section_that_may_be_left_out_is_needed_by_no_later_cell(name):
    found = lesson(name)
    for sentence in re.findall(r"leave out ([^.]*)\.", found[0][1]):
        for title in re.findall(r"\*([^*]+)\*", sentence):
            before, inside, after, heading = [], [], [], ""
            for kind, source, _ in found:
                if kind == "markdown":
                    heading = (re.findall(r"^#+ (.+)$", source, re.M) or [heading])[-1]
                elif heading == title:
                    inside.append(source)
                else:
                    (after if inside else before).append(source)
            assert inside, f"a section is named {title}"
            own = names_in(inside, ast.Store) - names_in(before, ast.Store) - names_in(after, ast.Store)
            assert not own & names_in(after, ast.Load), f"needed after {title}"
