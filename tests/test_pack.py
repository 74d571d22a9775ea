"""The key, packed and installed: with the network really off where this system lets a test do that."""

import os
import platform
import shutil
import subprocess
import sys

import pytest

from fidle_course.room import pack

OFFLINE = ["unshare", "--net", "--map-root-user"]


@pytest.fixture
def small_course(tmp_path, monkeypatch):
    """A course of one small wheel, its own package, and some data."""
    root = tmp_path / "course"
    (root / "fidle_utils").mkdir(parents=True)
    (root / "fidle_utils" / "__init__.py").write_text("import six\n")
    (root / "course.yml").write_text("notebooks: []\n")
    (root / "fidle_course" / "room").mkdir(parents=True)
    (root / "fidle_course" / "room" / "prepare.py").write_text("print('prepared')\n")
    (root / "requirements.txt").write_text("six==1.17.0\nsetuptools==82.0.1\n")
    (root / "pyproject.toml").write_text(
        '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n'
        '[project]\nname = "fidle-utils"\nversion = "1"\n[tool.setuptools]\npackages = ["fidle_utils"]\n'
    )
    (root / ".gitignore").write_text("run/\n*.egg-info/\nstudent/\ndatasets/*\n!datasets/README.md\n")
    subprocess.run(["git", "init", "-q", root], check=True)
    (root / "NEW").mkdir()
    (root / "NEW" / "NEW1.ipynb").write_text("a story that no code knows")
    (root / "docs" / "drawings").mkdir(parents=True)
    (root / "docs" / "drawings" / "new.svg").write_text("<svg/>")
    (root / "student").mkdir()
    (root / "student" / "mine.ipynb").write_text("a trainee's work")
    (root / "run").mkdir()
    (root / "run" / "left.txt").write_text("not part of the course")
    (root / "datasets" / "synop" / "2024").mkdir(parents=True)
    (root / "datasets" / "README.md").write_text("where data come from")
    (root / "datasets" / "synop" / "a.csv").write_text("real")
    (root / "datasets" / "synop" / "2024" / "b.csv").write_text("in a folder of its own")
    subprocess.run(["git", "-C", root, "add", "."], check=True)
    monkeypatch.setenv("FIDLE_COURSE_DIR", str(root))
    monkeypatch.delenv("FIDLE_DATASETS_DIR", raising=False)
    return root


def install(key, into, *, offline=True):
    can_cut = shutil.which("unshare") and not subprocess.run([*OFFLINE, "true"], capture_output=True).returncode
    environment = {**os.environ, "PYTHON": sys.executable, "HOME": str(into.parent), "PIP_CONFIG_FILE": os.devnull}
    environment = {k: v for k, v in environment.items() if not k.startswith("PIP_") or k == "PIP_CONFIG_FILE"}
    environment.pop("PYTHONPATH", None)  # it would find this checkout's packages, not the key's
    command = [*(OFFLINE if can_cut and offline else []), "sh", str(key / "install.sh"), str(into)]
    return subprocess.run(command, capture_output=True, text=True, env=environment)


@pytest.mark.slow
def test_a_key_installs_without_a_network_and_keeps_a_trainees_work(small_course, tmp_path):
    key = pack.pack(tmp_path / "USB DISK")
    assert {f.name for f in key.iterdir()} >= {"install.sh", "README.md", "SHA256SUMS", "course", "wheels", "data"}
    course = {f.relative_to(key / "course").as_posix() for f in (key / "course").rglob("*") if f.is_file()}
    assert course >= {"NEW/NEW1.ipynb", "docs/drawings/new.svg", "datasets/README.md", "fidle_utils/__init__.py"}
    assert not {name for name in course if name.startswith(("run/", "student/", "datasets/synop"))}
    assert [f.name for f in (key / "data").iterdir()] == ["synop"]
    into = tmp_path / "home" / "my course"
    (into / "datasets" / "synop").mkdir(parents=True)
    (into / "datasets" / "synop" / "a.csv").write_text("a trainee's own")
    (into / "course.yml").write_text("changed by a trainee")
    done = install(key, into)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "prepared" in done.stdout
    subprocess.run([into / ".venv" / "bin" / "python", "-c", "import fidle_utils"], check=True, cwd=tmp_path)
    assert (into / "course.yml").read_text() == "changed by a trainee"
    assert (into / "datasets" / "synop" / "a.csv").read_text() == "a trainee's own"
    assert (into / "datasets" / "synop" / "2024" / "b.csv").read_text() == "in a folder of its own"

    (key / "machine").write_text("plan9 vax\n")
    done = install(key, tmp_path / "home" / "other")
    assert done.returncode == 1 and "for plan9 vax" in done.stderr

    (key / "machine").write_text(f"{sys.platform} {platform.machine()}\n")
    (key / "data" / "synop" / "a.csv").write_text("damaged")
    done = install(key, tmp_path / "home" / "other")
    assert done.returncode == 1 and "damaged" in done.stderr


def test_a_folder_that_holds_something_is_refused(small_course, tmp_path):
    (tmp_path / "key").mkdir()
    (tmp_path / "key" / "mine.txt").write_text("")
    with pytest.raises(FileExistsError, match="Name another"):
        pack.pack(tmp_path / "key")
    assert [f.name for f in (tmp_path / "key").iterdir()] == ["mine.txt"]


def test_a_course_that_is_no_git_clone_is_refused(small_course, tmp_path, monkeypatch):
    shutil.rmtree(small_course / ".git")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    with pytest.raises(OSError, match="git clone"):
        pack.pack(tmp_path / "key")


def test_a_key_inside_the_course_is_refused(small_course):
    with pytest.raises(ValueError, match="outside of the course"):
        pack.pack(small_course / "datasets" / "key")


def test_wheels_that_cannot_be_had_leave_no_half_key(small_course, tmp_path):
    (small_course / "requirements.txt").write_text("six==0.0.0.nothing\n")
    with pytest.raises(OSError, match="could not be fetched"):
        pack.pack(tmp_path / "key")
    assert not (tmp_path / "key").exists() and not (tmp_path / ".key.partial").exists()
