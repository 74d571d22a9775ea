"""The trainees' copies of the notebooks: gaps in the place of solutions, checks that cannot be edited."""

import copy
import json
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from fidle_course import catalogue
from fidle_course.pages.markdown import carried
from fidle_utils.exercises import BEGIN, CHECK, EMPTY, END, GAP, SOLUTION
from fidle_utils.files import write_text


def student(out: Path, ids: Sequence[str] = ()) -> list[Path]:
    """Write the trainees' copies: solutions are gaps with their hint, checks are folded and cannot be edited.

    The notebooks (all, or those of `ids`) lie in `out` as in the course, with the drawings and texts of `docs/` that
    they show or link to. Nothing that is there is written over.

    Raises:
        FileExistsError: one of the copies exists already; then none is written.
        ValueError: an unknown id, or a notebook whose markers do not match.
    """
    courses = catalogue.load()
    wanted = [courses[name].id for name in ids] or list(courses)
    root = courses.root
    originals = {n.file: json.loads(n.file.read_text(encoding="utf-8")) for n in courses.values() if n.id in wanted}
    copies = {out / file.relative_to(root): student_copy(notebook) for file, notebook in originals.items()}
    if found := [str(path) for path in copies if path.exists()]:
        raise FileExistsError(
            f"A trainee's copy is never written over: it may hold work. Received: {', '.join(found)}. "
            "Name another folder, or move these away."
        )
    for path, notebook in copies.items():
        write_text(path, json.dumps(notebook, ensure_ascii=False, indent=1) + "\n")
    shown = {file for place, notebook in originals.items() for file in carried(notebook, place.parent, root)}
    for file in sorted(file for file in shown if not (out / file).exists()):
        (out / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / file, out / file)
    return list(copies)


def student_copy(notebook: dict) -> dict:
    """A notebook without its solutions, outputs and counts.

    A code cell with markers keeps what is outside of them, and gets a gap in their place; a text tagged
    `solution` (an answer in words) is left out.
    """
    notebook = copy.deepcopy(notebook)
    cells = []
    for cell in notebook["cells"]:
        tags = cell["metadata"].get("tags", [])
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
            source = "".join(cell["source"])
            if SOLUTION in tags or BEGIN in source or END in source:
                cell["source"] = with_gap(source).splitlines(keepends=True)
                cell["metadata"] = {"tags": [GAP]}
            elif CHECK in tags:
                locked = {"editable": False, "deletable": False}
                cell["metadata"] = {"tags": [CHECK], **locked, "jupyter": {"source_hidden": True}}
        elif SOLUTION in tags:
            continue
        cells.append(cell)
    notebook["cells"] = cells
    return notebook


def with_gap(source: str) -> str:
    """The code of a solution with a gap in the place of what stands between its markers."""
    found = re.findall(rf"^[ \t]*({re.escape(BEGIN)}|{re.escape(END)})[ \t]*$", source, re.M)
    if not found or found != [BEGIN, END] * (len(found) // 2):
        raise ValueError(f"A solution stands between `{BEGIN}` and `{END}`, each in a line. Received:\n{source}")
    region = re.compile(rf"^([ \t]*){re.escape(BEGIN)}[ \t]*\n.*?{re.escape(END)}[ \t]*$", re.M | re.S)
    return region.sub(lambda match: match[1] + EMPTY, source)
