"""Screenshots of every page at three widths, light and dark: `make pictures`.

They are written to build/pictures, for looking at; the README's go to tests/browser/readme. A room
in play is among them: `room` as a name takes only its pictures.
"""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.room_pictures import take_room_pictures
from tests.browser.running_app import ROOT, launch, running_app, wait_until_calm

PAGES = {
    "playground": "/playground",
    "mixture": "/playground?story=The+lecture%27s+mixture&lecture_mixture.guess=Just+show+me",
    "sleepstudy": "/playground?story=Sleep+study%2C+18+participants&n=6&who=Both",
    "schools": "/playground?story=Schools+and+classes",
    "simpson": "/playground?story=Simpson%27s+paradox",
    "wrong_formula": "/playground?mixture.model=value+~+1+%2B+conditon+%2B+(1+%7C+participant)",
    "no_data": "/playground?story=Your+own+data+(CSV)",
    "own_data": "/playground?story=Your+own+data+(CSV)",
    "tails": "/tails?guess.t.better=B&looking.0.05=10%25",
    "syntax": "/syntax?guess=6&guess.same=Different+models",
    "syntax_error": "/syntax?example.formula=dv+~+x1+%2B+(1+%7C+q",
    "pooling": "/pooling?sleepstudy20.guess=374%3A+2+observations&dropped=9-8-7-6",
    "pooling_together": "/pooling?sleepstudy20.guess=Just+show+me&view=All+in+one+picture"
    "&varying=intercepts&pooled.percent=80",
    "pvalues": "/pvalues?sleepstudy20.df=About+181%3A+one+for+each+row"
    "&sleepstudy20.worst=Wald+z&rounds=2",
    "bootstrap": "/bootstrap?guess.sleep=Rows&guess.more=Wider",
    "convergence": "/convergence?guess.seconds=Some+of+them",
    "convergence_singular": "/convergence?trouble=A+singular+fit%3A+the+best+SD+is+zero"
    "&guess.singular=All+of+them",
    "items": "/items?topics=Nested+and+crossed",
    "nesting": "/nesting?guess=The+table+cannot+tell",
    "nesting_unique": "/nesting?guess=Just+show+me&unique=true",
    "quiz": "/quiz",
    "quiz_choice": "/quiz?item=tails%2Fwhat-p-counts&seed=5",
    "quiz_order": "/quiz?item=tails%2Fthree-claims-one-t&seed=5",
    "quiz_region": "/quiz?item=tails%2Ffaster-is-on-the-left&seed=5",
    "quiz_formula": "/quiz?item=syntax%2Faverage-and-variation&seed=5",
    "quiz_line_up": "/quiz?item=simulation%2Ffind-the-sleepless&seed=5",
    "progress": "/progress",
    "study": "/study?random_slopes.guess=Just+show+me&random_slopes.curve.18=Just+show+me",
    "study_items": "/study?story=Words+and+people&items.guess=Just+show+me"
    "&items.curve.20=Just+show+me",
    "line_up": "/line_up?round=Line-up",
    "host": "/host",
    "results": "/results",
    "join": "/join?code=GD6F4D",
    "line_up_means": "/line_up?story=A+mixture+of+participants&round=Line-up&plot=Means",
}
README = ROOT / "tests" / "browser" / "readme"
# What the README shows, as on a laptop.
IN_README = {
    "playground": "mixture",
    "tails": "tails",
    "pooling": "pooling_together",
    "line_up": "line_up",
}
CLICKS = {"own_data": "Use the example"}
WIDTHS = {1440: 900, 1024: 768, 390: 844}


def main(names: list[str]) -> None:
    folder = ROOT / "build" / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    with running_app(folder / "server.log") as address, sync_playwright() as playwright:
        browser = launch(playwright)
        README.mkdir(exist_ok=True)
        for file, name in IN_README.items():
            page = browser.new_page(viewport={"width": 1440, "height": 900}, color_scheme="light")
            page.goto(address + PAGES[name])
            wait_until_calm(page)
            page.screenshot(path=str(README / f"{file}.png"))
            page.close()
        if not names or "room" in names:
            url = f"sqlite:///{folder / 'server.sqlite3'}"
            take_room_pictures(browser, address, url, folder, README)
        for name in [name for name in names if name != "room"] or ([] if names else list(PAGES)):
            for width, height in WIDTHS.items():
                for scheme in ("light", "dark"):
                    page = browser.new_page(
                        viewport={"width": width, "height": height}, color_scheme=scheme
                    )
                    page.goto(address + PAGES[name])
                    wait_until_calm(page)
                    if name in CLICKS:
                        page.get_by_role("button", name=CLICKS[name]).click()
                        page.wait_for_selector('[data-testid="stVegaLiteChart"]')
                        wait_until_calm(page)
                    # The page scrolls inside a container, so its whole height needs a tall window.
                    tall = page.evaluate(
                        "document.querySelector('[data-testid=\"stMain\"]').scrollHeight"
                    )
                    page.set_viewport_size({"width": width, "height": max(height, tall + 40)})
                    wait_until_calm(page)
                    file = folder / f"{name}_{width}_{scheme}.png"
                    page.screenshot(path=str(file))
                    page.close()
                    print(file.relative_to(Path.cwd()))
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
