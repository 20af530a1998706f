"""A quiz in a real browser: by mouse, by keyboard, on a phone, on two devices, and cut off."""

import csv
import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from quizzes import Item, find_item
from quizzes.kinds import KINDS
from quizzes.kinds.line_up import draw_panels
from quizzes.store import answered_turns, open_store
from tests.browser.running_app import start_app, wait_until_calm
from tests.browser.screen import open_page, sticking_out
from tests.browser.traffic import Traffic, secrets_of
from tests.ports import free_port

pytestmark = pytest.mark.browser

CHOICE = "tails/what-p-counts"
SURE = "Answer: I am sure"
UNSURE = "Answer: not so sure"
RIGHT = {
    CHOICE: "Without an effect, 3% of such studies",
    "tails/square-of-a-negative-t": "6,25",
    "syntax/average-and-variation": "score ~ 1 + week + (1 + week | participant)",
}


def open_quiz(page: Page, address: str, item: str = "", seed: int = 1) -> None:
    open_page(page, address, "/quiz" + (f"?item={item}&seed={seed}" if item else ""))


def press(page: Page, name: str) -> None:
    # Not exact: the name of a button with a shortcut ends with its letter.
    page.get_by_role("button", name=name).click()
    wait_until_calm(page)


def answer(page: Page, name: str = SURE) -> None:
    """Hand an answer in and wait for its feedback."""
    page.get_by_role("button", name=name).click()
    expect(page.get_by_role("button", name=name)).to_have_count(0)
    wait_until_calm(page)


def explanation(page: Page, item: Item) -> None:
    """Hold that the item's explanation is on the page, by its first plain words."""
    start = re.split(r"[*$`]", item.explanation)[0].split("\n")[0].strip()
    expect(page.get_by_text(start[:60]).first).to_be_visible()


def choose_first(page: Page) -> None:
    """Choose the first answer, whichever it is."""
    choose(page, 0)


def choose(page: Page, place: int) -> None:
    page.get_by_role("radiogroup").locator("label").nth(place).click()


def test_the_first_visitor_ever_answers_a_question(page: Page, address: str) -> None:
    open_quiz(page, address)
    expect(page.get_by_role("heading", level=1)).to_have_text("Quiz")
    expect(page.get_by_test_id("stException")).to_have_count(0)
    expect(page.get_by_text("keeps no cookies")).to_have_count(0)
    cookie = next(c for c in page.context.cookies() if c["name"] == "learner")
    assert cookie["httpOnly"]
    press(page, "Begin")
    expect(page.get_by_text("Question 1 of 10")).to_be_visible()
    expect(page.get_by_role("button", name=SURE)).to_be_visible()


def test_several_kinds_in_a_row(page: Page, address: str) -> None:
    item = find_item(CHOICE, 1)
    open_quiz(page, address, CHOICE)
    page.get_by_text(RIGHT[CHOICE]).click()
    answer(page, UNSURE)
    expect(page.get_by_text("Right, though you were not so sure")).to_be_visible()
    explanation(page, item)
    for id in list(RIGHT)[1:]:
        open_quiz(page, address, id)
        page.get_by_role("textbox").first.fill(RIGHT[id])
        answer(page)
        expect(
            page.get_by_test_id("stAlert").get_by_text(re.compile("^(Right|Yes)"))
        ).to_be_visible()
    open_quiz(page, address, "tails/faster-is-on-the-left")
    page.get_by_role("button", name="right tail").click()
    wait_until_calm(page)
    answer(page)
    expect(
        page.get_by_text("“better” often means").or_(page.get_by_text("tempting"))
    ).to_be_visible()
    open_quiz(page, address, "tails/three-claims-one-t")
    answer(page)
    explanation(page, find_item("tails/three-claims-one-t", 1))
    page.get_by_role("link", name="See it on the page Tails").click()
    wait_until_calm(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Tails")
    assert "t=1.5" in page.url


def focused(page: Page) -> str:
    """The role and the name of what has the focus."""
    return page.evaluate(
        """() => {
            const node = document.activeElement;
            if (!node.matches('button, input, textarea, a')) return '';
            const labels = [...(node.labels || [])].map(label => label.innerText);
            const name = node.getAttribute('aria-label') || node.innerText || labels.join(' ');
            return (node.getAttribute('role') || node.type || node.tagName) + ' ' + name.trim();
        }"""
    )


def tab_to(page: Page, wanted: str) -> None:
    """Press Tab until something of this name or role has the focus."""
    seen = []
    for _ in range(60):
        page.keyboard.press("Tab")
        seen.append(focused(page))
        if re.search(wanted, seen[-1]):
            return
    raise AssertionError(f"Tab never reaches {wanted}: {seen}")


def enter(page: Page) -> None:
    page.keyboard.press("Enter")
    page.wait_for_timeout(200)
    wait_until_calm(page)


def test_a_sitting_by_keyboard_alone(page: Page, address: str) -> None:
    open_quiz(page, address)
    page.keyboard.press("n")
    expect(page.get_by_text("Question 1 of 10")).to_be_visible()
    wait_until_calm(page)
    number = 1
    while not page.get_by_test_id("stRadio").count():
        assert number < 10
        tab_to(page, "Skip this one")
        enter(page)
        number += 1
        expect(page.get_by_text(f"Question {number} of 10")).to_be_visible()
        wait_until_calm(page)
    tab_to(page, "radio")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio").nth(1)).to_be_checked()
    tab_to(page, UNSURE)
    enter(page)
    expect(page.get_by_text("What about the other answers?")).to_be_visible()
    page.keyboard.press("n")
    expect(page.get_by_text(f"Question {number + 1} of 10")).to_be_visible()


def test_every_field_by_keyboard_alone(page: Page, address: str) -> None:
    open_quiz(page, address, "tails/square-of-a-negative-t", 2)
    tab_to(page, "^text")
    page.keyboard.type("6.25 n")  # an n inside a field is only a letter
    page.keyboard.press("Backspace")
    page.keyboard.press("Backspace")
    tab_to(page, SURE)
    enter(page)
    expect(page.get_by_text("the same as for").first).to_be_visible()

    open_quiz(page, address, "nesting/which-pairs-are-nested", 2)
    tab_to(page, "checkbox")
    page.keyboard.press("Space")
    tab_to(page, SURE)
    enter(page)
    explanation(page, find_item("nesting/which-pairs-are-nested", 2))

    open_quiz(page, address, "tails/faster-is-on-the-left", 2)
    tab_to(page, "left tail")
    page.keyboard.press("Space")
    wait_until_calm(page)
    tab_to(page, SURE)
    enter(page)
    expect(page.get_by_text("faster means less time").first).to_be_visible()

    open_quiz(page, address, "tails/three-claims-one-t", 2)
    entries = find_item("tails/three-claims-one-t", 2).body.entries
    tab_to(page, "3 up")
    enter(page)
    expect(page.get_by_text(re.compile(rf"^2\s+{re.escape(entries[2])}"))).to_be_visible()
    tab_to(page, SURE)
    enter(page)
    explanation(page, find_item("tails/three-claims-one-t", 2))


@pytest.mark.parametrize(
    "item",
    [CHOICE, "tails/three-claims-one-t", "tails/faster-is-on-the-left", "one-sided-p"],
)
def test_a_phone_is_wide_enough(page: Page, address: str, item: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    open_quiz(page, address, item)
    for _ in range(2):
        assert sticking_out(page) == []
        if not page.get_by_role("button", name=SURE).count():
            break
        if page.get_by_test_id("stRadio").count():
            choose_first(page)
        elif page.get_by_role("textbox").count():
            page.get_by_role("textbox").first.fill("0.2")
        elif page.get_by_role("button", name="left tail", exact=True).count():
            page.get_by_role("button", name="left tail", exact=True).click()
            wait_until_calm(page)
        answer(page)


def test_progress_survives_the_tab_and_moves_with_a_code(
    page: Page, address: str, browser: Browser, tmp_path: Path
) -> None:
    open_quiz(page, address, CHOICE)
    choose_first(page)
    answer(page)
    context = page.context
    page.close()
    tab = context.new_page()
    tab.goto(f"{address}/progress")
    wait_until_calm(tab)
    expect(tab.get_by_text("1 of", exact=False).first).to_be_visible()
    press(tab, "Make a code")
    code = tab.get_by_test_id("stCode").first.inner_text().strip()
    with tab.expect_download() as waiting:
        tab.get_by_role("button", name="CSV").click()
    waiting.value.save_as(tmp_path / "answers.csv")
    rows = list(csv.DictReader((tmp_path / "answers.csv").read_text().splitlines()))
    assert [row["item"] for row in rows] == [CHOICE]

    other = browser.new_context()
    device = other.new_page()
    device.goto(f"{address}/progress")
    wait_until_calm(device)
    expect(device.get_by_text("Nothing here yet")).to_be_visible()
    device.get_by_label("Code").fill(code.lower())
    device.keyboard.press("Enter")
    expect(device.get_by_text("This device now has your record: 1 answer.")).to_be_visible()
    wait_until_calm(device)
    # Clicks on the words: Streamlit hides the box itself.
    device.get_by_text("Yes, all of it").click()
    wait_until_calm(device)
    press(device, "Delete my record")
    expect(device.get_by_text("1 answer deleted.")).to_be_visible()
    tab.reload()
    wait_until_calm(tab)
    expect(tab.get_by_text("Nothing here yet")).to_be_visible()
    other.close()
    tab.close()


@pytest.mark.parametrize(
    "id",
    [
        CHOICE,
        "nesting/which-pairs-are-nested",
        "tails/square-of-a-negative-t",
        "syntax/average-and-variation",
        "tails/three-claims-one-t",
        "tails/faster-is-on-the-left",
    ],
)
def test_the_key_is_not_sent_before_the_answer(page: Page, address: str, id: str) -> None:
    item = find_item(id, 4)
    traffic = Traffic(page)
    open_quiz(page, address, id, 4)
    stem = item.stem.strip()[:40].encode()
    before = traffic.all()
    assert stem in before  # what is read here is what the page is made of
    hidden = secrets_of(item)
    assert [text for text in hidden if text in before] == []
    if item.kind == "numeric":
        assert b"6.25" not in b"".join(traffic.frames)
    right = KINDS[item.kind].examples(item.body).right[0]
    if item.kind == "single_choice":
        choose(page, right)
    elif item.kind in ("numeric", "formula"):
        page.get_by_role("textbox").first.fill(RIGHT[id])
    elif item.kind == "multiple_choice":
        page.get_by_test_id("stCheckbox").first.locator("label").click()
    elif item.kind == "region":
        page.get_by_role("button", name="left tail").click()
    page.wait_for_timeout(300)
    wait_until_calm(page)
    assert [text for text in hidden if text in traffic.all()] == []
    answer(page)
    after = traffic.all()
    assert item.explanation.strip()[:60].encode() in after
    if item.kind in ("single_choice", "multiple_choice"):
        assert [text for text in hidden if text not in after] == []


def test_a_line_up_does_not_say_which_panel(page: Page, address: str) -> None:
    id = "simulation/find-the-sleepless"
    item = find_item(id, 4)
    actual = draw_panels(item.body).actual
    traffic = Traffic(page)
    open_quiz(page, address, id, 4)
    told = f"Panel {actual}: actual data".encode()
    assert f"Panel {actual}: ".encode() in traffic.all()
    assert b": actual data" not in traffic.all()
    assert [text for text in secrets_of(item) if text in traffic.all()] == []
    page.get_by_role("radiogroup").or_(page.get_by_test_id("stButtonGroup")).get_by_text(
        str(actual), exact=True
    ).click()
    page.wait_for_timeout(300)
    assert b": actual data" not in traffic.all()
    answer(page)
    assert told in traffic.all()
    assert secrets_of(item)[0] in traffic.all()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context()
    yield context
    context.close()


def kill(server: subprocess.Popen[bytes]) -> None:
    os.kill(server.pid, signal.SIGKILL)
    server.wait()


def test_a_server_killed_between_answer_and_feedback_keeps_the_answer_once(
    context: BrowserContext, tmp_path: Path
) -> None:
    log, port = tmp_path / "server.log", free_port()
    address = f"http://localhost:{port}"
    item = find_item(CHOICE, 1)
    server = start_app(log, port)
    kept = open_store(f"sqlite:///{log.with_suffix('.sqlite3')}")
    outcomes = []
    try:
        for seed, delay in enumerate((0.0, 0.05, 2.0), start=1):
            page = context.new_page()
            open_quiz(page, address, CHOICE, seed)
            choose_first(page)
            page.get_by_role("button", name=SURE).click(no_wait_after=True)
            time.sleep(delay)
            kill(server)
            server = start_app(log, port)
            page.reload()
            wait_until_calm(page)
            secret = next(c["value"] for c in context.cookies() if c["name"] == "learner")
            answers = [t for t in answered_turns(kept, secret) if t.seed == seed]
            outcomes.append(len(answers))
            if answers:
                explanation(page, item)
                expect(page.get_by_role("button", name=SURE)).to_have_count(0)
            else:
                choose_first(page)
                answer(page)
                explanation(page, item)
            assert len([t for t in answered_turns(kept, secret) if t.seed == seed]) == 1
            page.close()
    finally:
        kill(server)
        kept.close()
    assert outcomes[-1] == 1
    assert set(outcomes) <= {0, 1}
    assert "Traceback" not in log.read_text(encoding="utf-8", errors="replace")
