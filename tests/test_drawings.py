"""The drawings of the lessons: an SVG on its own panel, with its title and description, and readable."""

import re
import xml.etree.ElementTree as ET

import pytest

from fidle_utils import course_root
from tests.eyes import luminance

FOLDER = course_root() / "docs" / "drawings"
DRAWINGS = sorted(FOLDER.glob("*.svg"))
SVG = "{http://www.w3.org/2000/svg}"


def contrast_on_white(colour):
    return 1.05 / (luminance(colour) + 0.05)


@pytest.mark.parametrize("path", DRAWINGS, ids=lambda path: path.stem)
def test_drawing_says_what_it_is_and_has_its_own_white_panel(path):
    root = ET.parse(path).getroot()
    title, desc = (root.find(f"{SVG}{tag}").text for tag in ("title", "desc"))
    assert len(title.split()) >= 2 and len(desc.split()) >= 10
    assert root.get("role") == "img" and re.fullmatch(r"0 0 \d+ \d+", root.get("viewBox"))
    panel = root.find(f"{SVG}rect")
    assert panel.get("fill").lower() in ("white", "#ffffff") and float(panel.get("rx")) > 0


@pytest.mark.parametrize("path", DRAWINGS, ids=lambda path: path.stem)
def test_words_of_a_drawing_are_read_at_half_of_a_pages_width(path):
    """At half of a page's 832 pixels no word is below 7.5 pixels, and none is pale (WCAG 2.2, large text)."""
    root = ET.parse(path).getroot()
    scale = 416 / int(root.get("viewBox").split()[2])
    common = root.get("font-size")
    for text in root.iter(f"{SVG}text"):
        assert float(text.get("font-size") or common) * scale >= 7.5, "".join(text.itertext())
        assert contrast_on_white(text.get("fill", "black")) >= 3, "".join(text.itertext())


@pytest.mark.parametrize("path", DRAWINGS, ids=lambda path: path.stem)
def test_drawing_needs_nothing_from_elsewhere(path):
    source = path.read_text(encoding="utf-8")
    assert not re.search(r"href|url\(|<script|<image|@import|<style", source)
    assert "sans-serif" in source
