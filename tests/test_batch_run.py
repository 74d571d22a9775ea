"""Runs that really run: made-up notebooks under Snakemake, and all that can go wrong with them."""

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests import toys

pytestmark = pytest.mark.slow
SLEEPS = "import time\nfor _ in range(600):\n    time.sleep(0.1)"
WAITS = "import time, pathlib\nwhile not pathlib.Path({go!r}).exists():\n    time.sleep(0.05)"


def wait_for(true, seconds=300):
    """Wait until `true()`; a deadline only keeps a broken test from hanging."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def running(folder: Path) -> bool:
    found = toys.status(folder)
    return found.get("state") == "running" and found.get("cells", 0) > 0 and found["cell"] >= 3


def processes_of(course: Path) -> list[str]:
    """Command lines of living processes that work for this course: drivers, Snakemake, jobs, kernels."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            if f"FIDLE_COURSE_DIR={course}\0".encode() in (path / "environ").read_bytes():
                found.append((path / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace"))
        except OSError:
            continue
    return found


@pytest.fixture
def start():
    """Start the command in the background; what still lives at the end of the test is stopped."""
    started = []

    def start(course, *arguments):
        started.append(toys.start(course, *arguments))
        return started[-1]

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """Three notebooks that need each other, run to the end once."""
    notebooks = {
        "A": {"gates": ["error <= 5"]},
        "B": {"needs": ["A"], "code": ["assert (__import__('pathlib').Path(run_dir) / 'A/results.json').is_file()"]},
        "C": {"needs": ["A", "B"]},
    }
    course = toys.make_course(tmp_path_factory.mktemp("ran") / "a course #1: été {x}", notebooks)
    return course, toys.fidle(course, "run", "--jobs", "2", "-p", "B.n=1")


def test_three_notebooks_run_each_after_what_it_needs(ran):
    course, done = ran
    assert done.returncode == 0, done.stdout + done.stderr
    ended = {k: toys.status(course / "run" / k) for k in "ABC"}
    assert [ended[k]["state"] for k in "ABC"] == ["ok"] * 3
    assert ended["A"]["finished"] <= ended["B"]["started"] <= ended["B"]["finished"] <= ended["C"]["started"]


def test_the_output_is_a_line_for_each_notebook_and_the_report_last(ran):
    course, done = ran
    lines = done.stdout.splitlines()
    assert [line.split()[:2] for line in lines[1:4]] == [["ok", "A"], ["ok", "B"], ["ok", "C"]]
    assert "error 1 °C, error_base 2 °C, simulated data" in lines[2]
    assert lines[-2].startswith("3 of 3 notebooks ran, 1 of 1 gates held")
    assert lines[-1] == f"Report: {(course / 'run' / 'index.html').as_uri()}"


def test_everything_a_run_promises_lies_in_the_folder(ran):
    course, _ = ran
    out = course / "run"
    for name in "ABC":
        files = {p.name for p in (out / name).iterdir() if not p.name.startswith(".")}
        wanted = [f"{name}.ipynb", f"{name}.html", f"{name}.log", "results.json", "status.json", "done.json"]
        assert files == set(wanted)
    assert "A speaks" in (out / "A" / "A.log").read_text()
    notebook = json.loads((out / "B" / "B.ipynb").read_text())
    assert any("n = 1" in "".join(c["source"]) for c in notebook["cells"])
    rows = list(csv.DictReader((out / "results.csv").open()))
    assert [(r["notebook"], r["score"], r["value"], r["role"]) for r in rows[2:4]] == [
        ("B", "error", "1.0", "headline"),
        ("B", "error_base", "2.0", "baseline"),
    ]


def test_the_same_command_again_runs_nothing(ran):
    course, _ = ran
    before = (course / "run" / "A" / "A.ipynb").stat().st_mtime_ns
    done = toys.fidle(course, "run", "-p", "B.n=1")
    assert done.returncode == 0
    assert "3 notebooks, 0 to run" in done.stdout
    assert (course / "run" / "A" / "A.ipynb").stat().st_mtime_ns == before


def test_only_what_changed_and_what_needs_it_is_run_again(ran):
    course, _ = ran
    before = {k: toys.status(course / "run" / k)["started"] for k in "ABC"}
    done = toys.fidle(course, "run", "-p", "B.n=2", "--jobs", "2")
    assert done.returncode == 0
    assert "kept    A" in done.stdout
    after = {k: toys.status(course / "run" / k)["started"] for k in "ABC"}
    assert [before[k] == after[k] for k in "ABC"] == [True, False, False]


def test_force_runs_again_what_was_asked_for_only(ran):
    course, _ = ran
    began = {k: (course / "run" / k / f"{k}.ipynb").stat().st_mtime_ns for k in "AB"}
    done = toys.fidle(course, "run", "B", "--force", "-p", "B.n=2")
    assert done.returncode == 0
    assert (course / "run" / "A" / "A.ipynb").stat().st_mtime_ns == began["A"]
    assert (course / "run" / "B" / "B.ipynb").stat().st_mtime_ns > began["B"]


@pytest.fixture(scope="module")
def troubled(tmp_path_factory):
    """One run in which everything goes wrong that can go wrong in a notebook."""
    kill = "import os, signal\nprint('so far so good', flush=True)\nos.kill(os.getpid(), signal.SIGKILL)"
    say = "import os\nprint({k: os.environ.get(k) for k in ('OMP_NUM_THREADS', 'TF_NUM_INTRAOP_THREADS')})"
    notebooks = {
        "GOOD": {"code": [say]},
        "FAILS": {"code": ["x = 1", "y = 2\nz = unknown_name\nx = 3"]},
        "AFTER": {"needs": ["FAILS"]},
        "EXITS": {"code": ["import sys\nsys.exit(0)", "print('never')"]},
        "DIES": {"code": [kill]},
        "MUTE": {"finish": False},
        "GATE": {"gates": ["error <= 2", "error >= error_base", "other < 1"]},
    }
    course = toys.make_course(tmp_path_factory.mktemp("troubled"), notebooks)
    return course, toys.fidle(course, "run", "--jobs", "2")


def test_a_run_with_troubles_exits_with_1_and_runs_all_that_it_can(troubled):
    course, done = troubled
    assert done.returncode == 1
    states = {k: toys.status(course / "run" / k)["state"] for k in ("GOOD", "FAILS", "EXITS", "DIES", "MUTE", "GATE")}
    assert states == dict.fromkeys(("FAILS", "EXITS", "DIES", "MUTE"), "failed") | {"GOOD": "ok", "GATE": "ok"}
    assert "2 of 7 notebooks ran, 1 of 3 gates held" in done.stdout


def test_a_failing_notebook_is_told_with_its_cell_line_and_error_and_is_kept(troubled):
    course, done = troubled
    assert "FAILS failed in cell 5 (In [4]): FAILS.ipynb" in done.stdout
    assert "    z = unknown_name\n    NameError: name 'unknown_name' is not defined" in done.stdout
    kept = course / "run" / "FAILS" / "FAILS.partial.ipynb"
    assert f"executed copy: {kept}" in done.stdout
    assert "NameError" in kept.read_text()
    assert not (course / "run" / "FAILS" / "done.json").exists()
    assert "Go to the cell that failed" in (course / "run" / "FAILS" / "FAILS.html").read_text()


def test_what_needs_a_failed_notebook_is_not_run_and_named(troubled):
    course, done = troubled
    assert "Not run: AFTER" in done.stdout
    assert toys.status(course / "run" / "AFTER")["state"] == "waiting"


def test_a_notebook_that_exits_early_is_no_success(troubled):
    assert (
        "EXITS failed in cell 4: EXITS.ipynb\n    the notebook exited early: 2 cells were not run"
        in troubled[1].stdout
    )


def test_a_killed_kernel_is_told_and_its_output_is_kept(troubled):
    course, done = troubled
    assert (
        "DIES failed in cell 4: DIES.ipynb\n    the kernel died: it was killed, or ran out of memory" in done.stdout
    )
    assert "so far so good" in (course / "run" / "DIES" / "DIES.partial.ipynb").read_text()


def test_a_notebook_without_results_has_failed(troubled):
    assert "MUTE failed: MUTE.ipynb\n    all its cells ran, but it left no results" in troubled[1].stdout


def test_a_failing_gate_fails_the_run_and_says_by_how_much(troubled):
    course, done = troubled
    assert "GATE: gate failed: error <= 2 (error = 3)" in done.stdout
    assert "GATE: gate failed: other < 1 (no such score)" in done.stdout
    assert "error >= error_base" not in done.stdout
    page = (course / "run" / "index.html").read_text()
    assert "Gate failed" in page
    assert "Not everything went well" in page


def test_two_jobs_divide_the_cores_between_their_libraries(troubled):
    threads = max(1, len(os.sched_getaffinity(0)) // 2)
    text = f"{{'OMP_NUM_THREADS': '{threads}', 'TF_NUM_INTRAOP_THREADS': '{threads}'}}"
    assert text in (troubled[0] / "run" / "GOOD" / "GOOD.log").read_text()


def test_a_mistake_in_a_parameter_is_told_before_anything_starts(tmp_path):
    course = toys.make_course(tmp_path, {"A": {}})
    done = toys.fidle(course, "run", "-p", "A.sed=3")
    assert done.returncode == 2
    assert (
        done.stderr
        == "fidle: A.ipynb has no parameter `sed`. Did you mean `seed`? It has: n, word, source, seed, run_dir.\n"
    )
    assert not (course / "run").exists()


@pytest.fixture
def long(tmp_path):
    """A is quick, B waits until the file `go` is there, C needs B."""
    go = tmp_path / "go"
    notebooks = {"A": {}, "B": {"needs": ["A"], "code": [WAITS.format(go=str(go))]}, "C": {"needs": ["B"]}}
    return toys.make_course(tmp_path / "course", notebooks), go


def test_a_run_whose_driver_is_killed_goes_on_with_the_same_command(long, start):
    course, go = long
    first = start(course, "run")
    wait_for(lambda: running(course / "run" / "B"))
    # meanwhile: a second run on the same folder refuses, and says why
    second = toys.fidle(course, "run", "C")
    assert second.returncode == 2
    assert f"process {first.pid}" in second.stderr
    assert "Another run is working in" in second.stderr

    assert len(processes_of(course)) >= 4
    first.kill()
    first.wait()
    wait_for(lambda: processes_of(course) == [])  # what it had started goes too
    assert toys.status(course / "run" / "B")["state"] == "stopped"
    assert not (course / "run" / "B" / "done.json").exists()

    began = toys.status(course / "run" / "A")["started"]
    go.touch()
    again = toys.fidle(course, "run")
    assert again.returncode == 0, again.stdout
    assert "kept    A" in again.stdout
    assert toys.status(course / "run" / "A")["started"] == began
    assert [toys.status(course / "run" / k)["state"] for k in "ABC"] == ["ok"] * 3
    assert processes_of(course) == []


def test_a_stopped_run_saves_what_it_has_and_says_how_to_go_on(long, start):
    course, _ = long
    first = start(course, "run")
    wait_for(lambda: running(course / "run" / "B"))
    first.send_signal(signal.SIGTERM)
    said = first.communicate(timeout=300)[0]
    assert first.returncode == 143
    assert "Stopped: B" in said
    assert "Not run: C" in said
    assert "The same command goes on from here." in said
    assert (course / "run" / "B" / "B.partial.ipynb").is_file()
    assert "Stopped" in (course / "run" / "index.html").read_text()
    assert processes_of(course) == []


def test_a_full_disk_ends_the_run_with_its_name_and_half_files_do_not_count(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", disk], capture_output=True)
    if mounted.returncode:
        pytest.skip("SKIPPED LOUDLY: a small disk cannot be mounted here")
    try:
        fill = "import pathlib\nbig = pathlib.Path(run_dir) / 'big'\nbig.write_bytes(bytes(60_000_000))"
        course = toys.make_course(tmp_path / "course", {"A": {"code": [fill]}})
        done = toys.fidle(course, "run", "--out", disk / "run")
        assert done.returncode == 1 or "No space left" in done.stderr
        assert "No space left on device" in done.stdout + done.stderr
        assert not (disk / "run" / "A" / "done.json").exists()

        refused = toys.fidle(course, "run", "--out", disk / "run")
        assert refused.returncode == 2
        assert f"The run in {disk / 'run'} broke off" in refused.stderr

        (disk / "run" / "big").unlink()
        toys.make_course(course, {"A": {}})
        assert toys.fidle(course, "run", "--out", disk / "run").returncode == 0
    finally:
        subprocess.run(["umount", disk], check=True)


def test_a_sweep_runs_every_point_and_sums_up(tmp_path):
    course = toys.make_course(tmp_path, {"A": {}, "B": {"needs": ["A"]}})
    done = toys.fidle(course, "sweep", "B", "-p", "n=1,2", "--jobs", "2")
    assert done.returncode == 0
    out = course / "run" / "sweep-B"
    assert (out / "n-2" / "A").is_symlink()
    assert (out / "n-2" / "A" / "results.json").is_file()
    table = [row for row in csv.DictReader((out / "results.csv").open()) if row["role"] == "headline" and row["n"]]
    assert [(row["n"], row["value"]) for row in table] == [("1", "1.0"), ("2", "2.0")]
    page = (out / "index.html").read_text()
    assert 'src="sweep.png"' in page
    assert '<a href="#n-2-B">' in page


def test_kernels_side_by_side_share_no_ports_and_leave_nothing_in_tmp(tmp_path):
    tell = "from ipykernel.connect import get_connection_info\nprint(get_connection_info())"
    course = toys.make_course(tmp_path, {"A": {"code": [tell]}, "B": {"code": [tell]}})
    own = tmp_path / "tmp"
    own.mkdir()
    done = toys.fidle(course, "run", "--jobs", "2", env=toys.environment(course) | {"TMPDIR": str(own)})
    assert done.returncode == 0
    folders = []
    for name in "AB":
        cells = json.loads((course / "run" / name / f"{name}.ipynb").read_text())["cells"]
        said = next("".join(o["text"]) for c in cells for o in c.get("outputs", ()) if o.get("name") == "stdout")
        address = json.loads(said)
        assert address["transport"] == "ipc"
        folders.append(Path(address["ip"]).parent)
    assert folders[0] != folders[1]
    assert not any(folder.exists() for folder in folders)
    assert not list(own.glob("fidle-*"))


def test_a_text_reaches_its_notebook_as_it_is(tmp_path):
    text = "two\nlines = {n} {{}} %s 'a' \"b\" \\n"
    course = toys.make_course(tmp_path, {"A": {"code": [f"assert word == {text!r}"]}})
    assert toys.fidle(course, "run", "-p", f"word={text}").returncode == 0


def test_a_notebook_that_an_editor_has_saved_runs_on_the_kernel_of_the_others(tmp_path):
    """VS Code and others write another kernel's name, leave the metadata out, or save an older format."""
    course = toys.make_course(tmp_path, {name: {} for name in "ABC"})

    def saved(name, **changes):
        path = course / f"{name}.ipynb"
        path.write_text(json.dumps(json.loads(path.read_text()) | changes))

    saved("A", metadata={"kernelspec": {"display_name": "own (Python 3)", "language": "python", "name": "own-env"}})
    saved("B", metadata={})
    cells = json.loads((course / "C.ipynb").read_text())["cells"]
    for cell in cells:
        cell["source"], cell["metadata"]["vscode"] = (
            cell["source"].splitlines(keepends=True),
            {"languageId": "python"},
        )
        del cell["id"]
    saved("C", cells=cells, nbformat_minor=2, metadata={"language_info": {"name": "python"}})
    done = toys.fidle(course, "run", "--jobs", "2")
    assert done.returncode == 0
    assert toys.fidle(course, "corrected", tmp_path / "corrected").returncode == 0
    assert toys.fidle(course, "student", tmp_path / "student").returncode == 0


def test_a_kernel_that_does_not_start_is_told_with_its_last_words(tmp_path):
    course = toys.make_course(tmp_path / "course", {"A": {}})
    spec = tmp_path / "jupyter" / "kernels" / "python3" / "kernel.json"
    spec.parent.mkdir(parents=True)
    argv = [sys.executable, "-c", "raise SystemExit('no licence for this kernel')", "{connection_file}"]
    spec.write_text(json.dumps({"argv": argv, "display_name": "Broken", "language": "python"}))
    environment = toys.environment(course) | {"JUPYTER_PATH": str(tmp_path / "jupyter")}
    done = toys.fidle(course, "run", env=environment)
    assert done.returncode == 1
    assert "the kernel did not start: no licence for this kernel" in done.stdout


@pytest.fixture(scope="module")
def slurm(tmp_path_factory):
    """A one-node Slurm on loopback, with a GPU that does not exist."""
    here = Path(__file__).parent / "slurm"
    if not all(map(shutil.which, ("slurmctld", "slurmd", "munged"))) or os.geteuid() != 0:
        pytest.skip("SKIPPED LOUDLY: no Slurm here, or not root. On Debian: apt install slurm-wlm munge")
    if Path("/etc/slurm/slurm.conf").exists():
        pytest.skip("SKIPPED LOUDLY: this machine has a Slurm of its own")
    folder = tmp_path_factory.mktemp("slurm")
    up = subprocess.run([here / "up.sh", folder], capture_output=True, text=True)
    try:
        assert up.returncode == 0, up.stdout + up.stderr + "".join(p.read_text() for p in folder.glob("log/*"))
        yield folder
    finally:
        subprocess.run([here / "down.sh", folder], check=True)


def test_the_same_catalogue_runs_on_slurm_with_a_gpu_where_it_wants_one(slurm, tmp_path):
    say = "import os\nprint('GPU', os.environ.get('CUDA_VISIBLE_DEVICES'), 'job', os.environ.get('SLURM_JOB_ID'))"
    gpu = {"cpus": 1, "mem_mb": 500, "minutes": 5, "gpus": 1}
    notebooks = {
        "A": {"code": [say]},
        "B": {"code": [say], "needs": ["A"], "resources": gpu},
        "BAD": {"code": ["oh no"]},
    }
    course = toys.make_course(tmp_path, notebooks)
    (course / "slurm.yml").write_text("partition: gpu\ncpu_partition: cpu\n")
    done = toys.fidle(course, "run", "--on", "slurm")
    assert done.returncode == 1
    assert "2 of 3 notebooks ran" in done.stdout
    assert "BAD failed in cell 4" in done.stdout
    logs = {k: (course / "run" / k / f"{k}.log").read_text() for k in "AB"}
    assert "GPU None job" in logs["A"]
    assert "GPU 0 job" in logs["B"]
    job = toys.status(course / "run" / "B")["slurm_job"]
    asked = subprocess.run(["scontrol", "show", "job", job], capture_output=True, text=True).stdout
    assert "Partition=gpu" in asked
    assert "TimeLimit=00:05:00" in asked
    assert (course / "run" / "B" / "B.html").is_file()


def test_stopping_the_driver_cancels_its_jobs_in_slurm(slurm, start, tmp_path):
    course = toys.make_course(tmp_path, {"A": {"code": [SLEEPS]}})
    first = start(course, "run", "--on", "slurm")
    wait_for(lambda: running(course / "run" / "A"))
    first.send_signal(signal.SIGINT)
    first.communicate(timeout=300)
    assert first.returncode == 130

    def queue():
        return subprocess.run(["squeue", "-h"], capture_output=True, text=True).stdout.strip()

    wait_for(lambda: queue() == "")


def test_a_whole_run_as_one_plain_job_needs_no_driver_on_the_login_node(slurm, tmp_path):
    course = toys.make_course(tmp_path, {"A": {}})
    script = tmp_path / "course.sbatch"
    script.write_text(f"#!/bin/bash\n#SBATCH --gres=gpu:1 --time=5 --mem=1000\n{' '.join(toys.command('run'))}\n")
    subprocess.run(["sbatch", script], env=toys.environment(course), cwd=course, check=True)
    wait_for((course / "run" / "index.html").exists)
    assert toys.status(course / "run" / "A")["state"] == "ok"
