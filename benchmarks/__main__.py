"""The command `python -m benchmarks`: measure, print one table, write it as JSON."""

import argparse
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import report, skill
from benchmarks.measure import ROOT

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

# name -> what it is about; the module of that name has `measure`
GROUPS = {
    "startup": "how long it takes to begin",
    "generator": "windows by batches",
    "forecast": "the rolling forecast",
    "reading": "observations and reviews",
    "words": "Word2Vec in Keras beside gensim: trains TEXT1, unless it is there",
    "fused": "recurrent layers and the GPU's kernel",
    "batch": "fidle run beside bare papermill, two jobs against one, 200 notebooks",
    "skill": "the notebooks' scores over 3 seeds: trains them, unless they are there",
}


def main(argv: list[str] | None = None) -> int:
    """Run the command; the exit code is 0 if every target that was measured is met."""
    arguments = _parser().parse_args(argv)
    names = arguments.names or list(GROUPS)
    if unknown := [name for name in names if name not in GROUPS]:
        print(f"benchmarks: no group is called {', '.join(unknown)}. There are {', '.join(GROUPS)}.", file=sys.stderr)
        return 2
    record = {}
    for name in names:
        print(f"{name}: {GROUPS[name]} …", file=sys.stderr, flush=True)
        begun = time.perf_counter()
        group = _measure(name, arguments)
        key = name if name != "skill" or arguments.profile == "live" else f"skill-{arguments.profile}"
        new = report.entry(group, time.perf_counter() - begun, datetime.now(UTC), arguments.quick)
        record = (report.read(arguments.out) if arguments.out.exists() else {}) | {key: new}
        if key == "skill" and "skill-full" not in record:
            # the other profile trains for hours: its targets are shown all the same, with how to measure them
            why = "make bench ARGS='skill --profile full'"
            full = skill.summarize({}, "full", f"not run: {why}")
            record["skill-full"] = report.entry(full, 0, datetime.now(UTC), arguments.quick)
        report.write(arguments.out, record)
    shown = {name: entry for name, entry in record.items() if name.split("-")[0] in names}
    print(report.as_text(shown))
    print(f"\nWritten to {arguments.out}")
    if arguments.publish:
        report.publish(record)
        print(f"Shown in {report.README.relative_to(ROOT)}")
    return int(any(line.met is False for entry in shown.values() for line in report.lines(entry)))


def _measure(name: str, arguments):
    from importlib import import_module

    module = import_module(f"benchmarks.{name}")
    if name == "skill":
        return module.measure(arguments.quick, arguments.results, arguments.profile)
    return module.measure(arguments.quick)


def _parser() -> argparse.ArgumentParser:
    groups = "\n".join(f"  {name:<12}{about}" for name, about in GROUPS.items())
    parser = argparse.ArgumentParser(
        "python -m benchmarks",
        description=__doc__,
        epilog=f"groups:\n{groups}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", metavar="GROUP", help="what to measure; by default everything")
    parser.add_argument("--quick", action="store_true", help="small sizes, to see that it works; proves nothing")
    parser.add_argument("--out", type=Path, default=ROOT / "run" / "bench" / "latest.json", help="the JSON file")
    parser.add_argument("--publish", action="store_true", help="also show it in benchmarks/README.md")
    parser.add_argument("--results", type=Path, help="skill: a folder of results, instead of running the notebooks")
    parser.add_argument("--profile", choices=("live", "full"), default="live", help="skill: the notebooks' profile")
    return parser


if __name__ == "__main__":
    sys.exit(main())
