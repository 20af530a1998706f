"""Whether the newest stlite carries a Streamlit that has what our learn and practice pages use.

`.venv/bin/python deploy/static/check.py` asks npm for stlite and pip for the Streamlit that it
carries, and reads both without running them. README.md beside this file says what for.
"""

import ast
import base64
import json
import re
import subprocess
import sys
import tarfile
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[2]
TWIN = [ROOT / "pages" / folder for folder in ("_ui", "learn", "practice")]
REQUIREMENTS = ROOT / "requirements.txt"
PATIENCE = 300  # seconds for one download

# What a page uses: a name of Streamlit, and one keyword of it or None.
Use = tuple[str, str | None]


class CheckError(Exception):
    """Something could not be had or read; the sentence says what to do."""


@dataclass(frozen=True, slots=True)
class Carried:
    """What one release of stlite brings along; all are versions."""

    stlite: str
    streamlit: str
    pyodide: str


def uses(folders: Iterable[Path]) -> dict[Use, list[str]]:
    """What the scripts ask of `st`, and the places, as "folder/file:line".

    Calls of a container's own methods are not seen: a name alone does not say what it holds.
    """
    found: dict[Use, list[str]] = defaultdict(list)
    for path in sorted(path for folder in folders for path in folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.expr):
                for use in _uses_of(node):
                    found[use].append(f"{path.parent.name}/{path.name}:{node.lineno}")
    return dict(found)


def _uses_of(node: ast.expr) -> Iterator[Use]:
    if (name := _of_streamlit(node)) is not None:
        yield name, None
    if isinstance(node, ast.Call) and (name := _of_streamlit(node.func)) is not None:
        yield from ((name, keyword.arg) for keyword in node.keywords if keyword.arg)


def _of_streamlit(node: ast.expr) -> str | None:
    """The name after `st.`, if that is what stands there."""
    if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "st":
        return node.attr
    return None


def surface(package: Path) -> dict[str, set[str] | None]:
    """What Streamlit offers as `st.name`, with the keywords each takes.

    Parameters
    ----------
    package : the folder `streamlit` of an installed or unpacked release.

    Returns
    -------
    Names and their keywords; None where the source does not name them all.

    Raises
    ------
    CheckError : the folder is not a Streamlit of the kind this knows.
    """
    methods = _methods(package / "elements")
    offered: dict[str, set[str] | None] = {}
    for node in _parsed(package / "__init__.py").body:
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                name = alias.asname or alias.name
                offered[name] = _defined(package, node.module, alias.name)
        elif isinstance(node, ast.Import):
            offered.update((alias.asname or alias.name.split(".")[0], None) for alias in node.names)
        for target in _targets(node):
            offered[target] = methods.get(target) if _is_of_main(node) else None
    if not methods or "markdown" not in offered:
        raise CheckError(
            f"{package} is not a Streamlit that this script can read: mend the script."
        )
    return offered


def _targets(node: ast.stmt) -> list[str]:
    targets = node.targets if isinstance(node, ast.Assign) else []
    if isinstance(node, ast.AnnAssign):
        targets = [node.target]
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _is_of_main(node: ast.stmt) -> bool:
    """Whether a statement hands on a method of the page, as `pills = _main.pills`."""
    value = getattr(node, "value", None)
    return isinstance(value, ast.Attribute) and ast.unparse(value.value) == "_main"


def _methods(elements: Path) -> dict[str, set[str] | None]:
    """Keywords of all methods that Streamlit mixes into a page, by name."""
    found: dict[str, set[str] | None] = {}
    for path in sorted(elements.rglob("*.py")):
        for node in _parsed(path).body:
            if isinstance(node, ast.ClassDef) and node.name.endswith("Mixin"):
                # Of overloads the last one is the function itself.
                found.update((part.name, _keywords(part)) for part in _functions(node.body))
    return found


def _defined(package: Path, module: str, name: str) -> set[str] | None:
    """Keywords of a function or class that the package takes from one of its modules."""
    path = package.parent / Path(*module.split(".")).with_suffix(".py")
    if not path.is_file():
        return None
    keywords: set[str] | None = None
    for node in _parsed(path).body:
        if isinstance(node, ast.ClassDef) and node.name == name:
            makers = [part for part in _functions(node.body) if part.name == "__init__"]
            keywords = _keywords(makers[-1]) if makers else None
        elif isinstance(node, ast.FunctionDef) and node.name == name:
            keywords = _keywords(node)
    return keywords


def _functions(body: Iterable[ast.stmt]) -> list[ast.FunctionDef]:
    return [node for node in body if isinstance(node, ast.FunctionDef)]


def _keywords(function: ast.FunctionDef) -> set[str] | None:
    if function.args.kwarg:
        return None
    return {argument.arg for argument in (*function.args.args, *function.args.kwonlyargs)}


def _parsed(path: Path) -> ast.Module:
    if not path.is_file():
        raise CheckError(f"{path} is missing: this is not a Streamlit that this script can read.")
    return ast.parse(path.read_text(encoding="utf-8"))


def missing(
    used: Mapping[Use, list[str]], offered: Mapping[str, set[str] | None]
) -> dict[str, list[str]]:
    """What is used and not offered, as a page writes it, with its places."""
    lacking = {}
    for (name, keyword), places in sorted(
        used.items(), key=lambda use: (use[0][0], use[0][1] or "")
    ):
        if name not in offered and keyword is None:
            lacking[f"st.{name}"] = places
        keywords = offered.get(name)
        if keyword is not None and keywords is not None and keyword not in keywords:
            lacking[f"st.{name}({keyword}=)"] = places
    return lacking


def carried(archive: Path) -> Carried:
    """Read a package of @stlite/browser as npm hands it out.

    Raises
    ------
    CheckError : it is packed in a way this does not know.
    """
    streamlit, pyodide, stlite = set(), set(), ""
    with tarfile.open(archive) as packed:
        for member in packed:
            if wheel := re.search(r"/wheels/streamlit-([\d.]+)-", member.name):
                streamlit.add(wheel[1])
            elif member.name == "package/package.json":
                stlite = str(json.loads(_text(packed, member))["version"])
            elif member.name.endswith(".js"):
                pyodide |= _pyodides(_text(packed, member))
    if len(streamlit) != 1 or len(pyodide) != 1 or not stlite:
        raise CheckError(f"{archive.name} is packed in another way than before: mend the script.")
    return Carried(stlite, streamlit.pop(), pyodide.pop())


def _text(packed: tarfile.TarFile, member: tarfile.TarInfo) -> str:
    content = packed.extractfile(member)
    return content.read().decode("utf-8") if content else ""


def _pyodides(script: str) -> set[str]:
    """Versions of Pyodide that the workers start which a script has inside as base64."""
    workers = re.findall(r"data:text/javascript;base64,([A-Za-z0-9+/]+={0,2})", script)
    texts = [base64.b64decode(worker).decode("utf-8", "replace") for worker in workers]
    return {found for text in texts for found in re.findall(r"/pyodide/v([\d.]+)/", text)}


def compiled(archive: Path) -> dict[str, str]:
    """Versions of the compiled packages in a package of pyodide as npm hands it out."""
    with tarfile.open(archive) as packed:
        lock = json.loads(_text(packed, packed.getmember("package/pyodide-lock.json")))
    return {
        name: str(entry["version"])
        for name, entry in lock["packages"].items()
        if entry["file_name"].endswith("wasm32.whl")
    }


def pinned(requirements: Path) -> dict[str, str]:
    """Versions of the packages that the app asks for."""
    lines = requirements.read_text(encoding="utf-8").splitlines()
    return dict(re.findall(r"^([a-z0-9-]+)(?:\[\w+\])?==(\S+)$", "\n".join(lines), re.M))


def report(found: Carried, lacking: Mapping[str, list[str]], packages: Mapping[str, str]) -> str:
    """The answer in words."""
    lines = [
        f"stlite {found.stlite} carries Streamlit {found.streamlit} and Pyodide {found.pyodide}."
    ]
    ours = pinned(REQUIREMENTS)
    pairs = [f"{name} {packages[name]} ({ours[name]})" for name in ours if name in packages]
    lines.append(f"Compiled for that Pyodide, and in brackets here: {', '.join(pairs)}.")
    if not lacking:
        lines.append("That Streamlit has what the learn and practice pages use: build the twin.")
        return "\n".join(lines)
    lines.append("The learn and practice pages use what that Streamlit does not have:")
    for what, places in lacking.items():
        more = f" and {len(places) - 1} more" if len(places) > 1 else ""
        lines.append(f"  {what}  {places[0]}{more}")
    lines.append("The twin has to wait for a later stlite.")
    return "\n".join(lines)


def _fetched(command: list[str], folder: Path, pattern: str) -> Path:
    """Run npm or pip in a folder and give the file that it leaves there."""
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
    except FileNotFoundError:
        raise CheckError(f"'{command[0]}' is not installed: install it and try again.") from None
    except subprocess.TimeoutExpired:
        raise CheckError(f"'{' '.join(command)}' gave no answer: try again later.") from None
    files = list(folder.glob(pattern))
    if done.returncode or len(files) != 1:
        said = done.stderr.strip() or done.stdout.strip()
        raise CheckError(
            f"'{' '.join(command)}' failed; try again when the network is there.\n{said}"
        )
    return files[0]


def main() -> int:
    """Print the answer; 0 when the twin can be built, 1 when not yet, 2 when nobody knows."""
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    pip += ["--only-binary", ":all:"]
    try:
        with TemporaryDirectory() as name:
            folder = Path(name)
            found = carried(
                _fetched(["npm", "pack", "@stlite/browser"], folder, "stlite-browser-*.tgz")
            )
            packages = compiled(
                _fetched(["npm", "pack", f"pyodide@{found.pyodide}"], folder, "pyodide-*.tgz")
            )
            wheel = _fetched([*pip, f"streamlit=={found.streamlit}"], folder, "streamlit-*.whl")
            with zipfile.ZipFile(wheel) as unpacked:
                unpacked.extractall(folder)
            lacking = missing(uses(TWIN), surface(folder / "streamlit"))
    except CheckError as error:
        print(error, file=sys.stderr)
        return 2
    print(report(found, lacking, packages))
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main())
