"""The command `fidle`: what it says, its exit codes, and that it starts quickly."""

import importlib.metadata
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from fidle_course import cli, words
from fidle_course.batch import screen, slurm
from fidle_course.batch.plan import Job, make_plan
from fidle_course.batch.state import JobState, Results, write_state
from fidle_course.room import check
from tests import made, toys


@pytest.fixture
def course(tmp_path, monkeypatch):
    folder = toys.make_course(tmp_path / "course", {"A": {}, "B": {"needs": ["A"]}})
    monkeypatch.setenv("FIDLE_COURSE_DIR", str(folder))
    monkeypatch.delenv("FIDLE_DATASETS_DIR", raising=False)
    return folder


def test_list_shows_the_notebooks_and_what_they_need(course, capsys):
    assert cli.main(["list"]) == 0
    assert capsys.readouterr().out.splitlines() == ["A     1 s  Toy A", "B     1 s  Toy B  needs A"]


def test_list_of_one_shows_its_parameters_with_their_help(course, capsys):
    assert cli.main(["list", "B"]) == 0
    assert "  n        int    3         a number" in capsys.readouterr().out


def test_an_unknown_notebook_is_an_error_with_the_nearest_name(course, capsys):
    assert cli.main(["list", "BB"]) == 2
    assert "Did you mean B?" in capsys.readouterr().err


def test_a_report_of_an_empty_folder_says_what_makes_one(course, tmp_path, capsys):
    assert cli.main(["report", str(tmp_path / "nothing")]) == 2
    assert "fidle run --out" in capsys.readouterr().err


def test_slurm_without_slurm_is_told(course, capsys, monkeypatch):
    monkeypatch.setenv("PATH", str(course))
    assert cli.main(["run", "--on", "slurm"]) == 2
    assert "needs the command sbatch" in capsys.readouterr().err


def test_slurm_without_its_executor_names_the_command_that_installs_it(course, tmp_path, capsys, monkeypatch):
    sbatch = tmp_path / "sbatch"
    sbatch.write_text("#!/bin/sh\n")
    sbatch.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(slurm, "find_spec", lambda name: None)
    assert cli.main(["run", "--on", "slurm"]) == 2
    needed = (Path(__file__).parents[1] / "requirements-test.txt").read_text().splitlines()
    pinned = [line for line in needed if line.startswith("snakemake-executor-plugin-slurm==")]
    assert f"-m pip install {pinned[-1]}" in capsys.readouterr().err


def test_check_names_the_command_that_installs_a_missing_backend(course, capsys, monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "nothing_such")
    assert [line[0] for line in check.backend()] == [check.BAD]
    assert "pip install nothing_such" in next(iter(check.backend()))[2]


def test_check_asks_for_tensorflow_only_where_keras_runs_on_it(monkeypatch):
    there = importlib.metadata.version

    def version(name):
        if name.startswith("tensorflow"):
            raise importlib.metadata.PackageNotFoundError(name)
        return there(name)

    monkeypatch.setattr(importlib.metadata, "version", version)
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    assert any("tensorflow" in found and "missing" in found for _, _, found in check.packages())
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    assert not any("tensorflow" in found for _, _, found in check.packages())


def test_check_says_which_notebooks_have_run(course):
    assert [line[:2] for line in check.runs()] == [(check.NOTE, "runs")]
    assert "not run here yet: A, B" in next(iter(check.runs()))[2]
    made.run(course, course / "run")
    assert [line[0] for line in check.runs()] == [check.GOOD]
    path = course / "A.ipynb"
    path.write_text(path.read_text().replace("A speaks", "A sings"))
    assert "changed since they ran here: A" in next(iter(check.runs()))[2]


def test_a_report_written_again_keeps_its_title(course, capsys):
    folder = course / "run" / "sweep-A"
    (folder / "A").mkdir(parents=True)
    write_state(folder / "A", JobState(Job("A", "A"), "failed"))
    (folder / ".fidle").mkdir()
    (folder / ".fidle" / "plan.json").write_text('{"title": "A over n"}')
    assert cli.main(["report", str(folder)]) == 0
    assert "<h1>A over n</h1>" in (folder / "index.html").read_text()


def test_a_site_file_that_is_not_there_is_told(course, capsys):
    assert cli.main(["run", "--on", "slurm", "--site", "nowhere.yml"]) == 2
    assert "nowhere.yml does not exist" in capsys.readouterr().err


@pytest.mark.parametrize("jobs", ["0", "-1", "two"])
def test_a_number_of_jobs_is_at_least_one(course, capsys, jobs):
    with pytest.raises(SystemExit) as stop:
        cli.main(["run", f"--jobs={jobs}"])
    assert stop.value.code == 2
    assert "a number from 1 on" in capsys.readouterr().err


def test_data_says_what_is_missing_and_the_command_for_it(course, capsys, monkeypatch):
    assert cli.main(["data"]) == 0
    assert "fidle data get synop" in capsys.readouterr().out


def test_starting_does_not_import_tensorflow_nor_pandas():
    code = "import sys, fidle_course.cli, fidle_course.batch.drive, fidle_course.pages.corrected\n"
    code += "import fidle_course.room.teach\n"
    code += "print({'tensorflow', 'keras', 'pandas', 'snakemake', 'papermill', 'matplotlib'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_check_says_each_finding_and_what_to_do(course, capsys):
    code = check.main(quick=True)
    out = capsys.readouterr().out
    assert code == 0
    for what in ("Python", "packages", "disk", "data synop", "Keras", "device"):
        assert f"  {what}" in out
    assert "fidle data get imdb" in out
    assert out.splitlines()[-1] == "Ready."


def test_a_check_that_breaks_is_a_problem_and_the_others_go_on(course, capsys, monkeypatch):
    def machine():
        raise OSError("no such disk")
        yield

    monkeypatch.setattr(check, "machine", machine)
    assert check.main(quick=True) == 1
    out = capsys.readouterr().out
    assert "PROBLEM  machine           OSError: no such disk" in out
    assert "data synop" in out
    assert out.splitlines()[-1].startswith("1 problem")


# ---------------------------------------------------------------- machines


def problems(found):
    """What a check calls a problem: `what: found`."""
    return [f"{what}: {text}" for state, what, text in found if state == check.BAD]


def refused(folder):
    """A way to say that nothing can be written there; root may write everywhere, so the refusal is made up."""
    return lambda place: f"{place} cannot be written: Disk quota exceeded" if place.is_relative_to(folder) else ""


def test_a_folder_that_takes_no_file_is_told_with_the_reason(tmp_path):
    assert check.cannot_write(tmp_path / "not" / "there" / "yet") == ""
    (tmp_path / "file").write_text("")
    assert check.cannot_write(tmp_path / "file") == f"{tmp_path / 'file'} cannot be written: Not a directory"
    assert list(tmp_path.iterdir()) == [tmp_path / "file"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_shows_only_when_something_is_written(tmp_path, monkeypatch):
    with open("/dev/full", "wb") as full:
        monkeypatch.setattr(check.tempfile, "NamedTemporaryFile", lambda **where: full)
        assert check.cannot_write(tmp_path).endswith("cannot be written: No space left on device")
        monkeypatch.undo()
        full.raw.close()


@pytest.mark.skipif(not shutil.which("unshare"), reason="no unshare here")
def test_a_home_that_cannot_be_written_is_a_problem_of_check(tmp_path):
    course = toys.make_course(tmp_path / "course", {"A": {}})
    home = tmp_path / "home"
    home.mkdir()
    mount = f"mount --bind {home} {home} && mount -o remount,ro,bind {home} && export HOME={home} && exec "
    environment = {k: v for k, v in toys.environment(course).items() if not k.startswith("XDG_")}

    def fidle(*arguments):
        command = ["unshare", "--mount", "--map-root-user", "sh", "-c", mount + shlex.join(toys.command(*arguments))]
        return subprocess.run(command, env=environment, cwd=course, capture_output=True, text=True)

    done = fidle("check", "--quick")
    if "mount" in done.stderr:
        pytest.skip(f"SKIPPED LOUDLY: nothing can be mounted here: {done.stderr}")
    assert f"PROBLEM  home              {home} cannot be written: Read-only file system." in done.stdout
    assert "HOME=FOLDER" in done.stdout and "Ready" not in done.stdout


def test_places_that_programs_write_to_are_tried(course, tmp_path, monkeypatch):
    assert problems(check.places()) == []
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home" / "cache"))
    monkeypatch.setattr(check, "cannot_write", refused(tmp_path / "home"))
    cache, home = problems(check.places())
    assert "home: " in home and "Disk quota exceeded" in home and "HOME=FOLDER" in home
    assert cache.startswith("XDG_CACHE_HOME: ") and "XDG_CACHE_HOME=FOLDER" in cache
    monkeypatch.setattr(check, "cannot_write", refused(course))
    (results,) = problems(check.places())
    assert results.startswith("results: ") and "--out FOLDER" in results


def test_no_home_at_all_is_told(course, capsys, monkeypatch):
    def nothing():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(check.Path, "home", nothing)
    assert check.main(quick=True) == 1
    assert "PROBLEM  places            RuntimeError: Could not determine home directory." in capsys.readouterr().out


def test_in_a_terminal_without_a_tick_everything_goes_on(course):
    environment = {**toys.environment(course), "PYTHONIOENCODING": "latin-1"}
    done = subprocess.run(toys.command("check", "--quick"), env=environment, cwd=course, capture_output=True)
    assert done.returncode == 0
    assert done.stdout.decode("latin-1").splitlines()[-1] == "Ready."


@pytest.mark.slow
def test_a_sign_that_the_machines_encoding_lacks_is_no_reason_for_a_notebook_to_fail(tmp_path):
    course = toys.make_course(tmp_path / "course", {"A": {"code": ["print('✓ it doubles, 日本')"]}})
    environment = {**toys.environment(course), "PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"}
    done = subprocess.run(toys.command("run"), env=environment, cwd=course, capture_output=True)
    assert done.returncode == 0, done.stdout.decode("latin-1")
    assert "✓ it doubles, 日本" in (course / "run" / "A" / "A.log").read_text(encoding="utf-8")


def test_a_working_directory_that_is_gone_is_told(course, tmp_path):
    (tmp_path / "gone").mkdir()
    command = f"cd {tmp_path / 'gone'} && rmdir {tmp_path / 'gone'} && exec {shlex.join(toys.command('list'))}"
    done = subprocess.run(["sh", "-c", command], env=toys.environment(course), capture_output=True, text=True)
    assert done.returncode == 2
    assert "the working directory is gone" in done.stderr


def test_check_asks_for_each_data_set_there_is(course, monkeypatch):
    from fidle_utils import datasets

    monkeypatch.setattr(datasets, "names", lambda: ["new", "made", "known"])
    kinds = {"new": "simulated", "made": "generated", "known": "real"}
    monkeypatch.setattr(datasets, "expected_source", lambda name, source: kinds[name])
    found = {what: (state, text) for state, what, text in check.data()}
    assert found["data known"][0] == check.GOOD
    assert found["data new"][0] == check.NOTE and "fidle data get new" in found["data new"][1]
    assert "data made" not in found


@pytest.mark.slow
def test_check_starts_a_kernel(course):
    (line,) = check.kernel()
    assert line[:2] == (check.GOOD, "notebook kernel") and line[2].startswith("started in")


# ---------------------------------------------------------------- what is shown


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.4, "< 1 s"), (75.4, "75 s"), (315, "5 min 15 s"), (4000, "66 min 40 s")]
)
def test_times_read_as_one_says_them(seconds, text):
    assert words.duration(seconds) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(1.23456, "1.235"), (0.00012345, "0.0001234"), (12345.0, "12,345"), (1234.5, "1234"), (3.0, "3")],
)
def test_scores_have_few_digits_and_counts_all(value, text):
    assert words.number(value) == text


def test_a_terminal_shows_bars_and_a_file_shows_lines(course, monkeypatch):
    import io

    from fidle_course import catalogue

    plan = make_plan(catalogue.load(), [], out=course / "run")
    now = {"A": JobState(plan.jobs["A"], "ok", seconds=5), "B": JobState(plan.jobs["B"], "running", cell=5, cells=10)}

    class Terminal(io.StringIO):
        encoding = "utf-8"

        def isatty(self):
            return True

    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("FORCE_COLOR", "1")  # as in a notebook's kernel
    terminal, file = Terminal(), io.StringIO()
    for stream in (terminal, file):
        shown = screen.Screen(stream, plan, set())
        with shown.bars:
            shown.update(now)
    assert "cell 6 of 10" in terminal.getvalue()
    assert "━" in terminal.getvalue()
    assert "cell" not in file.getvalue()
    assert "\x1b" not in file.getvalue()
    assert file.getvalue().splitlines()[1].split() == ["ok", "A", "5", "s"]


def test_a_terminal_without_unicode_gets_another_sign(course):
    import io

    from fidle_course import catalogue

    plan = make_plan(catalogue.load(), ["A"], out=course / "run")
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii", errors="replace")  # as `cli.main` sets it
    shown = screen.Screen(stream, plan, set())
    results = Results({"error": 1.0}, {"error": "°C"})
    shown.update({"A": JobState(plan.jobs["A"], "ok", seconds=5, results=results)})
    assert b"ok      A          5 s  error 1 ?C" in raw.getvalue()
