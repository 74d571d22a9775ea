"""The command `fidle`: run the course's notebooks, sweep one, list them, check the machine, fetch the data."""

import argparse
import os
import sys
from pathlib import Path

from fidle_utils import __version__, course_root
from fidle_utils.files import read_json

_EPILOGUE = """examples:
  fidle list                                    the notebooks of the course
  fidle check                                   is this machine ready for class?
  fidle run                                     all notebooks, as a class runs them
  fidle run SYNOP3 --profile smoke              one notebook and what it needs, in seconds
  fidle run SYNOP2 -p SYNOP2.epochs=3           with another value of a parameter
  fidle sweep SYNOP2 -p seed=1,2,3 --jobs 2     one notebook for several seeds
  fidle run --profile full --on slurm           on a cluster (see docs/batch.md)
  fidle data get synop                          fetch the real data
  fidle student ~/class                         the trainees' copies: gaps with hints, checks that say why
  fidle corrected ~/class-corrected             the executed, corrected notebooks and their pages
  fidle teach                                   the instructor's pages, with the times of the last run
  fidle gallery ~/site                          the corrected course as a small site to read
  fidle pack /media/key/course                  all of it on a key, for a room without a network
"""


def main(argv: list[str] | None = None) -> int:
    """Run the command; the exit code is 0 only if everything that was asked for went well."""
    arguments = _parser().parse_args(argv)
    _resolve_datasets_dir()
    try:
        return arguments.command(arguments) or 0
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # `fidle list | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 141
    except (ValueError, OSError, RuntimeError) as error:
        print(f"fidle: {error}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    form = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser("fidle", description=__doc__, epilog=_EPILOGUE, formatter_class=form)
    parser.add_argument("--version", action="version", version=f"fidle {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    run = commands.add_parser("run", help="run notebooks, and what they need")
    run.add_argument("ids", nargs="*", metavar="ID", help="notebooks, such as SYNOP2; by default all")
    _run_options(run)
    run.set_defaults(command=_run)

    sweep = commands.add_parser("sweep", help="run one notebook over a grid of parameters")
    sweep.add_argument("ids", metavar="ID", help="the notebook")
    _run_options(sweep, values="name=v1,v2,…", many="; several make a grid; station=all: every station of the data")
    sweep.set_defaults(command=_sweep)

    listing = commands.add_parser("list", help="list the notebooks, or the parameters of one")
    listing.add_argument("id", nargs="?", metavar="ID", help="a notebook whose parameters are wanted")
    listing.set_defaults(command=_list)

    report = commands.add_parser("report", help="write the report of a folder of results again")
    report.add_argument("dir", nargs="?", metavar="DIR", help="a folder of results; by default run/ in the course")
    report.set_defaults(command=_report)

    check = commands.add_parser("check", help="is this machine ready for class?")
    check.add_argument("--quick", action="store_true", help="without the training and the notebook kernel")
    check.set_defaults(command=_check)

    data = commands.add_parser("data", help="which real data are here; fetch them")
    data.set_defaults(command=_data)
    verbs = data.add_subparsers(metavar="get")
    get = verbs.add_parser("get", help="fetch real data")
    get.add_argument("names", nargs="*", metavar="NAME", help="data sets; by default all that have files")
    get.add_argument("--to", metavar="DIR", help="where to put the files")
    get.add_argument("--station", help="of a data set by stations: 5 digits, or all")
    get.add_argument("--years", help="of a data set by years: 2024, 2019-2021 or 2019-2021,2024")
    get.add_argument("--quiet", action="store_true", help="no progress bar")
    get.set_defaults(command=_data_get)

    student = commands.add_parser("student", help="write the trainees' copies: gaps in the place of solutions")
    student.add_argument("out", metavar="DIR", help="where to; nothing that is there is written over")
    student.add_argument("ids", nargs="*", metavar="ID", help="notebooks; by default all")
    student.set_defaults(command=_student)

    corrected = commands.add_parser("corrected", help="write the executed corrected notebooks and their pages")
    corrected.add_argument("out", metavar="DIR", help="a new folder, or one that this command wrote")
    corrected.add_argument("ids", nargs="*", metavar="ID", help="notebooks; by default all")
    _from_option(corrected, "; what is not finished there is run first")
    corrected.add_argument("--profile", default="live", choices=["live", "smoke", "full"], help="as for `fidle run`")
    corrected.set_defaults(command=_corrected)

    gallery = commands.add_parser("gallery", help="write the corrected course as a small site to read")
    gallery.add_argument("out", metavar="DIR", help="a new folder, or one that this command wrote")
    _from_option(gallery)
    gallery.set_defaults(command=_gallery)

    teach = commands.add_parser("teach", help="write the instructor's pages, with the times of the last run")
    teach.add_argument("out", nargs="?", metavar="DIR", help="where to; by default teach/ in the folder of results")
    _from_option(teach)
    teach.set_defaults(command=_teach)

    pack = commands.add_parser("pack", help="the course on a USB key, for a room without a network")
    pack.add_argument("out", metavar="DIR", help="a new folder")
    pack.set_defaults(command=_pack)
    return parser


def _run_options(parser: argparse.ArgumentParser, values: str = "[ID.]name=value", many: str = "") -> None:
    add = parser.add_argument
    add("-p", dest="settings", action="append", default=[], metavar=values, help=f"a parameter's value{many}")
    add("--profile", default="live", choices=["live", "smoke", "full"], help="live: as in class; smoke: seconds")
    add(
        "--jobs",
        type=_positive,
        metavar="N",
        help="notebooks at a time; by default 1, in the smoke profile one per core",
    )
    add("--out", metavar="DIR", help="the folder of results; by default run/ in the course")
    add("--force", action="store_true", help="run again what is finished")
    add("--on", default="local", choices=["local", "slurm"], help="this machine, or the cluster's nodes")
    add("--site", metavar="FILE", help="what this cluster wants; by default slurm.yml in the course, if there is one")
    add("--unlock", action="store_true", help="take a folder that a run on another machine has left marked as in use")


def _from_option(parser: argparse.ArgumentParser, more: str = "") -> None:
    text = f"the folder of results; by default run/ in the course{more}"
    parser.add_argument("--from", dest="source", metavar="RESULTS", help=text)


def _positive(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"a number from 1 on. Received: {text!r}")
    return int(text)


def _resolve_datasets_dir() -> None:
    """A relative FIDLE_DATASETS_DIR starts where the command is given; notebooks run in other folders."""
    named = os.environ.get("FIDLE_DATASETS_DIR")
    if named and Path(named).expanduser().is_dir():
        os.environ["FIDLE_DATASETS_DIR"] = str(Path(named).expanduser().resolve())


def _run(arguments) -> int:
    from fidle_course import catalogue
    from fidle_course.batch import plan as plans

    out = Path(arguments.out).expanduser() if arguments.out else course_root() / "run"
    plan = plans.make_plan(
        catalogue.load(),
        arguments.ids,
        profile=arguments.profile,
        settings=plans.parse_settings(arguments.settings),
        out=out.resolve(),
    )
    return _carry_out(plan, arguments, "Results of the course")


def _sweep(arguments) -> int:
    from fidle_course import catalogue
    from fidle_course.batch import plan as plans
    from fidle_course.pages import sweep

    courses = catalogue.load()
    name = courses[arguments.ids].id
    grid, settings = sweep.parse_grid(courses[name], plans.parse_settings(arguments.settings))
    out = Path(arguments.out).expanduser() if arguments.out else course_root() / "run" / f"sweep-{name}"
    plan = plans.make_sweep(courses, name, grid=grid, profile=arguments.profile, settings=settings, out=out.resolve())
    return _carry_out(plan, arguments, f"{name} over {', '.join(grid)}")


def _carry_out(plan, arguments, title: str) -> int:
    from fidle_course.batch import drive
    from fidle_utils.run import cores

    jobs = arguments.jobs
    if jobs is None:
        on_cluster = 8 if arguments.on == "slurm" else 1
        jobs = min(cores(), 8) if arguments.profile == "smoke" and arguments.on == "local" else on_cluster
    site = _site(arguments.site, plan.root) if arguments.on == "slurm" else {}
    options = {"force": arguments.force, "unlock": arguments.unlock, "title": title}
    return drive.run(plan, jobs=jobs, on=arguments.on, site=site, **options)


def _site(named: str | None, root: Path) -> dict:
    import yaml

    path = Path(named or os.environ.get("FIDLE_SITE") or root / "slurm.yml")
    if not path.is_file():
        if named or os.environ.get("FIDLE_SITE"):
            raise FileNotFoundError(f"The site file {path} does not exist.")
        return {}
    return yaml.safe_load(path.read_text(encoding="utf-8")) or {}


def _list(arguments) -> int:
    from fidle_course import catalogue

    courses = catalogue.load()
    if arguments.id:
        notebook = courses[arguments.id]
        print(f"{notebook.id}: {notebook.title}\n{notebook.file}\n")
        found = catalogue.parameters(notebook.file)
        width = max(len(p.name) for p in found)
        for p in found:
            print(f"  {p.name:<{width}}  {p.type.__name__:<5}  {p.default!r:<8}  {p.help}")
        return 0
    width = max(map(len, courses))
    for notebook in courses.values():
        needs = f"  needs {', '.join(notebook.needs)}" if notebook.needs else ""
        seconds = notebook.seconds.get("live") if isinstance(notebook.seconds, dict) else notebook.seconds
        time = f"{seconds:>4.0f} s" if seconds else "      "
        print(f"{notebook.id:<{width}}  {time}  {notebook.title}{needs}")
    return 0


def _report(arguments) -> int:
    from fidle_course.batch.plan import plan_path
    from fidle_course.pages import report

    out = Path(arguments.dir).expanduser() if arguments.dir else course_root() / "run"
    title = read_json(plan_path(out)).get("title") or "Results of the course"
    print(f"Report: {report.write(out, title=title).as_uri()}")
    return 0


def _check(arguments) -> int:
    from fidle_course.room import check

    return check.main(quick=arguments.quick)


def _data(arguments) -> int:
    from fidle_course.data import fetch

    for line in fetch.describe():
        print(line, flush=True)
    return 0


def _pack(arguments) -> int:
    from fidle_course.room import pack

    pack.pack(arguments.out)
    return 0


def _student(arguments) -> int:
    from fidle_course.room import student
    from fidle_utils.exercises import EMPTY

    for path in student.student(arguments.out, arguments.ids):
        print(path)
    print(
        "Tell the trainees: the exercises are at the end of each notebook. Write your lines in the place of\n"
        f"`{EMPTY.split('  #')[0]}`, run that cell, then the cell below it, which says what is right,\n"
        "what is not yet, and where to look."
    )
    return 0


def _corrected(arguments) -> int:
    from fidle_course.pages import publish

    written = publish.corrected(arguments.out, arguments.ids, source=arguments.source, profile=arguments.profile)
    for path in written:
        print(f"{path} and {path.with_suffix('.html').name}")
    return 0


def _gallery(arguments) -> int:
    from fidle_course.pages import gallery

    print(f"Gallery: {gallery.write(arguments.out, source=arguments.source).as_uri()}")
    return 0


def _teach(arguments) -> int:
    from fidle_course.room import teach

    print(f"Teaching: {teach.write(arguments.out, source=arguments.source).as_uri()}")
    return 0


def _data_get(arguments) -> int:
    from fidle_course.data import fetch

    years = fetch.parse_years(arguments.years) if arguments.years else None
    wanted = {"station": arguments.station, "years": years}
    for name in arguments.names or fetch.fetchable():
        options = {option: wanted[option] for option in fetch.options(name)}
        fetch.get(name, to=arguments.to, quiet=arguments.quiet, **options)
    return 0


if __name__ == "__main__":
    sys.exit(main())
