"""What a page must be for everybody: axe's rules, the way of the Tab key, pictures in words."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

Scheme = Literal["light", "dark"]
SERIOUS = ("serious", "critical")
# Both themes and both widths on each page. The other two of the four come on the page after it:
# what pages share is seen in all of them, at half the price.
VIEWS: tuple[tuple[tuple[int, Scheme], ...], ...] = (
    ((1280, "light"), (390, "dark")),
    ((1280, "dark"), (390, "light")),
)
HEIGHT = 900
# More stops than any page has: whoever comes so far does not get out.
MOST_STOPS = 250


@dataclass(frozen=True, slots=True)
class Allowed:
    """A finding that stays, for the reason given.

    Parameters
    ----------
    rule : of axe.
    within : a selector of the found element or of what holds it.
    """

    rule: str
    within: str
    reason: str


# In what Streamlit draws and we cannot change.
ALLOWED = (
    Allowed(
        "list",
        "[data-testid=stSidebarNavItems]",
        "Streamlit's navigation has a div for each section between its list and the items.",
    ),
    Allowed(
        "listitem",
        "[data-testid=stSidebarNavItems]",
        "The items of the same list, which are below those divs.",
    ),
    Allowed(
        "scrollable-region-focusable",
        "[data-testid=stCode] pre",
        "st.code scrolls without a tabindex. Chromium and Firefox stop by themselves at what "
        "scrolls, as the walk with the Tab key sees; a button beside it copies the text.",
    ),
    Allowed(
        "scrollable-region-focusable",
        ".katex-display",
        "st.latex scrolls a wide formula without a tabindex; browsers stop there as above.",
    ),
    Allowed(
        "scrollable-region-focusable",
        "[data-testid=stMarkdownContainer] table",
        "st.markdown gives its tables no tabindex; on a phone they scroll; browsers stop there.",
    ),
)

# Inside a chart all is hidden from whoever hears the page; axe would look at a thousand marks.
_PARTS = {"exclude": [["[data-testid=stVegaLiteChart] svg"]]}
_ALLOWED_FOR = """([target, within]) => {
    const found = document.querySelector(target);
    return within.map(selector => Boolean(found && found.closest(selector)));
}"""

# One press of Tab: what has the focus now, where it stands on the page, and how it looks.
_WALK = """() => {
window.walk = { stops: [], looks: [] };
// What has the focus is looked at as soon as it has it.
document.head.appendChild(document.createElement('style')).textContent =
    '* { transition: none !important; }';
// The way begins at the top, wherever somebody has clicked before.
const start = document.createElement('span');
start.tabIndex = -1;
document.body.prepend(start);
start.focus();
start.remove();
window.walk.near = (node) => {
    const box = node.closest('label, [data-testid="stSlider"]');
    const near = [node, box, node.parentElement, node.parentElement?.parentElement,
        node.parentElement?.parentElement?.parentElement];
    return near.filter(Boolean);
};
window.walk.look = (node) => JSON.stringify(window.walk.near(node).map(one => {
    const style = getComputedStyle(one);
    return [style.outline, style.boxShadow, style.borderColor, style.backgroundColor];
}));
window.walk.step = () => {
    const node = document.activeElement;
    if (!node || node === document.body) return null;
    const stops = window.walk.stops;
    const again = stops.includes(node);
    // From its end some browsers go straight to the beginning, others to their own buttons.
    if (again && node === stops[0]) return null;
    // A table has a stop for each cell but one focus.
    const within = again && node === stops.at(-1) && node.tagName === 'CANVAS';
    stops.push(node);
    window.walk.looks.push(window.walk.look(node));
    const box = node.getBoundingClientRect();
    const main = node.closest('[data-testid="stMainBlockContainer"], main#main');
    const scrolled = document.querySelector('[data-testid="stMain"]')?.scrollTop ?? window.scrollY;
    const name = node.getAttribute('aria-label') || node.innerText || node.value || '';
    return {
        name: node.tagName + ' ' + name.slice(0, 60).replace(/\\s+/g, ' '),
        again: again && !within, inMain: Boolean(main), left: box.left,
        top: box.top + scrolled, bottom: box.bottom + scrolled,
    };
};
// Keys other than Tab go round inside a group, which is one stop.
window.walk.missed = () => {
    const groups = '[role=radiogroup], [role=tablist], [data-testid=stButtonGroup], fieldset';
    const members = '[type=radio], [role=radio], [role=tab], [data-testid=stButtonGroup] button';
    const stops = window.walk.stops;
    const inGroup = (node) => {
        const group = node.closest(groups);
        return group && node.matches(members) && stops.some(stop => group.contains(stop));
    };
    const controls = 'a[href], button, input, select, textarea, summary, [tabindex="0"]';
    return [...document.querySelectorAll(controls)].filter(node =>
        !node.disabled && node.tabIndex >= 0 && node.type !== 'hidden'
        && node.checkVisibility({ visibilityProperty: true })
        && !stops.includes(node) && !inGroup(node) && !stops.some(stop => !stop.isConnected
            && stop.tagName === node.tagName && stop.textContent === node.textContent))
        .map(node => node.outerHTML.slice(0, 200));
};
window.walk.unseen = () => {
    document.activeElement.blur();
    const walk = window.walk;
    return walk.stops.filter((node, i) => node.isConnected && walk.look(node) === walk.looks[i])
        .map(node => node.outerHTML.slice(0, 200));
};
}"""


def findings(
    page: Page, used: set[Allowed], allowances: tuple[Allowed, ...] = ALLOWED
) -> list[str]:
    """Serious and critical findings of axe that are ours.

    Parameters
    ----------
    used : gets the allowances that were needed.
    """
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    ours = []
    for violation in Axe().run(page, _PARTS, options).response["violations"]:
        if violation["impact"] not in SERIOUS:
            continue
        allowed = [one for one in allowances if one.rule == violation["id"]]
        for node in violation["nodes"]:
            within = [one.within for one in allowed]
            fits = page.evaluate(_ALLOWED_FOR, [node["target"][0], within])
            used.update(one for one, is_it in zip(allowed, fits, strict=True) if is_it)
            if not any(fits):
                said = [check["message"] for check in node["any"] + node["all"] + node["none"]]
                ours.append(f"{violation['id']}: {node['html'][:200]} {'; '.join(said)[:300]}")
    return ours


def findings_in_views(
    page: Page, used: set[Allowed], views: int, settle: Callable[[Page], None]
) -> list[str]:
    """The same in both themes and at both widths, each with where it was seen.

    Parameters
    ----------
    views : number of the pairs in `VIEWS`, counted round.
    settle : waits until the page has followed a change of theme or width.
    """
    ours = []
    for width, scheme in VIEWS[views % len(VIEWS)]:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        page.emulate_media(color_scheme=scheme)
        settle(page)
        ours += [f"{width} px, {scheme}: {one}" for one in findings(page, used)]
    return ours


@dataclass(frozen=True, slots=True)
class Walk:
    """What the Tab key met on its way through a page.

    Parameters
    ----------
    stops : names of what had the focus, in order.
    missed : controls that can be seen and were not met.
    backward : pairs of stops of which the second stands above the first, in the same column.
    unseen : stops that look the same with and without the focus.
    """

    stops: list[str]
    missed: list[str]
    backward: list[tuple[str, str]]
    unseen: list[str]


def walk(page: Page) -> Walk:
    """Press Tab from the top of a page until the focus leaves it.

    Raises
    ------
    AssertionError : it does not leave.
    """
    page.evaluate(_WALK)
    stops: list[dict[str, Any]] = []
    left = False
    while True:
        page.keyboard.press("Tab")
        stop = page.evaluate("window.walk.step()")
        if stop is None or (left and stop["again"]):
            # Code is made anew when it is first seen, and then loses the focus, not the place.
            if left:
                break
            left = True
            continue
        left = False
        trapped = stop["again"] or len(stops) >= MOST_STOPS
        assert not trapped, f"Tab does not leave the page after {[s['name'] for s in stops[-5:]]}"
        stops.append(stop)
    backward = [
        (before["name"], after["name"])
        for before, after in pairwise(stops)
        if before["inMain"]
        and after["inMain"]
        # To the top of the next column is forward.
        and after["bottom"] <= before["top"]
        and after["left"] <= before["left"]
    ]
    missed: list[str] = page.evaluate("window.walk.missed()")
    unseen: list[str] = page.evaluate("window.walk.unseen()")
    return Walk([stop["name"] for stop in stops], missed, backward, unseen)
