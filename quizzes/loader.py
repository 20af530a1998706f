"""Read items: one from the text of a file, a folder of files, a JSON document of many."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from threading import Lock
from types import MappingProxyType

from quizzes.errors import ItemError
from quizzes.fields import Fields
from quizzes.grading import MAX_SEED
from quizzes.item import Item
from quizzes.plain import json_ready
from quizzes.topics import TOPICS
from quizzes.tree import read_json, read_yaml
from quizzes.written import read_fields, write_fields
from sim.stopping import Stop

BANK = Path(__file__).with_name("bank")
ENDING = ".yaml"
MAX_ITEMS = 2_000  # of one JSON document
MAX_READ_SECONDS = 20.0  # for the items that a visitor brings along
_FORMAT = "mixed-models-items"
# Who comes while the bank is read waits for it; reading it twice would take twice as long.
_READING = Lock()


def read_item(text: str, id: str) -> Item:
    """Read an item from the text of a file.

    Parameters
    ----------
    text : YAML.
    id : path below the bank without its ending.

    Raises
    ------
    ItemError : anything wrong, with its line.
    """
    fields = Fields(read_yaml(text))
    item = read_fields(fields, id)
    fields.finish()
    return item


def read_item_file(path: Path, folder: Path) -> Item:
    """Read one file; its path below the folder is the item's id.

    Raises
    ------
    ItemError : anything wrong, with the file's path as given and its line.
    """
    id = path.resolve().relative_to(folder.resolve()).as_posix().removesuffix(ENDING)
    try:
        item = read_item(path.read_text(encoding="utf-8"), id)
    except UnicodeDecodeError:
        raise ItemError("This file is not UTF-8.", "Save it as UTF-8.", path=str(path)) from None
    except OSError as problem:
        raise ItemError(f"{problem.strerror}.", "Check the name.", path=str(path)) from None
    except ItemError as problem:
        raise ItemError(problem.problem, problem.hint, problem.line, str(path)) from None
    where = path.parent.name
    if where in TOPICS and where != item.topic:
        raise ItemError(
            f"The topic is '{item.topic}', but the file stands in '{where}'.",
            "Move the file or change the topic.",
            path=str(path),
        )
    return item


def load_bank(folder: Path = BANK) -> Mapping[str, Item]:
    """Read all items of a folder and the folders in it, by id, in the order of their ids.

    The files are read once in a process.

    Raises
    ------
    ItemError : the first thing wrong, with file and line.
    """
    with _READING:
        return _load(folder.resolve())


@cache
def _load(folder: Path) -> Mapping[str, Item]:
    files = sorted(folder.rglob(f"*{ENDING}"))
    items = (read_item_file(path, folder) for path in files)
    return MappingProxyType({item.id: item for item in items})


def items_json(items: Iterable[Item]) -> str:
    """Write items as one JSON document that `read_items_json` reads back without a loss."""
    entries = [
        {"id": item.id}
        | write_fields(item)
        | ({} if item.seed is None else {"item_seed": item.seed})
        | ({"facts": json_ready(item.facts)} if item.facts else {})
        for item in items
    ]
    document = {"format": _FORMAT, "version": 1, "items": entries}
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def read_items_json(text: str, stop: Stop | None = None) -> tuple[Item, ...]:
    """Read the items of a JSON document as `items_json` writes it.

    Parameters
    ----------
    stop : asked before each item, because line-ups and pictures are drawn; true ends the task.

    Raises
    ------
    ItemError : anything wrong.
    """
    document = Fields(read_json(text), "the document")
    document.one_of("format", (_FORMAT,))
    document.integer("version", 1, 1)
    items = read_json_items(document, stop)
    document.finish()
    return items


def read_json_items(document: Fields, stop: Stop | None = None) -> tuple[Item, ...]:
    """Read the field `items` of a document; none if there is no such field.

    Raises
    ------
    ItemError : anything wrong with one of them, or `stop` said so.
    """
    found: dict[tuple[str, int | None], Item] = {}
    for fields in document.records("items", "item", 0, MAX_ITEMS):
        id = fields.text("id", most=100)
        if stop is not None and stop():
            raise ItemError(
                f"Drawing the items takes too long; {len(found)} were read.",
                "Take fewer of them, or smaller line-ups and pictures.",
            )
        try:
            item = _read_json_item(fields, id)
        except ItemError as problem:
            whose = f"Item '{id[:100]}': {problem.problem}"
            raise ItemError(whose, problem.hint, problem.line) from None
        if (id, item.seed) in found:
            raise ItemError(f"Item '{id}' is there twice.", "Keep one of them.")
        found[id, item.seed] = item
    return tuple(found.values())


def _read_json_item(fields: Fields, id: str) -> Item:
    item = read_fields(fields, id)
    seed = fields.integer("item_seed", 0, MAX_SEED) if fields.has("item_seed") else None
    item = replace(item, seed=seed, facts=fields.values("facts"))
    fields.finish()
    return item
