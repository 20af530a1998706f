"""The script that says whether stlite is new enough, without asking a registry."""

import base64
import io
import json
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
import streamlit

from deploy.static.check import (
    ROOT,
    TWIN,
    CheckError,
    carried,
    compiled,
    missing,
    report,
    surface,
    uses,
)

INSTALLED = Path(streamlit.__file__).parent
WORKER = 'self.onmessage = boot("https://example.org/pyodide/v0.29.3/full/pyodide.mjs");'


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def pack(archive: Path, files: dict[str, str]) -> Path:
    """A package as npm packs it: everything in a folder `package`."""
    with tarfile.open(archive, "w:gz") as packed:
        for name, text in files.items():
            member = tarfile.TarInfo(f"package/{name}")
            member.size = len(text.encode())
            packed.addfile(member, io.BytesIO(text.encode()))
    return archive


@pytest.fixture
def old_streamlit(tmp_path: Path) -> Path:
    """A Streamlit in which markdown, table, fragment and Page are all there is."""
    package = tmp_path / "streamlit"
    init = (
        "from streamlit.commands.page import Page as Page\n"
        "from streamlit.wrapping import fragment as _fragment\n"
        "markdown = _main.markdown\ntable = _main.table\nfragment = _fragment\n"
    )
    write(package / "__init__.py", init)
    write(
        package / "elements" / "texts.py",
        "class TextMixin:\n"
        "    @overload\n    def table(self, data): ...\n"
        "    def table(self, data=None, *, width='stretch'): ...\n"
        "    def markdown(self, body, **kwargs): ...\n",
    )
    write(
        package / "commands" / "page.py",
        "class Page:\n    def __init__(self, page, *, title=None): ...\n",
    )
    return package


def test_the_pinned_streamlit_has_what_the_pages_use() -> None:
    used = uses(TWIN)
    assert ("vega_lite_chart", "alt") in used
    assert missing(used, surface(INSTALLED)) == {}


def test_the_installed_signatures_are_read() -> None:
    offered = surface(INSTALLED)
    charts, page = offered["vega_lite_chart"], offered["Page"]
    assert charts is not None
    assert page is not None
    assert {"data", "spec", "width"} < charts
    assert {"title", "url_path"} < page
    assert "no_such_keyword" not in charts


def test_what_an_old_streamlit_lacks_is_named(tmp_path: Path, old_streamlit: Path) -> None:
    script = (
        "import streamlit as st\n"
        "st.markdown('x', anything=1)\n"
        "st.table(data, width=3)\n"
        "st.table(data, alt='A table.')\n"
        "with st.grid(2, gap='small'):\n    st.table(data, alt='Another.')\n"
        "st.Page(page, title='A', help='B')\n"
        "st.fragment(run_every=2)\n"
        "other.grid(2)\n"
    )
    write(tmp_path / "pages" / "one.py", script)
    assert missing(uses([tmp_path / "pages"]), surface(old_streamlit)) == {
        "st.Page(help=)": ["pages/one.py:7"],
        "st.grid": ["pages/one.py:5"],
        "st.table(alt=)": ["pages/one.py:4", "pages/one.py:6"],
    }


def test_another_kind_of_package_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CheckError, match="is missing: this is not a Streamlit"):
        surface(tmp_path)
    write(tmp_path / "__init__.py", "markdown = None\n")
    with pytest.raises(CheckError, match="mend the script"):
        surface(tmp_path)


def test_versions_are_read_from_the_packages_of_npm(tmp_path: Path) -> None:
    worker = base64.b64encode(WORKER.encode()).decode()
    files = {
        "package.json": json.dumps({"version": "1.9.2"}),
        "build/index.js": f'new Worker(new URL("data:text/javascript;base64,{worker}"))',
        "build/wheels/streamlit-1.62.0-cp313-none-any.whl": "",
    }
    found = carried(pack(tmp_path / "stlite.tgz", files))
    assert (found.stlite, found.streamlit, found.pyodide) == ("1.9.2", "1.62.0", "0.29.3")
    del files["build/index.js"]
    with pytest.raises(CheckError, match="packed in another way"):
        carried(pack(tmp_path / "other.tgz", files))


def test_the_report_answers(tmp_path: Path) -> None:
    lock = {
        "packages": {
            "numpy": {
                "version": "2.2.5",
                "file_name": "numpy-2.2.5-cp313-cp313-pyodide_2025_0_wasm32.whl",
            },
            "altair": {"version": "6.0.0", "file_name": "altair-6.0.0-py3-none-any.whl"},
        }
    }
    archive = pack(tmp_path / "pyodide.tgz", {"pyodide-lock.json": json.dumps(lock)})
    packages = compiled(archive)
    assert packages == {"numpy": "2.2.5"}
    files = {
        "package.json": '{"version": "9.9.9"}',
        "build/a.js": f"data:text/javascript;base64,{base64.b64encode(WORKER.encode()).decode()}",
        "build/wheels/streamlit-9.0.0-cp313-none-any.whl": "",
    }
    found = carried(pack(tmp_path / "stlite.tgz", files))
    assert report(found, {}, packages).endswith("build the twin.")
    waiting = report(found, {"st.grid": ["a.py:1", "b.py:2", "b.py:3"]}, packages)
    assert "stlite 9.9.9 carries Streamlit 9.0.0 and Pyodide 0.29.3." in waiting
    assert "  st.grid  a.py:1 and 2 more\n" in waiting
    assert "numpy 2.2.5 (2." in waiting


def test_without_npm_it_says_so(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "deploy/static/check.py"],
        cwd=ROOT,
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr == "'npm' is not installed: install it and try again.\n"
