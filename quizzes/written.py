"""An item as it is written: fields into an item, and back into the same fields."""

import re
from types import MappingProxyType
from typing import Any

from quizzes.errors import ItemError
from quizzes.fields import Fields
from quizzes.item import Item, See
from quizzes.kinds import KINDS
from quizzes.learn_pages import LEARN_PAGES
from quizzes.pictures import read_picture, write_picture
from quizzes.plain import json_ready
from quizzes.topics import LEVELS, TOPICS

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*(/[a-z0-9]+(-[a-z0-9]+)*)*")


def read_fields(fields: Fields, id: str) -> Item:
    """Read an item from its fields.

    Parameters
    ----------
    id : as in `Item`.

    Raises
    ------
    ItemError : a field is missing, unknown, or not what its kind wants.
    """
    if len(id) > 100 or not _ID.fullmatch(id):
        raise ItemError(
            f"The name '{id[:100]}' is no id.",
            "Use small letters, digits and hyphens, with slashes between folders.",
        )
    kind = fields.one_of("kind", KINDS)
    return Item(
        id=id,
        kind=kind,
        topic=fields.one_of("topic", TOPICS),
        level=fields.integer("level", min(LEVELS), max(LEVELS)),
        stem=fields.markdown("stem"),
        body=KINDS[kind].read(fields),
        explanation=fields.markdown("explanation"),
        skills=fields.texts("skills", 1, 5),
        see=_read_see(fields.record("see")),
        picture=None if (picture := fields.record("picture")) is None else read_picture(picture),
    )


def _read_see(fields: Fields | None) -> See | None:
    if fields is None:
        return None
    page = fields.one_of("page", LEARN_PAGES)
    settings: dict[str, str] = {}
    for name, value in fields.values("settings").items():
        if not isinstance(value, str | int | float):
            raise fields.error("settings", f"The setting '{name}' is a list.", "Write one value.")
        settings[name] = str(value).lower() if isinstance(value, bool) else str(value)
    fields.finish()
    return See(page, MappingProxyType(settings)) if settings else See(page)


def write_fields(item: Item) -> dict[str, Any]:
    """Return the fields of an item in JSON's types, without id, seed and facts."""
    written: dict[str, Any] = {
        "kind": item.kind,
        "topic": item.topic,
        "level": item.level,
        "skills": list(item.skills),
        "stem": item.stem,
    }
    if item.picture is not None:
        written["picture"] = write_picture(item.picture)
    written |= KINDS[item.kind].write(item.body)
    written["explanation"] = item.explanation
    if item.see is not None:
        settings = {"settings": dict(item.see.settings)} if item.see.settings else {}
        written["see"] = {"page": item.see.page} | settings
    return json_ready(written)
