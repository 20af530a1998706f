"""A page of the app without a browser: open it, read it, press its buttons."""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).resolve().parents[2]
ROUTER = ROOT / "pages" / "_ui" / "router.py"
# For a machine that does other things too; a test that passes waits no longer than it must.
PATIENCE_SECONDS = 120
WORDS = ("title", "header", "markdown", "caption", "code", "latex")
NOTES = ("error", "info", "warning", "success")

Query = Mapping[str, str | list[str]]


def path_of(page: str) -> str:
    """The script of a page, such as `learn/tails`."""
    return str(ROOT / "pages" / f"{page}.py")


def open_page(page: str, query: Query | None = None, **state: object) -> AppTest:
    """Open a page as a visitor does who follows a link to it.

    Parameters
    ----------
    page : its script below `pages`, such as `learn/tails`; '' for the one that opens first.
    query : the settings in the link.
    state : what the visitor's session knows already.
    """
    app = AppTest.from_file(str(ROUTER), default_timeout=PATIENCE_SECONDS)
    if page:
        app.switch_page(path_of(page))
    for name, value in (query or {}).items():
        app.query_params[name] = value
    for name, known in state.items():
        app.session_state[name] = known
    return app.run()


def open_as(secret: str, page: str, query: Query | None = None) -> AppTest:
    """The same in a new session of a visitor whose record has this secret."""
    return open_page(page, query, **{"visitor.secret": secret})


def text(app: AppTest) -> str:
    """Everything on the page that can be read, tables too, as it was written."""
    parts = [element.value for kind in WORDS for element in app.get(kind)]
    for kind in NOTES:
        for element in app.get(kind):
            parts += [element.proto.title, element.value]
    parts += [element.value.to_string() for element in app.table]
    return "\n".join(str(part) for part in parts)


def plain_text(app: AppTest) -> str:
    """The same without Markdown's backslashes and what has no width."""
    return text(app).replace("\\", "").replace("\u2060", "")


def alts(app: AppTest) -> list[str]:
    """What the pictures show, in words."""
    return [chart.proto.alt for chart in app.get("vega_lite_chart")]


def press(app: AppTest, label: str) -> AppTest:
    """Press the button of this name."""
    return next(button for button in app.button if button.label == label).click().run()


def settings_of(link: str) -> dict[str, str | list[str]]:
    """The settings in a link, for `open_page`."""
    found = parse_qs(urlsplit(link).query)
    return {name: values if len(values) > 1 else values[0] for name, values in found.items()}


def settings_in(app: AppTest, part: str) -> dict[str, str | list[str]]:
    """The settings in the page's link to itself, which has this part."""
    return settings_of(next(code.value for code in app.code if part in code.value))


def taken(app: AppTest, name: str, value: str) -> bool:
    """Whether a control holds what the link says: Streamlit drops what a control cannot hold."""
    if name not in app.session_state:
        return False  # nothing on the page has this name
    if name in app.query_params:
        return value in app.query_params[name]
    state = app.session_state[name]  # a control's default leaves the link
    shown = [box.options[box.index] for box in app.selectbox if box.key == name]
    return value in (str(state), *shown) or (
        isinstance(state, int | float) and float(value.replace(",", "")) == state
    )
