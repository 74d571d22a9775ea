"""Opening a table of text however it was saved: plain or compressed, told by its content and not by its name."""

import bz2
import codecs
import csv
import gzip
import io
import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TextIO

__all__ = ["open_text", "read_header"]
_HEAD = 1 << 16  # bytes, or letters, that tell what a file is


@contextmanager
def open_text(path: Path, inside: str = "") -> Iterator[TextIO]:
    """Open a text in UTF-8 (with or without its mark), UTF-16 or Windows' cp1252; perhaps in gzip, zip, bzip2 or xz.

    Args:
        path: the file.
        inside: the name of the text in a zip of several files.

    Raises:
        ValueError: it is no text, a zip of several files or without that one, or it is cut or damaged.
    """
    with open(path, "rb") as file:
        start = file.read(2)
    kinds = {b"\x1f\x8b": gzip.open, b"PK": partial(_open_zip, inside=inside), b"BZ": bz2.open, b"\xfd7": lzma.open}
    opened = kinds.get(start, open)
    try:
        with opened(path, "rb") as file:
            encoding = _encoding(file.read1(_HEAD))  # what lies before a damage, if it is damaged
        with opened(path, "rb") as file, io.TextIOWrapper(file, encoding, errors="replace") as text:
            yield text
    except (EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, OSError) as error:
        if getattr(error, "errno", None):  # of the disk; gzip's and bzip2's own errors have no number
            raise
        raise ValueError(f"it is cut or damaged ({error})") from error


def _open_zip(path: Path, mode: str, inside: str):
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if not name.endswith("/") and not name.startswith("__MACOSX")]
        names = [name for name in names if not name.rsplit("/", 1)[-1].startswith(".")]
        if {"[Content_Types].xml", "mimetype"} & set(names):
            raise ValueError("it is a spreadsheet: save it as CSV")
        if inside:
            names = [name for name in names if name.rsplit("/", 1)[-1] == inside][:1]
            if not names:
                raise ValueError(f"there is no {inside} in this zip")
        if len(names) != 1:
            raise ValueError(f"a zip is read if it holds one file; this one holds {len(names)}")
        return archive.open(names[0])  # the archive stays open as long as this


def _encoding(head: bytes) -> str:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if b"\0" in head:
        raise ValueError("it is no text file")
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
        return "utf-8-sig"
    except UnicodeDecodeError:
        return "cp1252"  # saved by a spreadsheet


def read_header(file: TextIO, knows: Callable[[str], object]) -> tuple[str, list[str]]:
    """Read the first line, up to the first row.

    Args:
        file: from `open_text`.
        knows: true of a label that the reader understands; it tells which separator is the right one.

    Returns:
        The separator (`;`, a comma or a tab) and the labels.
    """
    line = file.readline(_HEAD)
    while line and (not line.strip() or line.lower().startswith(("sep=", "#"))):
        line = file.readline(_HEAD)
    headers = []
    for separator in ";,\t":
        labels = next(csv.reader([line.rstrip("\n")], delimiter=separator), [""])
        headers.append((separator, [label.strip() for label in labels]))
    return max(headers, key=lambda header: sum(bool(knows(label)) for label in header[1]))
