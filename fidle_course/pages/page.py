"""An executed notebook as one HTML file that needs nothing else: no script, no font, no image from elsewhere.

Formulas become MathML, which browsers and screen readers read by themselves; figures keep their alternative texts.
"""

import html
import re
from functools import cache
from pathlib import Path

from fidle_course.pages.markdown import Markdown
from fidle_utils.exercises import BEGIN, END, SOLUTION
from fidle_utils.files import read_json, write_text

INJECTED = "injected-parameters"  # papermill's tag for the cell that it puts in
_TEMPLATES = Path(__file__).parent / "templates"
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")  # colours of a terminal


def write_if_newer(out: Path, key: str) -> Path | None:
    """Make a job's page in a folder of results from its executed notebook, or from the partial one if it failed."""
    folder, name = out / key, key.rpartition("/")[2]
    sources = [folder / f"{name}.ipynb", folder / f"{name}.partial.ipynb"]
    source, target = next((s for s in sources if s.is_file()), None), folder / f"{name}.html"
    if source is None:
        return None
    if not target.is_file() or target.stat().st_mtime < source.stat().st_mtime:
        notebook = read_json(source)
        if not notebook:  # half written: the disk was full, or the process was killed
            return None
        ran = notebook["metadata"].get("papermill", {}).get("input_path")
        home = ("../" * len(Path(key).parts) + "index.html", "All results")
        write_text(target, render(notebook, name, Path(ran).parent if ran else None, home=home))
    return target


def render(notebook: dict, name: str, folder: Path | None = None, *, linked: bool = False, **around) -> str:
    """The page of an executed notebook; the solutions of its exercises are folded.

    Args:
        notebook: the content of an .ipynb file.
        folder: where the notebook lies in the course: relative addresses of its pictures start there.
        linked: see `Markdown`.
        around: `home`, `before`, `after`: links, an address and a title each; `about`: where the results come from,
            and `made_up`: that this is a warning.
    """
    markdown = Markdown(folder, linked)
    cells = [_shown(cell, markdown) for cell in notebook["cells"] if _is_shown(cell)]
    return template("notebook.html.j2").render(
        title=next((text for level, text, _ in markdown.headings if level == 1), name),
        cells=cells,
        contents=[heading for heading in markdown.headings if heading[0] == 2],
        failed=next((i for i, cell in enumerate(cells) if any(kind == "error" for kind, _ in cell["gave"])), None),
        around=dict.fromkeys(("home", "before", "after", "about", "made_up")) | around,
        code_style=code_style(),
    )


def _is_shown(cell: dict) -> bool:
    tags = cell["metadata"].get("tags", [])
    known = cell["cell_type"] in ("markdown", "code")
    return known and "papermill-error-cell-tag" not in tags and bool("".join(cell["source"]).strip())


def _shown(cell: dict, markdown: Markdown) -> dict:
    """A cell with its text or coloured code as HTML, and what it gave."""
    source, tags = "".join(cell["source"]), cell["metadata"].get("tags", [])
    text = markdown(source) if cell["cell_type"] == "markdown" else highlight(without_markers(source))
    shown = {"html": text, "gave": _outputs(cell.get("outputs", []))}
    return cell | shown | {"solution": SOLUTION in tags, "given": INJECTED in tags}


def without_markers(source: str) -> str:
    """A solution's code without the two lines that mark where it begins and ends."""
    return re.sub(rf"^[ \t]*({re.escape(BEGIN)}|{re.escape(END)})[ \t]*\n?", "", source, flags=re.M).rstrip()


@cache
def template(name: str):
    """A Jinja template of this package; what is put into it is escaped unless the template says not to."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    options = {"autoescape": True, "undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    return Environment(loader=FileSystemLoader(_TEMPLATES), **options).get_template(name)


@cache
def code_style() -> str:
    """Colours of code, for light and for dark pages."""
    from pygments.formatters import HtmlFormatter

    rules = [HtmlFormatter(style=style).get_style_defs(".code") for style in ("default", "github-dark")]
    # the colours of words, not those of the page
    light, dark = ("\n".join(line for line in text.splitlines() if line.startswith(".code .")) for text in rules)
    return f"{light}\n@media (prefers-color-scheme: dark) {{\n{dark}\n}}"


def highlight(source: str) -> str:
    """Python code as HTML with classes for its words, to stand in `<pre class="code">`."""
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers.python import PythonLexer

    return highlight(source, PythonLexer(), HtmlFormatter(nowrap=True))


def _outputs(outputs: list[dict]) -> list[tuple[str, str]]:
    """What a cell gave: "html", "stdout", "stderr" or "error", and the text; printed pieces in a row become one."""
    shown: list[tuple[str, str]] = []
    for output in outputs:
        kind = output["output_type"]
        if kind == "stream":
            before = shown.pop()[1] if shown and shown[-1][0] == output["name"] else ""
            shown.append((output["name"], before + "".join(output["text"])))
        elif kind == "error":
            shown.append(("error", "\n".join(output["traceback"]) or f"{output['ename']}: {output['evalue']}"))
        else:
            shown.append(_rich(output["data"], output.get("metadata", {})))
    shown = [(kind, text if kind == "html" else printed(text)) for kind, text in shown]
    return [(kind, text) for kind, text in shown if text.strip()]


def _rich(data: dict, metadata: dict) -> tuple[str, str]:
    text = {kind: "".join(value) for kind, value in data.items() if isinstance(value, str | list)}
    for kind in ("text/html", "image/svg+xml"):
        if kind in text:
            return "html", text[kind]
    if code := text.get("image/png", "").replace("\n", ""):
        alt = metadata.get("image/png", {}).get("alt") or metadata.get("alt") or ""
        return "html", f'<img alt="{html.escape(alt)}" src="data:image/png;base64,{code}">'
    return "stdout", text.get("text/plain", "")


def printed(text: str) -> str:
    """What a terminal would show in the end: after a carriage return a line is written anew.

    Example:
        `printed("10%\\r20%\\n")` is `"20%\\n"`.
    """
    return re.sub(r"[^\n]*\r(?=[^\n])", "", ESCAPES.sub("", text)).replace("\b", "").replace("\r", "")
