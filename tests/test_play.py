"""Figures under controls: static where nobody is; in JupyterLab in a real browser the picture follows the hand."""

import nbformat
import pytest

from fidle_utils import play
from tests import lab


@pytest.mark.parametrize(
    ("control", "value"),
    [
        (play.Slider(1, 9, 3, "steps"), 3),
        (play.Text("good", "word"), "good"),
    ],
)
def test_a_control_begins_at_its_start_and_carries_its_label(control, value):
    widget = control.widget()
    assert widget.value == value and widget.description == control.label


def test_the_picture_follows_the_control():
    shown = []
    box = play.controls(lambda n: f"<p>{n}</p>", {"n": play.Slider(1, 9, 3, "steps")}, shown.append)
    box.children[0].value = 7
    assert shown == ["<p>7</p>"]


def test_an_error_is_shown_in_place_of_the_picture_and_escaped():
    def draw(word):
        raise ValueError(f"<{word}> is unknown")

    shown = []
    box = play.controls(draw, {"word": play.Text("a", "word")}, shown.append)
    box.children[0].value = "b"
    assert "ValueError" in shown[0] and "&lt;b&gt; is unknown" in shown[0]


def test_nobody_is_there_outside_of_a_kernel_and_in_the_batch(monkeypatch):
    assert not play.someone_there()
    monkeypatch.setenv("FIDLE_BATCH", "1")
    assert not play.someone_there()


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """JupyterLab on a notebook that trains slowly. (The sliders of the course's notebooks move in test_lab.py.)"""
    lab.chromium()
    folder = tmp_path_factory.mktemp("play")
    lines = [
        "from fidle_utils.run import Run\nimport time\nimport numpy as np\nimport keras",
        f"run = Run('SYNOP2', run_dir={str(folder / 'curves')!r})",
        "slow = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: time.sleep(0.4))\n"
        "model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])\nmodel.compile('adam', 'mse')\n"
        "x = np.arange(32.0)[:, None]\n"
        "options = {'validation_split': 0.2, 'epochs': 20, 'verbose': 0, 'callbacks': [slow]}\n"
        "run.fit(model, x, x, name='slow', **options)\nprint('trained')",
    ]
    curves = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(line) for line in lines])
    curves.metadata["kernelspec"] = {"display_name": "Python 3", "language": "python", "name": "python3"}
    nbformat.write(curves, folder / "curves.ipynb")
    with lab.jupyter(folder) as (address, token):
        yield folder, address, token


@pytest.mark.slow
@pytest.mark.browser
def test_curves_grow_while_training_and_leave_nothing_behind(served, tmp_path):
    folder, address, token = served
    with lab.browser(tmp_path) as page:
        lab.open_notebook(page, address, token, "curves.ipynb")
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        curve = page.locator("img[alt^='Loss by epoch so far']")
        curve.wait_for(timeout=120_000)
        first = curve.get_attribute("src")
        page.wait_for_function(
            "first => { const i = document.querySelector(\"img[alt^='Loss by epoch so far']\"); "
            "return i && i.src !== first; }",
            arg=first,
            timeout=60_000,
        )
        page.screenshot(path=folder / "curves.png")
        page.get_by_text("trained", exact=True).wait_for(timeout=120_000)
        assert curve.count() == 0, "the notebook draws the finished curves itself"
