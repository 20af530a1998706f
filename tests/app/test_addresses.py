"""Where phones and hosts go: addresses, links, and the card with the code."""

import pytest

from pages.classroom._host.card import join_card
from pages.classroom._room.addresses import is_here_only, phones_at


@pytest.mark.parametrize(
    ("told", "page", "expected"),
    [
        ("", "https://lab.org/host?room=x", "https://lab.org/p"),
        ("http://localhost:8502/p", "http://localhost:8501/host", "http://localhost:8502/p"),
        ("http://0.0.0.0:8502/p", "http://192.168.1.5:8501/host", "http://192.168.1.5:8502/p"),
        ("http://localhost:8502/p/", "http://10.0.0.7:8501/host", "http://10.0.0.7:8502/p"),
        ("https://play.lab.org/p", "https://lab.org/host", "https://play.lab.org/p"),
        ("http://0.0.0.0:8502/p", "http://[fe80::1]:8501/host", "http://[fe80::1]:8502/p"),
    ],
)
def test_where_phones_go(told: str, page: str, expected: str) -> None:
    assert phones_at(told, page) == expected


def test_who_can_reach_it() -> None:
    assert is_here_only("http://localhost:8502/p")
    assert not is_here_only("http://192.168.1.5:8502/p")


def test_a_cards_address_is_text() -> None:
    card = join_card('http://a.org/p"><script>', "ABCDEF")
    assert "<script" not in card
    assert "ABC DEF" in card
