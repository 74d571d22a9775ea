"""The record of a benchmark: as JSON, as a table to read, as the section "Last run" of the README."""

import json
import os
import platform
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from benchmarks.line import Group, Growth, Line
from benchmarks.measure import ROOT
from fidle_utils.files import write_json, write_text

PUBLISHED = ROOT / "benchmarks" / "results" / "latest.json"
README = ROOT / "benchmarks" / "README.md"
_MARKS = ("<!-- last run: made by `python -m benchmarks --publish`, do not edit -->", "<!-- /last run -->")


def machine() -> dict:
    """What the numbers depend on; the load counts this benchmark too, so that alone it is about 1 to 2."""
    from fidle_utils.run import cores, versions

    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
        model = next(line.split(":")[1].strip() for line in text.splitlines() if line.startswith("model name"))
    except (OSError, StopIteration):
        model = platform.processor() or platform.machine()
    versions = versions(os.environ.get("KERAS_BACKEND", "tensorflow"))
    load = round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None
    return {"processor": model, "cores": cores(), "load": load, "system": platform.system(), **versions}


def entry(group: Group, seconds: float, when: datetime, quick: bool) -> dict:
    """What JSON keeps of a group."""
    return {
        "when": when.isoformat(timespec="seconds"),
        "seconds": round(seconds, 1),
        "quick": quick,
        "machine": machine(),
        "lines": [line.as_dict() for line in group.lines],
        "growth": [asdict(table) for table in group.growth],
    }


def read(path: Path) -> dict:
    """The record in a file: group -> entry."""
    return json.loads(path.read_text(encoding="utf-8"))


def write(path: Path, record: dict) -> None:
    """Write a record, whole or not at all."""
    write_json(path, record)


def lines(one: dict) -> list[Line]:
    """The lines of an entry."""
    return [Line.from_dict(line) for line in one["lines"]]


def as_text(record: dict) -> str:
    """The table for a terminal, and how costs grow."""
    parts = []
    head = ["what", "target", "measured", "ratio", "met?"]
    for name, one in record.items():
        rows = [[line.what, line.target, line.measured, line.ratio, line.verdict] for line in lines(one)]
        quick = "  (QUICK: small sizes, proves nothing)" if one["quick"] else ""
        parts.append(f"\n{name.upper()}{quick}\n{_aligned([head, *rows], (52, 14, 52, 16, 12))}")
        for table in one["growth"]:
            wide = [max(map(len, column)) for column in zip(table["columns"], *table["rows"])]
            parts.append(f"\n  {table['title']}\n{_aligned([table['columns'], *table['rows']], wide, '    ')}")
    everything = [line.verdict for one in record.values() for line in lines(one)]
    counts = {verdict: everything.count(verdict) for verdict in ("met", "NOT MET", "stated", "not measured")}
    parts.append("\n" + ", ".join(f"{count} {verdict}" for verdict, count in counts.items() if count))
    return "\n".join(parts)


def _aligned(rows: list[list[str]], widths, indent: str = "") -> str:
    import textwrap

    text = []
    for i, row in enumerate(rows):
        cells = [textwrap.wrap(cell, width) or [""] for cell, width in zip(row, widths)]
        for k in range(max(map(len, cells))):
            pieces = [(c[k] if k < len(c) else "").ljust(width) for c, width in zip(cells, widths)]
            text.append((indent + "  ".join(pieces)).rstrip())
        if i == 0:
            text.append(indent + "  ".join("-" * width for width in widths))
    return "\n".join(text)


def as_markdown(record: dict) -> str:
    """The section "Last run": each group with its machine, its date, its table."""
    parts = []
    for name, one in record.items():
        found = one["machine"]
        versions = ", ".join(
            f"{k} {v}" for k, v in found.items() if k not in ("processor", "cores", "load", "system") and v
        )
        parts += [
            f"### {name}",
            f"{one['when'][:10]}, {found['processor']}, cores: {found['cores']}, load: {found['load']}, "
            f"{found['system']}; {versions}. "
            f"{one['seconds']:.0f} s.",
            _table(
                ["what", "target", "measured", "ratio", "met?"],
                [[line.what, line.target, line.measured, line.ratio, _bold(line.verdict)] for line in lines(one)],
            ),
        ]
        for growth in (Growth(**table) for table in one["growth"]):
            parts += [f"{growth.title}:", _table(growth.columns, growth.rows)]
    return "\n\n".join(parts)


def _bold(verdict: str) -> str:
    return f"**{verdict}**" if verdict == "NOT MET" else verdict


def _table(columns: list[str], rows: list[list[str]]) -> str:
    return "\n".join("| " + " | ".join(row) + " |" for row in [columns, ["---"] * len(columns), *rows])


def with_last_run(readme: str, record: dict) -> str:
    """The README's text with its section made anew."""
    start, end = _MARKS
    before, rest = readme.split(start)
    return f"{before}{start}\n\n{as_markdown(record)}\n\n{end}{rest.split(end)[1]}"


def publish(record: dict) -> None:
    """Keep a record in the repository and show it in the README.

    Raises:
        ValueError: a group was measured with `--quick`.
    """
    if quick := [name for name, one in record.items() if one["quick"]]:
        raise ValueError(f"What is published was measured at full size. Received --quick for: {', '.join(quick)}.")
    if PUBLISHED.exists():
        record = read(PUBLISHED) | record
    write(PUBLISHED, record)
    write_text(README, with_last_run(README.read_text(encoding="utf-8"), record))
