"""Which items are meant: ids, topics, generators, own files, in any mixture."""

from collections.abc import Sequence
from pathlib import Path

from quizzes.errors import ItemError, did_you_mean
from quizzes.errors import shown as quoted
from quizzes.generators import GENERATORS, generate_item
from quizzes.item import Item
from quizzes.loader import ENDING, load_bank, read_item_file, read_items_json
from quizzes.topics import TOPICS


def select(names: Sequence[str], seed: int = 1) -> tuple[Item, ...]:
    """Return the items that the names stand for, each once, in their order.

    Parameters
    ----------
    names : ids, topics, names of generators, paths of YAML or JSON files, paths of folders; none
        for all items of the bank.
    seed : of the items of generators.

    Raises
    ------
    ItemError : a name stands for nothing, or a file cannot be read.
    """
    bank = load_bank()
    if not names:
        return tuple(bank.values())
    found: dict[tuple[str, int | None], Item] = {}
    for name in names:
        for item in _named(name, seed):
            found.setdefault((item.id, item.seed), item)
    return tuple(found.values())


def _named(name: str, seed: int) -> tuple[Item, ...]:
    bank = load_bank()
    if name in TOPICS:
        return tuple(item for item in bank.values() if item.topic == name)
    if name in bank:
        return (bank[name],)
    if name in GENERATORS:
        return (generate_item(name, seed),)
    path = Path(name)
    if path.is_dir():
        return tuple(read_item_file(file, path) for file in sorted(path.rglob(f"*{ENDING}")))
    if path.is_file() and path.suffix == ".json":
        try:
            return read_items_json(path.read_text(encoding="utf-8"))
        except UnicodeDecodeError:
            raise ItemError("This file is not UTF-8.", "Save it as UTF-8.", path=name) from None
        except ItemError as problem:
            raise ItemError(problem.problem, problem.hint, problem.line, name) from None
    if path.is_file():
        return (read_item_file(path, path.parent),)
    known = [*TOPICS, *GENERATORS, *bank]
    raise ItemError(
        f"There is no item, topic, generator or file {quoted(name)}.",
        f"The topics are {', '.join(TOPICS)}.{did_you_mean(name, known)}",
    )
