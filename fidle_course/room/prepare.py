"""The last step of an installation: settings of Jupyter that a class wants.

`make`, the image, a key and Binder run `python -m fidle_course.room.prepare`.
"""

import shutil
import subprocess
import sys
from pathlib import Path

_NEWS = "@jupyterlab/apputils-extension:announcements"


def prepare(environment: str | Path = sys.prefix) -> None:
    """Put the kernels' settings into an environment, and switch off JupyterLab's question about its news."""
    to = Path(environment) / "etc" / "ipython" / "ipython_kernel_config.py"
    to.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(Path(__file__).with_name("ipython_kernel_config.py"), to)
    # no question in front of a class, and no request for its answer
    command = [sys.executable, "-m", "jupyter", "labextension", "disable", "--level=sys_prefix", _NEWS]
    subprocess.run(command, capture_output=True)  # JupyterLab may be missing: a batch does without


if __name__ == "__main__":
    prepare()
