"""`fidle data` and the loaders say the same of any folder: made of valid, broken and foreign files, by hypothesis."""

import contextlib
import gzip
import io
import lzma
import tarfile
import zipfile
from pathlib import Path
from unittest import mock

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fidle_course.data import fetch
from fidle_utils import datasets
from fidle_utils.datasets import imdb, synop


def observations(first: int, sep=";", header="numer_sta;date;t;u", code="07690") -> str:
    """Sixteen rows from an hour of 2024 that no other file has, `t` alone in kelvin."""
    days = [divmod(first * 16 + i, 24) for i in range(16)]
    lines = [f"{code};202401{day + 1:02d}{hour:02d}0000;{280 + hour}.5;70" for day, hour in days]
    return "\n".join([header, *lines, ""]).replace(";", sep)


def zipped(text: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a", text)
    return file.getvalue()


def archived(count: int) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        for i in range(count):
            archive.addfile(tarfile.TarInfo(f"aclImdb/train/pos/{i}_7.txt"))
    return file.getvalue()


FOREIGN = [
    b"",
    b"a;b\n1;2\n",
    b"<html>Log in</html>",
    b"\x89PNG\r\n\0\0",
    b"[]",
    b"PAR1PAR1",
    b"Read me.\n",
    zipped("x"),
]
# Each makes the content of the n-th file of a folder.
SYNOP = {
    "valid": [
        observations,
        lambda n: observations(n, ","),
        lambda n: gzip.compress(observations(n).encode()),
        lambda n: zipped(observations(n)),
        lambda n: observations(n, code='"7690"'),
        lambda n: observations(n).replace("\n", "\r\n"),
        lambda n: observations(n, header="ID OMM station;Date;Température;Humidité").encode("utf-8-sig"),
        lambda n: observations(n).replace("\n07690", "\nnumer_sta;date;t;u\n07690", 5),
        lambda n: lzma.compress(observations(n).encode()),
        lambda n: "# remark\n" + observations(n, code="7\u202f690"),
    ],
    "broken": [
        lambda n: observations(n)[:-6],
        lambda n: observations(n).replace("70\n", "wet\n", 3),
        lambda n: observations(n).replace("202401", "2024-13-", 1),
        lambda n: observations(n).replace("70\n", "70", 1),
        lambda n: gzip.compress(observations(n).encode())[:-9],
        lambda n: observations(n) + observations(n, header="date;numer_sta;t;u"),
        lambda n: observations(n, header="numer_sta;date;u;t"),  # the temperature is said to be 70 K
        lambda n: observations(n) + '07690;20240131000000;"280;70\n',
    ],
    "foreign": [*(lambda n, content=content: content for content in FOREIGN), lambda n: observations(n)[:19]],
}


def reviews(n: int) -> str:
    return "review,sentiment\n" + f'"Review {n},\nof two lines.",positive\n"No.",negative\n' * 2


IMDB = {
    "valid": [reviews, lambda n: gzip.compress(reviews(n).encode()), lambda n: zipped(reviews(n))],
    "broken": [
        lambda n: reviews(n)[:-9],
        lambda n: reviews(n).replace("negative", "positive"),
        lambda n: gzip.compress(reviews(n).encode() * 9)[:-9],
        lambda n: archived(3),
    ],
    "foreign": [*(lambda n, content=content: content for content in FOREIGN), lambda n: archived(0)],
}
COPIES = [
    "a.csv~",
    "b.CSV.bak",
    "c.zip.part",
    "e.tar.gz.crdownload",
    "a (conflicted copy).csv",
]  # told by their names
NAMES = st.sampled_from(["a.csv", "b.CSV.gz", "c.zip", "d", "e.tar.gz", "f (1).csv", "g.json", "été.txt", *COPIES])
FOLDERS = st.sampled_from(["", "2024", "deep/er", ".ipynb_checkpoints", ".hidden", "$RECYCLE.BIN"])


def folders(makers: dict):
    """Strategy: for each file its path, its kind and its content's maker."""
    kinds = st.sampled_from([(kind, make) for kind, group in makers.items() for make in group])
    return st.dictionaries(st.tuples(FOLDERS, NAMES), kinds, max_size=5)


@contextlib.contextmanager
def made(name: str, files: dict, tmp_path_factory):
    """The folder on the disk, the only place that is looked at; gives the path of each file, by kind."""
    place = tmp_path_factory.mktemp("place")
    kinds: dict[str, list[Path]] = {"valid": [], "broken": [], "foreign": []}
    for n, ((folder, file), (kind, make)) in enumerate(files.items()):
        path = place / name.upper() / folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        content = make(n)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        kinds["foreign" if folder.startswith((".", "$")) or file in COPIES else kind].append(path)
    before = {path: path.read_bytes() for path in place.rglob("*") if path.is_file()}
    with (
        mock.patch("fidle_utils.datasets.places", lambda: [place]),
        mock.patch.object(fetch, "places", lambda: [place]),
    ):
        yield kinds
    assert before == {path: path.read_bytes() for path in place.rglob("*") if path.is_file()}  # nothing was touched


def listed(name: str) -> dict[str, set[str]]:
    """What `fidle data` says: the paths that are read, left out and damaged."""
    said: dict[str, set[str]] = {"read": set(), "left out": set(), "damaged": set()}
    mine = False
    for line in fetch.describe():
        if not line.startswith("  "):
            mine = line.startswith(f"{name}:")
        elif mine and not line.startswith("  none in"):
            path, words = line.strip().split("  ", 1)
            state = (
                "left out" if words.startswith("LEFT OUT") else "damaged" if words.startswith("DAMAGED") else "read"
            )
            said[state].add(path)
    return said


def hidden(paths) -> set[str]:
    """Files in hidden folders are named by their folder."""
    dotted = [next((p for p in (path, *path.parents) if p.name.startswith((".", "$"))), path) for path in paths]
    return set(map(str, dotted))


few = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@few
@given(files=folders(SYNOP))
def test_list_and_loader_of_observations_agree_on_every_file(files, tmp_path_factory):
    with made("synop", files, tmp_path_factory) as kinds, contextlib.redirect_stdout(io.StringIO()) as out:
        said = listed("synop")
        assert said["left out"] == hidden(kinds["foreign"])
        assert said["read"] | said["damaged"] == {str(path) for path in kinds["valid"] + kinds["broken"]}
        try:
            raw, _ = synop.load_synop(source="real", duplicates="keep")
        except FileNotFoundError as error:
            assert not said["read"] | said["damaged"]
            assert all(path in str(error) for path in said["left out"])
        except ValueError as error:
            assert any(Path(path).name in str(error) for path in said["damaged"]), error
        else:
            assert not said["damaged"]
            assert len(raw) == 16 * len(said["read"])
            assert sorted(raw.attrs["files"]) == sorted(Path(path).name for path in said["read"])
            assert all(f"Left out {path}" in out.getvalue() for path in said["left out"])


@few
@given(files=folders(IMDB))
def test_list_and_loader_of_reviews_agree_on_every_file(files, tmp_path_factory):
    with made("imdb", files, tmp_path_factory), contextlib.redirect_stdout(io.StringIO()) as out:
        said = listed("imdb")
        assert len(said["read"] | said["damaged"]) <= 1
        try:
            found, _ = imdb.load_reviews("real")
        except FileNotFoundError as error:
            assert not said["read"] | said["damaged"]
            assert all(path in str(error) for path in said["left out"])
        except ValueError as error:
            assert any(path in str(error) for path in said["damaged"]), error
        else:
            assert len(said["read"]) == 1 and len(found.train_texts) == len(found.test_texts) == 2
            assert all(f"Left out {path}" in out.getvalue() for path in said["left out"])


@few
@given(files=folders(SYNOP))
def test_what_would_be_used_is_known_without_reading(files, tmp_path_factory):
    with made("synop", files, tmp_path_factory) as kinds:
        expected = "real" if kinds["valid"] + kinds["broken"] else "simulated"
        assert datasets.expected_source("synop", "auto") == expected
        assert {entry[0] for entry in datasets.stamp(datasets.find("synop"))} == {
            str(path) for path in kinds["valid"] + kinds["broken"]
        }
