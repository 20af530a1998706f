"""Two rooms whose questions differ only in what is right look the same until the reveal."""

import gzip
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from pages.classroom.phone import pictures
from quizzes import Item, arrange, ask, find_item
from quizzes.classroom.room import Asked
from quizzes.kinds.line_up import draw_panels
from quizzes.store import open_store
from tests.bank.sample_items import item_of
from tests.phone.classroom import Ear, Host, Phone, Server, eventually, serving

SEED = 7
OTHER = {
    "numeric": {"key": 0.95},
    "formula": {"key": "reaction ~ days + (1 | subject)"},
    "order": {"key": (3, 1, 0, 2)},
    "region": {"key": ("left",)},
}
KINDS = ("single_choice", "multiple_choice", *OTHER)
SENT: Mapping[str, Mapping[str, object]] = {
    "single_choice": {"answer": "1"},
    "multiple_choice": {"answer": ["0", "2"]},
    "numeric": {"answer": "0.5"},
    "formula": {"answer": "reaction ~ 1 + (1 | subject)"},
    "order": {f"place-{entry}": entry + 1 for entry in range(4)},
    "region": {"answer": "right"},
}
MALFORMED: Mapping[str, object] = {"answer": "nonsense"}


def twins(kind: str) -> tuple[Item, Item]:
    """An item, and one that asks the same and holds something else for right."""
    item = replace(item_of(kind), id=f"own/{kind.replace('_', '-')}")
    if kind in OTHER:
        changes: dict[str, Any] = {**OTHER[kind], "near": (), "right": "Sun.", "wrong": "Rain."}
        body = replace(item.body, **changes)
    else:
        moved = (*item.body.choices[1:], item.body.choices[0])
        pairs = zip(item.body.choices, moved, strict=True)
        body = replace(item.body, choices=tuple(replace(b, text=a.text) for a, b in pairs))
    return item, replace(item, body=body, explanation="Quite another reason.")


@dataclass
class Lesson:
    """A room with a phone that reads everything, and one that answers."""

    host: Host
    watcher: Phone
    other: Phone
    ear: Ear

    @classmethod
    def of(cls, server: Server, store: Any, items: Sequence[Item]) -> "Lesson":
        host = Host(store, [Asked(item.id, SEED) for item in items], items)
        watcher, other = (
            Phone(server.port).join(host.room.room.code, name) for name in ("Ada", "Bob")
        )
        ear = Ear(watcher)
        ear.wait_for("hello")
        return cls(host, watcher, other, ear)

    def ask(self, kind: str, place: int) -> None:
        """Open a question, answer it in every way, close it, and look at all there is."""
        after = len(self.ear.events)
        self.host.click("next" if place else "start")
        self.ear.wait_for("show", 30, after)
        for phone, fields in (
            (self.other, SENT[kind]),
            (self.watcher, MALFORMED),
            (self.watcher, SENT[kind]),
            (self.watcher, SENT[kind]),
        ):
            phone.answer(dict(fields), place)
        self.look()
        after = len(self.ear.events)
        self.host.click("close")
        self.ear.wait_for("fetch", 30, after)
        for fields in (MALFORMED, SENT[kind]):
            self.watcher.answer(dict(fields), place)
        self.look()

    def look(self) -> None:
        pages = self.watcher.get(self.watcher.me).text + self.watcher.see()
        for address in sorted(set(re.findall(r'(?:src|srcset)="([^"]*\.svg)"', pages))):
            assert self.watcher.get(address).status == 200

    def heard(self) -> str:
        """All that the watcher was sent since the last time, without what no two phones share."""
        sent = [*self.watcher.heard, re.sub(rb"event: beat.*?\n\n", b"", bytes(self.ear.raw))]
        self.watcher.heard.clear()
        self.ear.raw.clear()
        text = b"\n".join(sent).decode()
        for own in (self.watcher.token, self.host.room.room.code):
            text = text.replace(own, "OWN")
        # The drawing process numbers the parts of its pictures.
        return re.sub(r"date: .*|clip\d+", "", text)


def test_all_traffic_of_a_room_is_the_same_whatever_is_right_until_the_reveal(
    tmp_path: Path,
) -> None:
    pairs = [twins(kind) for kind in KINDS]
    for one, two in pairs:
        assert ask(arrange(one, SEED)) == ask(arrange(two, SEED)) and one.body != two.body
    address = f"sqlite:///{tmp_path / 'room.sqlite3'}"
    store = open_store(address)
    with serving(address, tmp_path) as server:
        lessons = [Lesson.of(server, store, items) for items in zip(*pairs, strict=True)]
        for place, kind in enumerate(KINDS):
            for lesson in lessons:
                lesson.ask(kind, place)
            first, second = (lesson.heard() for lesson in lessons)
            assert first == second, kind
            assert len(first) > 2_000
            for lesson in lessons:
                lesson.host.click("reveal")
                eventually(
                    lambda lesson=lesson: (
                        "Why it is so" in lesson.watcher.see()
                        or "another reason" in lesson.watcher.see()
                    )
                )
            told, otherwise = (lesson.heard() for lesson in lessons)
            assert told != otherwise, kind
        for lesson in lessons:
            lesson.ear.close()
    store.close()


@pytest.mark.parametrize("scheme", pictures.SCHEMES)
def test_a_line_up_is_drawn_the_same_whichever_panel_is_actual(
    scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = find_item("simulation/find-the-sleepless", SEED)
    found = draw_panels(item.body)
    drawn = set()
    for actual in (found.actual, 1, 13, 20, None):
        moved = replace(found, actual=actual)
        monkeypatch.setattr(pictures, "draw_panels", lambda body, moved=moved: moved)
        drawn.add(gzip.decompress(pictures._line_up(item, scheme)))
    assert len(drawn) == 1
