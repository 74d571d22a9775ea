"""Fetch the real data, on request only, so that a file has its name only once it is whole and checked."""

import os
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote, urljoin, urlsplit

import pooch
import requests

from fidle_utils import datasets
from fidle_utils.datasets import DataFile, card, places

TIMEOUT = 30.0  # s; longest wait for a connection, or for the next bytes
RETRIES = 2  # after the first attempt; each starts from the beginning
CHUNK = 1 << 14

pooch.get_logger().setLevel("WARNING")  # what happens is said here, in the course's words


class DownloadError(OSError):
    """A download that did not work; the message says which, why, and what to do."""


# -------------------------------------------------------------------------------- what is fetched


def fetchable() -> list[str]:
    """The data sets that have files to fetch."""
    return [name for name in datasets.names() if card(name)["files"]]


def get(
    name: str,
    *,
    to: Path | None = None,
    station: str | None = None,
    years: Iterable[int] | None = None,
) -> list[Path]:
    """Fetch the real data of one data set; a good file that is there already is not fetched again.

    Nothing that is there is written over, renamed or removed.

    Args:
        to: folder for the files; by default `NAME/` in the first of `places()`.
        station: of synop: 5 digits (see the card for the default), or `"all"` for the big files of all.
        years: of synop: those wanted; each comes from the first file of the card that holds it.

    Raises:
        ValueError: an unknown data set, station or year.
        DownloadError: no network, wrong content, no room, or a damaged file in the place of a new one.
    """
    wanted = _wanted(name, station, years)
    mirror = os.environ.get("FIDLE_DATA_MIRROR")  # an address that holds the same file names
    folder = to or _folders(name, places()[0])[0]
    folders = [folder] if to else [f for place in places() for f in datasets.folders(name, place)]
    there = [file for f in folders for file in datasets.module(name).files(f)]
    paths = []
    for file in wanted:
        target = folder / file["name"]
        path = _already_there(name, there, target)
        if path:
            print(f"Already there: {path}")
        else:
            path = target
            urls = [f"{mirror.rstrip('/')}/{quote(path.name)}"] if mirror else file["urls"]
            print(f"Fetching {path.name} (about {file['megabytes']} MB)")
            _download(urls, path, file, datasets.module(name).check)
            print(f"Whole and checked: {path}")
            if to and folder.resolve() not in [f.resolve() for place in places() for f in _folders(name, place)]:
                print(f"The notebooks find it if FIDLE_DATASETS_DIR names a folder whose {name}/ holds it.")
        paths.append(path)
    return paths


def parse_years(text: str) -> tuple[int, ...]:
    """`"2019-2021,2024"` is (2019, 2020, 2021, 2024)."""
    years = []
    for part in text.split(","):
        match = re.fullmatch(r"\s*(\d{4})\s*(?:-\s*(\d{4})\s*)?", part)
        if not match or int(match[2] or match[1]) < int(match[1]):
            raise ValueError(f"`years` are written 2024, 2019-2021 or 2019-2021,2024. Received: {text!r}.")
        years += range(int(match[1]), int(match[2] or match[1]) + 1)
    return tuple(dict.fromkeys(years))


def _wanted(name: str, station: str | None, years: Iterable[int] | None) -> list[dict]:
    """The files to fetch as the card has them, with station and year put into their names and addresses."""
    it = card(name)
    if not it["files"]:
        raise ValueError(f"`{name}` has no files to fetch: {it['what']}")
    if "defaults" not in it:
        return it["files"]
    station = str(it["defaults"]["station"] if station is None else station)
    if station != "all" and not re.fullmatch(r"\d{5}", station):
        raise ValueError(f'`station` must be 5 digits, or "all". Received: station={station!r}.')
    years = sorted({int(year) for year in (it["defaults"]["years"] if years is None else years)})
    usable = [file for file in it["files"] if station != "all" or "{station}" not in file["name"]]
    first, now = min(file["years"][0] for file in usable), datetime.now(UTC).year
    if not years or years[0] < first or years[-1] > now:
        raise ValueError(f"`years` must lie in {first} to {now}. Received: years={years}.")
    wanted = []
    for year in years:
        file = next(file for file in usable if file["years"][0] <= year <= (file["years"][1] or now))
        words = {"station": station, "year": year, "next_year": year + 1}
        urls = [url.format(**words) for url in file["urls"]]
        wanted.append(file | {"name": file["name"].format(**words), "urls": urls})
    return wanted


def _folders(name: str, place: Path) -> list[Path]:
    """The data set's folders in a place, or the one to be made there."""
    return datasets.folders(name, place) or [place / name]


def _already_there(name: str, there: list[DataFile], target: Path) -> Path | None:
    """The file if a good one is there. A bad one in its place is an error: it may be all that somebody has."""
    one = card(name).get("complete")  # then any file of the data set is the one
    bad = {other.path: other.left_out for other in there if other.left_out}
    for other in there:
        if other.form and (one or other.path.name == target.name):
            try:
                datasets.module(name).check(other.path)
                return other.path
            except ValueError as problem:
                bad[other.path] = _reason(problem)
    if target.exists():
        raise DownloadError(
            f"The place of a new file must be free. Received: {target}, which is there and not good: "
            f"{bad.get(target, 'it is not read')}. Move it out of there, or name a folder for the new file with --to."
        )
    return None


# -------------------------------------------------------------------------------- the download


def _download(urls: list[str], target: Path, file: dict, check: Callable) -> None:
    """Try the addresses in turn until `target` is there, whole and checked; `DownloadError` if none worked."""
    by_hand = (
        f"To do it by hand, on this machine or another: fetch {urls[0]} and put it here as {target}. Until then the "
        f"notebooks run on simulated data. {file.get('otherwise', '')}"
    )
    problems = []
    for url in urls:
        _need_safe(url)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            # its name begins with a dot: nobody reads it before it is whole
            with tempfile.TemporaryDirectory(prefix=".fetching-", dir=target.parent) as folder:
                part = _fetch(url, Path(folder) / target.name, file.get("hash"))
                if not file.get("hash"):
                    check(part)
                part.chmod(0o644)  # a temporary file is its owner's alone
                os.replace(part, target)
            return
        except DownloadError:
            raise
        except requests.RequestException as problem:
            problems.append(f"{url}: {problem}")
        except ValueError as problem:
            raise DownloadError(
                f"What {url} sent for {target.name} is not the file: {_reason(problem)}. It was thrown away. A proxy "
                f"or a login page may have answered instead, or the file has changed. {by_hand}"
            ) from problem
        except OSError as problem:
            raise DownloadError(
                f"Could not write into {target.parent}: {problem}. Make room on that disk, or name another folder "
                "with --to."
            ) from problem
    raise DownloadError(
        f"Could not fetch {target.name}. {'; '.join(problems)}. Is there a network? A proxy is named in HTTPS_PROXY. "
        f"{by_hand}"
    )


def _fetch(url: str, target: Path, known: str | None) -> Path:
    """One address, a few times over, by pooch, which compares the hash."""
    how = {"timeout": TIMEOUT, "headers": {"Accept-Encoding": "identity"}, "hooks": {"response": _need_safe_redirect}}
    downloader = pooch.HTTPDownloader(progressbar=True, chunk_size=CHUNK, **how)
    files = {"registry": {target.name: known}, "urls": {target.name: url}}
    fetcher = pooch.create(target.parent, "", retry_if_failed=RETRIES, **files)
    return Path(fetcher.fetch(target.name, downloader=downloader))


def _need_safe(url: str) -> None:
    parts = urlsplit(url)
    loopback = parts.hostname in ("127.0.0.1", "localhost", "::1")
    if parts.scheme != "https" and not (parts.scheme == "http" and loopback):
        raise DownloadError(f"Data are fetched over https only (http on this machine itself). Received: {url}.")


def _need_safe_redirect(response: requests.Response, **_) -> None:
    if response.is_redirect:
        _need_safe(urljoin(response.url, response.headers["Location"]))


def _reason(problem: ValueError) -> str:
    return getattr(problem, "reason", str(problem))


# -------------------------------------------------------------------------------- what is there


def describe() -> Iterator[str]:
    """Lines on what is there: how each file is read, or why it is not; each is read through, as the notebooks do."""
    for name in datasets.names():
        module = datasets.module(name)
        if not hasattr(module, "files"):
            continue
        yield f"{name}: {card(name)['title']}"
        listing = datasets.files(name)
        for file in listing:
            yield f"  {file.path}  {_state(file, module.check)}"
        if not any(file.form for file in listing):
            looked = ", ".join(str(place / name) for place in places())
            yield f"  none in {looked}: the notebooks simulate. Fetch with: fidle data get {name}"


def _state(file: DataFile, check: Callable) -> str:
    if file.left_out:
        return f"LEFT OUT: {file.left_out}"
    try:
        check(file.path)
    except ValueError as problem:
        return f"DAMAGED, the notebooks stop at it: {_reason(problem)}"
    return f"{file.form}, {datasets.stamp([file.path])[0][1] / 1e6:.1f} MB"
