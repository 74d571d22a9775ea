"""The report and the notebooks' pages: complete, offline, searchable, readable by everyone."""

import json
import re

import pytest

from fidle_course import catalogue
from fidle_course.batch.plan import Job
from fidle_course.batch.state import JobError, JobState, write_state
from fidle_course.headline import Headline
from fidle_course.pages import page, report
from tests import lab, toys

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def notebook(*cells):
    """An executed notebook: texts are markdown, pairs are code and its outputs."""
    made = []
    for i, cell in enumerate(cells):
        if isinstance(cell, str):
            made.append({"cell_type": "markdown", "metadata": {}, "source": cell})
        else:
            source, outputs = cell
            made.append(
                {"cell_type": "code", "metadata": {}, "source": source, "outputs": outputs, "execution_count": i}
            )
    return {"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def stream(text, name="stdout"):
    return {"output_type": "stream", "name": name, "text": text}


def shown(**data):
    return {"output_type": "display_data", "data": {k.replace("_", "/"): v for k, v in data.items()}, "metadata": {}}


# ---------------------------------------------------------------- a notebook's page


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
    assert page.formula("\\begin{oops") == "<code>\\begin{oops</code>"


def test_a_dollar_sign_in_a_sentence_is_no_formula():
    assert "<math" not in page.render(notebook("It costs 5 $ here, and 6 $ there."), "A")


def test_what_a_terminal_would_overwrite_is_not_shown():
    assert page.printed("10%\r20%\r30%\nend\n") == "30%\nend\n"
    assert page.printed("abc\b\bX\n") == "aXc\n"
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
    (tmp_path / "run" / ".fidle").mkdir()
    (deep / "A.ipynb").write_text(json.dumps(notebook("# T")))
    assert 'href="../../index.html"' in page.write_if_newer(deep, "A").read_text()


def test_a_half_written_notebook_makes_no_page(tmp_path):
    (tmp_path / "A.partial.ipynb").write_text('{"cells": [')
    assert page.write_if_newer(tmp_path, "A") is None


# ---------------------------------------------------------------- the report


@pytest.fixture
def results(tmp_path, monkeypatch):
    """A folder of results as a run leaves it: one good notebook, one with a failed gate, one that failed."""
    course = toys.make_course(tmp_path / "course", {"A": {}, "B": {"needs": ["A"]}, "C": {}})
    monkeypatch.setenv("FIDLE_COURSE_DIR", str(course))
    out = course / "run"
    (out / ".fidle").mkdir(parents=True)
    figure = f'<img alt="the curve of A" src="data:image/png;base64,{PNG}">'
    for name, error, gates in (("A", 1.0, ["error <= 5"]), ("B", 3.0, ["error <= error_base"])):
        folder = out / name
        (folder / "figures").mkdir(parents=True)
        (folder / "figures" / "verdict.png").write_bytes(__import__("base64").b64decode(PNG))
        scores = {"error": error, "error_base": 2.0, "extra": 12345.0}
        data = {"name": "synop", "source": "simulated", "what": "a station", "period": ["2023-01-01", "2024-01-01"]}
        (folder / "results.json").write_text(
            json.dumps(
                {
                    "scores": scores,
                    "units": {"error": "°C", "error_base": "°C"},
                    "seed": 1,
                    "data": data,
                    "device": "CPU, 2 cores",
                    "versions": {"keras": "3"},
                    "parameters": {"n": 3},
                    "figures": [{"file": "figures/verdict.png", "title": "Verdict", "alt": f"the verdict of {name}"}],
                }
            )
        )
        job = Job(name, name, title=f"Toy <{name}>", gates={"any": gates}, headline=Headline("error", "error_base"))
        done = JobState(job, "ok", profile="live", seconds=75.0, finished="2026-01-01T10:00:00+00:00")
        write_state(folder, done)
        made = notebook(f"# [{name}] Toy\n\n## 1. Setup\n\n$x^2$", ("show()", [shown(text_html=figure)]))
        (folder / f"{name}.ipynb").write_text(json.dumps(made))
    (out / "C").mkdir()
    error = JobError("ValueError: no such thing", cell=3, execution=2, line="boom()")
    write_state(out / "C", JobState(Job("C", "C", title="Toy C"), "failed", error=error))
    return out


def text_of(path):
    return path.read_text(encoding="utf-8")


def test_each_notebook_has_its_status_time_device_data_scores_gates_figure_and_links(results):
    text = text_of(report.write(results))
    for wanted in (
        "Toy &lt;A&gt;",
        "1:15",
        "CPU, 2 cores",
        "simulated</span> a station 2023-01-01 to 2024-01-01",
        "50 % lower than the baseline",
        "50 % higher than the baseline",
        "error &lt;= error_base",
        'alt="the verdict of B"',
        'href="A/A.html"',
        'href="A/A.ipynb"',
        'href="A/results.json"',
        "12,345",
        "Cell 4 (In [2])",
        "ValueError: no such thing",
    ):
        assert wanted in text, wanted
    assert text.count('class="chip ok">Ran') == 2  # in the table and on the card
    assert text.count('class="chip gate">Gate failed') == 2


def test_two_accuracies_that_read_alike_are_a_draw():
    wanted = Headline("accuracy", "linear", better="higher", against="a line")
    found = wanted.of({"accuracy": 0.9144, "linear": 0.9146}, {})
    assert found.words == "the same as a line" and found.better is None
    assert wanted.of({"accuracy": 0.913, "linear": 0.915}, {}).better is False


def test_a_better_accuracy_is_told_in_points():
    found = Headline("accuracy", "base", better="higher").of({"accuracy": 0.9, "base": 0.884}, {})
    assert found.words == "1.6 points above the baseline"
    assert found.better is True


def test_results_that_a_reader_made_in_jupyter_are_in_the_report(results):
    (results / "B" / "status.json").unlink()
    assert "the verdict of B" in text_of(report.write(results))


def test_links_of_the_report_lead_somewhere(results):
    path = report.write(results)
    for target in re.findall(r'(?:href|src)="([^"#]+)"', text_of(path)):
        if not target.startswith("data:"):
            assert (path.parent / target).exists(), target


def test_a_run_that_was_killed_is_told_as_stopped(results):
    found = json.loads((results / "A" / "status.json").read_text())
    (results / "A" / "status.json").write_text(json.dumps(found | {"state": "running"}))
    assert 'class="chip stopped">Stopped' in text_of(report.write(results))


# ---------------------------------------------------------------- in a browser


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_report_works_from_disk_without_a_network(results, tmp_path, scheme):
    path = report.write(results)
    outside = []
    with lab.browser(tmp_path, offline=True, color_scheme=scheme) as tab:
        tab.on("request", lambda r: None if r.url.startswith(("file:", "data:")) else outside.append(r.url))
        tab.goto(path.as_uri())
        tab.screenshot(path=tmp_path / "report.png", full_page=True)
        assert tab.locator("article:visible").count() == 3
        tab.keyboard.press("/")
        tab.keyboard.type("toy gate failed")
        assert tab.locator("article:visible").count() == 1
        assert tab.locator("#count").inner_text() == "1 of 3"
        assert tab.locator("tbody tr[data-key]:visible").inner_text().startswith("B")
        tab.locator("#search").fill("nothing like this")
        assert tab.locator("article:visible").count() == 0
        tab.locator("#search").fill("")
        tab.get_by_role("link", name="Notebook of A", exact=True).click()
        assert tab.title() == "[A] Toy"
        assert tab.locator("math").count() == 1
        tab.get_by_role("link", name="← All results").click()
        assert tab.title() == "Results"
        widths = tab.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert widths[0] <= widths[1]
        tab.set_viewport_size({"width": 380, "height": 800})
        widths = tab.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert widths[0] <= widths[1], "a phone has to scroll sideways"
    assert outside == []


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_serious_violation_of_accessibility(results, axe, tmp_path, scheme):
    report.write(results)
    trouble = {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["E: v"]}
    code = "# a comment\n@property\ndef f(x: int) -> str:\n    '''Doc.'''\n    return f'{x!r}' if x > 1.5 else None"
    table = '<table border="1" class="dataframe"><thead><tr><th>n</th></tr></thead>'
    table += "<tbody><tr><td>1</td></tr></tbody></table>"
    rich = notebook(
        "# T\n\n`code` $x$\n\n|a|b|\n|-|-|\n|1|2|", (code, [stream("x", "stderr"), shown(text_html=table), trouble])
    )
    (results / "A" / "B.html").write_text(page.render(rich, "rich"))
    found = []
    with lab.browser(tmp_path, offline=True, color_scheme=scheme, bypass_csp=True) as tab:
        for path in (results / "index.html", results / "A" / "A.html", results / "A" / "B.html"):
            tab.goto(path.as_uri())
            found += lab.serious_violations(tab, axe)
    assert found == []
