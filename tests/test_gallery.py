"""The gallery: complete, offline, readable by everyone, true about its data."""

import re

import pytest

from fidle_course import catalogue, cli
from fidle_course.pages import gallery
from fidle_course.room import teach
from tests import lab, made

SIZES = {"phone": (390, 844), "laptop": (1400, 1000), "projector": (1920, 1080)}


@pytest.fixture
def course(tmp_path, monkeypatch):
    folder = made.course(tmp_path / "course", names=["A", "B", "C"])
    monkeypatch.setenv("FIDLE_COURSE_DIR", str(folder))
    return folder


@pytest.fixture
def site(course, tmp_path):
    """A gallery of A and B; C has not run."""
    made.run(course, course / "run", skip=["C"])
    return gallery.write(tmp_path / "site", say=lambda text: None).parent


def text_of(path):
    return path.read_text(encoding="utf-8")


def test_each_notebook_is_on_the_index_with_claim_picture_score_and_time(site):
    text = text_of(site / "index.html")
    for wanted in (
        '<a href="A.html">Toy A</a>',
        "Does it run?",
        'alt="the verdict of B"',
        "runs in 75 s",
        "25 % lower than the baseline",
        "(2 °C)",
        "Nîmes (07645) 2023-01-01 to 2024-12-31",
        "CPU, 2 cores",
        "2 January 2026",
        "Keras 3.15",
    ):
        assert wanted in text, wanted
    assert text.count('class="chip real">real data') == 2


def test_a_notebook_without_a_run_is_named_without_a_page(site):
    assert "Not run yet: <code>fidle run C</code>" in text_of(site / "index.html")
    assert not (site / "C.html").exists()


def test_pages_lead_to_their_neighbours_and_to_the_index(site):
    first, last = text_of(site / "A.html"), text_of(site / "B.html")
    assert 'rel="next" href="B.html"' in first
    assert 'rel="prev"' not in first
    assert 'rel="prev" href="A.html"' in last
    assert 'rel="next"' not in last
    assert '<a href="index.html">← All notebooks</a>' in first


def test_links_and_pictures_are_there(site):
    for path in site.glob("*.html"):
        for target in re.findall(r'(?:href|src)="([^"#]+)"', text_of(path)):
            if not target.startswith("data:"):
                assert (site / target).is_file(), target


def test_simulated_data_are_told_at_the_top_and_on_each_page(course, tmp_path):
    made.run(course, course / "run", source="simulated")
    site = gallery.write(tmp_path / "site").parent
    index = text_of(site / "index.html")
    assert "Simulated data in A, B, C:" in index
    assert index.index("Simulated data in") < index.index("<article")
    assert 'class="about made-up"' in text_of(site / "A.html")
    assert "cite" not in index.split("<footer>")[1]  # whose data were not used is not thanked


def test_a_smoke_run_is_not_sold_as_a_result(course, tmp_path):
    made.run(course, course / "run", profile="smoke")
    index = text_of(gallery.write(tmp_path / "site"))
    assert "Smoke profile in A, B, C:" in index


def test_where_real_data_come_from_is_told(site):
    assert "Météo-France" in text_of(site / "index.html").split("<footer>")[1]


def test_the_picture_is_the_one_of_the_teaching_file(course, tmp_path):
    made.run(course, course / "run")
    (course / "run" / "A" / "figures" / "other.png").write_bytes(b"other")
    results = course / "run" / "A" / "results.json"
    text = results.read_text()
    other = '{"file": "figures/other.png", "title": "", "alt": "the other one"}'
    results.write_text(text.replace('"figures": [', f'"figures": [{other}, '))
    assert 'alt="the other one"' not in text_of(gallery.write(tmp_path / "site"))
    (course / "docs" / "teaching").mkdir(parents=True)
    (course / "docs" / "teaching" / "A.md").write_text(made.GUIDE.replace("figure: verdict", "figure: other"))
    assert 'alt="the other one"' in text_of(gallery.write(tmp_path / "site"))


def test_changed_notebooks_are_told(course, tmp_path):
    made.run(course, course / "run")
    said = []
    gallery.write(tmp_path / "site", say=said.append)
    assert said == []
    path = course / "A.ipynb"
    path.write_text(path.read_text().replace("print('ready')", "print('steady')"))
    gallery.write(tmp_path / "site", say=said.append)
    assert said == ["Changed since these runs, the pages show what ran: A."]


def test_a_failed_gate_is_told(tmp_path, monkeypatch):
    folder = made.course(tmp_path / "course", A={"gates": ["error <= 1"]})
    monkeypatch.setenv("FIDLE_COURSE_DIR", str(folder))
    made.run(folder, folder / "run")
    said = []
    gallery.write(tmp_path / "site", say=said.append)
    assert said == ["Shown all the same, though a gate failed in A: see the report of that run."]


def test_nothing_to_show_says_what_makes_it(course, tmp_path, capsys):
    assert cli.main(["gallery", str(tmp_path / "site")]) == 2
    assert "`fidle run --out" in capsys.readouterr().err
    assert not (tmp_path / "site").exists()


def test_every_headline_of_the_course_is_told_in_words():
    for about in catalogue.load().values():
        assert about.headline.what, about.id
        assert bool(about.headline.baseline) == bool(about.headline.against), about.id


def test_every_story_of_the_course_has_its_title():
    assert {about.data for about in catalogue.load().values()} == set(gallery._STORIES)


def test_a_page_asks_nothing_of_anybody(site):
    for path in site.glob("*.html"):
        text = text_of(path)
        assert "<script" not in text
        assert not re.search(r'(?:src|href)="(?:https?:)?//', text)
        assert not re.search(r"url\((?!#)", text)


# ---------------------------------------------------------------- in a browser


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_reader_goes_from_page_to_page_without_a_network(site, tmp_path, scheme):
    outside = []
    with lab.browser(tmp_path, offline=True, color_scheme=scheme) as tab:
        tab.on("request", lambda r: None if r.url.startswith(("file:", "data:")) else outside.append(r.url))
        tab.goto((site / "index.html").as_uri())
        picture = tab.locator(".picture img").first
        assert picture.evaluate("i => i.complete && i.naturalWidth") == 8
        assert (
            tab.evaluate("getComputedStyle(document.querySelector('.picture')).backgroundColor")
            == "rgb(255, 255, 255)"
        )
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
def test_no_page_scrolls_sideways_from_phone_to_projector(site, course, tmp_path):
    (course / "docs" / "teaching").mkdir(parents=True)
    (course / "docs" / "teaching" / "A.md").write_text(made.GUIDE)
    teach.write(tmp_path / "teach", say=lambda text: None)
    pages = [site / "index.html", site / "A.html", tmp_path / "teach" / "index.html", tmp_path / "teach" / "A.html"]
    with lab.browser(tmp_path, offline=True) as tab:
        for name, (width, height) in SIZES.items():
            tab.set_viewport_size({"width": width, "height": height})
            for path in pages:
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
def test_no_serious_violation_of_accessibility(site, course, axe, tmp_path, scheme):
    (course / "docs" / "teaching").mkdir(parents=True)
    (course / "docs" / "teaching" / "A.md").write_text(made.GUIDE)
    teach.write(tmp_path / "teach", say=lambda text: None)
    pages = [site / "index.html", site / "A.html", tmp_path / "teach" / "index.html", tmp_path / "teach" / "A.html"]
    found = []
    with lab.browser(tmp_path, offline=True, color_scheme=scheme, bypass_csp=True) as tab:
        for path in pages:
            tab.goto(path.as_uri())
            found += lab.serious_violations(tab, axe)
    assert found == []


@pytest.mark.browser
def test_the_accessibility_check_sees_a_picture_without_text(site, axe, tmp_path):
    path = site / "index.html"
    path.write_text(text_of(path).replace('alt="the verdict of A"', ""))
    with lab.browser(tmp_path, offline=True, bypass_csp=True) as tab:
        tab.goto(path.as_uri())
        assert [rule for _, rule, _ in lab.serious_violations(tab, axe)] == ["image-alt"]
