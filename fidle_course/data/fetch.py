"""Fetch the real data, on request only, so that a file has its name only once it is whole and checked."""

import os
import re
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote, urljoin, urlsplit

import pooch
import requests
from tqdm import tqdm

from fidle_utils import datasets
from fidle_utils.datasets import DataFile, card, places

TIMEOUT = 30.0  # s; longest wait for a connection, or for the next bytes
SLOWEST = 1000  # bytes/s from the start; slower is as good as stopped
RETRIES = 2  # after the first attempt; each starts from the beginning
CHUNK = 1 << 14

pooch.get_logger().setLevel("WARNING")  # what happens is said here, in the course's words


class DownloadError(OSError):
    """A download that did not work; the message says which, why, and what to do."""


class _NoAnswer(Exception):
    """This address does not give the file: another one may."""


class _WrongContent(Exception):
    """What came is not the data: asking again would not help."""


@dataclass(frozen=True)
class Wanted:
    """A file to fetch: its name, its addresses, its hash if one is published, its size, what else one may do."""

    name: str
    urls: list[str]
    hash: str | None
    megabytes: int
    otherwise: str


# -------------------------------------------------------------------------------- what is fetched


def fetchable() -> list[str]:
    """The data sets that have files to fetch."""
    return [name for name in datasets.names() if card(name)["files"]]


def options(name: str) -> list[str]:
    """What `fidle data get NAME` may be asked for: "station", "years", or nothing."""
    return list(card(name).get("defaults", {}))


def get(
    name: str,
    *,
    to: Path | str | None = None,
    station: str | None = None,
    years: Iterable[int] | None = None,
    quiet: bool = False,
    mirror: str | None = None,
) -> list[Path]:
    """Fetch the real data of one data set; a good file that is there already is not fetched again.

    Nothing that is there is written over, renamed or removed.

    Args:
        name: a data set.
        to: folder for the files; by default `NAME/` in the first of `places()`.
        station: the 5 digits of a station (see the card for the default), or `"all"` for the big files of all.
        years: the years wanted; each comes from the first file of the card that holds it.
        quiet: no progress bar, no words.
        mirror: base address that holds the same file names, instead of the public addresses; by default
            `FIDLE_DATA_MIRROR`.

    Returns:
        The files.

    Raises:
        ValueError: an unknown data set, station or year.
        DownloadError: no network, too slow, cut, wrong hash or content, not there, disk full, or a damaged file in
            the place of a new one.
    """
    wanted = _wanted(name, station, years)
    mirror = mirror or os.environ.get("FIDLE_DATA_MIRROR")
    tell = (lambda *words: None) if quiet else print
    folder = Path(to).expanduser() if to else _folder(name)
    there = datasets.module(name).files(folder) if to else datasets.files(name)
    paths = []
    for file in wanted:
        path = _already_there(name, file, there, folder)
        if path:
            tell(f"Already there: {path}")
        else:
            path = folder / file.name
            urls = [f"{mirror.rstrip('/')}/{quote(file.name)}"] if mirror else file.urls
            tell(f"Fetching {file.name} (about {file.megabytes} MB)")
            _download(urls, path, file, datasets.module(name).check, quiet)
            tell(f"Whole and checked: {path}")
            if not any(folder.resolve().is_relative_to(f.resolve()) for p in places() for f in _folders(name, p)):
                tell(f"The notebooks find it if FIDLE_DATASETS_DIR names a folder whose {name}/ holds it.")
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


def _wanted(name: str, station: str | None, years: Iterable[int] | None) -> list[Wanted]:
    it = card(name)
    if not it["files"]:
        raise ValueError(f"`{name}` has no files to fetch: {it['what']}")
    for option, value in {"station": station, "years": years}.items():
        if value is not None and option not in options(name):
            raise ValueError(f"`{option}` is not for {name}, whose files are always fetched whole.")
    if not options(name):
        return [_filled(file) for file in it["files"]]
    station = str(it["defaults"]["station"] if station is None else station)
    if station != "all" and not re.fullmatch(r"\d{5}", station):
        raise ValueError(f'`station` must be 5 digits, or "all". Received: station={station!r}.')
    years = sorted({int(year) for year in (it["defaults"]["years"] if years is None else years)})
    if not years:
        raise ValueError("`years` must name at least one year. Received: none.")
    usable = [file for file in it["files"] if station != "all" or "{station}" not in file["name"]]
    first, now = min(file["years"][0] for file in usable), datetime.now(UTC).year
    if years[0] < first or years[-1] > now:
        raise ValueError(f"`years` must lie in {first} to {now}. Received: years={years}.")
    return [
        _filled(
            next(file for file in usable if file["years"][0] <= year <= (file["years"][1] or now)),
            station=station,
            year=year,
            next_year=year + 1,
        )
        for year in years
    ]


def _filled(file: dict, **words) -> Wanted:
    urls = [url.format(**words) for url in file["urls"]]
    return Wanted(
        file["name"].format(**words), urls, file.get("hash"), file["megabytes"], file.get("otherwise", "")
    )


def _folders(name: str, place: Path) -> list[Path]:
    return datasets.folders(name, place) or [place / name]


def _folder(name: str) -> Path:
    """Where new files go: the data set's folder in the first place, which may be written in capitals."""
    return _folders(name, places()[0])[0]


def _already_there(name: str, file: Wanted, there: list[DataFile], folder: Path) -> Path | None:
    """The file if a good one is there. A bad one in its place is an error: it may be all that somebody has."""
    single = len(card(name)["files"]) == 1 and not options(name)
    for other in there:
        if other.form and (single or other.path.name == file.name):
            try:
                datasets.module(name).check(other.path)
                return other.path
            except ValueError as problem:
                if other.path == folder / file.name:
                    raise DownloadError(f"{other.path} is there and damaged. {problem}") from problem
    if (folder / file.name).exists():
        reason = next((other.left_out for other in there if other.path == folder / file.name), "it is not read")
        raise DownloadError(
            f"{folder / file.name} is there, and no data: {reason}. Move it to another folder, or name a folder for "
            "the new one with --to."
        )
    return None


# -------------------------------------------------------------------------------- the download


def _download(urls: list[str], target: Path, file: Wanted, check: Callable, quiet: bool) -> None:
    """Try the addresses in turn until `target` is there, whole and checked.

    Raises:
        DownloadError: none worked.
    """
    by_hand = (
        f"To do it by hand, on this machine or another: fetch {urls[0]} and put it here as {target}. "
        f"{file.otherwise}{' ' if file.otherwise else ''}Until then the notebooks run on simulated data."
    )
    problems = []
    for url in urls:
        _need_safe(url)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            # its name begins with a dot, so that nothing is read before it is whole
            with tempfile.TemporaryDirectory(prefix=".fetching-", dir=target.parent) as part:
                path = _fetch(url, Path(part), file, check, quiet)
                path.chmod(0o644)  # a temporary file is its owner's alone
                os.replace(path, target)
            return
        except (_NoAnswer, requests.RequestException) as problem:
            problems.append(f"{url}: {problem if isinstance(problem, _NoAnswer) else _in_words(problem)}")
        except (_WrongContent, ValueError) as problem:
            raise DownloadError(
                f"What {url} sent for {target.name} is not the file: {problem} It was thrown away. A proxy or a "
                f"login page may have answered instead, or the file has changed. {by_hand}"
            ) from problem
        except DownloadError as problem:
            raise DownloadError(f"{problem} {by_hand}") from problem
        except OSError as problem:
            raise DownloadError(
                f"Could not write into {target.parent}: {problem}. Make room on that disk, or name another folder "
                "with --to."
            ) from problem
    raise DownloadError(f"Could not fetch {target.name}. {'; '.join(problems)}. {by_hand}")


def _fetch(url: str, folder: Path, file: Wanted, check: Callable, quiet: bool) -> Path:
    """One address, a few times over. pooch compares the hash; without one the file is read through."""

    def download(url: str, output_file: str, mine) -> None:
        with _Bar(desc=file.name, disable=quiet, unit="B", unit_scale=True) as bar:
            pooch.HTTPDownloader(
                progressbar=bar,
                chunk_size=CHUNK,
                timeout=TIMEOUT,
                headers={"Accept-Encoding": "identity"},  # the bytes of the file itself
                hooks={"response": _need_answer},
            )(url, output_file, mine)
        if not file.hash:
            try:
                check(Path(output_file))
            except ValueError as problem:
                raise _WrongContent(str(problem).replace(output_file, file.name)) from problem

    fetcher = pooch.create(
        folder, base_url="", registry={file.name: file.hash}, urls={file.name: url}, retry_if_failed=RETRIES
    )
    return Path(fetcher.fetch(file.name, downloader=download))


class _Bar(tqdm):
    """A progress bar that gives up on a server that only drips."""

    began = property(lambda self: self.__dict__.setdefault("_began", time.monotonic()))

    def update(self, n: float = 1) -> None:
        """Count `n` more bytes."""
        self.__dict__["came"] = self.__dict__.get("came", 0) + n
        seconds = time.monotonic() - self.began
        if seconds > TIMEOUT and self.__dict__["came"] < SLOWEST * seconds:
            raise requests.Timeout(f"too slow: {self.__dict__['came'] / seconds:.0f} bytes/s for {seconds:.0f} s")
        super().update(n)


def _need_safe(url: str) -> None:
    parts = urlsplit(url)
    loopback = parts.hostname in ("127.0.0.1", "localhost", "::1")
    if parts.scheme != "https" and not (parts.scheme == "http" and loopback):
        raise DownloadError(f"Data are fetched over https only (http on this machine itself). Received: {url}.")


def _need_answer(response: requests.Response, **_) -> None:
    if response.is_redirect:
        _need_safe(urljoin(response.url, response.headers["Location"]))
    elif 400 <= response.status_code < 500 and response.status_code != 429:
        raise _NoAnswer(f"the server answers {response.status_code} {response.reason}")


def _in_words(problem: requests.RequestException) -> str:
    kinds = {
        requests.exceptions.SSLError: f"the certificate was refused ({problem})",
        requests.exceptions.ConnectTimeout: f"no connection within {TIMEOUT:g} s",
        requests.exceptions.ReadTimeout: f"too slow: nothing came for {TIMEOUT:g} s",
        requests.exceptions.ChunkedEncodingError: f"the line was cut ({problem})",
    }
    if "Read timed out" in str(problem):
        return f"too slow: nothing came for {TIMEOUT:g} s"
    if type(problem) is requests.exceptions.ConnectionError:
        return "no connection (no network, or a proxy to be named in HTTPS_PROXY)"
    words = next((words for kind, words in kinds.items() if isinstance(problem, kind)), str(problem))
    return f"{words}, {RETRIES + 1} times"


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
        return f"DAMAGED, the notebooks stop at it: {problem}"
    return f"{file.form}, {file.path.stat().st_size / 1e6:.1f} MB"
