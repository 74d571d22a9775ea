"""datasets/README.md, made from the data sets' cards: `python -m fidle_course.data.cards`."""

from fidle_course.pages.page import template
from fidle_utils import course_root
from fidle_utils.datasets import card, names
from fidle_utils.files import write_text


def readme() -> str:
    """The text of datasets/README.md."""
    return template("datasets.md.j2").render(cards={name: card(name) for name in names()})


if __name__ == "__main__":
    write_text(course_root() / "datasets" / "README.md", readme())
