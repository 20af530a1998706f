"""A phone in a real browser: keeps what is half typed, finds its way back, moves entries."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from quizzes import load_bank
from quizzes.classroom.room import Asked
from quizzes.store import open_store, rename_player
from tests.bank.one_by_one import ballots_of_player, player_of
from tests.phone.classroom import Host, Server, serving

pytestmark = pytest.mark.browser

ITEMS = [next(i for i in load_bank().values() if i.kind == kind) for kind in ("formula", "order")]


@pytest.fixture
def lesson(tmp_path: Path) -> Iterator[tuple[Server, Host]]:
    address = f"sqlite:///{tmp_path / 'room.sqlite3'}"
    store = open_store(address)
    with serving(address, tmp_path) as server:
        yield server, Host(store, [Asked(item.id, 3) for item in ITEMS])
    store.close()


@pytest.fixture
def phone(browser: Browser, lesson: tuple[Server, Host]) -> Iterator[Page]:
    """A phone that has joined by two taps."""
    server, host = lesson
    context = browser.new_context(viewport={"width": 320, "height": 700})
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(f"http://localhost:{server.port}/p/{host.room.room.code}")
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_role("heading", name="You are in")).to_be_visible()
    expect(page.get_by_text("Connected")).to_be_visible()
    yield page
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    context.close()
    assert problems == []


def answers(host: Host, phone: Page) -> list[object]:
    player, _ = player_of(host.store, phone.url.rpartition("/")[2])
    return [own.response for own in ballots_of_player(host.store, player.id)]


def test_a_half_typed_answer_stays_and_a_killed_server_is_found_again(
    lesson: tuple[Server, Host], phone: Page
) -> None:
    server, host = lesson
    host.click("start")
    field = phone.get_by_label("Your formula")
    field.fill("score ~ week + (1 |")
    # Somebody else is renamed, and the phone sleeps and wakes.
    rename_player(host.store, host.room.host_secret, 1, "Bo")
    phone.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    phone.wait_for_timeout(2_000)
    expect(field).to_have_value("score ~ week + (1 |")
    field.fill("score ~ week + (1 | participant)")
    server.kill()
    expect(phone.get_by_text("No connection, trying again …")).to_be_visible()
    phone.get_by_role("button", name="Send").click()
    expect(phone.get_by_text("Not saved yet")).to_be_visible()
    server.start()
    expect(phone.get_by_text("Saved. You can change it")).to_be_visible(timeout=15_000)
    expect(phone.locator("#link")).to_have_text("Connected")
    assert answers(host, phone) == ["score ~ week + (1 | participant)"]
    host.click("close")
    expect(phone.get_by_role("heading", name="Closed")).to_be_visible()
    phone.reload()
    expect(phone.get_by_text("Your answer:")).to_be_visible()


def test_what_was_changed_after_it_was_saved_does_not_look_saved(
    lesson: tuple[Server, Host], phone: Page
) -> None:
    _, host = lesson
    host.click("start")
    field, saved = phone.get_by_label("Your formula"), phone.locator("#saved")
    expect(saved).to_be_empty()
    field.fill("score ~ week + (1 | participant)")
    phone.get_by_role("button", name="Send").click()
    expect(saved).to_have_text("Saved. You can change it until the vote closes.")
    field.fill("score ~ week")
    expect(saved).to_have_text("Changed, not sent yet.")
    green = saved.evaluate("e => getComputedStyle(e).color")
    host.click("close")
    expect(phone.get_by_role("heading", name="Closed")).to_be_visible()
    expect(phone.get_by_role("alert")).to_have_text("The vote closed before you pressed Send.")
    assert green != phone.get_by_role("alert").evaluate("e => getComputedStyle(e).color")
    assert answers(host, phone) == ["score ~ week + (1 | participant)"]


def test_what_is_wrong_with_a_formula_is_shown_as_such(
    lesson: tuple[Server, Host], phone: Page
) -> None:
    _, host = lesson
    host.click("start")
    phone.get_by_label("Your formula").fill("score ~ week + (week | participant")
    phone.get_by_role("button", name="Send").click()
    saved = phone.locator("#saved")
    expect(saved).to_contain_text("This '(' is never closed (character 16 of the formula).")
    expect(saved.locator("pre")).to_have_text(
        "score ~ week + (week | participant\n               ^"
    )
    assert "\\" not in saved.inner_text() and "`" not in saved.inner_text()
    # Not in the colour of success.
    bad = phone.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--bad')")
    red = phone.evaluate("c => { document.body.style.color = c; "
                         "return getComputedStyle(document.body).color }", bad)  # fmt: skip
    assert saved.evaluate("e => getComputedStyle(e).color") == red


def test_an_answer_that_waits_for_the_network_is_sent_or_told_of(
    lesson: tuple[Server, Host], phone: Page
) -> None:
    _, host = lesson
    host.click("start")
    field = phone.get_by_label("Your formula")
    field.fill("score ~ week + (1 | participant)")
    phone.context.set_offline(True)
    expect(phone.locator("#link")).to_have_text("No connection, trying again …")
    phone.get_by_role("button", name="Send").click()
    expect(phone.get_by_text("Not saved yet")).to_be_visible()
    phone.context.set_offline(False)
    # At once, not at the next try.
    expect(phone.get_by_text("Saved. You can change it")).to_be_visible(timeout=3_000)
    assert answers(host, phone) == ["score ~ week + (1 | participant)"]
    field.fill("score ~ week")
    phone.context.set_offline(True)
    phone.get_by_role("button", name="Change my answer").click()
    expect(phone.get_by_text("Not saved yet")).to_be_visible()
    host.click("close")
    phone.context.set_offline(False)
    expect(phone.get_by_role("heading", name="Closed")).to_be_visible()
    expect(phone.get_by_role("alert")).to_have_text(
        "This vote is closed: the answer came too late."
    )
    assert answers(host, phone) == ["score ~ week + (1 | participant)"]


def test_entries_are_put_in_order_with_the_keyboard(
    lesson: tuple[Server, Host], phone: Page
) -> None:
    _, host = lesson
    host.click("start", "next")
    up = phone.get_by_role("button", name="Move up")
    n = up.count() or len(ITEMS[1].body.entries)
    expect(up).to_have_count(n)
    up.nth(n - 1).focus()
    for _ in range(n - 1):
        phone.keyboard.press("Enter")
    phone.get_by_role("button", name="Send").click()
    expect(phone.get_by_text("Saved. You can change it")).to_be_visible()
    assert answers(host, phone) == [[n - 1, *range(n - 1)]]
    phone.reload()
    expect(phone.get_by_text("Saved: ")).to_be_visible()
    first = phone.locator(".entry select").first
    assert first.get_attribute("name") == f"place-{n - 1}"


def test_a_late_answer_is_refused_in_words_that_stay(
    lesson: tuple[Server, Host], phone: Page
) -> None:
    _, host = lesson
    host.click("start")
    expect(phone.get_by_label("Your formula")).to_be_visible()
    # A phone that does not hear of the next click, as in a slow network.
    phone.add_init_script("window.EventSource = class { addEventListener() {} close() {} }")
    phone.reload()
    phone.get_by_label("Your formula").fill("score ~ week")
    host.click("close")
    phone.get_by_role("button", name="Send").click()
    expect(phone.get_by_role("heading", name="Closed")).to_be_visible()
    expect(phone.get_by_role("alert")).to_have_text(
        "This vote is closed: the answer came too late."
    )
    expect(phone.get_by_text("You have not answered this one.")).to_be_visible()
    assert answers(host, phone) == []


def test_without_a_script_a_phone_follows_the_room(
    lesson: tuple[Server, Host], browser: Browser
) -> None:
    server, host = lesson
    context = browser.new_context(viewport={"width": 320, "height": 640}, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"http://localhost:{server.port}/p/{host.room.room.code}")
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_role("heading", name="You are in")).to_be_visible()
    host.click("start")
    # It looks again by itself, and not while something is typed.
    page.get_by_label("Your formula").fill("score ~ week", timeout=15_000)
    page.wait_for_timeout(6_000)
    expect(page.get_by_label("Your formula")).to_have_value("score ~ week")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Saved: ")).to_be_visible()
    host.click("close")
    page.get_by_label("Your formula").fill("score ~ 1")
    page.get_by_role("button", name="Change my answer").click()
    expect(page.get_by_role("alert")).to_have_text("This vote is closed: the answer came too late.")
    host.click("reveal")
    expect(page.get_by_text("Your answer:")).to_be_visible(timeout=15_000)
    expect(page.get_by_text("You have")).to_be_visible(timeout=15_000)
    context.close()


def test_numbers_of_panels_stand_on_one_line_on_a_small_phone(
    lesson: tuple[Server, Host], browser: Browser
) -> None:
    server, old = lesson
    host = Host(old.store, [Asked("simulation/find-the-sleepless", 3)])
    context = browser.new_context(viewport={"width": 320, "height": 640}, is_mobile=True)
    page = context.new_page()
    page.goto(f"http://localhost:{server.port}/p/{host.room.room.code}")
    page.get_by_role("button", name="Join").click()
    host.click("start")
    panels = page.locator(".panel span")
    expect(panels).to_have_count(20)
    heights = panels.evaluate_all("all => all.map(one => one.getBoundingClientRect().height)")
    assert max(heights) < 1.5 * min(heights)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    context.close()


def test_a_server_that_is_stopped_in_order_is_left_quietly(
    lesson: tuple[Server, Host], phone: Page
) -> None:
    server, host = lesson
    phone.evaluate(
        """() => {
            window.told = [];
            const link = document.getElementById("link");
            new MutationObserver(() => window.told.push([performance.now(), link.textContent]))
                .observe(link, { childList: true, characterData: true, subtree: true });
            window.begun = performance.now();
        }"""
    )
    server.stop()
    server.start()
    host.click("start")
    expect(phone.get_by_label("Your formula")).to_be_visible(timeout=20_000)
    expect(phone.locator("#link")).to_have_text("Connected")
    # A start may take longer than the phone keeps quiet, but it does keep quiet at first.
    begun, told = phone.evaluate("[window.begun, window.told]")
    early = [text for at, text in told if at < begun + 3_000]
    assert set(early) <= {"Connected"}, told
