"""The command `fidle`: run the course's notebooks, sweep one, list them, check the machine, fetch the data."""

import argparse
import os
import sys
from pathlib import Path

from fidle_utils import __version__, course_root

_EPILOGUE = """examples:
  fidle run                                     all notebooks, as a class runs them
  fidle run SYNOP3 --profile smoke              one notebook and what it needs, in seconds
  fidle run SYNOP2 -p SYNOP2.epochs=3           with another value of a parameter
  fidle sweep SYNOP2 -p seed=1,2,3 --jobs 2     one notebook for several seeds
  fidle run --profile full --on slurm           on a cluster (see docs/batch.md)
  fidle student ~/class                         the trainees' copies
"""
_PROFILE = {"default": "live", "choices": ["live", "smoke", "full"], "help": "live: as in class; smoke: seconds"}
_IDS = {"nargs": "*", "metavar": "ID", "help": "notebooks, such as SYNOP2; by default all"}


def _folder(text: str) -> Path:
    return Path(text).expanduser().resolve()


_FOLDER = {"type": _folder, "metavar": "DIR"}
_RESULTS = _FOLDER | {"help": "the folder of results; by default run/ in the course"}


def main(argv: list[str] | None = None) -> int:
    """Run the command; the exit code is 0 only if everything that was asked for went well."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")  # a terminal that lacks a sign shows another one
    try:
        Path.cwd()
    except FileNotFoundError:
        print("fidle: the working directory is gone, moved or deleted. Go to another: cd", file=sys.stderr)
        return 2
    try:
        arguments = _parser().parse_args(argv)
        return arguments.command(arguments) or 0
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # `fidle list | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 141
    except (ValueError, OSError, RuntimeError) as error:
        print(f"fidle: {error}", file=sys.stderr)
        return 2


# ---------------------------------------------------------------- what can be asked for


def _parser() -> argparse.ArgumentParser:
    form = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser("fidle", description=__doc__, epilog=_EPILOGUE, formatter_class=form)
    parser.add_argument("--version", action="version", version=f"fidle {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def command(does, text: str, within=commands) -> argparse.ArgumentParser:
        made = within.add_parser(does.__name__.strip("_"), help=text)
        made.set_defaults(command=does)
        return made

    run = command(_run, "run notebooks, and what they need")
    run.add_argument("ids", **_IDS)
    _run_options(run, "a parameter's value", "[ID.]name=value")
    sweep = command(_sweep, "run one notebook over a grid of parameters")
    sweep.add_argument("id", metavar="ID", help="the notebook")
    many = "a parameter's values; several make a grid; station=all: every station of the data"
    _run_options(sweep, many, "name=v1,v2,…")
    listing = command(_list, "list the notebooks, or the parameters of one")
    listing.add_argument("id", nargs="?", metavar="ID", help="a notebook whose parameters are wanted")
    report = command(_report, "write the report of a folder of results again")
    report.add_argument("dir", nargs="?", **_RESULTS)
    check = command(_check, "is this machine ready for class?")
    check.add_argument("--quick", action="store_true", help="without a notebook kernel")
    data = command(_data, "which real data are here; fetch them")
    get = command(_get, "fetch real data", within=data.add_subparsers(metavar="get"))
    get.add_argument("names", nargs="*", metavar="NAME", help="data sets; by default all")
    get.add_argument("--to", **_FOLDER, help="where to put the files")
    get.add_argument("--station", help="synop: 5 digits, or all")
    get.add_argument("--years", help="synop: 2024, 2019-2021 or 2019-2021,2024")
    student = command(_student, "write the trainees' copies: gaps in the place of solutions")
    student.add_argument("out", **_FOLDER, help="where to; nothing that is there is written over")
    student.add_argument("ids", **_IDS)
    corrected = command(
        _corrected, "write the corrected notebooks, executed (first, if need be), with pages and an index"
    )
    corrected.add_argument("out", **_FOLDER, help="a new folder, or one that this command wrote")
    corrected.add_argument("ids", **_IDS)
    corrected.add_argument("--from", dest="source", **_RESULTS)
    corrected.add_argument("--profile", **_PROFILE)
    teach = command(_teach, "write the instructor's pages, with the times of the last run")
    teach.add_argument("out", nargs="?", **_FOLDER, help="where to; by default teach/ in the folder of results")
    teach.add_argument("--from", dest="source", **_RESULTS)
    pack = command(_pack, "the course on a USB key, for a room without a network")
    pack.add_argument("out", **_FOLDER, help="a new folder")
    return parser


def _run_options(parser: argparse.ArgumentParser, text: str, form: str) -> None:
    add = parser.add_argument
    add("-p", dest="settings", action="append", default=[], metavar=form, help=text)
    add("--profile", **_PROFILE)
    jobs = "notebooks at a time; by default 1, in the smoke profile one per core"
    add("--jobs", type=_positive, metavar="N", help=jobs)
    add("--out", **_RESULTS)
    add("--force", action="store_true", help="run again what is finished")
    add("--on", default="local", choices=["local", "slurm"], help="this machine, or the cluster's nodes")
    add("--site", metavar="FILE", help="what this cluster wants; by default slurm.yml in the course, if there is one")
    add("--unlock", action="store_true", help="take a folder that a run on another machine has left marked as in use")


def _positive(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"a number from 1 on. Received: {text!r}")
    return int(text)


# ---------------------------------------------------------------- what is done; imports stand where they are needed


def _run(arguments) -> int:
    from fidle_course import catalogue
    from fidle_course.batch.plan import make_plan, parse_settings

    out, settings = arguments.out or course_root() / "run", parse_settings(arguments.settings)
    plan = make_plan(catalogue.load(), arguments.ids, profile=arguments.profile, settings=settings, out=out)
    return _carry_out(plan, arguments)


def _sweep(arguments) -> int:
    from fidle_course import catalogue
    from fidle_course.batch.plan import make_plan, parse_settings
    from fidle_course.pages.sweep import parse_grid

    courses = catalogue.load()
    name = courses[arguments.id].id
    grid, settings = parse_grid(courses[name], parse_settings(arguments.settings))
    out = arguments.out or course_root() / "run" / f"sweep-{name}"
    plan = make_plan(courses, [name], profile=arguments.profile, settings=settings, grid=grid, out=out)
    return _carry_out(plan, arguments)


def _carry_out(plan, arguments) -> int:
    from fidle_course.batch import drive
    from fidle_utils.run import cores

    site = _site(arguments.site, plan.root) if arguments.on == "slurm" else None
    jobs = arguments.jobs or (8 if site else min(cores(), 8) if arguments.profile == "smoke" else 1)
    return drive.run(plan, jobs=jobs, site=site, force=arguments.force, unlock=arguments.unlock)


def _site(named: str | None, root: Path):
    from fidle_course import strict
    from fidle_course.batch.slurm import Site

    path = Path(named or root / "slurm.yml")
    if named and not path.is_file():
        raise FileNotFoundError(f"The site file {path} does not exist.")
    return strict.read(path, Site) if path.is_file() else Site()


def _list(arguments) -> None:
    from fidle_course import catalogue

    courses = catalogue.load()
    if arguments.id:
        notebook = courses[arguments.id]
        print(f"{notebook.id}: {notebook.title}\n{notebook.file}\n")
        parameters = catalogue.parameters(notebook.file)
        width = max(len(p.name) for p in parameters)
        for p in parameters:
            print(f"  {p.name:<{width}}  {p.type.__name__:<5}  {p.default!r:<8}  {p.help}")
        return
    width = max(map(len, courses))
    for notebook in courses.values():
        needs = f"  needs {', '.join(notebook.needs)}" if notebook.needs else ""
        print(f"{notebook.id:<{width}}  {notebook.seconds['live']:>4.0f} s  {notebook.title}{needs}")


def _report(arguments) -> None:
    from fidle_course.pages import report

    print(f"Report: {report.write(arguments.dir or course_root() / 'run').as_uri()}")


def _check(arguments) -> int:
    from fidle_course.room import check

    return check.main(quick=arguments.quick)


def _data(arguments) -> None:
    from fidle_course.data import fetch

    for line in fetch.describe():
        print(line, flush=True)


def _get(arguments) -> None:
    from fidle_course.data import fetch

    years = fetch.parse_years(arguments.years) if arguments.years else None
    for name in arguments.names or fetch.fetchable():
        fetch.get(name, to=arguments.to, station=arguments.station, years=years)


def _student(arguments) -> None:
    from fidle_course.room import student
    from fidle_utils.exercises import EMPTY

    for path in student.student(arguments.out, arguments.ids):
        print(path)
    print(
        "Tell the trainees: the exercises are at the end of each notebook. Write your lines in the place of\n"
        f"`{EMPTY.split('  #')[0]}`, run that cell, then the cell below it, which says what is right,\n"
        "what is not yet, and where to look."
    )


def _corrected(arguments) -> None:
    from fidle_course.batch import drive
    from fidle_course.pages import corrected

    options = {"source": arguments.source, "profile": arguments.profile, "run": drive.run}
    print(f"Corrected: {corrected.write(arguments.out, arguments.ids, **options).as_uri()}")


def _teach(arguments) -> None:
    from fidle_course.room import teach

    print(f"Teaching: {teach.write(arguments.out, source=arguments.source).as_uri()}")


def _pack(arguments) -> None:
    from fidle_course.room import pack

    pack.pack(arguments.out)
