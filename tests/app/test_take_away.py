"""What every page's "take it away" has in common: the link and its questions' draw."""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from pages._ui.take_away import KINDS

ROUTER = Path(__file__).resolve().parents[2] / "pages" / "_ui" / "router.py"
SETTINGS = {
    "text": "a&b=c ~ 1",
    "yes": True,
    "no": False,
    "number": 0.5,
    "several": ["x", "y z"],
    "nothing": [],
}


def write_link(settings: dict[str, object]) -> None:
    """A page with nothing but its link."""
    from pages._ui.take_away import show_link

    show_link(settings, "seed included", own_data=True)


def link_with(check: str | None) -> dict[str, list[str]]:
    app = AppTest.from_function(write_link, args=(SETTINGS,), default_timeout=60)
    if check is not None:
        app.query_params["check"] = check
    app.run()
    assert not app.exception
    assert app.markdown[0].value == "**Link to this page as it is now**, seed included:"
    assert app.caption[0].value.startswith("Your data are not in the link")
    return parse_qs(urlsplit(app.code[0].value).query)


def test_settings_stand_in_the_link_as_streamlit_reads_them() -> None:
    assert link_with(None) == {
        "text": ["a&b=c ~ 1"],
        "yes": ["true"],
        "no": ["false"],
        "number": ["0.5"],
        "several": ["x", "y z"],
    }


@pytest.mark.parametrize(
    ("check", "kept"), [("2", ["2"]), ("007", ["7"]), ("0", None), ("x", None), ("9" * 9, None)]
)
def test_the_draw_of_the_questions_is_in_the_link_if_it_is_one(
    check: str, kept: list[str] | None
) -> None:
    assert link_with(check).get("check") == kept


def test_other_questions_are_in_the_link_at_once() -> None:
    app = AppTest.from_file(str(ROUTER), default_timeout=120)
    app.switch_page(str(ROUTER.parents[1] / "learn" / "nesting.py"))
    app.run()
    link = next(code.value for code in app.code if "schools=" in code.value and "?" in code.value)
    assert "check=" not in link
    app.button(key="check.other").click().run()
    assert not app.exception
    link = next(code.value for code in app.code if "check=" in code.value)
    assert parse_qs(urlsplit(link).query)["check"] == ["2"]
    files = [button.proto for button in app.get("download_button")]
    assert [file.label for file in files] == ["Data (CSV)", "Pictures (SVG)", "Pictures (PNG)"]
    assert [file.icon for file in files] == [
        f":material/{KINDS[ending][1]}:" for ending in (".csv", ".svg", ".png")
    ]
