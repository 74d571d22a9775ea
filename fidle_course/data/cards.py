"""The data cards: for each data set what it is, whose, under which licence, and where its files are fetched.

`python -m fidle_course.data.cards` writes datasets/README.md from them.
"""

from functools import cache
from pathlib import Path

import yaml

from fidle_utils import course_root
from fidle_utils.files import write_text


@cache
def cards() -> dict[str, dict]:
    """All cards by name, as in `cards.yml`, which says what each field means."""
    return yaml.safe_load(Path(__file__).with_name("cards.yml").read_text(encoding="utf-8"))


def card(name: str) -> dict:
    """The card of one data set.

    Raises:
        ValueError: there is no such data set.
    """
    if name not in cards():
        raise ValueError(f"A data set is one of {', '.join(cards())}. Received: {name!r}.")
    return cards()[name]


def readme() -> str:
    """The text of datasets/README.md."""
    lines = [
        "# The data",
        "",
        "<!-- Made by `python -m fidle_course.data.cards` from its cards.yml: edit that file. -->",
        "",
        "Every notebook runs without any of these files, on data it makes itself, and says so. To work on the real",
        "data, fetch them once; nothing is ever fetched unasked.",
        "",
        "```",
        "fidle data                 # what is there",
        "fidle data get synop       # one weather station, two years",
        "fidle data get imdb        # 50,000 film reviews",
        "make data                  # both",
        "```",
        "",
        "They are kept in this folder, in `synop/` and `imdb/`; git ignores them. `FIDLE_DATASETS_DIR` names another",
        "folder that holds these two: it is looked at first. A download is checked before it gets its name: against",
        "the hash below or, where none is published, by reading the file through. Without a network on this machine,",
        "fetch the addresses below on another one and copy the files here, under the names below.",
    ]
    for name, it in cards().items():
        lines += ["", f"## {it['title']} (`{name}`)", "", it["what"], "", "| | |", "|---|---|"]
        lines += [
            f"| used in | {it['used_in']} |",
            f"| by | {it['author']} |",
            f"| licence | [{it['licence']}]({it['licence_url']}) |",
            f"| to cite | {it['citation']} |",
        ]
        if it["homepage"]:
            lines.append(f"| page | <{it['homepage']}> |")
        if name == "synop":
            years = " and ".join(map(str, it["default_years"]))
            lines.append(f"| by default | station {it['default_station']} (Nice), {years} |")
        lines += [f"| unit of {column} | {unit} |" for column, unit in it["units"].items()]
        for file in it["files"].values():
            lines += ["", f"`{name}/{file['name']}`: {file['what']}. About {file['megabytes']} MB a file."]
            if file["years"]:
                first, last = file["years"]
                lines[-1] += f" Years {first} to {last or 'now'}."
            lines[-1] += f" Hash `{file['hash']}`." if file["hash"] else " No published hash."
            lines += ["", "```", *file["urls"], "```"]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    write_text(course_root() / "datasets" / "README.md", readme())
