import matplotlib

matplotlib.use("agg")
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from fidle_utils import plots


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def test_history_marks_the_epoch_of_the_lowest_validation_loss():
    ax = plots.plot_history({"loss": [3, 2, 1], "val_loss": [3, 1, 2]}, label="error", unit="°C", ax=plt.subplot())
    assert ax.get_ylabel() == "error (°C)"
    assert list(ax.lines[2].get_xdata()) == [2] and ax.lines[2].get_label() == "best epoch: 2"


def test_history_of_an_accuracy_marks_the_highest():
    ax = plots.plot_history({"accuracy": [1, 2, 3], "val_accuracy": [1, 3, 2]}, metric="accuracy", ax=plt.subplot())
    assert list(ax.lines[2].get_xdata()) == [2]


def test_history_without_validation_shows_training_alone():
    assert len(plots.plot_history({"loss": [2, 1]}, ax=plt.subplot()).lines) == 1


def test_lead_time_draws_a_line_for_each_model_told_apart_without_colour():
    table = pd.DataFrame({"a": [1, 2], "b": [3, 4]}, index=[3, 6])
    ax = plots.plot_lead_time(table, ylabel="RMSE (°C)", ax=plt.subplot())
    assert [line.get_label() for line in ax.lines] == ["a", "b"]
    assert list(ax.lines[1].get_xdata()) == [3, 6] and list(ax.lines[1].get_ydata()) == [3, 4]
    assert ax.lines[0].get_marker() != ax.lines[1].get_marker()
    assert ax.lines[0].get_linestyle() != ax.lines[1].get_linestyle()


def test_confusion_shows_counts_and_shares_of_each_true_class():
    ax = plots.plot_confusion([[8, 2], [5, 5]], ["no", "yes"], ax=plt.subplot())
    assert [t.get_text() for t in ax.texts] == ["8\n80.0%", "2\n20.0%", "5\n50.0%", "5\n50.0%"]


def test_first_seven_series_have_different_colours_lines_and_markers():
    styles = [plots.line_style(i) for i in range(7)]
    for key in ("color", "linestyle", "marker"):
        assert len({str(s[key]) for s in styles}) == 7


def test_an_unknown_width_is_refused():
    with pytest.raises(ValueError, match="`width` is one of"):
        plots.figure(width="huge")


def test_colours_differ_in_grey_from_white_paper():
    """Each colour is dark enough to be seen on white: a contrast of 1.8 at least for thick lines."""
    for name, code in plots.COLOURS.items():
        rgb = np.array([int(code[i : i + 2], 16) for i in (1, 3, 5)]) / 255
        linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
        luminance = linear @ [0.2126, 0.7152, 0.0722]
        assert 1.05 / (luminance + 0.05) > 1.8, name
