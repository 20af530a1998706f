"""Every screen of a phone for everybody: axe, the keyboard, large letters, forced colours."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from pages.classroom.phone import views
from quizzes import Item, load_bank
from quizzes.classroom.room import Asked
from quizzes.kinds import KINDS
from quizzes.store import Store, open_store, remove_player
from tests.bank.sample_items import item_of
from tests.browser.accessible import Allowed, Scheme, findings, walk
from tests.browser.conftest import PATIENCE
from tests.phone.classroom import Host, Phone, Server, eventually, now, serving

pytestmark = pytest.mark.browser

BANK = [next((i for i in load_bank().values() if i.kind == kind), None) for kind in KINDS]
POLL = replace(item_of("poll"), id="own/poll")
TEXT = replace(POLL, id="own/text", body=replace(POLL.body, options=()))
ITEMS: tuple[Item, ...] = (*(item for item in BANK if item is not None), POLL, TEXT)
SCHEMES: tuple[Scheme, Scheme] = ("light", "dark")
NARROW = 320
REFRESH = Allowed(
    "meta-refresh",
    "meta",
    "A phone whose server is away can only load its page anew. A room is a real-time event, which "
    "WCAG 2.2.1 excepts, and nothing is typed on this page.",
)

# Words that end before their end, or reach beyond the screen.
CUT = """() => [...document.querySelectorAll('main *')].filter(node => {
    const style = getComputedStyle(node), box = node.getBoundingClientRect();
    const scrolls = node.closest('.wide, pre, math, .hidden, svg');
    const cut = style.overflowX === 'hidden' && node.scrollWidth > node.clientWidth + 1
        || style.overflowY === 'hidden' && node.scrollHeight > node.clientHeight + 1;
    return !scrolls && (cut || box.right > innerWidth + 1);
}).map(node => node.outerHTML.slice(0, 200))"""
LARGE = "html { font-size: 225% !important; }"
MOVING = """() => document.getAnimations().length
    + [...document.querySelectorAll('*')].filter(node => {
        const style = getComputedStyle(node);
        return style.transitionDuration !== '0s' || style.scrollBehavior === 'smooth';
    }).length"""


@dataclass(frozen=True, slots=True)
class Lesson:
    """The phones' server, its store, and a room with a question of each kind."""

    server: Server
    store: Store
    host: Host

    @property
    def join(self) -> str:
        return f"http://localhost:{self.server.port}/p/{self.host.room.room.code}"


@pytest.fixture
def lesson(tmp_path: Path) -> Iterator[Lesson]:
    address = f"sqlite:///{tmp_path / 'room.sqlite3'}"
    store = open_store(address)
    with serving(address, tmp_path) as server:
        asked = [Asked(item.id, 3) for item in ITEMS]
        yield Lesson(server, store, Host(store, asked, [POLL, TEXT]))
    store.close()


def open_phone(browser: Browser, **settings: object) -> Page:
    viewport = {"width": 390, "height": 844}
    context = browser.new_context(**({"viewport": viewport, "locale": "en-GB"} | settings))
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    return page


def check(page: Page, where: str, *allowances: Allowed) -> None:
    """Axe in both themes, and the Tab key through all of it."""
    used: set[Allowed] = set()
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        assert findings(page, used, allowances) == [], (where, scheme)
    assert used == set(allowances)
    found = walk(page)
    assert (found.missed, found.backward, found.unseen) == ([], [], []), where
    assert page.locator("h1").count() == 1, where
    assert page.evaluate(MOVING) == 0, where


def answer(page: Page, item: Item) -> None:
    """Answer the question that is open."""
    form = page.locator("form#answer")
    box = form.locator("textarea, input:not([type])")
    if box.count():
        right = KINDS[item.kind].examples(item.body).right
        box.fill(str(right[0]) if right else "Nothing")
    choice = form.locator("input[type=radio], input[type=checkbox]").first
    if choice.count():
        choice.check()
    form.locator("#send").click()


def test_every_screen_is_for_everybody(browser: Browser, lesson: Lesson) -> None:
    page = open_phone(browser)
    door = lesson.join.rpartition("/")[0]
    page.goto(door)
    check(page, "door")
    page.goto(f"{door}/ABCDEF")
    expect(page.get_by_role("alert")).to_be_visible()
    check(page, "wrong code")
    page.goto(lesson.join)
    check(page, "name")
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_role("heading", name="You are in")).to_be_visible()
    check(page, "lobby")
    for number, item in enumerate(ITEMS):
        lesson.host.click("start" if number == 0 else "next")
        expect(page.get_by_text(f"Question {number + 1} of {len(ITEMS)}")).to_be_visible()
        check(page, f"{item.kind}, open")
        answer(page, item)
        expect(page.get_by_role("status").filter(has_text="Saved")).to_be_visible()
        check(page, f"{item.kind}, saved")
        lesson.host.click("reveal")
        expect(page.get_by_text("Your answer:")).to_be_visible()
        check(page, f"{item.kind}, revealed")
    lesson.host.click("again")
    expect(page.get_by_text("vote 2")).to_be_visible()
    check(page, "second vote")
    lesson.host.click("close")
    expect(page.get_by_role("heading", name="Closed")).to_be_visible()
    check(page, "closed")
    lesson.host.click("exit")
    expect(page.get_by_role("heading", name="Before you go")).to_be_visible()
    check(page, "exit ticket")
    lesson.host.click("end")
    expect(page.get_by_role("heading", name="That was it")).to_be_visible()
    check(page, "ended")
    page.context.close()


def test_removed_and_in_trouble(browser: Browser, lesson: Lesson) -> None:
    page = open_phone(browser)
    page.goto(lesson.join)
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_role("heading", name="You are in")).to_be_visible()
    remove_player(lesson.store, lesson.host.room.host_secret, 1, now())
    expect(page.get_by_role("heading", name="You have left")).to_be_visible()
    check(page, "removed")
    trouble = views.page("trouble.html", "/p", title="One moment", problem="The store is busy.")
    page.route("**/p/trouble", lambda route: route.fulfill(body=trouble, content_type="text/html"))
    page.goto(f"{lesson.join.rpartition('/')[0]}/trouble")
    check(page, "trouble", REFRESH)
    page.context.close()


def read(reader: Page, page: Page) -> list[str]:
    """What axe, which needs JavaScript, finds in a page that is shown without."""
    html = page.content().replace("<noscript>", "").replace("</noscript>", "")
    reader.route(page.url, lambda route: route.fulfill(body=html, content_type="text/html"))
    reader.goto(page.url)
    found = findings(reader, set(), ())
    reader.unroute(page.url)
    return found


def look_again(page: Page, wanted: Locator) -> bool:
    """Load a page anew; whether it shows what is wanted."""
    page.goto(page.url)
    return wanted.count() > 0


def test_without_javascript(browser: Browser, lesson: Lesson) -> None:
    page, reader = open_phone(browser, java_script_enabled=False), open_phone(browser)
    reader.route("**/static/*.js", lambda route: route.abort())
    page.goto(lesson.join)
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_role("heading", name="You are in")).to_be_visible()
    for number, item in enumerate(ITEMS):
        lesson.host.click("start" if number == 0 else "next")
        asked = page.get_by_text(f"Question {number + 1} of {len(ITEMS)}")
        if number:
            eventually(partial(look_again, page, asked))
        # The lobby looks by itself whether the lesson has begun.
        expect(asked).to_be_visible()
        assert read(reader, page) == [], item.kind
        answer(page, item)
        expect(page.get_by_role("status").filter(has_text="Saved")).to_be_visible()
    lesson.host.click("exit")
    eventually(partial(look_again, page, page.get_by_role("heading", name="Before you go")))
    assert read(reader, page) == []
    for one in (page, reader):
        one.context.close()


def test_letters_twice_as_large_on_the_narrowest_phone(browser: Browser, lesson: Lesson) -> None:
    page = open_phone(browser, bypass_csp=True, viewport={"width": NARROW, "height": 640})
    page.goto(lesson.join)
    page.get_by_role("button", name="Join").click()
    for number, item in enumerate(ITEMS):
        lesson.host.click("start" if number == 0 else "next")
        expect(page.get_by_text(f"Question {number + 1} of {len(ITEMS)}")).to_be_visible()
        if number == 0:
            page.add_style_tag(content=LARGE)
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW, item.kind
        assert page.evaluate(CUT) == [], item.kind
    page.context.close()


def test_what_is_chosen_is_seen_in_forced_colours(browser: Browser, lesson: Lesson) -> None:
    page = open_phone(browser, forced_colors="active")
    Phone(lesson.server.port).join(lesson.host.room.room.code, "Ada")
    page.goto(lesson.join)
    page.get_by_role("button", name="Join").click()
    lesson.host.click("start")
    choices = page.locator(".choice")
    choices.nth(1).click()
    style = "node => getComputedStyle(node).outlineStyle"
    assert choices.nth(1).evaluate(style) == "solid"
    assert choices.nth(0).evaluate(style) == "none"
    page.context.close()
