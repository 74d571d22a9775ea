"""The Makefile's decisions, with stand-ins for Python and pip: which TensorFlow is installed, and when."""

import os
import shutil
import subprocess

import pytest

from fidle_utils import course_root

pytestmark = pytest.mark.skipif(not shutil.which("make"), reason="no make here")
STAND_IN = '#!/bin/sh\necho "$(basename "$0") $*" >> "{log}"\n'


@pytest.fixture
def make(tmp_path):
    """`make(…)` in an environment of stand-ins; gives what they were called with."""
    log, bin = tmp_path / "log", tmp_path / "venv" / "bin"
    bin.mkdir(parents=True)
    for name in ("python", "jupyter", "fidle"):
        (bin / name).write_text(STAND_IN.format(log=log))
        (bin / name).chmod(0o755)

    def make(*arguments):
        log.write_text("")
        env = {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MAKELEVEL", "GPU", "VENV", "ARGS")}
        command = ["make", f"VENV={tmp_path / 'venv'}", *arguments]
        done = subprocess.run(command, cwd=course_root(), env=env, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return log.read_text()

    make.venv = tmp_path / "venv"
    return make


def tensorflow(make):
    lines = (make.venv / "requirements.txt").read_text().splitlines()
    return next(line for line in lines if line.startswith("tensorflow"))


def test_what_is_installed_is_not_installed_again(make):
    assert "pip install" in make("install")
    assert tensorflow(make).startswith("tensorflow-cpu==")
    assert make("install") == ""
    assert make("run", "ARGS=SYNOP2 --profile smoke") == "fidle run SYNOP2 --profile smoke\n"


def test_gpu_takes_the_place_of_cpu_and_stays(make):
    make("install")
    said = make("GPU=1", "install")
    assert said.index("pip uninstall -q -y tensorflow tensorflow-cpu") < said.index("pip install")
    assert tensorflow(make).startswith("tensorflow[and-cuda]==")
    assert make("install") == "" and make("GPU=1", "run") == "fidle run\n"
    said = make(f"{make.venv}/.installed-test")
    assert "requirements-test.txt" in said and "uninstall" not in said
    assert "uninstall" in make("GPU=", "install"), "back to the CPU, when asked for"
    assert tensorflow(make).startswith("tensorflow-cpu==")


def test_what_the_tests_need_brings_no_tensorflow_of_its_own():
    lines = (course_root() / "requirements-test.txt").read_text(encoding="utf-8").splitlines()
    assert not [line for line in lines if line.startswith(("-r", "tensorflow"))]


@pytest.mark.parametrize("version", ["3, 10", "3, 14"])
def test_a_python_without_tensorflow_is_refused_with_the_way_out(tmp_path, version):
    python = tmp_path / "python"
    python.write_text(f"""#!/bin/sh
[ "$1" = --version ] && {{ echo Python {version}; exit; }}
exec python3 -c "import sys; sys.version_info = ({version}, 0, 'final', 0)
$2"
""")
    python.chmod(0o755)
    done = subprocess.run(
        ["make", f"PYTHON={python}", f"VENV={tmp_path / 'venv'}", "install"],
        cwd=course_root(),
        capture_output=True,
        text=True,
    )
    assert done.returncode and "3.11, 3.12 or 3.13" in done.stdout and "make PYTHON=" in done.stdout
    assert not (tmp_path / "venv").exists()
