"""Every notebook, opened and run from first to last cell in JupyterLab in a real browser, as a trainee would."""

import pytest

from fidle_course import catalogue
from tests import lab

CATALOGUE = catalogue.load()
# notebook -> the control's label, what kind it is, what to type
PLAYED = {
    "LADYB1": ("start", "slider"),
    "SYNOP3": ("window", "slider"),
    "IMDB3": ("your review", "text", "a bad film"),
    "IMDB4": ("word", "text", "bad"),
    "TEXT1": ("word", "text", "bad"),
}
pytestmark = [pytest.mark.slow, pytest.mark.browser]


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """JupyterLab on copies of the notebooks (it saves by itself), their parameters those of the smoke profile."""
    import papermill
    from papermill.parameterize import parameterize_notebook

    lab.chromium()
    folder = tmp_path_factory.mktemp("lab")
    for notebook in CATALOGUE.values():
        values = notebook.profile("smoke").parameters | {"run_dir": str(folder / "run")}
        copy = parameterize_notebook(papermill.iorw.load_notebook_node(str(notebook.file)), values)
        papermill.iorw.write_ipynb(copy, str(folder / notebook.file.name))
    (folder / "no-data").mkdir()
    with lab.jupyter(folder, FIDLE_DATASETS_DIR=str(folder / "no-data")) as (address, token):
        yield folder, address, token


@pytest.mark.parametrize("name", list(CATALOGUE))
def test_notebook_runs_in_the_browser_shows_its_figures_and_follows_the_hand(served, tmp_path, name):
    folder, address, token = served
    path = CATALOGUE[name].file.name
    outside = []
    with lab.browser(tmp_path) as page:
        page.on(
            "request", lambda r: outside.append(r.url) if not r.url.startswith((address, "data:", "blob:")) else None
        )
        lab.open_notebook(page, address, token, path)
        notebook = lab.run_all(page, address, token, path)
        assert lab.problems(notebook) == []
        images = page.locator(".jp-OutputArea-output img")
        # JupyterLab draws what is near the window: the saved notebook has them all
        assert images.count() > 0
        assert all(len(images.nth(i).get_attribute("alt")) > 30 for i in range(images.count()))
        page.screenshot(path=folder / f"{name}.png")
        if name in PLAYED:
            before, after = lab.move_a_control(page, notebook, *PLAYED[name])
            assert after != before and 'role="alert"' not in after, after[:300]
            kind = "<table" if name in ("IMDB4", "TEXT1") else "<img"
            assert kind in before and kind in after, "a picture or a table, that follows the hand"
            page.screenshot(path=folder / f"{name}-moved.png")
        if name == "SYNOP3":
            lab.open_again_without_kernel(page, address, token, path)
            picture = lab.played(page, notebook).locator(".jp-RenderedHTMLCommon img")
            picture.wait_for(timeout=60_000)
            assert picture.get_attribute("src") in after, "the picture as it was left, though nothing moves it"
    assert [url for url in outside if url.startswith("http")] == [], "the lesson asked something of the internet"


def test_server_refuses_without_the_token(served):
    import urllib.error
    import urllib.request

    _, address, token = served
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(f"{address}/api/contents")
    assert urllib.request.urlopen(f"{address}/api/contents?token={token}").status == 200
