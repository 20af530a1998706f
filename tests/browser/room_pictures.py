"""Screenshots of a room in play: the projector, phones with a question, and the results."""

from pathlib import Path

from playwright.sync_api import Browser, FloatRect, Page, expect

from quizzes.store import open_store
from tests.app.in_class import Class, open_class
from tests.browser.running_app import wait_until_calm

PROJECTOR = {"width": 1920, "height": 1080}
# Without the warning that no phone reaches this computer.
README: FloatRect = {"x": 0, "y": 0, "width": 1920, "height": 905}
PHONES = (320, 390)
SCHEMES = ("light", "dark")
CLASS = 24
# How many of the class are right in the first and in the second vote.
RIGHT = (9, 17)


def take_room_pictures(browser: Browser, address: str, url: str, folder: Path, kept: Path) -> None:
    """Play the second question of the deck on tails, and photograph all screens.

    Parameters
    ----------
    url : of the app's store.
    folder : for pictures of both themes; `kept` gets the README's.
    """
    store = open_store(url)
    room = open_class(store, "tails", ("",) * CLASS)
    code = room.now().room.code
    screens = {
        scheme: browser.new_page(viewport=PROJECTOR, color_scheme=scheme) for scheme in SCHEMES
    }
    phones = {
        (width, scheme): browser.new_page(
            viewport={"width": width, "height": 700}, color_scheme=scheme, device_scale_factor=2
        )
        for width in PHONES
        for scheme in SCHEMES
    }
    for page in screens.values():
        page.goto(f"{address}/host?room={room.secret}")
        expect(page.get_by_role("img", name="scan the QR code")).to_be_visible()
    for phone in phones.values():
        phone.goto(f"{address}/p/{code}")
        phone.get_by_role("button", name="Join").click()
    _photograph(screens, folder / "room_lobby", kept / "room_lobby.png")
    _play(room, phones, folder, kept)
    for page in screens.values():
        expect(page.get_by_text("second vote · revealed")).to_be_visible()
    _photograph(screens, folder / "room_votes", kept / "room_votes.png")
    room.click("end")
    for page in screens.values():
        page.goto(f"{address}/results?room={room.secret}")
    _photograph(screens, folder / "room_results", kept / "room_results.png")
    store.close()


def _play(room: Class, phones: dict[tuple[int, str], Page], folder: Path, kept: Path) -> None:
    """Two votes on the second question, and its reveal."""
    room.click("start")
    room.vote(*[True] * CLASS)
    room.click("next")
    room.vote(*(seat < RIGHT[0] for seat in range(CLASS)), mixed=True)
    for (width, scheme), phone in phones.items():
        phone.locator("label.choice").nth(1).click()
        phone.get_by_role("button", name="Send").click()
        expect(phone.get_by_text("Saved. You can change it")).to_be_visible()
        phone.screenshot(path=str(folder / f"room_phone_{width}_{scheme}.png"), full_page=True)
    phones[390, "light"].screenshot(path=str(kept / "room_phone.png"), full_page=True)
    room.click("close")
    room.click("again")
    room.vote(*(seat < RIGHT[1] for seat in range(CLASS)), mixed=True)
    room.click("reveal")


def _photograph(screens: dict[str, Page], name: Path, kept: Path) -> None:
    for scheme, page in screens.items():
        wait_until_calm(page)
        page.screenshot(path=f"{name}_{scheme}.png")
    screens["light"].screenshot(path=str(kept), clip=README)
