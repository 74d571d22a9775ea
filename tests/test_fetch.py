"""Downloads from a server on this machine that also fails in every way a real one does."""

import functools
import gzip
import hashlib
import io
import resource
import tarfile
import threading
import time
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from fidle_course import cli
from fidle_course.data import fetch
from fidle_course.data.fetch import DownloadError, get
from fidle_utils import datasets
from fidle_utils.datasets import card

HEADER = "ID OMM station;Date;Température"
ROWS = "".join(f"07690;2024-01-01T{hour:02d}:00:00+00:00;{280 + hour}\n" for hour in range(24)) * 400
CSV = f"\ufeff{HEADER}\n{ROWS}".encode()
YEARLY = gzip.compress(
    b"lat;lon;geo_id_wmo;validity_time;t\n"
    + b"".join(b"43.6;7.2;07690;2009-01-01T%02d:00:00Z;%d\n" % (row % 24, 280 + row) for row in range(9000))
)
STATION_2024 = "donnees-synop-essentielles-omm-07690-2024.csv"


class Server(ThreadingHTTPServer):
    """Serves `files`; each request first takes the next of `faults`, if there is one."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.files: dict[str, bytes] = {}
        self.faults: list[str] = []
        self.asked: list[str] = []
        self.released = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_GET(self):
        server = self.server
        server.asked.append(self.path)
        fault = server.faults.pop(0) if server.faults else None
        if fault and fault.isdigit():
            return self.send_error(int(fault))
        if fault and fault.startswith("redirect "):
            self.send_response(302)
            self.send_header("Location", fault.removeprefix("redirect "))
            return self.end_headers()
        body = server.files.get(self.path)
        if body is None:
            return self.send_error(404)
        self.send_response(200)
        if fault != "no length":
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        rest = body
        if fault == "cut":
            rest = rest[: len(rest) // 2]
        elif fault == "stall":
            self.wfile.write(rest[:100])
            server.released.wait(30)
            return None
        self.wfile.write(rest)
        return None


@pytest.fixture
def server():
    with Server() as server:
        thread = threading.Thread(target=functools.partial(server.serve_forever, poll_interval=0.01))
        thread.start()
        yield server
        server.released.set()
        server.shutdown()
        thread.join()


@pytest.fixture
def folder(tmp_path, monkeypatch, server):
    """An empty data folder that is looked at first; files come from the server; no long waits."""
    monkeypatch.setenv("FIDLE_DATASETS_DIR", str(tmp_path))
    monkeypatch.setenv("FIDLE_DATA_MIRROR", server.url)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr("pooch.core.time.sleep", lambda seconds: None)  # between attempts
    monkeypatch.setattr(fetch, "TIMEOUT", 0.5)
    monkeypatch.setattr(fetch, "CHUNK", 100)
    return tmp_path


def synop(server, **more) -> list[Path]:
    """One small year, which the server has."""
    server.files.setdefault(f"/{STATION_2024}", CSV)
    return get("synop", years=(2024,), **more)


def archive(reviews: int) -> bytes:
    """A tar.gz in the Stanford layout, with empty reviews."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz", compresslevel=1) as tar:
        for part in ("train/pos", "train/neg", "test/pos", "test/neg"):
            for index in range(reviews):
                tar.addfile(tarfile.TarInfo(f"aclImdb/{part}/{index}_7.txt"))
    return buffer.getvalue()


@pytest.fixture
def imdb_card(monkeypatch):
    """Give the card of imdb another hash."""

    def change(content: bytes) -> str:
        (file,) = card("imdb")["files"]
        known = "md5:" + hashlib.md5(content).hexdigest()
        monkeypatch.setitem(file, "hash", known)
        return known

    return change


def left_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


# ------------------------------------------------------------------------------------------------- it goes well


def test_file_arrives_whole_under_its_name_and_nothing_else_is_left(server, folder):
    assert synop(server) == [folder / "synop" / STATION_2024]
    assert (folder / "synop" / STATION_2024).read_bytes() == CSV
    assert left_in(folder) == [STATION_2024]


def test_good_file_is_not_fetched_again(server, folder):
    synop(server)
    asked = len(server.asked)
    synop(server)
    assert len(server.asked) == asked


def test_one_file_is_fetched_per_year(server, folder):
    other = STATION_2024.replace("2024", "2023")
    server.files[f"/{other}"] = CSV
    server.files[f"/{STATION_2024}"] = CSV
    assert [path.name for path in get("synop")] == [other, STATION_2024]


def test_year_that_opendatasoft_lacks_comes_from_the_file_of_all_stations(server, folder):
    server.files["/synop_2009.csv.gz"] = YEARLY
    assert [path.name for path in get("synop", station="07690", years=(2009,))] == ["synop_2009.csv.gz"]
    assert (folder / "synop" / "synop_2009.csv.gz").read_bytes() == YEARLY


def test_all_stations_come_from_the_yearly_file(server, folder):
    server.files["/synop_2024.csv.gz"] = YEARLY
    assert [path.name for path in get("synop", station="all", years=[2024])] == ["synop_2024.csv.gz"]


def test_files_go_where_they_are_told(server, folder, tmp_path):
    assert synop(server, to=tmp_path / "elsewhere") == [tmp_path / "elsewhere" / STATION_2024]


def test_folder_that_the_notebooks_do_not_look_at_is_said_to_be_one(server, folder, tmp_path, capsys):
    server.files[f"/{STATION_2024}"] = CSV
    get("synop", years=(2024,), to=tmp_path / "elsewhere")
    assert "The notebooks find it if FIDLE_DATASETS_DIR" in capsys.readouterr().out
    get("synop", years=(2024,), to=folder / "synop")
    assert "FIDLE_DATASETS_DIR" not in capsys.readouterr().out


def test_archive_is_checked_against_its_hash(server, folder, imdb_card):
    content = archive(reviews=2)
    imdb_card(content)
    server.files["/aclImdb_v1.tar.gz"] = content
    assert get("imdb") == [folder / "imdb" / "aclImdb_v1.tar.gz"]


def test_file_without_announced_length_arrives_whole(server, folder):
    server.faults = ["no length"]
    assert synop(server)[0].read_bytes() == CSV


def test_second_address_is_asked_when_the_first_does_not_have_the_file(server, folder, monkeypatch):
    server.files["/new/a.csv"] = CSV
    urls = [f"{server.url}/old/a.csv", f"{server.url}/new/a.csv"]
    (first, *_) = card("synop")["files"]
    monkeypatch.setitem(first, "urls", urls)
    monkeypatch.delenv("FIDLE_DATA_MIRROR")
    assert get("synop", years=(2024,))[0].read_bytes() == CSV


def test_redirect_is_followed(server, folder):
    server.faults = [f"redirect {server.url}/{STATION_2024}"]
    assert synop(server)[0].read_bytes() == CSV


def test_progress_and_result_are_shown(server, folder, capfd):
    server.files[f"/{STATION_2024}"] = CSV
    get("synop", years=(2024,))
    out, err = capfd.readouterr()
    assert "Whole and checked" in out
    assert "100%" in err


def zip_of(name: str, text: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, text)
    return buffer.getvalue()


PAIRS = zip_of("fra.txt", "".join(f"Go {i}.\tVa {i} !\n" for i in range(120)))
TAGGED = ("\t".join(["1", "Oui", "oui", "INTJ", *["_"] * 6]) + "\n\n").encode()
MARKED = "".join(f"a{i}\tb{i}\t{i / 10}\n" for i in range(60)).encode()


@pytest.mark.parametrize(
    "name, content, load, first",
    [
        ("pairs", PAIRS, lambda it: it.load_pairs("real")[0][0], ("Va 0 !", "Go 0.")),
        ("ud", TAGGED, lambda it: it.load_tagged("real")[0].test[0], [("Oui", "INTJ")]),
        ("similarity", MARKED, lambda it: it.load_pairs("real")[0]["score"][7], 0.7),
    ],
)
def test_what_the_command_fetches_is_what_the_lesson_loads(server, folder, monkeypatch, name, content, load, first):
    files = card(name)["files"]
    for file in files:
        server.files[f"/{file['name']}"] = content
        if file["hash"]:
            monkeypatch.setitem(file, "hash", "sha256:" + hashlib.sha256(content).hexdigest())
    assert cli.main(["data", "get", name]) == 0
    assert left_in(folder) == sorted(file["name"] for file in files)
    assert load(datasets.module(name)) == first


# -------------------------------------------------------------------------------------------------- it goes badly


def test_cut_download_starts_again_from_the_beginning(server, folder):
    server.faults = ["cut"]
    assert synop(server)[0].read_bytes() == CSV
    assert len(server.asked) == 2


def test_download_cut_each_time_leaves_nothing_and_the_next_one_is_clean(server, folder):
    server.faults = ["cut"] * 3
    with pytest.raises(DownloadError, match=r"Could not fetch .*Is there a network"):
        synop(server)
    assert left_in(folder) == []
    assert synop(server)[0].read_bytes() == CSV
    assert left_in(folder) == [STATION_2024]


def test_file_of_unknown_length_cut_in_a_row_is_refused(server, folder):
    server.files[f"/{STATION_2024}"] = CSV[:-12]
    server.faults = ["no length"]
    with pytest.raises(DownloadError, match="its last line stops after 2 of 3 fields"):
        synop(server)
    assert left_in(folder) == []


def test_server_that_stops_sending_is_given_up(server, folder):
    server.faults = ["stall"] * 3
    began = time.monotonic()
    with pytest.raises(DownloadError, match=r"Read timed out"):
        synop(server)
    assert time.monotonic() - began > 1.4  # three times the timeout: it did wait
    assert STATION_2024 not in left_in(folder)


def test_busy_server_is_asked_again(server, folder):
    server.faults = ["503", "429"]
    assert synop(server)[0].read_bytes() == CSV
    assert len(server.asked) == 3


def test_wrong_hash_is_thrown_away_and_says_what_to_do(server, folder, imdb_card):
    known = imdb_card(b"another archive")
    server.files["/aclImdb_v1.tar.gz"] = archive(reviews=2)
    with pytest.raises(DownloadError) as error:
        get("imdb")
    message = str(error.value)
    assert "hash" in message and known in message
    assert f"put it here as {folder / 'imdb' / 'aclImdb_v1.tar.gz'}" in message
    assert left_in(folder) == []


def test_file_that_is_not_there_says_which_address_and_what_to_do(server, folder):
    with pytest.raises(DownloadError) as error:
        get("synop", years=(2024,))
    message = str(error.value)
    for part in ("404", f"{server.url}/{STATION_2024}", "put it here as", "--station all"):
        assert part in message
    assert left_in(folder) == []


def test_no_network_says_so_and_what_to_do(server, folder, monkeypatch):
    monkeypatch.setenv("FIDLE_DATA_MIRROR", "http://127.0.0.1:9")  # nobody listens there
    with pytest.raises(DownloadError, match=r"Is there a network.*fetch http.* and put it here as"):
        get("synop", years=(2024,))


def test_disk_that_fills_up_while_writing_leaves_no_file_under_the_final_name(server, folder):
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(CSV) // 2, before[1]))
    try:
        with pytest.raises(DownloadError, match=r"Could not write into .*Make room on that disk"):
            synop(server)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert STATION_2024 not in left_in(folder)
    assert synop(server)[0].read_bytes() == CSV  # with room, the same command ends the work


def test_folder_that_cannot_be_written_is_named(server, folder):
    (folder / "synop").write_text("a file where the folder should be")
    with pytest.raises(DownloadError, match=f"Could not write into {folder / 'synop'}"):
        synop(server)


def test_login_page_in_place_of_the_file_is_refused(server, folder):
    server.files[f"/{STATION_2024}"] = b"<!DOCTYPE html>\n<html>Please log in</html>\n"
    with pytest.raises(DownloadError, match="it is a page of a website, not a table"):
        synop(server)
    assert left_in(folder) == []


def test_station_without_observations_is_refused(server, folder):
    server.files[f"/{STATION_2024}"] = f"{HEADER}\n".encode()
    with pytest.raises(DownloadError, match="is there such a station"):
        synop(server)


@pytest.mark.parametrize("damaged", [YEARLY[:-9], YEARLY[:500] + b"\0\0\0\0" + YEARLY[504:], b"no gzip at all"])
def test_damaged_gzip_is_refused(server, folder, damaged):
    server.files["/synop_2009.csv.gz"] = damaged
    with pytest.raises(DownloadError, match="is not the file: "):
        get("synop", years=(2009,))
    assert left_in(folder) == []


@pytest.mark.parametrize("content", ["not observations\n", f"{HEADER}\n07690;2024-01-01T00:00:00Z;mild\n"])
def test_bad_file_in_the_place_of_a_new_one_stays_and_is_named_and_the_way_out_works(server, folder, content):
    (folder / "synop").mkdir()
    bad = folder / "synop" / STATION_2024
    bad.write_text(content)
    server.files[f"/{STATION_2024}"] = CSV
    with pytest.raises(DownloadError, match=rf"{bad}, which is there and not good: .*Move it.*--to"):
        get("synop", years=(2024,))
    assert bad.read_text() == content and server.asked == []
    assert get("synop", years=(2024,), to=folder / "elsewhere")[0].read_bytes() == CSV
    bad.rename(folder / STATION_2024)
    assert get("synop", years=(2024,))[0].read_bytes() == CSV


def test_file_that_notebooks_read_stays_where_it_is_without_a_network(server, folder, monkeypatch):
    monkeypatch.setenv("FIDLE_DATA_MIRROR", "http://127.0.0.1:9")
    (folder / "SYNOP" / "2024").mkdir(parents=True)
    quoted = CSV.decode("utf-8-sig").replace(";", '";"').replace("\n", '"\n"').rstrip('"')
    mine = folder / "SYNOP" / "2024" / STATION_2024
    mine.write_text('"' + quoted, encoding="utf-8")
    before = mine.read_bytes()
    assert get("synop", years=(2024,)) == [mine]
    assert mine.read_bytes() == before and left_in(folder) == [STATION_2024]


def test_unpacked_archive_is_not_fetched_again(server, folder, monkeypatch):
    monkeypatch.setattr(datasets.module("imdb"), "check", lambda path: None)  # 50,000 files
    for part in ("train/pos", "train/neg", "test/pos", "test/neg"):
        (folder / "imdb" / "aclImdb" / part).mkdir(parents=True)
    assert get("imdb") == [folder / "imdb" / "aclImdb"]
    assert server.asked == []


def test_file_of_ones_own_is_no_reason_not_to_fetch_another(server, folder):
    prices = "Date,Open,Close\n" + "".join(
        f"2020-{1 + i // 28:02}-{1 + i % 28:02},{i + 1},{i + 2}\n" for i in range(120)
    )
    (folder / "price").mkdir()
    (folder / "price" / "mine.csv").write_text(prices)
    server.files["/AAPL.csv"] = prices.encode()
    assert get("price") == [folder / "price" / "AAPL.csv"]
    assert get("price") == [folder / "price" / "AAPL.csv"] and len(server.asked) == 1


def test_archive_of_other_origin_and_name_is_not_fetched_again(server, folder, monkeypatch):
    monkeypatch.setattr(datasets.module("imdb"), "check", lambda path: None)  # 50,000 reviews
    (folder / "imdb").mkdir()
    (folder / "imdb" / "aclImdb_v1 (1).tar.gz").write_bytes(archive(reviews=1))
    assert get("imdb") == [folder / "imdb" / "aclImdb_v1 (1).tar.gz"]
    assert server.asked == []


# ------------------------------------------------------------------------------------------- what is never fetched


@pytest.mark.parametrize("url", ["http://example.org", "ftp://127.0.0.1", "file:///etc/passwd"])
def test_only_https_is_spoken_beyond_this_machine(folder, url, monkeypatch):
    monkeypatch.setenv("FIDLE_DATA_MIRROR", url)
    with pytest.raises(DownloadError, match="over https only"):
        get("imdb")


def test_redirect_to_plain_http_is_not_followed(server, folder):
    server.faults = ["redirect http://example.org/synop.csv"]
    with pytest.raises(DownloadError, match="over https only"):
        synop(server)
    assert left_in(folder) == []


@pytest.mark.parametrize(
    "wrong, message",
    [
        ({"name": "iris"}, "Received: 'iris'"),
        ({"name": "ladybug"}, "no files to fetch"),
        ({"name": "synop", "station": "Nice"}, "5 digits"),
        ({"name": "synop", "station": "../07690"}, "5 digits"),
        ({"name": "synop", "years": ()}, "1996 to"),
        ({"name": "synop", "years": (1995,)}, "1996 to"),
        ({"name": "synop", "years": (2999,)}, "1996 to"),
    ],
)
def test_arguments_that_mean_nothing_are_errors_before_any_request(server, folder, wrong, message):
    with pytest.raises(ValueError, match=message):
        get(**wrong)
    assert server.asked == []


def test_years_are_written_as_a_list_of_ranges():
    assert fetch.parse_years("2024") == (2024,)
    assert fetch.parse_years("2019-2021,2024") == (2019, 2020, 2021, 2024)


@pytest.mark.parametrize("text", ["", "24", "2021-2019", "2019..2021", "2019-"])
def test_years_written_otherwise_are_an_error(text):
    with pytest.raises(ValueError, match="2019-2021"):
        fetch.parse_years(text)


# ---------------------------------------------------------------------------------------------------- what is there


@pytest.fixture
def alone(folder, monkeypatch):
    """The folder is the only one that is looked at."""
    monkeypatch.setattr("fidle_utils.datasets.places", lambda: [folder])
    monkeypatch.setattr(fetch, "places", lambda: [folder])
    return folder


def test_list_says_of_each_file_what_the_notebooks_make_of_it(server, alone):
    synop(server)
    (alone / "synop" / "empty.csv").touch()
    (alone / "synop" / "cut.csv").write_bytes(CSV[:-12])
    lines = {line.split("  ")[1].rpartition("/")[2]: line for line in fetch.describe() if line.startswith("  /")}
    assert lines[STATION_2024].endswith("CSV, 1 of 15 variables, 0.3 MB")
    assert "LEFT OUT: its first line is no SYNOP header" in lines["empty.csv"]
    assert "DAMAGED, the notebooks stop at it: its last line stops" in lines["cut.csv"]


def test_list_names_the_command_for_what_is_missing(server, alone):
    synop(server)
    text = "\n".join(fetch.describe())
    assert f"{alone / 'synop' / STATION_2024}" in text
    assert "fidle data get imdb" in text
    assert "fidle data get synop" not in text


def test_file_that_is_not_yet_checked_is_never_seen_by_a_loader(server, alone, monkeypatch):
    seen, check = [], datasets.module("synop").check
    monkeypatch.setattr(
        datasets.module("synop"), "check", lambda path: (seen.append(datasets.find("synop")), check(path))
    )
    assert synop(server) == datasets.find("synop")
    assert seen == [[]]


def test_file_is_readable_for_others(server, folder):
    assert synop(server)[0].stat().st_mode & 0o044 == 0o044


def test_real_files_pass_the_checks(real_data):
    for path in (real_data / "synop").iterdir():
        datasets.module("synop").check(path)
    datasets.module("imdb").check(real_data / "imdb" / "aclImdb_v1.tar.gz")


def test_command_fetches_all_data_sets(server, folder, monkeypatch):
    asked = []
    monkeypatch.setattr(fetch, "get", lambda name, **how: asked.append((name, how["years"])))
    assert cli.main(["data", "get", "--years", "2024"]) == 0
    assert asked == [(name, (2024,)) for name in fetch.fetchable()]
