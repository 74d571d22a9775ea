"""Fetch the real data, on request only, so that a file has its name only once it is whole and checked."""

import gzip
import io
import os
import re
import shutil
import sys
import tarfile
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote, urljoin, urlsplit

import pooch
import requests
import urllib3
from tqdm import tqdm

from fidle_course.data.cards import card, cards
from fidle_utils.datasets import places

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
    check = _CHECKS[name]
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
    if name != "synop":
        if station is not None or years is not None:
            raise ValueError(f"`station` and `years` are for synop. Received: name={name!r}.")
        return [(f["name"], f["urls"], f["hash"], f["megabytes"], "") for f in it["files"].values()]

    station = it["default_station"] if station is None else str(station)
    if station != "all" and not re.fullmatch(r"\d{5}", station):
        raise ValueError(f'`station` must be 5 digits, or "all". Received: station={station!r}.')
    years = sorted({int(year) for year in (it["default_years"] if years is None else years)})
    if not years:
        raise ValueError("`years` must name at least one year. Received: none.")
    one, every = it["files"]["station"], it["files"]["all"]
    first, last = every["years"][0], datetime.now(UTC).year
    if years[0] < first or years[-1] > last:
        raise ValueError(f"`years` must lie in {first} to {last}. Received: years={years}.")
    wanted = {}
    for year in years:
        small = station != "all" and one["years"][0] <= year <= one["years"][1]
        file = one if small else every
        words = {"station": station, "year": year, "next_year": year + 1}
        fname = file["name"].format(**words)
        urls = [url.format(**words) for url in file["urls"]]
        wanted[fname] = (fname, urls, file["hash"], file["megabytes"], file.get("otherwise", ""))
    return list(wanted.values())


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


# --------------------------------------------------------------------------------------- is it what it should be


def check_synop(path: Path) -> None:
    """Read a file of observations through: whole, with a known header, with rows.

    Raises:
        ValueError: it is not; the message says what was found.
    """
    rows, last = 0, b"\n"
    try:
        with gzip.open(path) if _is_gzip(path) else open(path, "rb") as file:
            header = file.readline(CHUNK).decode("utf-8-sig", errors="replace").strip()
            _need_header(header)
            while block := file.read(1 << 20):
                rows, last = rows + block.count(b"\n"), block
    except (EOFError, OSError, zlib.error) as problem:
        raise ValueError(f"not a whole gzip file ({problem})") from problem
    if not last.endswith(b"\n"):
        rows += 1
        fields = last.rpartition(b"\n")[2].count(b";")
        if fields < header.count(";"):
            raise ValueError(f"the last row ends after {fields + 1} of {header.count(';') + 1} columns")
    if rows == 0:
        raise ValueError("no observation in it: is there such a station, and did it report in that year?")


def check_imdb(path: Path) -> None:
    """Read an archive of reviews through: 12,500 positive and 12,500 negative ones to learn, as many to test.

    Raises:
        ValueError: it is not; the message says what was found.
    """
    review = re.compile(r"(?:\./)?aclImdb/(train|test)/(pos|neg)/\d+_\d+\.txt")
    found = Counter()
    try:
        with tarfile.open(path, "r|gz") as archive:  # names are counted, nothing is unpacked
            for member in archive:
                match = review.fullmatch(member.name)
                if match and member.isfile():
                    found["/".join(match.groups())] += 1
    except (tarfile.TarError, EOFError, OSError, zlib.error) as problem:
        raise ValueError(f"not a whole tar.gz archive ({problem})") from problem
    parts = ("train/pos", "train/neg", "test/pos", "test/neg")
    wrong = [f"{found[part]:,} in {part}" for part in parts if found[part] != 12_500]
    if wrong:
        raise ValueError(f"12,500 reviews are expected in each of {', '.join(parts)}; found {', '.join(wrong)}")


_CHECKS: dict[str, Check] = {"synop": check_synop, "imdb": check_imdb}


def _is_gzip(path: Path) -> bool:
    if not path.name.removesuffix(".partial").endswith(".gz"):
        return False
    with open(path, "rb") as file:
        if file.read(2) != b"\x1f\x8b":
            raise ValueError("not a gzip file")
    return True


def _need_header(header: str) -> None:
    columns = set(header.split(";"))
    if not any(columns.issuperset(known) for known in card("synop")["headers"]):
        raise ValueError(f"no known header: it begins with {header[:60]!r}")


# ------------------------------------------------------------------------------------------------ what is there


def status() -> list[dict]:
    """The files in each of `places()`, in the order they are looked for.

    Only the beginning of each is read: this is quick, and no proof that a file is whole.

    Returns:
        One dict per file: `name` (of the data set), `path`, `bytes`, `ok`, `note` (what is wrong, or "").
    """
    found = []
    for name, it in cards().items():
        if not it["files"]:
            continue
        patterns = ("*.csv", "*.csv.gz") if name == "synop" else ("*.tar.gz",)
        for place in places():
            paths = sorted(path for pattern in patterns for path in (place / name).glob(pattern))
            for path in paths:
                if path.name.startswith(".") or ".partial" in path.name or not path.is_file():
                    continue
                note = _first_look(name, path)
                found.append({"name": name, "path": path, "bytes": path.stat().st_size, "ok": not note, "note": note})
    return found


def describe() -> str:
    """`status()` as text for the terminal, with the command for what is missing."""
    found = status()
    lines = []
    for name, it in cards().items():
        if not it["files"]:
            continue
        lines.append(f"{name}: {it['title']}")
        mine = [file for file in found if file["name"] == name]
        for file in mine:
            state = "ok" if file["ok"] else f"UNREADABLE: {file['note']}"
            lines.append(f"  {file['path']}  {file['bytes'] / 1e6:.1f} MB  {state}")
        if not any(file["ok"] for file in mine):
            looked = ", ".join(str(place / name) for place in places())
            lines.append(f"  none in {looked}: the notebooks simulate. Fetch with: fidle data get {name}")
    return "\n".join(lines)


def _first_look(name: str, path: Path) -> str:
    """What is wrong with the beginning of the file, or an empty string."""
    try:
        if name == "imdb":
            with tarfile.open(path, "r|gz") as archive:
                archive.next()
        else:
            with gzip.open(path) if _is_gzip(path) else open(path, "rb") as file:
                _need_header(file.readline(CHUNK).decode("utf-8-sig", errors="replace").strip())
    except (ValueError, EOFError, OSError, tarfile.TarError, zlib.error) as problem:
        return str(problem)
    return ""
