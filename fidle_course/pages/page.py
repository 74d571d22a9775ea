"""An executed notebook as one HTML file that needs nothing else: no script, no font, no image from elsewhere.

Formulas become MathML, which browsers and screen readers read by themselves; figures keep their alternative texts.
"""

import html
import json
import os
import re
from functools import cache
from pathlib import Path

from fidle_utils.exercises import BEGIN, END, SOLUTION
from fidle_utils.files import write_text

_TEMPLATES = Path(__file__).parent / "templates"
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_LONGEST_OUTPUT = 200_000  # characters of one printed output; nobody reads more


def write_if_newer(folder: Path, name: str) -> Path | None:
    """Make `<name>.html` from the executed notebook in `folder`, or from the partial one of a failed run.

    Returns:
        The page, or None if there is no executed notebook.
    """
    sources = [folder / f"{name}.ipynb", folder / f"{name}.partial.ipynb"]
    source = next((s for s in sources if s.is_file()), None)
    if source is None:
        return None
    target = folder / f"{name}.html"
    if not target.is_file() or target.stat().st_mtime < source.stat().st_mtime:
        try:
            notebook = json.loads(source.read_text(encoding="utf-8"))
        except ValueError:  # half written: the disk was full, or the process was killed
            return None
        write_text(target, render(notebook, name, home=_home(folder)))
    return target


def _home(folder: Path) -> str:
    """The relative address of the report above `folder`; where there is none yet, one level up."""
    for level, parent in enumerate(folder.parents, start=1):
        if (parent / ".fidle").is_dir():
            return "../" * level + "index.html"
    return "../index.html"


def render(
    notebook: dict,
    name: str,
    home: str | None = "../index.html",
    *,
    home_label: str = "All results",
    before: tuple[str, str] | None = None,
    after: tuple[str, str] | None = None,
    about: str = "",
    made_up: bool = False,
) -> str:
    """The page of an executed notebook; solutions of exercises are folded.

    Args:
        notebook: the content of an .ipynb file.
        name: the notebook's id, for the page's title.
        home: address of the page above this one; None if there is none.
        home_label: what that page is called.
        before, after: address and title of the neighbours, for those who read one page after the other.
        about: where the results come from: a sentence at the head of the page.
        made_up: `about` is a warning: the data are simulated.
    """
    cells, contents, failed = [], [], None
    markdown = Markdown()
    for index, cell in enumerate(notebook["cells"]):
        tags = cell["metadata"].get("tags", [])
        source = "".join(cell["source"])
        if "papermill-error-cell-tag" in tags or not source.strip():
            continue
        if cell["cell_type"] == "markdown":
            text = markdown(source, cell.get("attachments", {}))
            cells.append({"kind": "markdown", "html": text, "solution": SOLUTION in tags})
        elif cell["cell_type"] == "code":
            outputs = _outputs(cell.get("outputs", []))
            wrong = any(o["kind"] == "error" for o in outputs)
            failed = failed or (f"cell-{index}" if wrong else None)
            cells.append(
                {
                    "kind": "code",
                    "id": f"cell-{index}",
                    "solution": SOLUTION in tags,
                    "html": highlight(without_markers(source)),
                    "count": cell.get("execution_count"),
                    "given": "injected-parameters" in tags,
                    "outputs": outputs,
                }
            )
    contents = [heading for heading in markdown.headings if heading[0] == 2]
    title = next((text for level, text, _ in markdown.headings if level == 1), name)
    return template("notebook.html.j2").render(
        title=title,
        cells=cells,
        contents=contents,
        failed=failed,
        home=home,
        home_label=home_label,
        before=before,
        after=after,
        about=about,
        made_up=made_up,
        code_style=code_style(),
    )


def without_markers(source: str) -> str:
    """A solution's code without the two lines that mark where it begins and ends."""
    return re.sub(rf"^[ \t]*({re.escape(BEGIN)}|{re.escape(END)})[ \t]*\n?", "", source, flags=re.M).rstrip()


@cache
def template(name: str):
    """A Jinja template of this package; what is put into it is escaped unless the template says not to."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name)


@cache
def code_style() -> str:
    """Colours of code, for light and for dark pages."""
    from pygments.formatters import HtmlFormatter

    light = HtmlFormatter(style="default").get_style_defs(".code")
    dark = HtmlFormatter(style="github-dark").get_style_defs(".code")
    keep = re.compile(r"^\.code \.", re.M)  # the colours of words, not those of the page
    light, dark = ("\n".join(line for line in s.splitlines() if keep.match(line)) for s in (light, dark))
    return f"{light}\n@media (prefers-color-scheme: dark) {{\n{dark}\n}}"


def highlight(source: str) -> str:
    """Python code as HTML with classes for its words, to stand in `<pre class="code">`."""
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers.python import PythonLexer

    return highlight(source, PythonLexer(), HtmlFormatter(nowrap=True))


# ---------------------------------------------------------------- text


class Markdown:
    """Markdown to HTML, with formulas as MathML and headings that links can point to."""

    def __init__(self):
        import mistune

        self.headings: list[tuple[int, str, str]] = []
        outer = self

        class Renderer(mistune.HTMLRenderer):
            def heading(self, text, level, **attrs):
                plain = html.unescape(re.sub(r"<[^>]+>", "", text))
                anchor = re.sub(r"\W+", "-", plain.lower()).strip("-") or "part"
                taken = {a for _, _, a in outer.headings}
                while anchor in taken:
                    anchor += "-"
                outer.headings.append((level, plain, anchor))
                return f'<h{level} id="{anchor}">{text}</h{level}>\n'

            def image(self, text, url, title=None):
                if url.startswith("attachment:"):
                    data = outer.attachments.get(url.removeprefix("attachment:"), {})
                    kind = next(iter(data), "")
                    url = f"data:{kind};base64,{data.get(kind, '')}"
                return super().image(text, url, title)

            def block_code(self, code, info=None):
                return f'<pre class="code" tabindex="0">{html.escape(code)}</pre>\n'

            def inline_math(self, text):
                return formula(text)

            def block_math(self, text):
                return f'<div class="formula" tabindex="0">{formula(text, block=True)}</div>\n'

        self._convert = mistune.create_markdown(
            renderer=Renderer(escape=False), plugins=["table", "strikethrough", "math", "footnotes"]
        )
        self.attachments: dict = {}

    def __call__(self, text: str, attachments: dict | None = None) -> str:
        self.attachments = attachments or {}
        body = self._convert(text)
        body = body.replace("<table>", '<div class="scroll" tabindex="0"><table>')
        return body.replace("</table>", "</table></div>")


def inline(text: str) -> str:
    """Markdown of one paragraph as HTML, without the paragraph around it."""
    return re.sub(r"^<p>(.*)</p>\s*$", r"\1", Markdown()(text).strip(), flags=re.S)


def formula(tex: str, block: bool = False) -> str:
    """A TeX formula as MathML; one that cannot be read is shown as it was written.

    Example:
        `formula("x_1")` begins with `<math ` and holds `<msub>`.
    """
    try:
        from latex2mathml.converter import convert

        return convert(tex.strip(), display="block" if block else "inline")
    except Exception:  # the library has no common class for its errors
        return f"<code>{html.escape(tex.strip())}</code>"


# ---------------------------------------------------------------- outputs


def _outputs(outputs: list[dict]) -> list[dict]:
    """What a cell gave, ready for the template; printed pieces that follow each other become one."""
    shown: list[dict] = []
    for output in outputs:
        kind = output["output_type"]
        if kind == "stream":
            text = "".join(output["text"])
            if shown and shown[-1]["kind"] == output["name"]:
                shown[-1]["text"] += text
            else:
                shown.append({"kind": output["name"], "text": text})
        elif kind == "error":
            text = "\n".join(output["traceback"]) or f"{output['ename']}: {output['evalue']}"
            shown.append({"kind": "error", "text": _ESCAPES.sub("", text)})
        else:
            shown.append(_rich(output["data"], output.get("metadata", {})))
    for piece in shown:
        if piece["kind"] in ("stdout", "stderr"):
            piece["text"] = printed(piece["text"])
    return [piece for piece in shown if piece.get("text", "").strip()]


def _rich(data: dict, metadata: dict) -> dict:
    plain = "".join(data.get("text/plain", ""))
    if "text/html" in data:
        return {"kind": "html", "text": "".join(data["text/html"])}
    for kind in ("image/png", "image/jpeg"):
        if kind in data:
            alt = metadata.get(kind, {}).get("alt") or metadata.get("alt") or ""
            code = "".join(data[kind]).replace("\n", "")
            tag = f'<img alt="{html.escape(alt)}" src="data:{kind};base64,{code}">'
            return {"kind": "html", "text": tag}
    if "image/svg+xml" in data:
        return {"kind": "html", "text": "".join(data["image/svg+xml"])}
    if "text/markdown" in data:
        return {"kind": "html", "text": Markdown()("".join(data["text/markdown"]))}
    if "text/latex" in data:
        return {"kind": "html", "text": formula("".join(data["text/latex"]).strip("$ \n"), block=True)}
    return {"kind": "stdout", "text": plain}


def printed(text: str) -> str:
    """What a terminal would show in the end: a carriage return or a backspace writes over what was there.

    Example:
        `printed("10%\\r20%\\n")` is `"20%\\n"`.
    """
    lines = []
    for line in _ESCAPES.sub("", text).split("\n"):
        if "\r" in line or "\b" in line:
            row, column = [], 0
            for character in line:
                if character == "\r":
                    column = 0
                elif character == "\b":
                    column = max(column - 1, 0)
                else:
                    row[column : column + 1] = character
                    column += 1
            line = "".join(row).rstrip()
        lines.append(line)
    text = "\n".join(lines)
    if len(text) > _LONGEST_OUTPUT:
        text = text[:_LONGEST_OUTPUT] + f"{os.linesep}… {len(text) - _LONGEST_OUTPUT:,} more characters"
    return text
