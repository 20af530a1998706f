"""What phones show: never a key before the reveal, and then each player its own feedback."""

import gzip
import re
from dataclasses import replace
from html import unescape

import pytest

from pages._ui.theme import DARK_PALETTE, LIGHT_PALETTE
from pages.classroom.phone import views
from pages.classroom.phone.pictures import SCHEMES, _line_up
from quizzes import Item, ask, find_item, grade, load_bank
from quizzes.classroom.exit import EXIT_ITEMS
from quizzes.classroom.room import Asked, Room
from quizzes.generators import GENERATORS
from quizzes.kinds import KINDS
from quizzes.markdown import paragraphs
from quizzes.store import Kept, OwnVote
from tests.bank.databases import NOW

AT = NOW.timestamp()
EVERY = [*load_bank(), *GENERATORS]
BEFORE = ("waiting", "open", "closed")


def kept(id: str, phase: str, stage: str = "question", **more: object) -> Kept:
    round = 0 if phase == "waiting" else 1
    asked = Asked(id, 3, phase, round, **more)  # type: ignore[arg-type]
    position = 0 if stage == "question" else -1
    room = Room("ABCDEF", "A deck", (asked,), stage, position)  # type: ignore[arg-type]
    return Kept(1, room, NOW, None, "")


def words(html: str) -> str:
    """What can be read, as one line."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def secrets(item: Item) -> set[str]:
    """Beginnings of everything that only the server may know."""
    examples = KINDS[item.kind].examples(item.body)
    said = [item.explanation, *(wrong.feedback for wrong in examples.wrong)]
    said += [grade(item, right).feedback for right in examples.right]
    return {words(paragraphs(text))[:40] for text in said if len(text) > 15}


@pytest.mark.parametrize("id", EVERY)
def test_nothing_is_given_away_before_the_reveal(id: str) -> None:
    item = find_item(id, 3)
    stages = [("lobby", "waiting"), *(("question", phase) for phase in BEFORE)]
    for stage, phase in stages:
        room = kept(id, phase, stage)
        html = views.view(room, AT, "/p", views.Mine("t" * 43))
        shared = views.shared_view(room, AT, "/p")
        assert (shared is not None) == (phase == "open" and stage == "question")
        for text in (html, shared or ""):
            assert not [secret for secret in secrets(item) if secret in words(text)]
        if phase != "open":
            assert words(paragraphs(item.stem))[:30] not in words(html)


@pytest.mark.parametrize("id", EVERY)
def test_a_vote_shows_what_is_asked_and_nothing_else_of_the_item(
    id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = find_item(id, 3)
    room = kept(id, "open")
    html = views.view(room, AT, "/p", views.Mine())
    # The same with an item that has nothing but what `ask` tells.
    stripped = replace(item, explanation="other", skills=(), see=None, facts={})
    assert ask(stripped) == ask(item)
    monkeypatch.setattr(views, "item_of", lambda *_: stripped)
    assert views.view(room, AT, "/p", views.Mine()) == html
    assert words(paragraphs(item.stem))[:30] in words(html)


@pytest.mark.parametrize("id", EVERY)
def test_the_reveal_shows_the_own_feedback(id: str) -> None:
    item = find_item(id, 3)
    room = kept(id, "revealed")
    examples = KINDS[item.kind].examples(item.body)
    for response in [*examples.right[:1], *(wrong.response for wrong in examples.wrong)]:
        mark = grade(item, response)
        html = views.view(room, AT, "/p", views.Mine("t", response, response, 0.0))
        assert words(paragraphs(mark.feedback)) in words(html)
        assert words(paragraphs(item.explanation)) in words(html)
        assert ('class="right"' in html) == (mark.score is not None and mark.is_right)
    html = views.view(room, AT, "/p", views.Mine("t"))
    assert "You have not answered this one" in html


def test_what_a_player_typed_is_text() -> None:
    hostile = "<img src=x onerror=alert(1)>**b** [a](javascript:x) $\\text{<script>}$"
    given = {2: hostile}
    room = kept("tails/what-p-counts", "waiting", "exit")
    html = views.view(room, AT, "/p", views.Mine("t", given), problem=hostile)
    assert "<img" not in html and "<script" not in html and "&lt;img" in html
    poll = EXIT_ITEMS[2]
    for phase in ("open", "closed", "revealed"):
        again = kept("x", phase)
        views._ITEMS["", "x", 3] = poll
        html = views.view(again, AT, "/p", views.Mine("t", hostile, hostile))
        assert "<img" not in html and "<script" not in html and "href" not in html
    del views._ITEMS["", "x", 3]


def test_a_saved_answer_is_ticked_when_the_page_comes_again() -> None:
    for id, response, wanted in (
        ("tails/what-p-counts", "1", 'value="1" checked'),
        ("tails/both-tails-by-looking-first", ["left"], 'value="left" checked'),
    ):
        html = views.view(kept(id, "open"), AT, "/p", views.Mine("t", response))
        assert html.count("checked") == 1 and wanted in html
        assert "Change my answer" in html


def test_the_order_of_entries_is_read_by_their_names_and_not_by_their_places() -> None:
    item = next(item for item in load_bank().values() if item.kind == "order")
    n = len(item.body.entries)
    last_first = {f"place-{entry}": [str(n - entry)] for entry in range(n)}
    backwards = dict(reversed(last_first.items()))
    wanted = list(reversed(range(n)))
    assert views.read_response(item, last_first) == wanted
    assert views.read_response(item, backwards) == wanted
    assert views.read_response(item, last_first | {"place-0": ["1"]}) is None
    assert views.read_response(item, {}) is None
    html = views.view(kept(item.id, "open"), AT, "/p", views.Mine("t", wanted))
    assert re.findall(r'name="place-(\d)"', html) == [str(entry) for entry in wanted]


def test_the_timer_is_the_servers() -> None:
    room = kept("tails/what-p-counts", "open", closes_at=AT + 20)
    assert 'data-left="20"' in views.view(room, AT, "/p", views.Mine())
    late = views.view(room, AT + 20.1, "/p", views.Mine())
    assert "<h1>Closed</h1>" in late
    assert views.shared_view(room, AT + 20.1, "/p") is None


def test_points_count_the_last_vote_of_what_was_revealed() -> None:
    questions = (Asked("a", 1, "revealed", 2), Asked("b", 1, "closed", 1))
    room = Room("ABCDEF", "", questions, "question", 1)
    ballots = [
        OwnVote(0, 1, "0", 1.0, "", "", NOW),
        OwnVote(0, 2, "1", 0.5, "", "", NOW),
        OwnVote(1, 1, "1", 1.0, "", "", NOW),
    ]
    mine = views.mine("t", room, ballots)
    assert mine.points == 0.5 and mine.response == "1"
    ended = views.mine("t", replace(room, stage="ended"), ballots)
    assert ended.points == 1.5


def test_nothing_is_right_where_all_panels_are_simulated() -> None:
    room = kept("simulation/warm-up-without-a-key", "revealed")
    html = views.view(room, AT, "/p", views.Mine("t", 4, 4, 0.0))
    assert "Your answer: panel 4" in words(html) and "There is no right answer" in words(html)
    assert "Right: " not in words(html) and "points" not in words(html)


def test_the_end_counts_the_votes_that_could_earn_a_point() -> None:
    ids = ("simulation/warm-up-without-a-key", "tails/what-p-counts", "gone", "syntax/two-bars")
    for n_asked, wanted in ((1, ""), (2, "You had 1 of 1 point ."), (4, "You had 1 of 2 points.")):
        questions = tuple(Asked(id, 3, "closed", int(i < n_asked)) for i, id in enumerate(ids))
        room = Room("ABCDEF", "A deck", questions, "ended", 0)
        html = views.view(Kept(1, room, NOW, NOW, ""), AT, "/p", views.Mine("t", points=1.0))
        assert ("You had" in html) == bool(wanted)
        assert wanted.replace(" .", ".") in words(html)


def test_numbers_of_panels_can_be_read_on_a_small_phone_in_its_own_colours() -> None:
    item = find_item("simulation/find-the-sleepless", 3)
    light, dark = (gzip.decompress(_line_up(item, scheme)).decode() for scheme in SCHEMES)
    width = float(re.findall(r'viewBox="0 0 (\d+)', light)[0])
    letters = {float(size) for size in re.findall(r'font-size="(\d+)"', light)}
    # 288 px are left of 320.
    assert min(letters) * 288 / width > 10
    assert "#ffffff" in light and "#ffffff" not in dark
    assert DARK_PALETTE[0] in dark and LIGHT_PALETTE[0] in light


def test_a_question_that_left_the_bank_breaks_nothing() -> None:
    for phase in (*BEFORE, "revealed"):
        html = views.view(kept("tails/long-gone", phase), AT, "/p", views.Mine())
        assert "Look at the screen" in html
