"""The report: complete, offline, searchable, readable by everyone."""

import base64
import json
import re
from types import SimpleNamespace
from urllib.parse import unquote

import pytest

from fidle_course.batch.plan import Job
from fidle_course.batch.state import Figure, JobError, JobState, Results, write_state
from fidle_course.headline import Headline
from fidle_course.pages import page, report
from fidle_course.pages.row import Row
from tests import lab, toys
from tests.made import PNG
from tests.pages import notebook, shown, stream


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
        (folder / "figures" / "verdict.png").write_bytes(base64.b64decode(PNG))
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
        job = Job(name, name, gates={"any": gates}, headline=Headline("error", "error_base"))
        done = JobState(job, "ok", profile="live", seconds=75.0, finished="2026-01-01T10:00:00+00:00")
        write_state(folder, done)
        made = notebook(f"# [{name}] Toy\n\n## 1. Setup\n\n$x^2$", ("show()", [shown(text_html=figure)]))
        (folder / f"{name}.ipynb").write_text(json.dumps(made))
    (out / "C").mkdir()
    error = JobError("ValueError: no such thing", cell=3, execution=2, line="boom()")
    write_state(out / "C", JobState(Job("C", "C"), "failed", error=error))
    return out


def text_of(path):
    return path.read_text(encoding="utf-8")


def test_each_notebook_has_its_status_time_device_data_scores_gates_figure_and_links(results):
    text = text_of(report.write(results))
    for wanted in (
        "Toy A",
        "75 s",
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


def test_a_correlation_is_no_share():
    found = Headline("rho", "base", better="higher", percent=False).of({"rho": 0.425, "base": 0.535}, {})
    assert (found.text, found.baseline) == ("0.425", "0.535")
    assert found.words == "21 % lower than the baseline" and found.better is False


def test_a_better_accuracy_is_told_in_points():
    found = Headline("accuracy", "base", better="higher").of({"accuracy": 0.9, "base": 0.884}, {})
    assert found.words == "1.6 points above the baseline"
    assert found.better is True


def test_results_that_a_reader_made_in_jupyter_are_in_the_report(results):
    (results / "B" / "status.json").unlink()
    text = text_of(report.write(results))
    assert "the verdict of B" in text
    assert '<h3 id="B-title">Toy B</h3>' in text


def test_links_of_the_report_lead_somewhere(results):
    path = report.write(results)
    for target in re.findall(r'(?:href|src)="([^"#]+)"', text_of(path)):
        if not target.startswith("data:"):
            assert (path.parent / unquote(target)).exists(), target


def test_folders_of_results_may_have_any_name(results, tmp_path):
    elsewhere = tmp_path / "TP #2: été, 100 % {gros} & 'beau'"
    results.rename(elsewhere)
    (elsewhere / "A").rename(elsewhere / "pluie #1?")
    path = report.write(elsewhere)
    targets = [t for t in re.findall(r'(?:href|src)="([^"#]+)"', text_of(path)) if not t.startswith("data:")]
    assert all((elsewhere / unquote(target)).exists() for target in targets)
    assert sum("pluie" in target for target in targets) == 3
    anchors = re.findall(r'href="#([^"]+)"', text_of(path))
    assert {f'id="{anchor}"' in text_of(path) for anchor in anchors} == {True}


def test_the_figure_of_a_run_is_the_one_that_the_catalogue_names_else_the_last():
    figures = [Figure(f"figures/{name}.png") for name in ("test", "error-by-hour", "seeds")]
    chosen = [
        Row("A", JobState(Job("A", "A"), results=Results(figures=there)), SimpleNamespace(figure=name)).figure
        for name, there in (("error-by-hour", figures), ("hour", figures), ("", figures), ("seeds", []))
    ]
    assert chosen == [figures[1], figures[2], figures[2], None]


def test_a_gate_that_failed_says_its_values(results):
    assert "(error = 3, error_base = 2)" in text_of(report.write(results))


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
        assert tab.title() == "Results of the course"
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
