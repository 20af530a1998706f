"""The walk through the page on formulas in a real browser."""

import re
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from tests.browser.running_app import wait_until_calm
from tests.browser.screen import chart, download, open_page, sticking_out

pytestmark = pytest.mark.browser

ALWAYS = "Just show me, always"
SHOWN = {"guess": ALWAYS, "guess.same": ALWAYS}


def open_syntax(page: Page, address: str, **query: str) -> None:
    settings = {name.replace("__", "."): value for name, value in query.items()}
    open_page(page, address, f"/syntax?{urlencode(settings)}")


def formula(page: Page, label: str = "Formula, as you would type it"):
    return page.get_by_label(re.compile(f"^{label}"))


def test_predict_do_see_why(page: Page, address: str) -> None:
    open_syntax(page, address)
    expect(page.get_by_role("heading", level=1)).to_have_text("Syntax")
    expect(page.get_by_text("What is estimated")).to_have_count(0)
    page.get_by_role("radio", name="5", exact=True).click()
    expect(page.get_by_text("You said 5. It is 6 numbers:")).to_be_visible()
    chart(page, "Lines by g: twelve imaginary ones, which differ in level and slope")
    chart(page, "Z, 96 rows and 48 columns")
    expect(page.locator(".katex-display")).to_be_visible()
    expect(page.locator(".katex-error")).to_have_count(0)
    expect(page.get_by_role("cell", name="21.11")).to_be_visible()
    slider = page.get_by_role("slider", name="Correlation of the two")
    slider.focus()
    slider.press("End")
    expect(page.get_by_text("Who starts higher rises more")).to_be_visible()
    assert "together=1" in page.url


def test_the_rows_of_the_lecture_and_a_typed_formula(page: Page, address: str) -> None:
    open_syntax(page, address, **SHOWN)
    page.get_by_role("radio", name="(0 + x1 | g)").first.click()
    chart(page, "Lines by g: twelve imaginary ones, which differ in slope only")
    expect(formula(page)).to_have_value("dv ~ x1 + (0 + x1 | g)")
    expect(page.get_by_text("The lines fan out from one point")).to_be_visible()
    page.get_by_role("radio", name="(1 | school/teacher)").first.click()
    chart(page, "Lines by teacher:school: twelve imaginary ones, which differ in level only")
    chart(page, "Lines by school: ")
    box = formula(page)
    box.fill("dv ~ x1*school + (1 | g)")
    expect(
        page.get_by_text("8 numbers: 6 fixed effects, 1 SD and the residual SD.")
    ).to_be_visible()
    assert "example.formula=dv" in page.url


def test_an_error_is_marked_and_repaired_by_keyboard(page: Page, address: str) -> None:
    open_syntax(page, address, **SHOWN, example__formula="dv ~ x1 + (1 | gg")
    expect(
        page.get_by_text("This '(' is never closed (character 11 of the formula).")
    ).to_be_visible()
    marked = page.get_by_test_id("stCode").first.inner_text().splitlines()
    assert marked[0].index("(") == marked[1].index("^")
    repair = page.get_by_role("button", name="Repair it")
    repair.focus()
    repair.press("Enter")
    expect(formula(page)).to_have_value("dv ~ x1 + (1 | g)")
    expect(page.get_by_text("4 numbers:")).to_be_visible()


def test_pointing_at_a_cell_of_z_reads_it(page: Page, address: str) -> None:
    open_syntax(page, address, **SHOWN, data="Sleep study with 373 and 374")
    image = page.get_by_label(re.compile("^Z, 183 rows and 40 columns")).first
    image.scroll_into_view_if_needed()
    wait_until_calm(page)
    tip = page.locator("#vg-tooltip-element")
    # The first cell of the image: row 1 and the intercept of participant 308.
    image.locator(".mark-rect path").first.hover()
    expect(tip).to_be_visible()
    read = tip.inner_text()
    assert re.search(r"row:?\s+\d+", read)
    assert re.search(r"column: effect:?\s+\(Intercept\)", read)
    assert re.search(r"value:?\s+1", read)


def test_two_formulas(page: Page, address: str) -> None:
    open_syntax(page, address, guess=ALWAYS, example__formula="dv ~ x1 + (x1 || g)")
    other = formula(page, "The second formula")
    other.fill("dv ~ (0 + x1 | g) + x1 + (1 | g)")
    expect(page).to_have_url(re.compile(r"example\.other=dv"))
    wait_until_calm(page)
    expect(page.get_by_text("The same model, always")).to_have_count(0)
    page.get_by_role("radio", name="The same model").click()
    expect(page.get_by_text("As you said: The same model, always")).to_be_visible()
    expect(page.get_by_text("They expand to the same terms.")).to_be_visible()
    page.get_by_role("radio", name="(1 | school) + (1 | teacher)").last.click()
    # The click before was about the formulas before.
    expect(page.get_by_text("Click what you expect; then you see the answer")).to_be_visible()
    page.get_by_role("radio", name="The same model").click()
    expect(page.get_by_text("Not so: Different models")).to_be_visible()


def test_what_lmer_refuses(page: Page, address: str) -> None:
    query = {"lecture_outlier.formula": "value ~ condition + (condition | participant)"}
    open_syntax(page, address, **SHOWN, **query, data="The lecture's outlier")
    expect(
        page.get_by_text("number of observations (=40) <= number of random effects (=40)")
    ).to_be_visible()
    expect(page.get_by_text("6 numbers:")).to_be_visible()


def test_own_data(page: Page, address: str) -> None:
    open_syntax(page, address, **SHOWN, data="Your own data (CSV)")
    page.get_by_role("button", name="Use the example").click()
    chart(page, "Lines by subject")
    chart(page, "Z, 180 rows and 18 columns")


def test_hostile_names_are_text(page: Page, address: str) -> None:
    name = "`![x](http://example.org/x.png)`"
    text = f"y ~ {name} + `$$ }}{{ #_^~&%` + (`<b>z</b>` | `www.example.org`)"
    open_syntax(page, address, **SHOWN, data="No data, any names", none__formula=text)
    expect(page.get_by_text("7 numbers:")).to_be_visible()
    expect(page.locator(".katex-error")).to_have_count(0)
    main = page.get_by_test_id("stMain")
    assert main.locator("a[href*='example.org']").count() == 0
    assert main.locator("img[src*='example.org']").count() == 0
    assert main.locator("b:text-is('z')").count() == 0


def test_downloads(page: Page, address: str, tmp_path: Path) -> None:
    open_syntax(page, address, **SHOWN)
    lines = download(page, "Data (CSV)", tmp_path).decode().splitlines()
    assert lines[0] == "school,teacher,g,x1,dv"
    assert len(lines) == 97
    svg = download(page, "Pictures (SVG)", tmp_path).decode()
    assert svg.startswith("<svg")
    assert "Lines by g" in svg
    assert download(page, "Pictures (PNG)", tmp_path).startswith(b"\x89PNG")


@pytest.mark.parametrize("width", [390, 1024, 1440])
def test_nothing_sticks_out_of_the_window(page: Page, address: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 850})
    text = "dv ~ x1*teacher + (x1 || g) + (1 | school/teacher)"
    open_syntax(page, address, **SHOWN, example__formula=text)
    # Equations, tables and code scroll sideways in their own boxes.
    assert sticking_out(page) == []
