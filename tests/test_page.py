"""A notebook's page: one file that needs nothing else, whose first screen is the question."""

import base64
import json
import re

import pytest

from fidle_course import catalogue
from fidle_course.pages import page
from fidle_course.pages.markdown import Markdown, formula
from tests import lab
from tests.made import PNG
from tests.pages import notebook, shown, stream

HEADER = "# [A] A question\n\n*Does it?*\n\n![one box](../docs/drawings/box.svg)"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 100"><rect width="400" height="99"/></svg>'


@pytest.fixture
def folder(tmp_path):
    """A folder of notebooks beside `docs/drawings/box.svg`."""
    (tmp_path / "docs" / "drawings").mkdir(parents=True)
    (tmp_path / "docs" / "drawings" / "box.svg").write_text(SVG)
    (tmp_path / "A").mkdir()
    return tmp_path / "A"


# ---------------------------------------------------------------- text


def test_formulas_become_mathml_and_headings_get_anchors():
    text = page.render(notebook("# Title\n\n## 1. Part\n\nLet $x_1$ and\n\n$$\\frac{a}{b}$$\n\n## 1. Part"), "A")
    assert "<msub>" in text
    assert "<mfrac>" in text
    assert '<h2 id="1-part">' in text
    assert '<a href="#1-part-">' in text
    assert "$" not in re.sub(r"<style>.*?</style>", "", text, flags=re.S)


def test_every_formula_of_the_course_can_be_shown():
    from latex2mathml.converter import convert

    count = 0
    for about in catalogue.load().values():
        for cell in json.loads(about.file.read_text())["cells"]:
            if cell["cell_type"] != "markdown":
                continue
            text = re.sub(r"`[^`]*`", "", "".join(cell["source"]))
            for block, inline in re.findall(r"\$\$(.+?)\$\$|\$([^$\n]+?)\$", text, re.S):
                result = convert((block or inline).strip())
                assert "\\" not in result, f"{about.id}: {block or inline} is shown as {result}"
                count += 1
    print(f"{count} formulas")


def test_a_formula_that_cannot_be_read_is_shown_as_it_is():
    assert formula("\\begin{oops") == "<code>\\begin{oops</code>"


def test_a_dollar_sign_in_a_sentence_is_no_formula():
    assert "<math" not in page.render(notebook("It costs 5 $ here, and 6 $ there."), "A")


def test_what_a_terminal_would_overwrite_is_not_shown():
    assert page.printed("10%\r20%\r30%\nend\n") == "30%\nend\n"
    assert page.printed("1/2\b\b\b\r2/2\n") == "2/2\n"  # as Keras does it
    assert page.printed("Windows\r\n") == "Windows\n"
    assert page.printed("\x1b[1m1/2\x1b[0m done") == "1/2 done"


def test_text_of_outputs_is_escaped_and_html_is_kept():
    text = page.render(
        notebook(("print(1)", [stream("<b>1</b>\n"), shown(text_html="<table></table>", text_plain="t")])), "A"
    )
    assert "&lt;b&gt;1&lt;/b&gt;" in text
    assert "<table></table>" in text
    assert ">t<" not in text


def test_pieces_of_one_output_are_put_together():
    text = page.render(notebook(("x", [stream("a"), stream("b\n"), stream("c", "stderr")])), "A")
    assert "<pre>ab\n</pre>" in text
    assert text.count('class="output ') == 2


def test_a_figure_keeps_its_alternative_text():
    tag = f'<img alt="a curve that rises" src="data:image/png;base64,{PNG}">'
    text = page.render(notebook(("run.show()", [shown(text_html=tag, text_plain="[figure]")])), "A")
    assert 'alt="a curve that rises"' in text


def test_an_error_is_marked_and_linked_from_the_top():
    trouble = {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["\x1b[31mE\x1b[0m: v"]}
    text = page.render(notebook("# T", ("raise E", [trouble])), "A")
    assert '<a href="#cell-1">' in text
    assert "<pre>E: v</pre>" in text


def test_a_page_asks_nothing_of_anybody():
    text = page.render(notebook("# T\n\n$x$", ("1", [stream("x")])), "A")
    assert "<script" not in text
    assert not re.search(r'(src|href)="(https?:)?//', text)
    assert "url(" not in text


def test_the_link_to_the_report_fits_a_sweeps_deeper_folders(tmp_path):
    deep = tmp_path / "run" / "seed-1" / "A"
    deep.mkdir(parents=True)
    (deep / "A.ipynb").write_text(json.dumps(notebook("# T")))
    assert 'href="../../index.html"' in page.write_if_newer(tmp_path / "run", "seed-1/A").read_text()


def test_a_half_written_notebook_makes_no_page(tmp_path):
    (tmp_path / "A").mkdir()
    (tmp_path / "A" / "A.partial.ipynb").write_text('{"cells": [')
    assert page.write_if_newer(tmp_path, "A") is None


# ---------------------------------------------------------------- pictures of a text


def test_a_drawing_becomes_part_of_the_page_and_keeps_its_words(folder):
    text = page.render(notebook(HEADER), "A", folder)
    code = base64.b64encode(SVG.encode()).decode()
    assert f'<img src="data:image/svg+xml;base64,{code}" alt="one box" />' in text
    assert "box.svg" not in text


def test_a_picture_written_as_html_becomes_part_of_the_page_too(folder):
    text = Markdown(folder)('<img width="50%" alt="one box" src="../docs/drawings/box.svg">')
    assert 'src="data:image/svg+xml;base64,' in text
    assert 'width="50%"' in text


@pytest.mark.parametrize(
    "address", ["../docs/drawings/gone.svg", "https://example.org/x.png", "//x.org/x.png", "A.py"]
)
def test_a_picture_that_is_not_here_leaves_its_words(folder, address):
    (folder / "A.py").write_text("secret")
    assert Markdown(folder)(f"![one box]({address})") == "<p><em>[picture: one box]</em></p>\n"


def test_a_folded_answer_keeps_its_markdown():
    text = Markdown()("<details><summary>Answer</summary>\n\nThe **first**, since $x_1$.\n\n</details>")
    assert text.index("<details><summary>Answer</summary>") < text.index("<strong>first</strong>")
    assert text.index("<msub>") < text.index("</details>")


def test_the_batchs_page_finds_the_drawings_of_the_notebook_that_ran(folder, tmp_path):
    made = notebook(HEADER)
    made["metadata"]["papermill"] = {"input_path": str(folder / "A.ipynb")}
    out = tmp_path / "run" / "A"
    out.mkdir(parents=True)
    (out / "A.ipynb").write_text(json.dumps(made))
    assert "data:image/svg+xml" in page.write_if_newer(out.parent, "A").read_text()


# ---------------------------------------------------------------- the first screen


def lesson():
    made = notebook(
        HEADER,
        ("import keras", []),
        ("n: int = 3", []),
        ("run = Run('A')", [stream("seed 1")]),
        "## Look at the data",
        ("a_long_name = " + "another_long_name + " * 9 + "1", [stream("three rows")]),
    )
    made["cells"][2]["metadata"]["tags"] = ["parameters"]
    return made


@pytest.mark.browser
@pytest.mark.parametrize("size", [(360, 740), (1400, 900), (1920, 1080)])
def test_the_first_screen_is_the_question_and_its_drawing_and_no_line_of_code_is_cut(folder, tmp_path, size):
    (tmp_path / "A.html").write_text(page.render(lesson(), "A", folder))
    with lab.browser(tmp_path, offline=True, viewport={"width": size[0], "height": size[1]}) as tab:
        tab.goto((tmp_path / "A.html").as_uri())
        picture = tab.locator("main img").first
        assert picture.evaluate("i => i.complete && i.naturalWidth > 0")
        box = picture.bounding_box()
        assert box["y"] + box["height"] < size[1] and box["width"] > size[0] * 0.3
        assert not lab.scrolls_sideways(tab)
        assert tab.locator("pre").evaluate_all("all => all.every(p => p.scrollWidth <= p.clientWidth)")
