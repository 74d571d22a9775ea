"""Small made-up courses for tests of the batch: notebooks of a few cells that need no Keras and take no time."""

import json
import os
import subprocess
import sys
from pathlib import Path

PARAMETERS = """n: int = 3  # a number
word: str = "a"  # a word
source: str = "simulated"  # auto, real or simulated data
seed: int = 1  # seeds what is drawn at random
run_dir: str = "run"  # where the results go"""

FINISH = """import json, os, pathlib
folder = pathlib.Path(run_dir) / "{name}"
folder.mkdir(parents=True, exist_ok=True)
results = {{
    "id": "{name}", "title": "Toy {name}", "scores": {{"error": float(n), "error_base": 2.0}},
    "units": {{"error": "°C", "error_base": "°C"}}, "parameters": {{"n": n, "seed": seed}}, "seed": seed,
    "data": {{"name": "toy", "source": "simulated", "what": "a toy", "period": None}}, "device": "CPU",
    "seconds": 0.1, "versions": {{"python": "3"}}, "figures": [], "finished": "2026-01-01T00:00:00+00:00",
}}
(folder / "results.json").write_text(json.dumps(results))"""

STORIES = [{"folder": ".", "title": "Toys", "blurb": "They prove that what runs real notebooks works."}]


def write_notebook(path: Path, name: str, *code: str, parameters: str | None = PARAMETERS) -> Path:
    """A notebook: header, parameters (none if `parameters` is None), the cells `code`."""
    header = f"# [{name}] Toy {name}\n*Does it run?*\n\n**Data** none · **Time** no time"
    cells = [{"cell_type": "markdown", "source": header}]
    if parameters is not None:
        cells.append({"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": parameters})
    cells += [{"cell_type": "markdown", "source": "## 1. Setup\n\nHere it starts."}]
    cells += [{"cell_type": "code", "source": source} for source in code]
    for i, cell in enumerate(cells):
        cell.update(id=f"cell{i}", metadata=cell.get("metadata", {}))
        if cell["cell_type"] == "code":
            cell.update(outputs=[], execution_count=None)
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}))
    return path


def make_course(folder: Path, notebooks: dict) -> Path:
    """A course folder: `{"A": {"code": [...], "needs": [...], "gates": [...], ...}}`; all keys may be left out."""
    import yaml

    folder.mkdir(parents=True, exist_ok=True)
    entries = []
    for name, about in notebooks.items():
        code = about.get("code", [f"print('{name} speaks')"])
        last = [FINISH.format(name=name)] if about.get("finish", True) else []
        write_notebook(folder / f"{name}.ipynb", name, *code, *last, parameters=about.get("parameters", PARAMETERS))
        entry = {"id": name, "file": f"{name}.ipynb", "needs": about.get("needs", []), "figure": "verdict"}
        entry |= {"data": about.get("data", "none"), "seconds": {"live": 1}}
        entry["headline"] = {"score": "error", "baseline": "error_base", "better": "lower"}
        entry["resources"] = about.get("resources", {"cpus": 1, "mem_mb": 500, "minutes": 5, "gpus": 0})
        profile = {"parameters": about.get("values", {}), "gates": {"any": about.get("gates", [])}}
        entry["profiles"] = {"live": profile}
        entries.append(entry)
    (folder / "course.yml").write_text(yaml.safe_dump({"stories": STORIES, "notebooks": entries}))
    return folder


def environment(course: Path) -> dict:
    """For commands on a made-up course."""
    env = {**os.environ, "FIDLE_COURSE_DIR": str(course), "PYTHONPATH": str(Path(__file__).parents[1])}
    env.pop("FIDLE_DATASETS_DIR", None)
    return env


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "fidle_course", *map(str, arguments)]


def fidle(course: Path, *arguments: str, **more) -> subprocess.CompletedProcess:
    """Run the command `fidle` on a made-up course; gives exit code and what it wrote, and prints it too."""
    done = fidle_quietly(course, *arguments, **more)
    print(done.stdout, done.stderr, sep="\n")
    return done


def fidle_quietly(course: Path, *arguments: str, **more) -> subprocess.CompletedProcess:
    """Run the command `fidle` on a made-up course; gives exit code and what it wrote."""
    env = more.pop("env", None) or environment(course)
    return subprocess.run(command(*arguments), env=env, cwd=course, capture_output=True, text=True, **more)


def start(course: Path, *arguments: str) -> subprocess.Popen:
    """Start the command `fidle` in the background."""
    return subprocess.Popen(
        command(*arguments),
        env=environment(course),
        cwd=course,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def status(folder: Path) -> dict:
    try:
        return json.loads((folder / "status.json").read_text())
    except FileNotFoundError:
        return {}
