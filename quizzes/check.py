"""What is wrong in bank files: what the loader refuses, and keys that contradict themselves."""

import re
from pathlib import Path

from quizzes.errors import ItemError
from quizzes.grading import arrange, grade
from quizzes.item import Item
from quizzes.kinds import KINDS
from quizzes.loader import BANK, ENDING, read_item, read_item_file, read_items_json
from sim.stopping import Stop


def check_files(paths: list[Path]) -> tuple[int, list[str]]:
    """Check files, and all files of folders.

    Returns
    -------
    How many files were read, and the troubles as "file:line: problem hint", one for each file.
    """
    found: list[str] = []
    files = [file for path in paths for file in _files(path)]
    for file in files:
        try:
            problem = contradiction(read_item_file(file, _folder(file)))
            if problem:
                raise ItemError(problem, "Change the key or the answer.", 1, str(file))
        except ItemError as error:
            found.append(str(error))
    return len(files), found


def _files(path: Path) -> list[Path]:
    return sorted(path.rglob(f"*{ENDING}")) if path.is_dir() else [path]


def _folder(file: Path) -> Path:
    """The folder ids are counted from: the bank for its own files, else the file's own."""
    return BANK if file.resolve().is_relative_to(BANK) else file.parent


def read_own(raw: bytes, filename: str, stop: Stop | None = None) -> tuple[Item, ...]:
    """Read the items of a file that somebody hands in, and check them.

    Parameters
    ----------
    raw : YAML of one item, or a JSON document of many.
    filename : its ending says which; an item's id is made of its name.
    stop : as in `read_items_json`.

    Raises
    ------
    ItemError : anything wrong, with its line.
    """
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ItemError("The file is not text in UTF-8.", "Save it as UTF-8.") from None
    stem, _, ending = filename.rpartition(".")
    if ending.lower() == "json":
        items = read_items_json(text, stop)
    else:
        name = re.sub(r"[^a-z0-9]+", "-", (stem or filename).lower())[:60].strip("-")
        items = (read_item(text, f"own/{name or 'item'}"),)
    for item in items:
        if problem := contradiction(item):
            raise ItemError(f"{item.id}: {problem}", "Change the key or the answer.")
    return items


def contradiction(item: Item) -> str:
    """Say which of an item's own answers is not marked as it should be; "" if all are.

    The answers are those that the kind makes from the body: the key in several writings, every
    foreseen wrong answer, and answers that cannot be read.
    """
    for seed in (0, 1):
        version = arrange(item, seed)
        examples = KINDS[item.kind].examples(version.body)
        for response in examples.right:
            mark = grade(version, response)
            if mark.malformed or mark.score not in (None, 1.0):
                return f"The right answer {response!r} is not marked as right."
        for wrong in examples.wrong:
            mark = grade(version, wrong.response)
            told = wrong.feedback in mark.feedback and mark.misconception == wrong.misconception
            if mark.malformed or mark.is_right or not told:
                return f"The wrong answer {wrong.response!r} is not marked with its own feedback."
        for response in examples.malformed:
            if not grade(version, response).malformed:
                return f"The answer {response!r:.60} should be unreadable."
    return ""
