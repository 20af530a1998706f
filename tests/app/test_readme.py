"""What the README says is so: links, commands, variables, packages, and code that runs."""

import re
from importlib.util import find_spec
from pathlib import Path
from subprocess import run
from urllib.parse import parse_qsl, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from quizzes import read_item
from quizzes.learn_pages import LEARN_PAGES
from quizzes.settings import VARIABLES
from sim import lmer
from sim.inference.allfit import allfit
from sim.inference.optimisers import OPTIMISERS, Optimiser
from sim.inference.troubles import TROUBLES
from tests.app.screen import PATIENCE_SECONDS, ROOT, path_of, taken, text

README = (ROOT / "README.md").read_text(encoding="utf-8")
SITE = "http://localhost:8501/"
PAGES = {
    path.stem: f"{folder}/{path.stem}"
    for folder in ("learn", "practice", "classroom")
    for path in (ROOT / "pages" / folder).glob("*.py")
}
TARGETS = re.compile(r"\]\(([^)\s]+)\)|src=\"([^\"]+)\"")
LINKS = sorted({a or b for a, b in TARGETS.findall(README)})
TO_PAGES = [link for link in LINKS if link.startswith(SITE)]
TO_FILES = [link for link in LINKS if not link.startswith(("http", "#"))]
FIRST_TABLES = re.compile(r"^\| ([a-z][a-z0-9, -]+) \| ", re.MULTILINE)


def code_of(kind: str, begins: str) -> str:
    """The block of code of a kind that has this beginning, without its indent."""
    for indent, body in re.findall(rf"^( *)```{kind}\n(.*?)^ *```$", README, re.S | re.M):
        lines = [line.removeprefix(indent) for line in body.splitlines()]
        if lines[0].startswith(begins):
            return "\n".join(lines)
    raise AssertionError(f"no {kind} beginning with {begins}")


def anchor(heading: str) -> str:
    """The name GitHub gives a heading."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def anchors(file: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
    return {anchor(heading) for heading in headings}


@pytest.mark.parametrize("link", TO_FILES)
def test_files_and_their_sections_exist(link: str) -> None:
    path, _, section = link.partition("#")
    assert (ROOT / path).is_file()
    assert not section or section in anchors(ROOT / path)


def test_sections_named_at_the_top_exist() -> None:
    named = {link[1:] for link in LINKS if link.startswith("#")}
    assert len(named) >= 5 and named <= anchors(ROOT / "README.md")


def test_every_picture_has_words() -> None:
    pictures = re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", README)
    assert len(pictures) >= 4 and all(len(alt) > 15 for alt, _ in pictures)
    assert all('alt="' in tag for tag in re.findall(r"<img [^>]+>", README))


@pytest.mark.usefixtures("without_questions")  # they link to a page that runs in the app only
@pytest.mark.parametrize("link", [link for link in TO_PAGES if "?" in link])
def test_a_link_opens_its_page_with_every_setting(link: str) -> None:
    address = urlsplit(link)
    settings = parse_qsl(address.query)
    page = path_of(PAGES[address.path.strip("/")])
    app = AppTest.from_file(page, default_timeout=PATIENCE_SECONDS)
    for name, value in settings:
        app.query_params[name] = value
    app.run()
    assert not app.exception
    assert [name for name, value in settings if not taken(app, name, value)] == []


def test_there_is_a_link_to_every_learn_page() -> None:
    opened = {urlsplit(link).path.strip("/") for link in TO_PAGES}
    missing = set(LEARN_PAGES) - opened
    assert not missing, f"README's 'For students' has no link to {sorted(missing)}"
    assert opened <= set(PAGES)


def test_make_knows_every_target() -> None:
    named = set(re.findall(r"(?:`|^)make ([a-z]+)", README, re.MULTILINE))
    assert len(named) >= 5
    # It says what it would do, and does nothing.
    command = ["make", "--dry-run", "--directory", str(ROOT), *sorted(named)]
    told = run(command, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr


def test_every_command_exists() -> None:
    modules = set(re.findall(r"python -m ([\w.]+)", README))
    assert len(modules) >= 3
    assert [name for name in modules if find_spec(name) is None] == []


def test_every_variable_is_one_of_the_settings() -> None:
    named = set(re.findall(r"(?<![\w.])([A-Z]+(?:_[A-Z]+)+)\b|\b([A-Z]{3,})=", README))
    names = {first or second for first, second in named}
    assert len(names) >= 4 and names <= {variable.name for variable in VARIABLES}


def direct(file: str) -> set[str]:
    """The requirements that are asked for themselves, not those that they bring."""
    whole = (ROOT / file).read_text(encoding="utf-8")
    asked = re.split(r"# What (?:the packages above|these) bring", whole)[0]
    return set(re.findall(r"^([a-z0-9-]+)(?:\[\w+\])?==", asked, re.MULTILINE))


def test_every_requirement_has_its_reason() -> None:
    section = README.split("### What it stands on")[1].split("\n## ")[0]
    cells = FIRST_TABLES.findall(section)
    named = {name for cell in cells for name in cell.split(", ")} - {"package"}
    assert named == direct("requirements.txt")


def test_every_requirement_of_the_tests_is_named() -> None:
    paragraph = README.split("For the tests:")[1].split("\n\n")[0].lower()
    stubs = {"pandas-stubs": "pandas", "scipy-stubs": "scipy"}
    wanted = {
        stubs.get(name, name.removeprefix("types-")) for name in direct("requirements-dev.txt")
    }
    assert [name for name in wanted if name not in paragraph] == []


def test_the_files_to_begin_with_exist() -> None:
    named = re.findall(r"`((?:sim|quizzes|pages|tests|deploy)/[\w./…]+)`", README)
    wrong = [
        name
        for name in named
        if not {"NAME", "TOPIC"} & {*re.split(r"[/.]", name)}
        and not list(ROOT.glob(name.replace("…", "*")))
    ]
    assert len(named) >= 8 and wrong == []


def test_the_question_is_one() -> None:
    item = read_item(code_of("yaml", "kind:"), "syntax/of-my-own")
    assert item.kind == "single_choice" and item.see is not None


def test_the_code_for_the_engine_runs(capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(code_of("python", "import numpy"), "README", "exec"), {})
    printed = capsys.readouterr().out
    assert "Linear mixed model fit by REML" in printed and printed.strip().endswith("]")


@pytest.mark.usefixtures("without_questions")
def test_the_page_to_begin_with_opens(tmp_path: Path) -> None:
    script = tmp_path / "trials.py"
    script.write_text(code_of("python", '"""Trials'), encoding="utf-8")
    app = AppTest.from_file(str(script), default_timeout=PATIENCE_SECONDS)
    app.query_params["weeks"] = "9"
    app.run()
    assert not app.exception
    assert app.slider[0].value == 9 and "How fast?" in text(app)


def test_the_optimiser_to_begin_with_searches(monkeypatch: pytest.MonkeyPatch) -> None:
    space: dict = {}
    exec(compile(code_of("python", '"""Nelder'), "README", "exec"), space)
    assert isinstance(space["OPTIMISER"], Optimiser)
    monkeypatch.setattr(
        "sim.inference.allfit.OPTIMISERS", {**OPTIMISERS, "mine": space["OPTIMISER"]}
    )
    for trouble in TROUBLES.values():
        for cure, what in trouble.cures.items():
            if what.works:
                fit = lmer(trouble.model(cure), trouble.frame(cure))
                assert all(attempt.reached for attempt in allfit(fit, ["newton", "mine"]).attempts)
