"""Fetch the real data, on request only, so that a file has its name only once it is whole and checked."""

import io
import os
import re
import shutil
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote, urljoin, urlsplit

import pooch
import requests
import urllib3
from tqdm import tqdm

from fidle_utils import datasets
from fidle_utils.datasets import card, places

try:
    import fcntl
except ImportError:  # Windows: two downloads of one file at once are then not noticed
    fcntl = None

TIMEOUT = 30.0  # s; longest wait for a connection, or for the next bytes
SLOWEST = 1000  # bytes/s over TIMEOUT; slower is as good as stopped
PAUSES = (1.0, 5.0, 15.0)  # s before each new attempt
SPARE = 50_000_000  # bytes to leave free on the disk
CHUNK = 1 << 16

Check = Callable[[Path], None]

pooch.get_logger().setLevel("WARNING")  # what happens is said here, in the course's words


class DownloadError(OSError):
    """A download that did not work; the message says which, why, and what to do."""


class _Retry(Exception):
    """The attempt failed in a way that another one may cure."""


class _Missing(Exception):
    """The server answers that it has no such file: another address may have it."""


# ---------------------------------------------------------------------------------------------- what is fetched


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

    Args:
        name: `"synop"` or `"imdb"`.
        to: folder for the files; by default `NAME/` in the first of `places()`.
        station: for synop, the 5 digits of a station (see the card for the default), or `"all"` for the big
            files of all stations.
        years: for synop, the years wanted. OpenDataSoft's small files hold one station from 2010 to 2025;
            for other years the files of all stations are fetched.
        quiet: no progress bar, no words.
        mirror: base address that holds the same file names, instead of the public addresses; by default
            `FIDLE_DATA_MIRROR`.

    Returns:
        The files, one per year for synop.

    Raises:
        ValueError: an unknown data set, station or year.
        DownloadError: no network, too slow, cut, wrong hash or content, not there, disk full.
    """
    wanted = _wanted(name, station, years)
    to = Path(to).expanduser() if to else None
    mirror = mirror or os.environ.get("FIDLE_DATA_MIRROR")
    tell = (lambda *words: None) if quiet else print
    check = datasets.module(name).check
    files = []
    for fname, urls, known_hash, megabytes, otherwise in wanted:
        there = _already_there(name, fname, to, known_hash, check, tell)
        if there is None:
            there = (to or places()[0] / name) / fname
            if mirror:
                urls = [f"{mirror.rstrip('/')}/{quote(fname)}"]
            tell(f"Fetching {fname} (about {megabytes} MB)")
            _download(urls, there, known_hash, check, megabytes, quiet, otherwise)
            tell(f"Whole and checked: {there}")
            if to and to.resolve() not in [(place / name).resolve() for place in places()]:
                tell(f"The notebooks find it if FIDLE_DATASETS_DIR names a folder whose {name}/ holds it.")
        files.append(there)
    return files


def parse_years(text: str) -> tuple[int, ...]:
    """`"2019-2021,2024"` is (2019, 2020, 2021, 2024)."""
    years = []
    for part in text.split(","):
        match = re.fullmatch(r"\s*(\d{4})\s*(?:-\s*(\d{4})\s*)?", part)
        if not match or int(match[2] or match[1]) < int(match[1]):
            raise ValueError(f"`years` are written 2024, 2019-2021 or 2019-2021,2024. Received: {text!r}.")
        years += range(int(match[1]), int(match[2] or match[1]) + 1)
    return tuple(dict.fromkeys(years))


def _wanted(name, station, years) -> list[tuple[str, list[str], str | None, int, str]]:
    """File name, addresses, hash, size (MB) and what else one may do, for each file."""
    it = card(name)
    if not it["files"]:
        raise ValueError(f"`{name}` has no files to fetch: {it['what']}")
    defaults = it.get("defaults", {})
    for option, value in {"station": station, "years": years}.items():
        if value is not None and option not in defaults:
            raise ValueError(f"`{option}` does not apply to {name}, which is always fetched whole.")
    if not defaults:
        return [_filled(file, {}) for file in it["files"]]

    station = str(defaults["station"] if station is None else station)
    if station != "all" and not re.fullmatch(r"\d{5}", station):
        raise ValueError(f'`station` must be 5 digits, or "all". Received: station={station!r}.')
    years = sorted({int(year) for year in (defaults["years"] if years is None else years)})
    if not years:
        raise ValueError("`years` must name at least one year. Received: none.")
    usable = [file for file in it["files"] if station != "all" or "{station}" not in file["name"]]
    now = datetime.now(UTC).year
    first = min(file["years"][0] for file in usable)
    if years[0] < first or years[-1] > now:
        raise ValueError(f"`years` must lie in {first} to {now}. Received: years={years}.")
    wanted = []
    for year in years:
        file = next(file for file in usable if file["years"][0] <= year <= (file["years"][1] or now))
        wanted.append(_filled(file, {"station": station, "year": year, "next_year": year + 1}))
    return wanted


def _filled(file: dict, words: dict) -> tuple:
    urls = [url.format(**words) for url in file["urls"]]
    return file["name"].format(**words), urls, file["hash"], file["megabytes"], file.get("otherwise", "")


def _already_there(name, fname, to, known_hash, check: Check, tell) -> Path | None:
    """The file if one of the folders holds a good one; a bad one in the target folder is put aside."""
    target = to or places()[0] / name
    for folder in [target] if to else [place / name for place in places()]:
        path = folder / fname
        if not path.is_file():
            continue
        try:
            if not (known_hash and _hash_of(path, known_hash) == known_hash):
                check(path)  # a file of other origin is judged by what it holds
        except (ValueError, OSError) as problem:
            if folder == target:
                aside = path.with_name(path.name + ".bad")
                os.replace(path, aside)
                tell(f"{path} is damaged ({problem}); it is now {aside.name}, and a new one is fetched.")
            continue
        tell(f"Already there: {path}")
        return path
    return None


def _hash_of(path: Path, known_hash: str) -> str:
    algorithm = known_hash.partition(":")[0]
    return f"{algorithm}:{pooch.file_hash(str(path), alg=algorithm)}"


# ------------------------------------------------------------------------------------------------- the download


def _download(urls, target: Path, known_hash, check: Check, megabytes: int, quiet: bool, otherwise: str = "") -> None:
    """Try the addresses in turn until `target` is there, whole and checked.

    Raises:
        DownloadError: none worked.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise DownloadError(f"Cannot make the folder {target.parent}: {problem}. Name another one.") from problem
    if not os.access(target.parent, os.W_OK):
        raise DownloadError(
            f"Cannot write into {target.parent}. Name another folder with --to, or unset FIDLE_DATASETS_DIR."
        )
    by_hand = (
        f"To do it by hand, on this machine or another: fetch {urls[0]} and put it here as {target}. "
        f"{otherwise}{' ' if otherwise else ''}Until then the notebooks run on simulated data."
    )
    _need_space(target.parent, megabytes * 1_000_000)
    problems = []
    for url in urls:
        _need_safe(url)
        transfer = Transfer(target, None if known_hash else check, quiet)
        for _ in range(2):
            try:
                pooch.retrieve(url, known_hash=known_hash, fname=target.name, path=target.parent, downloader=transfer)
                return
            except _Missing as problem:
                problems.append(str(problem))
                break
            except ValueError as problem:  # the hash, or the content
                if transfer.resumed:  # a stale first half? once more, from the beginning
                    continue
                what = f"the wrong hash, not {known_hash}" if known_hash else f"wrong content: {problem}"
                raise DownloadError(
                    f"What {url} sent for {target.name} has {what}. It was thrown away. A proxy or a login "
                    f"page may have answered instead, or the file has changed. {by_hand}"
                ) from problem
            except DownloadError as problem:
                raise DownloadError(f"{problem} {by_hand}") from problem
    raise DownloadError(f"{target.name} was not found: {'; '.join(problems)}. {by_hand}")


class Transfer:
    """A pooch downloader that retries, resumes, and notices a full disk, a slow server and a cut line.

    What has come lies in `NAME.partial` beside the target until it is whole. Another attempt, or another
    run, asks for the rest only; a server that cannot give a part sends the whole again.

    Args:
        target: the final path; only its folder and its name are used here.
        check: called with the whole file before pooch renames it; raises `ValueError` if it is not good.
        quiet: no progress bar.
    """

    def __init__(self, target: Path, check: Check | None = None, quiet: bool = False):
        self.target, self.check, self.quiet = target, check, quiet
        self.partial = target.with_name(target.name + ".partial")
        self.resumed = False

    def __call__(self, url: str, output_file: str, pooch, check_only: bool = False) -> None:
        self.resumed = False
        try:
            self._fetch(url)
        finally:
            if self.partial.exists() and self.partial.stat().st_size == 0:
                self.partial.unlink()  # nothing to go on from
        if self.check:
            try:
                self.check(self.partial)
            except (ValueError, OSError) as problem:
                self.partial.unlink()
                raise ValueError(str(problem)) from problem
        os.replace(self.partial, output_file)

    def _fetch(self, url: str) -> None:
        """Bring `partial` to its full length, in several attempts if need be."""
        with _locked(self.partial) as file:
            for pause in (*PAUSES, None):
                try:
                    self._attempt(url, file)
                    break
                except _Retry as problem:
                    if pause is None:
                        raise DownloadError(
                            f"Could not fetch {self.target.name} from {url}, in {len(PAUSES) + 1} attempts: "
                            f"{problem}.{self._kept()}"
                        ) from problem
                    self._tell(f"{problem}; next attempt in {pause:g} s")
                    time.sleep(pause)
                except DownloadError:
                    raise
                except OSError as problem:
                    raise DownloadError(
                        f"Could not write {self.partial}: {problem}. Make room on that disk, or name another "
                        f"folder with --to.{self._kept()}"
                    ) from problem
            os.fsync(file.fileno())

    def _kept(self) -> str:
        """What a failed attempt leaves to the next."""
        size = self.partial.stat().st_size
        return f" {size:,} bytes are kept: the same command goes on from there." if size else ""

    def _tell(self, words: str) -> None:
        if not self.quiet:
            print(words, file=sys.stderr)

    def _attempt(self, url: str, file: io.FileIO) -> None:
        """One request. Raises `_Retry` for the line, `_Missing` for 404, `OSError` for the disk."""
        have = file.seek(0, os.SEEK_END)
        # identity: the bytes of the file itself, so that a position in it means something
        headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
        try:
            with requests.get(
                url, headers=headers, stream=True, timeout=TIMEOUT, hooks={"response": _need_safe_redirect}
            ) as response:
                _need_answer(response, url)
                part = response.status_code == 206
                if response.status_code == 416 or (part and _starts_at(response) != have):
                    file.truncate(0)
                    raise _Retry("the part that was kept does not fit the file on the server")
                self.resumed = part
                if not part:
                    file.truncate(0)
                    have = 0
                self._copy(response, file, have)
        except (requests.RequestException, urllib3.exceptions.HTTPError) as problem:
            raise _Retry(_in_words(problem)) from problem

    def _copy(self, response: requests.Response, file: io.FileIO, have: int) -> None:
        length = response.headers.get("Content-Length")
        encoded = response.headers.get("Content-Encoding", "identity") != "identity"
        decode = encoded and not self.target.name.endswith(".gz")
        total = have + int(length) if length and not decode else None
        if total:
            _need_space(self.target.parent, total - have)
        since, came = time.monotonic(), 0
        bar = tqdm(
            initial=have,
            total=total,
            unit="B",
            unit_scale=True,
            desc=self.target.name,
            disable=self.quiet,
            mininterval=0.1 if sys.stderr.isatty() else 10,
        )
        with bar:
            # read1: what has come, at once; read would wait for a full chunk from a server that drips
            while chunk := response.raw.read1(CHUNK, decode_content=decode):
                rest = memoryview(chunk)
                while rest:  # unbuffered: a full disk is noticed here, and not again on closing
                    rest = rest[file.write(rest) :]
                bar.update(len(chunk))
                came += len(chunk)
                if (seconds := time.monotonic() - since) > TIMEOUT:
                    if came < SLOWEST * seconds:
                        raise _Retry(f"too slow: {came / seconds:.0f} bytes/s for {seconds:.0f} s")
                    since, came = time.monotonic(), 0
        size = file.seek(0, os.SEEK_END)
        if total is not None and size != total:
            raise _Retry(f"the line was cut after {size:,} of {total:,} bytes")


@contextmanager
def _locked(partial: Path):
    """`partial` open for reading and writing, for one download at a time."""
    with open(partial, "ab+", buffering=0) as file:
        if fcntl:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as problem:
                raise DownloadError(f"Another download of {partial.stem} is under way: wait for it.") from problem
        yield file


def _need_safe(url: str) -> None:
    parts = urlsplit(url)
    loopback = parts.hostname in ("127.0.0.1", "localhost", "::1")
    if parts.scheme != "https" and not (parts.scheme == "http" and loopback):
        raise DownloadError(f"Data are fetched over https only (http on this machine itself). Received: {url}")


def _need_safe_redirect(response: requests.Response, **_) -> None:
    if response.is_redirect:
        _need_safe(urljoin(response.url, response.headers["Location"]))


def _need_answer(response: requests.Response, url: str) -> None:
    status = f"{response.status_code} {response.reason}"
    if response.status_code in (403, 404, 410):
        raise _Missing(f"{url} answers {status}")
    if response.status_code == 429 or response.status_code >= 500:
        raise _Retry(f"the server answers {status}")
    if response.status_code not in (200, 206, 416):
        raise DownloadError(f"{url} answers {status}.")


def _starts_at(response: requests.Response) -> int | None:
    match = re.match(r"bytes (\d+)-", response.headers.get("Content-Range", ""))
    return int(match[1]) if match else None


def _need_space(folder: Path, size: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < size + SPARE:
        raise DownloadError(
            f"The disk of {folder} is too full: {free / 1e6:,.0f} MB free, {(size + SPARE) / 1e6:,.0f} MB "
            "needed. Make room, or name another folder with --to."
        )


def _in_words(problem: Exception) -> str:
    if isinstance(problem, requests.exceptions.SSLError):
        return f"the certificate was refused ({problem})"
    if isinstance(problem, requests.exceptions.ConnectTimeout):
        return f"no connection within {TIMEOUT:g} s"
    if isinstance(problem, requests.exceptions.ReadTimeout | urllib3.exceptions.ReadTimeoutError):
        return f"too slow: nothing came for {TIMEOUT:g} s"
    if isinstance(problem, urllib3.exceptions.ProtocolError | requests.exceptions.ChunkedEncodingError):
        return f"the line was cut ({problem})"
    if isinstance(problem, requests.exceptions.ConnectionError):
        return "no connection (no network, or a proxy to be named in HTTPS_PROXY)"
    return f"{type(problem).__name__}: {problem}"


# ------------------------------------------------------------------------------------------------ what is there


def describe() -> str:
    """Which files are there, how they are read and why others are not; with the command for what is missing."""
    lines = []
    for name in datasets.names():
        it = card(name)
        if not hasattr(datasets.module(name), "files"):
            continue
        lines.append(f"{name}: {it['title']}")
        listing = datasets.files(name)
        for file in listing:
            lines.append(f"  {file.path}  {file.form or 'LEFT OUT: ' + file.left_out}")
        if not any(file.form for file in listing):
            looked = ", ".join(str(place / name) for place in places())
            lines.append(f"  none in {looked}: the notebooks simulate. Fetch with: fidle data get {name}")
    return "\n".join(lines)
