"""What several test modules share."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def course() -> Path:
    """The course folder."""
    return ROOT


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real data beside the checkout; tests that need it skip where it is absent."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"SKIPPED LOUDLY: no real data at {folder}")
    return folder


@pytest.fixture(scope="session")
def axe(tmp_path_factory):
    """The accessibility checker axe-core, from npm."""
    folder = tmp_path_factory.mktemp("axe")
    if not shutil.which("npm"):
        pytest.skip("SKIPPED LOUDLY: no npm here to fetch axe-core")
    done = subprocess.run(["npm", "install", "--silent", "axe-core@4"], cwd=folder, capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"SKIPPED LOUDLY: npm could not fetch axe-core: {done.stderr[-200:]}")
    return folder / "node_modules" / "axe-core" / "axe.min.js"
