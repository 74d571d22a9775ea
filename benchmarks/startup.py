"""How long it takes to begin: importing the package, and the first cell of each notebook."""

import json

from benchmarks.line import Group, Line
from benchmarks.measure import alternate, python

_HEAVY = ("tensorflow", "keras", "jax", "torch", "pandas", "matplotlib", "sklearn")
_WITHOUT = f"import sys, fidle_utils; print([name for name in {_HEAVY} if name in sys.modules])"
_TIMED = "import time; begun = time.perf_counter(); import fidle_utils; print(time.perf_counter() - begun)"


def first_cell(path) -> str:
    """The source of a notebook's first code cell."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return "".join(next(cell["source"] for cell in cells if cell["cell_type"] == "code"))


def measure(quick: bool = False) -> Group:
    """All lines of start-up."""
    from fidle_course import catalogue

    group = Group()
    seconds = sorted(float(python(_TIMED)[1]) for _ in range(3 if quick else 7))
    loaded = python(_WITHOUT)[1].strip()
    what = "`import fidle_utils` in a new interpreter"
    group.lines.append(Line(what, "s", "<=", 0.3, seconds[len(seconds) // 2], f"{seconds[len(seconds) // 2]:.3f} s"))
    text = "none of " + ", ".join(_HEAVY) if loaded == "[]" else f"loads {loaded}"
    group.lines.append(Line(f"{what}: heavy packages loaded", "", "<=", 0, float(loaded != "[]"), text))

    cells = {name: first_cell(notebook.file) for name, notebook in catalogue.load().items()}
    cells = {name: cell for name, cell in cells.items() if "import" in cell}
    if quick:
        cells = dict(list(cells.items())[:1])
    python("import keras")  # the system reads the files once
    once = {name: python(code)[0] for name, code in cells.items()}
    worst = max(once, key=once.get)
    works = {"keras": lambda: python("import keras"), worst: lambda: python(cells[worst])}
    found = alternate(works, 1 if quick else 3)
    bare = found["keras"]
    text = f"{worst} {found[worst]:.2f} s, the slowest of {len(cells)}, beside {bare:.2f} s for `import keras`"
    group.lines.append(
        Line("A notebook's first cell, beyond `import keras` alone", "s", "<=", 0.3, found[worst] - bare, text)
    )
    return group
