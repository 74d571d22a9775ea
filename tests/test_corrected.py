"""The corrected course: whole, true about its data, without a trace of the machine, never over somebody's work."""

import json
import re
from urllib.parse import unquote

import pytest

from fidle_course import catalogue
from fidle_course.pages import corrected, page
from fidle_course.pages.folder import whole_folder
from fidle_course.pages.row import finished
from fidle_course.room import teach
from tests import lab, made, toys

SIZES = {"phone": (360, 740), "laptop": (1400, 1000), "projector": (1920, 1080)}
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 4"><rect width="8" height="4"/></svg>'


@pytest.fixture
def course(tmp_path, monkeypatch):
    folder = made.course(tmp_path / "course")
    monkeypatch.setenv("FIDLE_COURSE_DIR", str(folder))
    monkeypatch.delenv("FIDLE_DATASETS_DIR", raising=False)
    return folder


@pytest.fixture
def site(course, tmp_path):
    """The corrected course of A and B, both finished."""
    made.run(course, course / "run")
    return write(tmp_path / "out")


def write(out, *ids, run=None, **options):
    """Write the corrected course; nothing is run, as if all were finished, unless `run` is given."""
    run = run or (lambda plan: 0)
    return corrected.write(out, ids, run=run, **options).parent


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def text_of(path):
    return path.read_text(encoding="utf-8")


def sources(notebook):
    return ["".join(cell["source"]) for cell in notebook["cells"]]


def change(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


# ---------------------------------------------------------------- the notebooks


def test_finished_runs_become_notebooks_and_pages_in_the_courses_folders(site):
    names = ["A.html", "A.ipynb", "B.html", "B.ipynb", "index.html", "pictures"]
    assert sorted(p.name for p in site.glob("[!.]*")) == names


def test_a_corrected_notebook_is_valid_and_shows_its_solutions_and_outputs(site):
    import nbformat

    notebook = read(site / "A.ipynb")
    nbformat.validate(nbformat.from_dict(notebook))
    assert "def twice(x):\n    # Hint: add\n    return x + x" in sources(notebook)
    assert not any("jupyter" in cell["metadata"] for cell in notebook["cells"])
    outputs = ["".join(o["text"]) for c in notebook["cells"] for o in c.get("outputs", []) if "text" in o]
    assert "✓ twice 3 is 6\n" in outputs


@pytest.mark.parametrize("name", ["run", "TP #2: <pluie> & 'vent'"])
def test_nothing_of_the_machine_that_ran_is_in_a_corrected_notebook(course, tmp_path, name):
    import html

    out = made.run(course, tmp_path / "results" / name)
    change(out / "A" / "A.ipynb", f"results in {json.dumps(str(out))[1:-1]}", "results in " + html.escape(str(out)))
    write(tmp_path / "out", "A", source=out)
    text = text_of(tmp_path / "out" / "A.ipynb")
    assert str(tmp_path) not in text + text_of(tmp_path / "out" / "A.html")
    assert "papermill" not in text
    assert "results in run/A" in text
    assert "injected-parameters" not in text  # it held nothing but the folder


def test_given_parameters_stay_without_the_folder(course):
    out = made.run(course, course / "run")
    path = out / "A" / "A.ipynb"
    notebook = read(path)
    notebook["cells"][2]["source"] = f'# Parameters\nn = 5\nword = "{{a}}\\nb"\nrun_dir = "{out}"\n'
    path.write_text(json.dumps(notebook))
    found = finished(out, catalogue.load())["A"]
    assert sources(corrected.corrected_copy(found))[2] == '# Parameters\nn = 5\nword = "{a}\\nb"'


def test_drawings_and_texts_that_a_notebook_shows_or_links_to_are_carried(course, tmp_path):
    (course / "docs" / "drawings").mkdir(parents=True)
    (course / "docs" / "drawings" / "box.svg").write_text(SVG)
    (course / "docs" / "drawings" / "other.svg").write_text(SVG)
    (course / "docs" / "glossary.md").write_text("# Glossary\n\n**Window**: *fenêtre glissante*.")
    shown = "## 1. Setup\\n\\n![a box](docs/drawings/box.svg) See the [glossary](docs/glossary.md#window)."
    change(course / "A.ipynb", "## 1. Setup", shown)
    made.run(course, course / "run")
    site = write(tmp_path / "out")
    assert [p.name for p in (site / "docs" / "drawings").iterdir()] == ["box.svg"]
    assert "data:image/svg+xml" in text_of(site / "A.html")
    assert '<a href="docs/glossary.html#window">' in text_of(site / "A.html")
    assert "<em>fenêtre glissante</em>" in text_of(site / "docs" / "glossary.html")
    assert '<a href="../index.html">' in text_of(site / "docs" / "glossary.html")


# ---------------------------------------------------------------- the pages


def test_a_page_folds_solutions_and_hides_their_marks(course):
    text = page.render(made.executed(course / "A.ipynb", course / "run"), "A")
    code, words = text.split('<details class="solution">')[1:]
    assert "<summary>Solution</summary>" in code
    assert "twice" in code.split("</details>")[0]
    assert "twice 3 is 6" in code.split("</details>")[1]  # the check stands open
    assert "<summary>The answer in words</summary>" in words
    assert "<math" in words.split("</details>")[0]
    assert "BEGIN SOLUTION" not in text
    assert "←" not in text


def test_a_page_says_which_data_and_machine(course, tmp_path):
    made.run(course, course / "run", source="simulated", profile="smoke")
    text = text_of(write(tmp_path / "out", "A", profile="smoke") / "A.html")
    assert 'class="about made-up"' in text
    for wanted in ("Simulated data (Nîmes (07645)", "scores mean nothing", "Executed on 2026-01-02 "):
        assert wanted in text


def test_pages_lead_to_their_neighbours_and_to_the_index(site):
    first, last = text_of(site / "A.html"), text_of(site / "B.html")
    assert 'rel="next" href="B.html"' in first
    assert 'rel="prev"' not in first
    assert 'rel="prev" href="A.html"' in last
    assert 'rel="next"' not in last
    assert '<a href="index.html">← All notebooks</a>' in first


def test_links_and_pictures_are_there(site):
    for path in site.rglob("*.html"):
        for target in re.findall(r'(?:href|src)="([^"#]+)"', text_of(path)):
            if not target.startswith("data:"):
                assert (path.parent / unquote(target)).is_file(), target


def test_a_page_asks_nothing_of_anybody(site):
    for path in site.glob("*.html"):
        text = text_of(path)
        assert "<script" not in text
        assert not re.search(r'(?:src|href)="(?:https?:)?//', text)
        assert not re.search(r"url\((?!#)", text)


# ---------------------------------------------------------------- the index


def test_each_notebook_is_on_the_index_with_question_picture_score_data_and_time(site):
    text = text_of(site / "index.html")
    story = catalogue.load().stories[0]
    for wanted in (
        story.title,
        story.blurb,
        '<a href="A.html">Toy A</a>',
        "Does it run?",
        'src="pictures/B.png" alt="the verdict of B"',
        "runs in 75 s",
        "<b>1.5 °C</b>",
        "25 % lower than the baseline",
        "(2 °C)",
        "Nîmes (07645) 2023-01-01 to 2024-12-31",
        "CPU, 2 cores",
        "2026-01-02",
        "Keras 3.15",
    ):
        assert wanted in text, wanted
    assert text.count('class="chip real">real data') == 2


def test_where_real_data_come_from_is_told(site):
    assert "Météo-France" in text_of(site / "index.html").split("<footer>")[1]


def test_simulated_data_are_told_at_the_top_and_on_each_page(course, tmp_path):
    made.run(course, course / "run", source="simulated")
    site = write(tmp_path / "out")
    index = text_of(site / "index.html")
    assert "Simulated data in A, B:" in index
    assert index.index("Simulated data in") < index.index("<article")
    assert 'class="about made-up"' in text_of(site / "A.html")
    assert "Météo-France" not in index  # whose data were not used is not thanked


def test_a_smoke_run_is_not_sold_as_a_result(course, tmp_path):
    made.run(course, course / "run", profile="smoke")
    assert "Smoke profile in A, B:" in text_of(write(tmp_path / "out", profile="smoke") / "index.html")


def test_every_headline_of_the_course_is_told_in_words():
    for about in catalogue.load().values():
        assert about.headline.what, about.id
        assert bool(about.headline.baseline) == bool(about.headline.against), about.id


# ---------------------------------------------------------------- what is run, taken, refused


def test_what_is_not_finished_is_run_first(course, tmp_path):
    ran = []

    def run(plan):
        ran.extend(plan.jobs)
        made.run(course, course / "run")
        return 0

    write(tmp_path / "out", run=run)
    assert ran == ["A", "B"]


def test_finished_runs_of_a_named_folder_are_taken_as_they_are(course, tmp_path, capsys):
    made.run(course, tmp_path / "from-a-gpu", profile="full")
    change(course / "A.ipynb", "print('ready')", "print('steady')")
    run = lambda plan: pytest.fail("it ran")  # noqa: E731
    site = write(tmp_path / "out", source=tmp_path / "from-a-gpu", run=run)
    assert capsys.readouterr().out == "Changed since these runs, the pages show what ran: A.\n"
    assert "ready" in text_of(site / "A.html") and "steady" not in text_of(site / "A.html")


@pytest.mark.parametrize("code", [1, 130])
def test_where_a_run_fails_or_is_stopped_nothing_is_written(course, tmp_path, code):
    made.run(course, course / "run", failed="B")
    for source in (None, course / "run"):
        with pytest.raises(RuntimeError, match="Nothing written"):
            write(tmp_path / "out", source=source, run=lambda plan: code)
    assert not (tmp_path / "out").exists()


def test_a_folder_with_other_things_is_refused_before_anything_runs(course, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.tex").write_text("mine")
    with pytest.raises(FileExistsError, match="holds other things"):
        write(tmp_path / "out")
    assert (tmp_path / "out" / "thesis.tex").read_text() == "mine"


@pytest.mark.parametrize("name", ["A.ipynb", "notes.txt"])
def test_a_file_that_was_changed_or_added_is_never_lost(site, name):
    (site / name).write_text("my remarks")
    with pytest.raises(FileExistsError, match=f"changed or added.*{name}"):
        write(site)
    assert (site / name).read_text() == "my remarks"


def test_its_own_folder_is_written_again_and_keeps_the_other_notebooks(course, tmp_path):
    made.run(course, course / "run")
    write(tmp_path / "out", "A")
    assert "B.html" not in text_of(tmp_path / "out" / "index.html")
    write(tmp_path / "out", "B")
    assert sorted(p.name for p in (tmp_path / "out").glob("*.ipynb")) == ["A.ipynb", "B.ipynb"]
    assert all(f'href="{name}.html"' in text_of(tmp_path / "out" / "index.html") for name in "AB")


def test_a_write_that_breaks_leaves_what_was_there(tmp_path):
    with whole_folder(tmp_path / "out", "corrected") as part:
        (part / "index.html").write_text("old")
    with pytest.raises(OSError, match="disk full"), whole_folder(tmp_path / "out", "corrected") as part:
        (part / "index.html").write_text("half")
        raise OSError("disk full")
    assert (tmp_path / "out" / "index.html").read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_one_command_does_not_write_over_another_ones_folder(tmp_path):
    with whole_folder(tmp_path / "out", "teach"):
        pass
    with pytest.raises(FileExistsError), whole_folder(tmp_path / "out", "corrected"):
        pass


@pytest.mark.slow
def test_the_command_runs_what_is_missing_once_and_names_the_index(tmp_path):
    folder = made.course(tmp_path / "course", names=["A"], A={"runs": True})
    first = toys.fidle(folder, "corrected", tmp_path / "out {1} #2")
    assert first.returncode == 0
    assert "ok      A" in first.stdout
    assert first.stdout.splitlines()[-1] == f"Corrected: {(tmp_path / 'out {1} #2' / 'index.html').as_uri()}"
    assert "twice 3 is" in text_of(tmp_path / "out {1} #2" / "A.html")
    again = toys.fidle(folder, "corrected", tmp_path / "out {1} #2")
    assert again.returncode == 0
    assert "kept    A" in again.stdout


@pytest.mark.slow
def test_a_notebook_that_fails_makes_the_command_fail_and_write_nothing(tmp_path):
    folder = toys.make_course(tmp_path / "course", {"A": {"code": ["1 / 0"]}})
    done = toys.fidle(folder, "corrected", tmp_path / "out")
    assert done.returncode == 2
    assert "A failed in cell 4" in done.stdout and "Nothing written" in done.stderr
    assert not (tmp_path / "out").exists()


# ---------------------------------------------------------------- in a browser


@pytest.fixture
def all_pages(site, course, tmp_path):
    """The index and a notebook's page, of the corrected course and of the instructor's pages."""
    (course / "docs" / "teaching").mkdir(parents=True)
    (course / "docs" / "teaching" / "A.md").write_text(made.GUIDE, encoding="utf-8")
    teach.write(tmp_path / "teach")
    return [folder / name for folder in (site, tmp_path / "teach") for name in ("index.html", "A.html")]


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_reader_goes_from_page_to_page_without_a_network(site, tmp_path, scheme):
    outside = []
    with lab.browser(tmp_path, offline=True, color_scheme=scheme) as tab:
        tab.on("request", lambda r: None if r.url.startswith(("file:", "data:")) else outside.append(r.url))
        tab.goto((site / "index.html").as_uri())
        picture = tab.locator(".picture img").first
        assert picture.evaluate("i => i.complete && i.naturalWidth") == 8
        white = "getComputedStyle(document.querySelector('.picture')).backgroundColor"
        assert tab.evaluate(white) == "rgb(255, 255, 255)"
        shade = tab.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)")
        assert (sum(shade) > 600) == (scheme == "light")
        tab.get_by_role("link", name="Toy A").click()
        assert tab.title() == "[A] Toy A"
        assert not tab.get_by_text("return x + x").is_visible()
        tab.get_by_text("Solution", exact=True).focus()
        tab.keyboard.press("Enter")
        assert tab.locator("details.solution").first.get_by_text("twice").first.is_visible()
        tab.get_by_role("link", name="B · Toy B").click()
        assert tab.title() == "[B] Toy B"
        tab.get_by_role("link", name="All notebooks").click()
        assert tab.title() == "Deep learning on sequence data"
    assert outside == []


@pytest.mark.browser
def test_no_page_scrolls_sideways_from_phone_to_projector(all_pages, tmp_path):
    with lab.browser(tmp_path, offline=True) as tab:
        for name, (width, height) in SIZES.items():
            tab.set_viewport_size({"width": width, "height": height})
            for path in all_pages:
                tab.goto(path.as_uri())
                assert not lab.scrolls_sideways(tab), f"{path.name} on a {name}"
            size = tab.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
            assert size > 18 if name == "projector" else size == 16


@pytest.mark.browser
def test_accents_and_formulas_are_really_drawn(site, tmp_path):
    with lab.browser(tmp_path, offline=True) as tab:
        tab.goto((site / "A.html").as_uri())
        assert "été à Nîmes: où, çà et là, naît l'œuvre" in tab.locator("main").inner_text()
        shots = set()
        for letter in "éeàaœo\U000e0fff":  # the last one has no glyph in any font
            tab.evaluate("l => { const p = document.querySelector('h1'); p.textContent = l }", letter)
            shots.add(tab.locator("h1").screenshot())
        assert len(shots) == 7, "a letter looks like another one, or like the box of a missing one"
        tab.goto((site / "A.html").as_uri())
        up, down = (tab.locator("math mfrac > *").nth(i).bounding_box() for i in (0, 1))
        assert up["y"] + up["height"] <= down["y"] + 1
        root, sign = (tab.locator(f"math {name}").first.bounding_box() for name in ("msqrt", "msqrt msub"))
        assert root["width"] > sign["width"] > 5
        assert tab.locator("math").evaluate_all("all => all.every(m => !m.textContent.includes('\\\\'))")


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_serious_violation_of_accessibility(all_pages, axe, tmp_path, scheme):
    found = []
    with lab.browser(tmp_path, offline=True, color_scheme=scheme, bypass_csp=True) as tab:
        for path in all_pages:
            tab.goto(path.as_uri())
            found += lab.serious_violations(tab, axe)
    assert found == []


@pytest.mark.browser
def test_the_accessibility_check_sees_a_picture_without_text(site, axe, tmp_path):
    change(site / "index.html", 'alt="the verdict of A"', "")
    with lab.browser(tmp_path, offline=True, bypass_csp=True) as tab:
        tab.goto((site / "index.html").as_uri())
        assert [rule for _, rule, _ in lab.serious_violations(tab, axe)] == ["image-alt"]
