"""The page to print: well-formed, running nothing, with its key apart."""

import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from itertools import permutations

from quizzes import arrange
from quizzes.exports import EXPORTS
from quizzes.exports.format import in_order
from tests.bank.export_samples import draw, everything, sample_items, whole_bank


class Page(HTMLParser):
    """Tags of a page, each closed, and its words."""

    VOID = frozenset({"meta", "img", "br", "hr"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_html_is_well_formed_and_runs_nothing() -> None:
    items = everything()
    file = EXPORTS["html"].write(items, draw)
    page = Page()
    text = file.data.decode()
    page.feed(text)
    assert page.open == []
    assert not {tag for tag, _ in page.tags} & {"script", "a", "iframe", "evil", "b", "object"}
    for tag, attributes in page.tags:
        assert not any(name.startswith("on") for name in attributes)
        assert "href" not in attributes
        if tag == "img":
            assert (attributes["src"] or "").startswith("data:image/svg+xml;base64,")
            assert attributes["alt"]
    assert "\x00" not in text and "{{" not in text.replace("{{ 7*7 }}", "")
    ET.fromstring(text.replace("<!DOCTYPE html>", "", 1))


def test_html_has_the_key_on_a_page_of_its_own() -> None:
    items = sample_items()
    text = EXPORTS["html"].write(items, draw).data.decode()
    before, _, key = text.partition('<section class="key">')
    assert "break-before: page" in before
    assert before.count('class="question"') == key.count("<li>") == len(items) - 1
    assert "Why it is so." in key and "Why it is so." not in before
    for item in items:
        if item.kind == "single_choice":
            place = [c.right for c in arrange(item, 1).body.choices].index(True)
            assert f"<strong>{'ABC'[place]}</strong> the right one" in key


def test_orders_are_shuffled_on_paper() -> None:
    orders = [item for item in whole_bank() if item.kind == "order"]
    text = EXPORTS["html"].write(orders, None).data.decode()
    assert "sorted" not in text
    arranged = [item.body.key for item in in_order(orders)]
    assert any(key != tuple(range(len(key))) for key in arranged)
    assert all(key in set(permutations(range(len(key)))) for key in arranged)
