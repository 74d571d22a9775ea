from itertools import combinations
from pathlib import Path

import matplotlib

matplotlib.use("agg")
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb

from fidle_utils import plots
from fidle_utils.scores import PairedInterval
from tests import eyes


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def test_lead_time_draws_a_line_for_each_model_told_apart_without_colour():
    table = pd.DataFrame({"a": [1, 2], "b": [3, 4]}, index=[3, 6])
    ax = plots.plot_lead_time(table, ylabel="RMSE (°C)", ax=plt.subplot())
    assert [line.get_label() for line in ax.lines] == ["a", "b"]
    assert list(ax.lines[1].get_xdata()) == [3, 6] and list(ax.lines[1].get_ydata()) == [3, 4]
    assert ax.lines[0].get_marker() != ax.lines[1].get_marker()
    assert ax.lines[0].get_linestyle() != ax.lines[1].get_linestyle()


def test_first_seven_series_have_different_colours_lines_and_markers():
    styles = [plots.line_style(i) for i in range(7)]
    for key in ("color", "linestyle", "marker"):
        assert len({str(s[key]) for s in styles}) == 7


def test_intervals_stand_one_below_the_other_with_their_reach():
    ax = plots.plot_intervals(
        {"a": PairedInterval(0.1, 0.0, 0.3), "b": PairedInterval(-0.2, -0.3, -0.1)}, xlabel="gain"
    )
    points = [container.lines[0].get_xydata()[0].tolist() for container in ax.containers]
    assert points == [[0.1, 0], [-0.2, 1]] and ax.yaxis_inverted()
    reach = ax.containers[0].lines[2][0].get_segments()[0]
    assert reach[:, 0].tolist() == pytest.approx([0.0, 0.3])
    assert [t.get_text() for t in ax.get_yticklabels()] == ["a", "b"]


def test_contributions_stand_in_their_order_and_what_is_no_word_is_grey():
    ax = plots.plot_contributions(pd.Series({"good": 2.0, "(the rest)": 1.0, "bad": -3.0}), xlabel="log-odds")
    assert [bar.get_width() for bar in ax.patches] == [2, 1, -3] and ax.yaxis_inverted()
    expected = [matplotlib.colors.to_rgba(plots.COLOURS[kind]) for kind in ("good", "baseline", "bad")]
    assert [bar.get_facecolor() for bar in ax.patches] == expected


def test_an_unknown_width_is_refused():
    with pytest.raises(ValueError, match="`width` is one of"):
        plots.figure(width="huge")


def test_colours_differ_in_grey_from_white_paper():
    """Each colour is dark enough to be seen on white: a contrast of 1.8 at least for thick lines."""
    for name, code in plots.COLOURS.items():
        assert eyes.contrast(code, "white") > 1.8, name


# ---------------------------------------------------------------- everyone's eyes

# Machado, Oliveira and Fernandes 2009, severity 1, for linear RGB
SIGHT = {
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
LEAST = 15  # of CIE 1976 distances between any two house colours: six times the just noticeable 2.3


def as_lab(colour, sight=None):
    """CIELAB (D65) of a colour as somebody sees it."""
    rgb = np.array(to_rgb(colour))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    if sight:
        linear = np.clip(np.array(SIGHT[sight]) @ linear, 0, 1)
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    ratio = to_xyz @ linear / to_xyz.sum(axis=1)
    f = np.where(ratio > 216 / 24389, np.cbrt(ratio), (ratio * 24389 / 27 + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def test_white_black_and_a_red_have_their_known_places_in_cielab():
    assert as_lab("white") == pytest.approx([100, 0, 0], abs=0.05) and as_lab("black") == pytest.approx([0, 0, 0])
    assert as_lab("#FF0000") == pytest.approx([53.2, 80.1, 67.2], abs=0.1)
    assert eyes.lightness("#FF0000") == pytest.approx(as_lab("#FF0000")[0], abs=0.05)
    assert np.linalg.norm(as_lab("red", "deuteranopia") - as_lab("#7F7F00", "deuteranopia")) < 40 < 100
    for matrix in SIGHT.values():
        assert np.sum(matrix, axis=1) == pytest.approx(np.ones(3), abs=1e-4), "grey stays grey"


@pytest.mark.parametrize("sight", [None, *SIGHT])
def test_house_colours_stay_apart_for_every_sight(sight):
    for one, other in combinations(plots.COLOURS.values(), 2):
        assert np.linalg.norm(as_lab(one, sight) - as_lab(other, sight)) > LEAST, (one, other)


def test_series_of_nearly_one_grey_have_another_line_and_another_marker():
    styles = [plots.line_style(i) for i in range(7)]
    for one, other in combinations(styles, 2):
        if abs(eyes.lightness(one["color"]) - eyes.lightness(other["color"])) < eyes.APART:
            assert str(one["linestyle"]) != str(other["linestyle"]) and one["marker"] != other["marker"]


def test_the_cycle_of_the_style_sheet_is_that_of_the_series():
    with plt.style.context(Path(plots.__file__).with_name("course.mplstyle")):
        cycle = [f"#{c}" if not c.startswith("#") else c for c in plt.rcParams["axes.prop_cycle"].by_key()["color"]]
    assert cycle == [plots.line_style(i)["color"] for i in range(len(cycle))]


def test_texts_of_the_style_sheet_stand_out_from_the_paper():
    with plt.style.context(["default", Path(plots.__file__).with_name("course.mplstyle")]):
        rc = plt.rcParams
        for ink in ("text.color", "axes.labelcolor", "xtick.color", "ytick.color"):
            assert eyes.contrast(rc[ink], rc["figure.facecolor"]) >= 4.5
            assert eyes.contrast(rc[ink], rc["axes.facecolor"]) >= 4.5


def good_figure(**kwargs):
    """A figure nobody can complain about, with two lines."""
    fig, ax = plots.figure(title="Two lines", **kwargs)
    ax.plot([0, 1], [0, 1], "o-", label="up")
    ax.plot([0, 1], [1, 0], "s--", label="down")
    ax.set(xlabel="time (h)", ylabel="height (m)")
    ax.legend(loc="outside right" if kwargs.get("outside") else "center left", bbox_to_anchor=(1, 0.5))
    return fig, ax


def test_nothing_to_complain_about():
    assert eyes.complaints(good_figure()[0]) == []


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda fig, ax: fig.suptitle(""), "no title"),
        (lambda fig, ax: ax.set_xlabel(""), "the x axis has no label"),
        (lambda fig, ax: ax.set_ylabel(""), "the y axis has no label"),
        (lambda fig, ax: (ax.lines[1].set(marker="o", ls="-"), ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))),
         "'up' and 'down' are told apart by colour alone"),
        (lambda fig, ax: ax.tick_params(labelsize=8), "Text of 8 points"),
        (lambda fig, ax: fig.set_size_inches(15, 5), "less than 15"),
        (lambda fig, ax: ax.text(0.5, 0.2, "remark", color="#E69F00"), "Pale text, such as 'remark'"),
        (lambda fig, ax: [ax.text(0.5, 0.1, word) for word in ("one", "two")], "'one' and 'two' lie over each other"),
        (lambda fig, ax: ax.set_xticks([0, 0.01], ["yesterday", "today"]), "'yesterday' and 'today' lie over"),
        (lambda fig, ax: fig.suptitle("A title that goes on and on, " * 6), "runs out of the picture"),
        (lambda fig, ax: ax.legend(loc="center"), "the legend covers a part of 'up'"),
        (lambda fig, ax: ax.imshow(np.arange(4).reshape(2, 2), cmap="jet"), "colour map jet"),
        (lambda fig, ax: ax.imshow(np.arange(4).reshape(2, 2), cmap="RdBu"), "colour map RdBu"),
    ],
)  # fmt: skip
def test_complaints_name_what_cannot_be_read(spoil, said):
    plots.use_style()
    fig, ax = good_figure()
    spoil(fig, ax)
    assert said in " ".join(eyes.complaints(fig))


@pytest.mark.parametrize("cmap", ["cividis", "viridis", "Blues", "Greys", "cividis_r"])
def test_maps_that_get_lighter_all_the_way_are_fine(cmap):
    fig, ax = plots.figure(title="A map")
    ax.imshow(np.arange(4).reshape(2, 2), cmap=cmap)
    ax.set(xlabel="column", ylabel="row")
    assert eyes.complaints(fig) == []


def test_a_diverging_map_with_its_numbers_written_is_fine():
    fig, ax = plots.figure(title="A map")
    ax.imshow(np.arange(4).reshape(2, 2), cmap="RdBu")
    ax.set(xlabel="column", ylabel="row")
    for i in range(4):
        ax.text(i % 2, i // 2, f"{i - 1.5:+}", ha="center", color="white" if i in (0, 3) else "black")
    assert eyes.complaints(fig) == []


def test_bars_of_one_grey_need_hatching():
    fig, ax = plots.figure(title="Bars")
    for i, colour in enumerate([plots.COLOURS["good"], plots.COLOURS["bad"]]):
        ax.bar([i], [1], color=colour, label=f"bar {i}")
    ax.set(xticks=[0, 1], xticklabels=["left", "right"], ylabel="height (m)")
    ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    assert eyes.complaints(fig) == ["'bar 0' and 'bar 1' are told apart by colour alone."]
    ax.patches[1].set_hatch("//")
    ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    assert eyes.complaints(fig) == []
    ax.legend(loc="center")
    assert any("covers bars" in words for words in eyes.complaints(fig))
