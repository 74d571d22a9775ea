"""Markdown as HTML that needs nothing else: formulas as MathML, pictures as data in the page."""

import base64
import html
import re
from pathlib import Path
from urllib.parse import unquote

_PICTURES = {".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".gif": "image/gif"}
_IMG = re.compile(r'<img\b[^>]*?\bsrc="([^"]*)"[^>]*>')


class Markdown:
    """Convert Markdown to HTML; headings get anchors that links can point to.

    Args:
        folder: where relative addresses of pictures start. Without it a picture leaves its words only.
        linked: pages of the course's other texts lie beside this one: a link to a notebook or to a text of `docs/`
            leads to its page. Otherwise it leaves its words only.

    Attributes:
        headings: `(level, text, anchor)` of all that was converted so far.
    """

    def __init__(self, folder: Path | None = None, linked: bool = False):
        import mistune

        self.folder, self.linked = folder, linked
        self.headings: list[tuple[int, str, str]] = []
        outer = self

        class Renderer(mistune.HTMLRenderer):
            def heading(self, text, level, **attrs):
                return f'<h{level} id="{outer._anchor(text, level)}">{text}</h{level}>\n'

            def link(self, text, url, title=None):
                if re.match(r"[a-z]+:|#", url):
                    return super().link(text, url, title)
                page = re.sub(r"\.(md|ipynb)(?=#|$)", ".html", url)
                return super().link(text, page, title) if outer.linked else text

            def block_code(self, code, info=None):
                return f'<pre class="code" tabindex="0">{html.escape(code)}</pre>\n'

            def inline_math(self, text):
                return formula(text)

            def block_math(self, text):
                return f'<div class="formula" tabindex="0">{formula(text, block=True)}</div>\n'

        plugins = ["table", "strikethrough", "math", "footnotes"]
        self._convert = mistune.create_markdown(renderer=Renderer(escape=False), plugins=plugins)

    def __call__(self, text: str) -> str:
        body = self._convert(text).replace("<table>", '<div class="scroll" tabindex="0"><table>')
        body = body.replace("</table>", "</table></div>")
        return _IMG.sub(self._picture, body)

    def _anchor(self, text: str, level: int) -> str:
        plain = html.unescape(re.sub(r"<[^>]+>", "", text))
        anchor = re.sub(r"\W+", "-", plain.lower()).strip("-") or "part"
        while anchor in {a for _, _, a in self.headings}:
            anchor += "-"
        self.headings.append((level, plain, anchor))
        return anchor

    def _picture(self, match: re.Match) -> str:
        """An `<img>` with its picture as data; its words alone if the picture is not there."""
        tag, address = match[0], html.unescape(match[1])
        if address.startswith("data:"):
            return tag
        file = (self.folder or Path()) / unquote(address)
        if self.folder and file.suffix.lower() in _PICTURES and file.is_file():
            code = base64.b64encode(file.read_bytes()).decode()
            return tag.replace(f'src="{match[1]}"', f'src="data:{_PICTURES[file.suffix.lower()]};base64,{code}"')
        words = re.search(r'\balt="([^"]*)"', tag)
        return f"<em>[picture: {words[1] if words and words[1] else html.escape(address)}]</em>"


def carried(notebook: dict, folder: Path, root: Path) -> list[Path]:
    """The files of the course's `docs/`, below `root`, that a notebook in `folder` shows or links to."""
    texts = "\n".join("".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "markdown")
    addresses = re.findall(r"\]\(([^()\s#]+)|\b(?:src|href)=[\"']([^\"'#]+)", texts)
    files = {(folder / unquote(first or second)).resolve() for first, second in addresses}
    return sorted(f.relative_to(root) for f in files if f.is_relative_to(root / "docs") and f.is_file())


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
