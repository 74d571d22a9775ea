"""What the lessons on series claim, without their networks; and the claims about networks on simulated data."""

import numpy as np
import pytest
from scipy.stats import ttest_rel

from fidle_utils.datasets import price, sunspots
from fidle_utils.forecast import LinearAutoregression, roll
from fidle_utils.windows import make_windows
from tests.test_notebooks import execute

CYCLE, MONTHS = 132, 60


@pytest.fixture(scope="module", autouse=True)
def without_files(tmp_path_factory):
    """The records that come with the libraries."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FIDLE_DATASETS_DIR", str(tmp_path_factory.mktemp("empty")))
        yield


class Sun:
    """Windows of the square root, and the errors of forecasts on the last fifth of the record."""

    def __init__(self, source):
        numbers = sunspots.load_sunspots(source)[0].to_numpy()
        cut = round(0.8 * len(numbers))
        self.root = np.sqrt(numbers)[:, None]
        x, y, starts = make_windows(self.root, CYCLE, MONTHS)
        origins = starts + CYCLE
        self.learn, self.judge = origins + MONTHS <= cut, origins >= cut
        self.x, self.y = x, y[:, :, 0]
        self.season = np.stack([self.root[o - CYCLE : o - CYCLE + MONTHS, 0] for o in origins[self.judge]])

    def errors(self, roots):
        """Mean absolute error by month ahead, in sunspots."""
        return np.abs(np.maximum(roots, 0) ** 2 - self.y[self.judge] ** 2).mean(axis=0)

    def persistence(self):
        return self.errors(self.x[self.judge, -1:, 0])

    def ridge(self, length, ridge=1500.0):
        model = LinearAutoregression(ridge).fit(self.x[self.learn, -length:], self.y[self.learn])
        return self.errors(model.predict(self.x[self.judge, -length:]))

    def recursive(self, length):
        model = LinearAutoregression(1.0).fit(self.x[self.learn, -length:], self.y[self.learn, :1])
        return self.errors(roll(model.predict, self.x[self.judge, -length:], MONTHS)[:, :, 0])


@pytest.fixture(scope="module", params=["real", "simulated"])
def sun(request):
    return Sun(request.param)


def test_real_record_gives_the_known_numbers():
    """Mean error of months 1 to 12 from 566 origins: persistence 22.6, seasonal naive 33.0, ridge 17 at most."""
    sun = Sun("real")
    assert sun.judge.sum() == 566
    assert sun.persistence()[:12].mean() == pytest.approx(22.6, abs=0.1)
    assert sun.errors(sun.season)[:12].mean() == pytest.approx(33.0, abs=0.1)
    assert sun.ridge(CYCLE)[:12].mean() <= 17


def test_last_month_is_the_best_naive_guide_at_first_and_the_last_cycle_after_years(sun):
    now, season = sun.persistence(), sun.errors(sun.season)
    assert now[0] < season[0] and season[-1] < now[-1]


def test_a_window_of_a_whole_cycle_is_better_than_one_of_three_years(sun):
    assert sun.ridge(CYCLE).mean() < sun.ridge(36).mean()


def test_ridge_is_better_than_both_naive_forecasts_over_five_years(sun):
    assert sun.ridge(CYCLE).mean() < sun.errors(sun.season).mean()
    assert sun.ridge(CYCLE).mean() < sun.persistence().mean()


def test_feeding_back_costs_with_a_short_window_and_hardly_with_a_whole_cycle(sun):
    short, long = (sun.recursive(n).mean() / sun.ridge(n, 1.0).mean() for n in (12, CYCLE))
    assert short > 1.05
    assert abs(long - 1) < 0.05


@pytest.mark.parametrize("source", ["real", "simulated"])
def test_a_linear_model_of_past_returns_does_not_beat_persistence(source):
    opening = price.load_prices(source=source)[0]["open"].to_numpy()
    cut, returns = round(0.8 * len(opening)), np.diff(np.log(opening))[:, None]
    x, y, _ = make_windows(returns, 5)
    today, tomorrow = opening[cut - 1 : -1], opening[cut:]
    model = LinearAutoregression().fit(x[: -len(today)], y[: -len(today), 0])
    errors = np.abs(today * np.exp(model.predict(x[-len(today) :])[:, 0]) - tomorrow)
    assert ttest_rel(np.abs(today - tomorrow), errors).confidence_interval().low <= 0


@pytest.mark.slow
@pytest.mark.parametrize("name", ["SERIES1", "SERIES2"])
def test_the_verdicts_hold_on_simulated_data_too(tmp_path, name):
    """The gates of the catalogue, which fail the run: no network wins on a price, the ridge wins on the sun."""
    results = execute(tmp_path, [name], "live", ["-p", "source=simulated", "-p", "seeds=1"])[name]
    assert results["data"]["source"] == "simulated"
