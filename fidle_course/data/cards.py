"""datasets/README.md, made from the data sets' cards: `python -m fidle_course.data.cards`."""

from fidle_utils import course_root
from fidle_utils.datasets import card, names
from fidle_utils.files import write_text

_HEAD = """\
# The data

<!-- Made by `python -m fidle_course.data.cards` from the card.yml of each data set: edit those. -->

Every notebook runs without any of these files, on data it makes itself, and says so. To work on the real
data, fetch them once; nothing is ever fetched unasked.

```
fidle data                 # what is there, what is read and what is not
{commands}
make data                  # all of them
```

They are kept in this folder, each in a folder of its own ({folders}); git ignores them.
`FIDLE_DATASETS_DIR` names another folder that holds these: it is looked at first. A download is checked before it
gets its name: against the hash below or, where none is published, by reading the file through. Without a network
on this machine, fetch the addresses below on another one and copy the files here. Names do not matter: files are
told by what they hold.
"""


def cards() -> dict[str, dict]:
    """All cards by name."""
    return {name: card(name) for name in names()}


def readme() -> str:
    """The text of datasets/README.md."""
    fetched = [name for name in names() if card(name)["files"]]
    commands = "\n".join(f"{f'fidle data get {name}':<26} # {card(name)['title']}" for name in fetched)
    text = _HEAD.format(commands=commands, folders=", ".join(f"`{name}/`" for name in fetched))
    return text + "".join(_section(name) for name in names())


def _section(name: str) -> str:
    it = card(name)
    lines = ["", f"## {it['title']} (`{name}`)", "", it["what"], "", "| | |", "|---|---|"]
    lines += [
        f"| by | {it['author']} |",
        f"| licence | [{it['licence']}]({it['licence_url']}) |",
        f"| to cite | {it['citation']} |",
    ]
    if it["homepage"]:
        lines.append(f"| page | <{it['homepage']}> |")
    for option, value in it.get("defaults", {}).items():
        lines.append(
            f"| {option} by default | {' and '.join(map(str, value)) if isinstance(value, list) else value} |"
        )
    lines += [f"| unit of {column} | {unit} |" for column, unit in it.get("units", {}).items()]
    if it.get("columns"):
        lines += ["", "| column | what | in the files | once prepared |", "|---|---|---|---|"]
        lines += [
            f"| {column} | {about['meaning']} | {about['published']} | {about['unit']} |"
            for column, about in it["columns"].items()
        ]
    lines += ["", *it["notes"]] if it.get("notes") else []
    if it.get("forms"):
        lines += ["", "Read in these forms:", "", *(f"- {form}" for form in it["forms"])]
    for file in it["files"]:
        about = f"`{name}/{file['name']}`: {file['what']}. About {file['megabytes']} MB a file."
        if file.get("years"):
            first, last = file["years"]
            about += f" Years {first} to {last or 'now'}."
        about += f" Hash `{file['hash']}`." if file.get("hash") else " No published hash."
        lines += ["", about, "", "```", *file["urls"], "```"]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    write_text(course_root() / "datasets" / "README.md", readme())
