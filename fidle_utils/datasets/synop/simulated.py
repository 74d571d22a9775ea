"""A made-up weather station, for those who have no data yet: real enough to teach the same lesson.

What it has of a real one: seasons, days that clouds flatten, fronts that announce themselves by pressure and
wind before the temperature moves, sea breeze, calm, fog, rain; and the faults of real records.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from fidle_utils.datasets import card
from fidle_utils.files import write_text

__all__ = ["simulate_synop"]

SIMULATED_STATION = "99999"
_START = "2021-07-01"
_STEPS_A_DAY = 8
HEADER = card("synop")["monthly_header"]  # the real one, whole: what is not simulated is missing, `mq`


def simulate_synop(path: str | Path, years: float = 1.7, seed: int = 123) -> Path:
    """Write the observations of a made-up station in the format of Météo-France's monthly files.

    Args:
        path: the file, a CSV.
        years: length of the record.
        seed: the same seed makes the same file.

    Returns:
        `path`.
    """
    rng = np.random.default_rng(seed)
    rows = _spoil(_texts(_weather(round(years * 365.25 * _STEPS_A_DAY), rng)), rng)
    rows = rows.assign(numer_sta=SIMULATED_STATION, per="-10").reindex(columns=HEADER.split(";"), fill_value="mq")
    write_text(path, rows.to_csv(sep=";", index=False, lineterminator=";\n"))
    return Path(path)


def _slow(n: int, days: float, rng: np.random.Generator) -> np.ndarray:
    """A first-order autoregression: mean 0, standard deviation 1, memory of so many days."""
    keep = np.exp(-1 / (_STEPS_A_DAY * days))
    shocks = rng.normal(0, np.sqrt(1 - keep**2), n)
    values = np.empty(n)
    last = rng.normal()
    for i in range(n):
        last = keep * last + shocks[i]
        values[i] = last
    return values


def _fronts(t: np.ndarray, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """What fronts do to the weather, each around its passage; t in days.

    A cold front: pressure falls and a south-westerly wind freshens for a day, it is mild; then within hours the
    wind turns to north-west, pressure rises, it is several degrees colder and stays so for days. A warm front
    comes with an easterly wind instead. Pressure alone does not tell which of the two it will be.
    """
    effect = {name: np.zeros(len(t)) for name in ("pressure", "temperature", "dew", "wx", "wy", "cloud", "rain")}
    passages = np.cumsum(rng.gamma(4.0, 1.15, int(t[-1] / 2) + 20))
    for passage in passages[passages < t[-1] + 2]:
        strength = rng.lognormal(-0.1, 0.45)
        cold = rng.random() < 0.65
        near = (t > passage - 5) & (t < passage + 15)
        dt = t[near] - passage
        before, after = dt < 0, dt >= 0
        rise = np.where(before, np.exp(np.minimum(dt, 0) / 0.45), 0)
        jump = np.where(after, (1 - np.exp(-np.maximum(dt, 0) / 0.30)) * np.exp(-np.maximum(dt, 0) / 3.0), 0)
        tail = np.where(after, np.exp(-np.maximum(dt, 0) / 0.7), 0)
        sign = -1.0 if cold else 0.8
        effect["pressure"][near] -= 8 * strength * (rise + np.where(after, np.exp(-np.maximum(dt, 0) / 0.4), 0))
        effect["temperature"][near] += strength * (2.4 * sign * jump - 0.6 * sign * rise)
        effect["dew"][near] += strength * (3.8 * sign * jump + 1.5 * rise)
        effect["wx"][near] += strength * ((2.5 if cold else -5.0) * rise + (4.0 if cold else 1.5) * tail)
        effect["wy"][near] += strength * ((5.5 if cold else 1.0) * rise + (-5.0 if cold else 2.5) * tail)
        effect["cloud"][near] += strength * 3.2 * np.exp(-(((dt + 0.15) / 0.55) ** 2))
        effect["rain"][near] += strength * np.exp(-((dt / 0.22) ** 2))
    return effect


def _weather(n: int, rng: np.random.Generator) -> pd.DataFrame:
    """The station's true weather: one row per 3 hours, in °C, hPa, m/s, %, mm."""
    index = pd.date_range(_START, periods=n, freq="3h", tz="UTC")
    t = np.arange(n) / _STEPS_A_DAY
    hour = index.hour.to_numpy()
    season = np.cos(
        2 * np.pi * (index.day_of_year.to_numpy() - 212) / 365.25
    )  # +1 at the end of July, -1 at the end of January
    front = _fronts(t, rng)

    cloud = 1 / (1 + np.exp(-(1.6 * _slow(n, 0.9, rng) + front["cloud"] - 0.9)))
    clear = 1 - 0.75 * cloud
    sun = np.cos(2 * np.pi * (hour - 13.5) / 24) + 0.45 * np.cos(4 * np.pi * (hour - 13.0) / 24)
    breeze = clear * (0.7 + 0.3 * season) * np.cos(2 * np.pi * (hour - 14) / 24)
    wx = 0.4 - 1.2 * breeze + front["wx"] + 1.3 * _slow(n, 0.5, rng)
    wy = -0.8 + 2.6 * breeze + front["wy"] + 1.3 * _slow(n, 0.5, rng)
    speed = np.hypot(wx, wy)

    # clouds and wind flatten the day: a product, which no linear model can follow
    daily = (5.0 + 0.5 * season) * clear * sun / (1 + (speed / 9) ** 2)
    calm_night = -1.6 * clear * (hour <= 6) * np.exp(-((speed / 2.0) ** 2))
    slow = 0.8 * _slow(n, 4.0, rng) + 0.95 * _slow(n, 0.2, rng)
    tc = 16.8 + 7.0 * season + front["temperature"] + daily + calm_night + slow
    td = 9.5 + 6.0 * season + front["dew"] + 2.4 * _slow(n, 1.5, rng) + 0.5 * slow
    td = np.minimum(td, tc - 0.2)
    u = 100 * np.exp(17.62 * td / (243.12 + td) - 17.62 * tc / (243.12 + tc))
    large = np.convolve(_slow(n, 4.0, rng), np.ones(6) / 6, "same")  # highs and lows have no corners
    pmer = 1015.5 + 6.0 * large + front["pressure"] + 0.5 * np.cos(4 * np.pi * (hour - 10) / 24)
    pmer = pmer + rng.normal(0, 0.12, n)

    wet = rng.random(n) < np.clip(1.1 * front["rain"] * cloud + 0.02 * (cloud > 0.9), 0, 0.9)
    rr3 = np.where(wet, 0.2 * np.ceil(rng.gamma(0.7, 3.0 + 9 * front["rain"])), 0.0)
    rr1 = np.where(rng.random(n) < 0.7, 0.2 * np.round(rr3 * rng.random(n) / 0.2), 0.0)
    fog = (u > 94) & (speed < 2) & ~wet
    return pd.DataFrame(
        dict(tc=tc, td=td, u=u, pmer=pmer, wx=wx, wy=wy, cloud=cloud, rr1=rr1, rr3=rr3, fog=fog, wet=wet), index=index
    ).assign(gust=speed * rng.uniform(1.3, 1.9, n) + 0.5, chance=rng.random(n))


def _texts(true: pd.DataFrame) -> pd.DataFrame:
    """The weather as the station publishes it: rounded, coded, in kelvin and pascal."""
    speed = np.hypot(true.wx, true.wy).round(1)
    calm = speed < 0.6
    direction = (np.rad2deg(np.arctan2(-true.wx, -true.wy)) % 360 / 10).round() * 10
    direction = direction.where(direction > 0, 360)  # north is 360: 0 means calm
    pmer = true.pmer.round(1)
    tend = pmer.diff().fillna(0.0).round(1)
    shape = np.select([tend > 0.05, tend < -0.05], [np.where(tend > tend.shift(), 3, 1), 6], 4)
    shape = np.where((tend < -0.05) & (tend < tend.shift()), 8, shape)
    trace = (true.rr3 == 0) & (true.cloud > 0.7) & (true.chance < 0.2)
    weather = np.select(
        [true.fog, true.wet & (true.rr3 > 8), true.wet & (true.rr3 > 2), true.wet, trace],
        [45, 65, 63, 61, 21],
        np.where(true.cloud.diff() > 0.1, 3, np.where(true.cloud.diff() < -0.1, 1, 2)),
    )
    levels = np.array([0, 10, 25, 40, 50, 60, 75, 90, 100])
    cover = levels[np.abs(true.cloud.to_numpy()[:, None] * 104 - levels).argmin(axis=1)]
    cover = np.where(true.fog & (true.chance < 0.6), 101, cover)  # the sky cannot be seen
    sight = np.clip(60_000 * (1 - true.u / 110) ** 0.5 * np.where(true.wet, 0.4, 1), 2000, 60_000)
    sight = np.where(true.fog, 150 + 800 * true.chance, sight)
    columns = {
        "date": true.index.strftime("%Y%m%d%H%M%S"),
        "pmer": [f"{value * 100:.0f}" for value in pmer],
        "tend": [f"{value * 100:.0f}" for value in tend],
        "cod_tend": [f"{value}" for value in shape],
        "dd": [f"{value:.0f}" for value in direction.mask(calm, 0)],
        "ff": [f"{value:.6f}" for value in speed.mask(calm, 0.0)],
        "t": [f"{value + 273.15:.6f}" for value in true.tc.round(1)],
        "td": [f"{value + 273.15:.6f}" for value in np.minimum(true.td, true.tc).round(1)],
        "u": [f"{value:.0f}" for value in true.u.clip(5, 100)],
        "vv": [f"{value:.0f}" for value in np.round(sight, -2)],
        "ww": [f"{value}" for value in weather],
        "n": [f"{value}" for value in cover],
        "pres": [f"{(value - 3.1) * 100:.0f}" for value in pmer],
        "rafper": [f"{value:.6f}" for value in true.gust.round(1)],
        "rr1": [f"{value:.6f}" for value in true.rr1.mask(trace, -0.1)],
        "rr3": [f"{value:.6f}" for value in true.rr3.mask(trace, -0.1)],
    }
    return pd.DataFrame(columns, dtype=object)


def _spoil(rows: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """The faults of real records: missing codes, impossible values, holes, duplicates, disorder."""
    n = len(rows)

    def somewhere(count: int) -> np.ndarray:
        return rng.choice(np.arange(40, n - 40), count, replace=False)

    for names, count, length in (
        (["n"], n // 100, 1),
        (["rr1", "rr3"], n // 400, 1),
        (["rafper"], 3, 2),
        (["dd", "ff", "rafper"], 1, 7),
        (["t", "td", "u"], 2, 2),
    ):
        for first in somewhere(count):
            rows.loc[first : first + length - 1, names] = "mq"
    wrong = {"t": ["373.150000", "173.150000"], "u": ["127"], "dd": ["990"], "pmer": ["0"], "ff": ["99.900000"]}
    values = [(name, value) for name, several in wrong.items() for value in several]
    for at, (name, value) in zip(somewhere(len(values)), values):
        rows.loc[at, name] = value

    gone: set[int] = set(somewhere(5).tolist())  # single observations, a day, five days
    for first, length in ((n // 5, _STEPS_A_DAY), (int(n * rng.uniform(0.35, 0.5)), 5 * _STEPS_A_DAY)):
        gone.update(range(first, first + length))
    twice = set(somewhere(max(n // 250, 4)).tolist())
    kept = [i for i in range(n) for _ in range(1 + (i in twice)) if i not in gone]
    late = slice(len(kept) // 3, len(kept) // 3 + 240)  # a month that was sent late
    return rows.loc[kept[: late.start] + kept[late.stop :] + kept[late]]
