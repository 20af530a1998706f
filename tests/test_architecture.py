"""The import rules and the layout, read from the code itself."""

import ast
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LAYERS = ("sim", "quizzes", "pages")
MAY_IMPORT = {"sim": {"sim"}, "quizzes": {"sim", "quizzes"}, "pages": {"sim", "quizzes", "pages"}}
SCREEN_PACKAGES = {"streamlit", "altair", "vl_convert"}
DATABASE_PACKAGES = {"sqlite3", "sqlalchemy", "alembic", "psycopg", "psycopg2"}
DESIGN_CARD = {
    "app.py",
    "pages",
    "sim",
    "quizzes",
    "tests",
    "requirements.txt",
    "README.md",
}
TOOL_FILES = {
    "Makefile",
    "pyproject.toml",
    "requirements-dev.txt",
    ".streamlit",
    ".ci",
    "deploy",
    "LICENSE",
    "CITATION.cff",  # GitHub and Zenodo read it by this name
    ".gitignore",
    ".git",
    ".github",
}
BANNED_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}
MAX_LINES = 400


def source_files(*folders: str) -> list[Path]:
    """Python files of these top-level folders, in a stable order."""
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def ignored_by_git() -> set[str]:
    """Top-level names that .gitignore keeps out of the project."""
    lines = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    return {line.strip("/") for line in lines}


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported_names(tree: ast.Module, package: list[str]) -> set[str]:
    """Dotted names imported, relative ones resolved, `from a import b` as `a` and `a.b`."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            stem = ".".join([*base, *([node.module] if node.module else [])])
            found.add(stem)
            found.update(f"{stem}.{alias.name}" for alias in node.names)
    return found


def imported_modules(path: Path) -> set[str]:
    package = module_name(path).split(".")
    return imported_names(tree_of(path), package if path.name == "__init__.py" else package[:-1])


def roots(path: Path) -> set[str]:
    return {name.split(".")[0] for name in imported_modules(path)}


@pytest.mark.parametrize("layer", LAYERS)
def test_imports_point_downwards(layer: str) -> None:
    wrong = {
        str(path.relative_to(ROOT)): sorted(upward)
        for path in source_files(layer)
        if (upward := (roots(path) & set(LAYERS)) - MAY_IMPORT[layer])
    }
    assert not wrong


def test_nothing_imports_the_entry_or_the_tests() -> None:
    wrong = [
        str(path.relative_to(ROOT))
        for path in source_files(*LAYERS)
        if roots(path) & {"app", "tests"}
    ]
    assert not wrong


def test_screens_only_in_app_and_pages() -> None:
    wrong = [
        str(path.relative_to(ROOT))
        for path in source_files("sim", "quizzes")
        if roots(path) & SCREEN_PACKAGES
    ]
    assert not wrong


def test_sql_only_in_the_store() -> None:
    store = ROOT / "quizzes" / "store"
    wrong = [
        str(path.relative_to(ROOT))
        for path in [ROOT / "app.py", *source_files(*LAYERS)]
        if store not in path.parents and roots(path) & DATABASE_PACKAGES
    ]
    assert not wrong


def import_graph() -> dict[str, set[str]]:
    names = {module_name(path): path for path in source_files(*LAYERS)}
    graph: dict[str, set[str]] = {}
    for name, path in names.items():
        targets = imported_modules(path) & set(names)
        # A package names its own members when it re-exports them; a member names its package
        # when it says `from sim.lmm import fit`. Neither is a circle between files.
        graph[name] = {target for target in targets if not name.startswith(f"{target}.")} - {name}
    return graph


def find_circle(graph: dict[str, set[str]]) -> list[str]:
    done: set[str] = set()

    def visit(node: str, trail: list[str]) -> list[str]:
        if node in trail:
            return [*trail[trail.index(node) :], node]
        if node in done:
            return []
        for target in sorted(graph.get(node, ())):
            if circle := visit(target, [*trail, node]):
                return circle
        done.add(node)
        return []

    for start in sorted(graph):
        if circle := visit(start, []):
            return circle
    return []


def test_find_circle_finds_one() -> None:
    assert find_circle({"a": {"b"}, "b": {"c"}, "c": {"a"}}) == ["a", "b", "c", "a"]
    assert find_circle({"a": {"b"}, "b": {"c"}, "c": set()}) == []


def test_no_circular_imports() -> None:
    assert find_circle(import_graph()) == []


def test_no_catch_all_names() -> None:
    folders = [ROOT / folder for folder in (*LAYERS, "tests")]
    wrong = [
        str(path.relative_to(ROOT))
        for folder in folders
        for path in folder.rglob("*")
        if path.stem.lower().strip("_") in BANNED_NAMES
    ]
    assert not wrong


def test_top_level_is_the_design_card() -> None:
    found = {path.name for path in ROOT.iterdir()}
    assert found - DESIGN_CARD - TOOL_FILES - ignored_by_git() - {"__pycache__"} == set()


def test_page_scripts_only_in_subfolders() -> None:
    flat = [path.name for path in (ROOT / "pages").glob("*.py") if path.name != "__init__.py"]
    assert flat == []


def test_a_pages_own_folder_is_no_other_pages() -> None:
    """`_tails` beside `tails.py` is that page's alone; what pages share stands elsewhere."""
    wrong = []
    for path in source_files("pages"):
        own = path.relative_to(ROOT).with_suffix("").parts
        for module in imported_modules(path):
            folder, _, rest = module.partition("._")
            page = rest.partition(".")[0]
            owner = ROOT.joinpath(*folder.split("."), f"{page}.py")
            is_at_home = own[: len(folder.split(".")) + 1][-1] in (page, f"_{page}")
            if rest and owner.exists() and not (path == owner or is_at_home):
                wrong.append(f"{path.relative_to(ROOT)} imports {module}")
    assert not wrong


def test_no_test_folder_shadows_a_package() -> None:
    names = {path.name for path in (ROOT / "tests").rglob("*") if path.is_dir()}
    assert names & set(LAYERS) == set()


def test_files_stay_readable() -> None:
    long = {
        str(path.relative_to(ROOT)): count
        for path in source_files(*LAYERS, "tests")
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > MAX_LINES
    }
    assert not long


def calls(path: Path) -> list[ast.Call]:
    return [node for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call)]


def test_nothing_typed_is_run_as_code() -> None:
    banned = {"eval", "exec", "compile", "__import__"}
    attributes = {"pickle.loads", "pickle.load", "os.system", "DataFrame.eval"}
    wrong = [
        f"{path.relative_to(ROOT)}:{call.lineno} {ast.unparse(call.func)}"
        for path in [ROOT / "app.py", *source_files(*LAYERS)]
        for call in calls(path)
        if (isinstance(call.func, ast.Name) and call.func.id in banned)
        or ast.unparse(call.func) in attributes
        or (isinstance(call.func, ast.Attribute) and call.func.attr == "eval")
    ]
    assert not wrong


def test_no_raw_html_on_screens() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in [ROOT / "app.py", *source_files("pages")]
        for call in calls(path)
        if any(
            keyword.arg in {"unsafe_allow_html", "unsafe_allow_javascript"}
            for keyword in call.keywords
        )
        or (ast.unparse(call.func) == "st.html" and not is_stylesheet(call))
    ]
    assert not wrong


def is_stylesheet(call: ast.Call) -> bool:
    """Whether a call names a file of ours instead of text: a constant, all of it capitals."""
    return len(call.args) == 1 and isinstance(call.args[0], ast.Name) and call.args[0].id.isupper()


def test_the_rules_see_relative_imports() -> None:
    tree = ast.parse("from ..errors import DataError\nfrom . import fit\nimport numpy.linalg")
    assert imported_names(tree, ["sim", "lmm"]) == {
        "sim.errors",
        "sim.errors.DataError",
        "sim.lmm",
        "sim.lmm.fit",
        "numpy.linalg",
    }
