"""A made-up course that has run: executed notebooks with figures, solutions and results, in a folder of results."""

import base64
import json
from pathlib import Path

from fidle_course import catalogue
from fidle_course.batch.plan import make_plan
from fidle_course.batch.state import JobError, JobState, mark_done, write_state
from tests import toys

# 8 x 4 pixels, white
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAECAIAAAA8r+mnAAAAFElEQVR4nGP8//8/AzbAhFWULAkAJt0DBd183KAAAAAASUVORK5CYII="
EXERCISES = [
    (
        "markdown",
        [],
        "## Exercises\n\n### Exercise 1. Twice\n\nWrite `twice(x)`.\n\n*You should see:* 6.",
    ),
    (
        "code",
        ["solution"],
        "def twice(x):\n    # Hint: add\n    ### BEGIN SOLUTION\n    return x + x\n    ### END SOLUTION",
    ),
    ("code", ["check"], "print('✓ twice 3 is', 6)  # " + "a long line " * 20),
    ("markdown", ["solution"], "It doubles, since $x + x = 2x$."),
]
TEXTS = [
    ("## 1. Setup\n\nUne journée d'été à Nîmes: où, çà et là, naît l'œuvre.", "print('ready')"),
    ("## 2. Verdict\n\n$$\\frac{a+b}{c}=\\sqrt{x_1}$$\n\nThe figure:", 'show(figure, "verdict")'),
]


def course(folder: Path, names=("A", "B"), **about) -> Path:
    """A course whose notebooks have two sections and an exercise; `about` goes to `toys.make_course` by name."""
    toys.make_course(folder, {name: about.get(name, {}) for name in names})
    for name in names:
        path = folder / f"{name}.ipynb"
        notebook = json.loads(path.read_text())
        header, parameters = notebook["cells"][:2]
        last = notebook["cells"][-1]
        cells = [header, parameters]
        for text, code in TEXTS:
            cells += [_cell("markdown", [], text), _cell("code", [], code)]
        cells += [last, *(_cell(*cell) for cell in EXERCISES)]
        if about.get(name, {}).get("runs"):  # a course that is really executed cannot show this figure
            cells = [c for c in cells if not c["source"].startswith("show(")]
        for i, cell in enumerate(cells):
            cell["id"] = f"cell{i}"
            if cell["metadata"].get("tags") == ["solution"]:
                cell["metadata"]["jupyter"] = {"source_hidden": True}
        notebook["cells"] = cells
        path.write_text(json.dumps(notebook))
    return folder


def _cell(kind: str, tags: list, source: str) -> dict:
    cell = {"cell_type": kind, "metadata": {"tags": tags} if tags else {}, "source": source}
    return cell | ({"outputs": [], "execution_count": None} if kind == "code" else {})


def run(folder: Path, out: Path, *, source: str = "real", profile: str = "live", failed: str = "", skip=()) -> Path:
    """Leave in `out` what a batch leaves: finished, with the fingerprints of now. `failed` names one that failed."""
    plan = make_plan(catalogue.load(), [], profile=profile, out=out)
    (out / ".fidle").mkdir(parents=True, exist_ok=True)
    for key, job in plan.jobs.items():
        if key in skip:
            continue
        place = out / key
        (place / "figures").mkdir(parents=True, exist_ok=True)
        state = JobState(job, "ok", profile=profile, seconds=75.0, finished="2026-01-02T10:00:00+00:00")
        if key == failed:
            state.state, state.error = "failed", JobError("ValueError: no such thing", cell=3)
        write_state(place, state)
        if key == failed:
            continue
        data = {"name": "synop", "source": source, "what": "Nîmes (07645)", "period": ["2023-01-01", "2024-12-31"]}
        results = {
            "scores": {"error": 1.5, "error_base": 2.0},
            "units": {"error": "°C", "error_base": "°C"},
            "parameters": {"run_dir": str(out)},
            "data": data,
            "seed": 1,
            "device": "CPU, 2 cores",
            "versions": {"python": "3.11", "keras": "3.15"},
            "figures": [{"file": "figures/verdict.png", "title": "Verdict", "alt": f"the verdict of {key}"}],
        }
        (place / "results.json").write_text(json.dumps(results))
        (place / "figures" / "verdict.png").write_bytes(base64.b64decode(PNG))
        (place / f"{key}.ipynb").write_text(json.dumps(executed(folder / f"{key}.ipynb", out)))
        mark_done(place, state)
    return out


def executed(path: Path, out: Path) -> dict:
    """A notebook as papermill leaves it; each code cell took 2 seconds, one after the other."""
    notebook = json.loads(path.read_text())
    given = _cell("code", ["injected-parameters"], f'# Parameters\nrun_dir = "{out}"\n') | {"id": "given"}
    notebook["cells"].insert(2, given)
    notebook["metadata"]["papermill"] = {"parameters": {"run_dir": str(out)}, "input_path": str(path)}
    count = 0
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code":
            continue
        times = {"start_time": f"2026-01-02T10:00:{2 * count:02}+00:00", "duration": 2.0, "status": "completed"}
        cell["metadata"]["papermill"] = times
        count += 1
        cell["execution_count"] = count
        if "twice 3" in cell["source"]:
            cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ["✓ twice 3 is 6\n"]}]
        elif "ready" in cell["source"]:
            wide = "<table><tr>" + "<td>a number: 12345.678</td>" * 20 + "</tr></table>"
            # as Keras prints the layers of a model
            layers = '<span style="color: #00d7ff; text-decoration-color: #00d7ff">None</span> and more layers, ' * 9
            wide += f'<pre style="white-space:pre;overflow-x:auto;line-height:normal">{layers}</pre>'
            cell["outputs"] = [
                {"output_type": "stream", "name": "stdout", "text": f"results in {out}/A\n"},
                {"output_type": "display_data", "data": {"text/html": wide}, "metadata": {}},
            ]
        elif "show(" in cell["source"]:
            data = {
                "text/html": f'<img alt="the verdict" src="data:image/png;base64,{PNG}">',
                "text/plain": "[figure]",
            }
            cell["outputs"] = [{"output_type": "display_data", "data": data, "metadata": {}}]
    return notebook


GUIDE = """**Before class:** a station's file; `fidle check` says so.

## Claim

The room says: été.

## Path

- **1. Setup**: run it.
- **2. Verdict**: look at
  the figure.

Short of time: skip nothing.

## Questions to ask

- *Why?* Because of $x_1$.

## Traps

- **None.** Or so.

## The figure

One line.

## Exercises

1. *Twice.* Addition. 3 minutes.
"""
