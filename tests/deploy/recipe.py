"""What deploy/ says: the image's files and variables, the services' commands and environment."""

import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
PROCESSES = ("app1", "app2", "phone1", "phone2")


@dataclass(frozen=True, slots=True)
class Image:
    """The last stage of the Dockerfile."""

    copied: tuple[tuple[str, str], ...]
    environment: Mapping[str, str]
    user: str
    command: tuple[str, ...]
    health: tuple[str, ...]


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile's instructions with what they say, comments left out, lines joined."""
    lines = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").splitlines()
    text = "\n".join(line for line in lines if not line.lstrip().startswith("#"))
    joined = re.sub(r"\\\n\s*", " ", text)
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in joined.splitlines())]


@cache
def image() -> Image:
    """Read the last stage of the Dockerfile."""
    said = instructions()
    last = max(i for i, (word, _) in enumerate(said) if word == "FROM")
    stage = [(word, rest) for word, rest in said[last + 1 :] if word]
    copied: list[tuple[str, str]] = []
    for word, rest in stage:
        if word == "COPY" and not rest.startswith("--from="):
            *sources, target = shlex.split(rest)
            copied += [(source, target) for source in sources]
    environment = dict(
        pair.split("=", 1) for word, rest in stage if word == "ENV" for pair in shlex.split(rest)
    )
    one = dict(stage)
    health = one["HEALTHCHECK"].partition("CMD ")[2]
    return Image(
        tuple(copied),
        environment,
        one["USER"],
        tuple(json.loads(one["CMD"])),
        tuple(json.loads(health)),
    )


def copy_image(folder: Path) -> None:
    """Put into a folder what the Dockerfile copies, and nothing else; compile it, as it does."""
    folder.mkdir()
    leave = shutil.ignore_patterns("__pycache__", "*.pyc")
    for source, target in image().copied:
        origin, place = ROOT / source, folder / target
        if origin.is_dir():
            shutil.copytree(origin, place, ignore=leave)
        else:
            shutil.copy(origin, place / origin.name if target.endswith("/") else place)
    (line,) = [rest for word, rest in instructions() if word == "RUN" and "compileall" in rest]
    subprocess.run([sys.executable, *shlex.split(line)[1:]], cwd=folder, check=True)


def filled(said: Any, variables: Mapping[str, str]) -> Any:
    """Put variables where ${NAME}, ${NAME:-default} or ${NAME:?complaint} stands.

    Raises
    ------
    KeyError : a variable without a default is missing or empty.
    """

    def value(found: re.Match[str]) -> str:
        name, default = found["name"], found["default"]
        told = variables.get(name) or default
        if told is None:
            raise KeyError(name)
        return told

    if isinstance(said, str):
        return re.sub(r"\$\{(?P<name>\w+)(?::-(?P<default>[^}]*)|:\?[^}]*)?\}", value, said)
    if isinstance(said, list):
        return [filled(one, variables) for one in said]
    if isinstance(said, dict):
        return {key: filled(one, variables) for key, one in said.items()}
    return said


def services(name: str, variables: Mapping[str, str]) -> dict[str, Any]:
    """The services of a compose file, with its variables filled in."""
    read = yaml.safe_load((DEPLOY / name).read_text(encoding="utf-8"))
    found: dict[str, Any] = filled(read, variables)["services"]
    return found


def example() -> dict[str, str]:
    """The variables of example.env."""
    lines = (DEPLOY / "example.env").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def mounts(service: Mapping[str, Any]) -> dict[str, str]:
    """Where each file or folder of ours stands in a service's container."""
    split = (volume.split(":") for volume in service["volumes"])
    return {target: source for source, target, *_ in split if source.startswith(("/", "./"))}
