"""Helpers of the course: what would bore a learner twice. Importing this costs nothing: no TensorFlow, no pandas."""

import os
from pathlib import Path

__all__ = ["__version__", "course_root"]
__version__ = "2.0.0"


def course_root() -> Path:
    """The folder that holds `course.yml`: the checkout that this package was installed from.

    `FIDLE_COURSE_DIR` names another one. An installed copy without a checkout looks upwards from the
    working directory.

    Raises:
        FileNotFoundError: no `course.yml` was found; the message says where it looked.
    """
    named = os.environ.get("FIDLE_COURSE_DIR")
    try:
        here = [Path.cwd(), *Path.cwd().parents]
    except FileNotFoundError:  # the working directory is gone
        here = []
    places = [Path(named)] if named else [Path(__file__).parents[1], *here]
    for place in places:
        if (place / "course.yml").is_file():
            return place.resolve()
    looked = ", ".join(map(str, places))
    raise FileNotFoundError(
        f"The course folder is the one that holds course.yml. Looked in: {looked}. "
        "Run from inside the course, or name the folder in FIDLE_COURSE_DIR."
    )
