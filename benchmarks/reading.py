"""Reading real formats at real size: ten years of observations, fifty thousand film reviews."""

import gzip
import io
import tarfile
import tempfile
import time
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

from benchmarks.line import Group, Growth, Line, number
from benchmarks.measure import in_child

STATION = "07690"
_BEFORE = ("lat", "lon", "geo_id_wmo", "geo_id_wigos", "name", "reference_time", "insert_time", "validity_time")


def measure(quick: bool = False) -> Group:
    """All lines of reading."""
    group = Group()
    with tempfile.TemporaryDirectory(prefix="fidle-bench-") as folder:
        _measure_synop(group, Path(folder), quick)
    with tempfile.TemporaryDirectory(prefix="fidle-bench-") as folder:
        _measure_reviews(group, Path(folder), quick)
    return group


# ------------------------------------------------------------------------------------------- weather stations


def write_years(folder: Path, years: int, stations: int, days: int = 365) -> list[Path]:
    """Write yearly files in the format of Météo-France: all stations at each instant, one instant after another.

    The weather is simulated for one year; each station takes it from another day on. The values of the years
    are the same, their dates are not.
    """
    from fidle_utils.datasets.synop import simulate_synop

    lines = simulate_synop(folder / "one.csv", years=1.1).read_text(encoding="ascii").splitlines()
    (folder / "one.csv").unlink()
    names = lines[0].strip(";").split(";")[2:]
    weather = [line.strip(";").split(";", 2)[2].replace("mq", "") for line in lines[1:]]
    weather = [row + ";" * (len(names) - 1 - row.count(";")) for row in weather]
    codes = [STATION, *(f"{7000 + 5 * i + 2:05d}" for i in range(1, stations))]
    places = [
        f"{43 + i / 40:.6f};{7 - i / 30:.6f};{code};0-20000-0-{code};STATION {i};" for i, code in enumerate(codes)
    ]
    header = ";".join((*_BEFORE, *names)) + "\n"
    paths = []
    for year in range(2010, 2010 + years):
        text = io.StringIO()
        text.write(header)
        for step in range(8 * days):
            day, hour = divmod(step, 8)
            when = f"{date(year, 1, 1) + timedelta(day)}T{3 * hour:02d}:00:00Z;" * 3
            text.writelines(
                f"{place}{when}{weather[(step + 97 * i) % len(weather)]}\n" for i, place in enumerate(places)
            )
        path = folder / f"synop_{year}.csv.gz"
        path.write_bytes(gzip.compress(text.getvalue().encode("ascii"), compresslevel=1))
        paths.append(path)
    return paths


def read_ours(paths: list[str], station: str = STATION) -> int:
    """Rows of one station, as the package reads them."""
    from fidle_utils.datasets.synop import read_synop

    return len(read_synop(paths, station, duplicates="keep"))


def read_with_pandas(paths: list[str], station: str = STATION) -> int:
    """The same with plain pandas: read each file whole, keep the station's rows."""
    import pandas as pd

    parts = []
    for path in paths:
        frame = pd.read_csv(path, sep=";", dtype={"geo_id_wmo": str}, parse_dates=["validity_time"])
        parts.append(frame[frame["geo_id_wmo"] == station])
    return len(pd.concat(parts))


def _import_synop() -> None:
    import fidle_utils.datasets.synop  # noqa: F401


read_ours.prepare = read_with_pandas.prepare = _import_synop


def _measure_synop(group: Group, folder: Path, quick: bool) -> None:
    years, stations, days = (2, 12, 40) if quick else (10, 190, 365)
    paths = [str(path) for path in write_years(folder, years, stations, days)]
    megabytes = sum(Path(path).stat().st_size for path in paths) / 1e6
    ours, pandas = in_child("reading:read_ours", paths), in_child("reading:read_with_pandas", paths)
    if ours["value"] != pandas["value"]:
        raise RuntimeError(f"Both must find the same rows. Received: {ours['value']} and {pandas['value']}.")
    what = (
        f"One station out of {years} yearly files of {stations} stations ({megabytes:,.0f} MB gzipped, "
        f"{years * stations * days * 8:,} rows)"
    )
    text = f"{ours['seconds']:.1f} s beside {pandas['seconds']:.1f} s, {ours['value']:,} rows"
    group.lines.append(
        Line(
            f"{what}, time: plain pandas.read_csv against ours",
            "×",
            ">=",
            1,
            pandas["seconds"] / ours["seconds"],
            text,
        )
    )
    if ours["peak_mb"] is None:
        memory, text = None, "no /proc on this system"
    else:
        memory = pandas["peak_mb"] / max(ours["peak_mb"], 1)
        text = f"{ours['peak_mb']:,.0f} MB at the peak beside {pandas['peak_mb']:,.0f} MB"
    group.lines.append(Line(f"{what}, memory: plain pandas.read_csv against ours", "×", ">=", 1, memory, text))

    rows = []
    for count in (1, stations // 4, stations):
        with tempfile.TemporaryDirectory(dir=folder) as inner:
            few = [str(path) for path in write_years(Path(inner), 1, count, days)]
            found = in_child("reading:read_ours", few)
            mb = "" if found["peak_mb"] is None else f"{found['peak_mb']:,.0f}"
            rows.append([f"{count}", f"{count * days * 8:,}", f"{found['seconds']:.2f}", mb])
    columns = ["stations in a yearly file", "rows in the file", "reading one of them (s)", "peak (MB)"]
    group.growth.append(Growth("Stations: one out of so many", columns, rows))


# ---------------------------------------------------------------------------------------------- film reviews


def write_archive(path: Path, per_class: int) -> Path:
    """Write simulated reviews as an archive in the layout of Stanford's."""
    from fidle_utils.datasets.imdb import simulate_reviews

    reviews = simulate_reviews(2 * per_class)
    with tarfile.open(path, "w:gz", compresslevel=1) as archive:
        for part in ("train", "test"):
            texts = getattr(reviews, f"{part}_texts")
            for i, (text, label) in enumerate(zip(texts, getattr(reviews, f"{part}_labels"))):
                mood, stars = ("pos", 8) if label else ("neg", 3)
                entry = tarfile.TarInfo(f"aclImdb/{part}/{mood}/{i // 2}_{stars}.txt")
                data = text.encode("utf-8")
                entry.size = len(data)
                archive.addfile(entry, io.BytesIO(data))
    return path


def read_reviews(archive: str, per_class: int, form: str, count: int = 0) -> dict:
    """Read the reviews and make arrays of them.

    Args:
        form: "texts" to stop there, "padded" or "multi_hot".
        count: how many reviews of each part to make arrays of; 0 for all.

    Returns:
        Seconds of each step, and the MB of the arrays.
    """
    from fidle_utils.datasets import imdb
    from fidle_utils.text import TextPipeline, Vocabulary, multi_hot, tokenize_all

    clock = [time.perf_counter()]
    reviews = imdb.read_reviews(archive, per_class)
    clock.append(time.perf_counter())
    size = 0
    if form != "texts":
        train, test = (texts[: count or None] for texts in (reviews.train_texts, reviews.test_texts))
        vocabulary = Vocabulary.fit(tokens := tokenize_all(train), 10_000 if form == "padded" else 5_000)
        encoded = [vocabulary.encode(t) for t in tokens], TextPipeline(vocabulary).encode(test)
        clock.append(time.perf_counter())
        for sequences in encoded:
            size += _pad(sequences) if form == "padded" else _multi_hot(multi_hot, sequences)
    clock.append(time.perf_counter())
    return {"seconds": [b - a for a, b in pairwise(clock)], "mb": size / 1e6}


def _pad(sequences) -> int:
    from fidle_utils.text import pad

    return pad(sequences, 400).nbytes


def _multi_hot(multi_hot, sequences) -> int:
    matrix = multi_hot(sequences, 5_000)
    return matrix.data.nbytes + matrix.indices.nbytes + matrix.indptr.nbytes


def _import_text() -> None:
    import scipy.sparse  # noqa: F401

    import fidle_utils.datasets.imdb
    import fidle_utils.text  # noqa: F401


read_reviews.prepare = _import_text


def _measure_reviews(group: Group, folder: Path, quick: bool) -> None:
    from fidle_utils.datasets import find

    per_class = 250 if quick else 12_500
    archive, kind = None if quick else next(iter(find("imdb")), None), "real"
    if archive is None:
        archive, kind = write_archive(folder / "reviews.tar.gz", per_class), "simulated"
    n = 4 * per_class
    found = in_child("reading:read_reviews", str(archive), per_class, "texts")
    seconds, what = found["value"]["seconds"][0], f"{n:,} film reviews ({kind})"
    group.lines.append(Line(f"{what} from the archive", "s", "<=", 20, seconds, f"{seconds:.2f} s{_at_peak(found)}"))
    for form, label in (("padded", "padded arrays of 400 tokens"), ("multi_hot", "multi-hot rows of 5,000 words")):
        found = in_child("reading:read_reviews", str(archive), per_class, form)
        read, encode, make = found["value"]["seconds"]
        text = (
            f"{read + encode + make:.1f} s (tokens and vocabulary {encode:.1f} s, arrays {make:.2f} s); arrays of "
            f"{found['value']['mb']:,.0f} MB{_at_peak(found)}"
        )
        if form == "multi_hot":
            text += f"; as float64 they would be {n * 5_000 * 8 / 1e6:,.0f} MB"
        group.lines.append(Line(f"{what} to {label}", "s", "", None, read + encode + make, text))
    rows = []
    for count in (per_class // 10, per_class // 2, 2 * per_class):
        found = in_child("reading:read_reviews", str(archive), per_class, "padded", count)
        seconds = sum(found["value"]["seconds"][1:])
        rows.append([f"{2 * count:,}", f"{seconds:.2f}", f"{1e6 * seconds / 2 / count:,.0f}"])
    group.growth.append(Growth("Reviews: texts to padded arrays", ["reviews", "time (s)", "per review (µs)"], rows))


def _at_peak(found: dict) -> str:
    return "" if found["peak_mb"] is None else f", {number(found['peak_mb'])} MB at the peak"
