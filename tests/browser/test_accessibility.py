"""Every page for everybody: axe finds nothing of ours, and the keyboard reaches all of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from quizzes.classroom.room import Asked
from quizzes.store import Store, open_store
from tests.browser.accessible import ALLOWED, Allowed, findings_in_views, walk
from tests.browser.conftest import PATIENCE
from tests.browser.running_app import running_app, wait_until_calm
from tests.phone.classroom import Host, Phone

pytestmark = pytest.mark.browser

# Each page of the navigation with as much on it as it can show: the answer after the prediction,
# a question, a filled form. They are opened one after the other, each once.
PAGES = {
    "playground": "/playground?story=The+lecture%27s+mixture&lecture_mixture.guess=Just+show+me",
    "own data": "/playground?story=Your+own+data+(CSV)",
    "tails": "/tails?guess.t.better=B&looking.0.05=10%25",
    "pooling": "/pooling?sleepstudy20.guess=374%3A+2+observations&dropped=9-8-7-6",
    "syntax": "/syntax?guess=6&guess.same=Different+models",
    "nesting": "/nesting?guess=Just+show+me&unique=true",
    "bootstrap": "/bootstrap?guess.sleep=Rows&guess.more=Wider",
    "pvalues": "/pvalues?sleepstudy20.df=About+181%3A+one+for+each+row"
    "&sleepstudy20.worst=Wald+z&rounds=2",
    "convergence": "/convergence?guess.seconds=Some+of+them",
    "study": "/study?random_slopes.guess=Just+show+me&random_slopes.curve.18=Just+show+me",
    "quiz": "/quiz",
    "question": "/quiz?item=tails%2Fthree-claims-one-t&seed=5",
    "line-up": "/line_up?round=Line-up",
    "progress": "/progress",
    "host": "/host",
    "results": "/results",
    "join": "/join?code=GD6F4D",
    "items": "/items?topics=Nested+and+crossed",
}
PHASES = ("lobby", "open", "closed", "votes", "revealed", "second vote", "moved", "exit", "ended")
LINE_UP = "simulation/find-the-loner"
CHOICE = "tails/what-p-counts"

UNNAMED = """() => [
    ...[...document.querySelectorAll('[data-testid=stVegaLiteChart]')]
        .filter(chart => !chart.getAttribute('role') || !chart.getAttribute('aria-label')),
    ...[...document.images].filter(image => !image.alt),
].map(node => node.outerHTML.slice(0, 200))"""
# Code is coloured, and made anew, when it is first seen.
LOOK_AT_ALL = """async () => {
    for (const code of document.querySelectorAll('[data-testid=stCode]')) {
        code.scrollIntoView();
        await new Promise(wake => setTimeout(wake, 100));
    }
    document.querySelector('[data-testid=stMain]').scrollTop = 0;
}"""
MOVING = """() => document.getAnimations().filter(one => one.playState === 'running')
    .map(one => one.effect.target.outerHTML.slice(0, 200))"""


@dataclass(frozen=True, slots=True)
class Site:
    """A running app and its store."""

    address: str
    store: Store


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    log = tmp_path_factory.mktemp("accessible") / "server.log"
    with running_app(log) as address:
        store = open_store(f"sqlite:///{log.with_suffix('.sqlite3')}")
        yield Site(address, store)
        store.close()


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """One page for all tests, of a visitor who wants nothing to move."""
    context = browser.new_context(locale="en-GB", reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    yield page
    context.close()


@pytest.fixture(scope="module", params=PAGES)
def visited(request: pytest.FixtureRequest, page: Page, site: Site) -> Page:
    """A page of the app; all tests of one page come before the next page is opened."""
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(color_scheme="light")
    page.goto(site.address + PAGES[request.param])
    wait_until_calm(page)
    if request.param == "own data":
        page.get_by_role("button", name="Use the example").click()
        expect(page.get_by_test_id("stVegaLiteChart").first).to_be_visible()
        wait_until_calm(page)
    page.evaluate(LOOK_AT_ALL)
    return page


@pytest.fixture(scope="module")
def used() -> set[Allowed]:
    """The allowances that some page needed."""
    return set()


def settle(page: Page) -> None:
    """Wait until a page has followed a change of theme or width."""
    page.wait_for_timeout(150)
    wait_until_calm(page)


def test_tab_goes_through_the_page_in_order_and_is_seen(visited: Page) -> None:
    found = walk(visited)
    assert found.missed == []
    assert found.backward == []
    assert found.unseen == []
    assert found.stops[0] == "A Skip to main content"


def test_pictures_say_what_they_show_and_nothing_moves(visited: Page) -> None:
    assert visited.evaluate(UNNAMED) == []
    assert visited.evaluate(MOVING) == []


def test_axe_finds_nothing_of_ours(
    visited: Page, used: set[Allowed], request: pytest.FixtureRequest
) -> None:
    number = list(PAGES).index(request.node.callspec.params["visited"])
    assert findings_in_views(visited, used, number, settle) == []


def test_every_page_of_the_navigation_is_visited(page: Page, site: Site) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(site.address)
    wait_until_calm(page)
    page.get_by_test_id("stSidebarNavViewButton").click()
    links = page.get_by_test_id("stSidebarNavLink").evaluate_all("nodes => nodes.map(n => n.href)")
    assert {urlsplit(link).path for link in links} == {urlsplit(p).path for p in PAGES.values()}


def go_to(phase: str, host: Host, phone: Phone) -> None:
    """Bring a room from the phase before to this one."""
    match phase:
        case "open":
            host.click("start")
        case "closed":
            phone.answer(0)
            host.click("close")
        case "votes":
            host.click("show")
        case "revealed":
            host.click("reveal")
        case "second vote":
            host.click("again")
            phone.answer(1, round=2)
        case "moved":
            host.click("close", "reveal")
        case "exit":
            host.click("exit")
        case "ended":
            host.click("end")


def test_a_room_is_for_everybody_in_all_its_phases(
    page: Page, site: Site, used: set[Allowed]
) -> None:
    host = Host(site.store, [Asked(CHOICE, 3), Asked(LINE_UP, 3)])
    phone = Phone(int(site.address.rpartition(":")[2])).join(host.room.room.code, "Bo")
    page.goto(f"{site.address}/host?room={host.room.host_secret}")
    for number, phase in enumerate(PHASES):
        go_to(phase, host, phone)
        # The page looks for the room's next version each second.
        page.wait_for_timeout(1_500)
        wait_until_calm(page)
        assert page.evaluate(UNNAMED) == [], phase
        assert findings_in_views(page, used, number, settle) == [], phase
    page.goto(f"{site.address}/results?room={host.room.host_secret}")
    wait_until_calm(page)
    assert findings_in_views(page, used, len(PHASES), settle) == []


def test_each_allowance_is_still_needed(used: set[Allowed]) -> None:
    assert [one for one in ALLOWED if one not in used] == []
