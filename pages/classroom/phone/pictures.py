"""Pictures of items as SVG, in the colours of a light or a dark phone."""

import asyncio
import gzip
import json
import sys
from collections import OrderedDict
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from anyio import to_thread

from pages._ui.charts import Picture
from pages._ui.item_pictures import distribution_drawing, drawings
from pages._ui.line_ups import panel_pictures, panels_svg
from pages._ui.theme import DARK_PALETTE, LIGHT_PALETTE
from quizzes import Item
from quizzes.kinds.line_up import draw_panels

SCHEMES = {
    "light": {"palette": LIGHT_PALETTE, "ink": "#18222c", "grid": "#e3e9ee"},
    "dark": {"palette": DARK_PALETTE, "ink": "#e8eef3", "grid": "#2a3640"},
}
WIDTH = 360
PANELS_A_ROW = 4
# Of a panel's number, where a panel is 200 wide: four of them stand side by side on a phone.
PANEL_LETTERS = 34
MAX_DRAWN = 256
MAX_LINE = 10_000_000
ROOT = Path(__file__).resolve().parents[3]


class NoPicture(Exception):
    """A picture cannot be drawn."""


class AskedItem:
    """An item as a key: quick to hash, and equal only to the same item."""

    __slots__ = ("item",)

    def __init__(self, item: Item) -> None:
        self.item = item

    def __hash__(self) -> int:
        return hash((self.item.id, self.item.seed))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AskedItem) and (other.item is self.item or other.item == self.item)


def picture_alt(item: Item) -> str:
    """What is drawn, for people who hear the page; gives nothing away."""
    if item.kind == "line_up":
        return f"{item.body.panels} numbered panels. The question says what they show."
    return _alt(AskedItem(item))


@lru_cache(maxsize=MAX_DRAWN)
def _alt(asked: AskedItem) -> str:
    return " ".join(drawn.alt for drawn in _drawings(asked.item)[:1])


class Drawer:
    """Draws each picture once, in a process beside this one, however many ask for it."""

    def __init__(self) -> None:
        self._drawn: OrderedDict[tuple[AskedItem, str], asyncio.Task[bytes]] = OrderedDict()
        self._process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()

    async def svg(self, item: Item, scheme: str) -> bytes:
        """Return the picture of an item, compressed by gzip.

        Raises
        ------
        NoPicture : it cannot be drawn.
        """
        key = (AskedItem(item), scheme)
        task = self._drawn.get(key)
        if task is None or (task.done() and task.exception() is not None):
            task = asyncio.create_task(self._draw(item, scheme))
            self._drawn[key] = task
            while len(self._drawn) > MAX_DRAWN:
                self._drawn.popitem(last=False)
        self._drawn.move_to_end(key)
        return await asyncio.shield(task)

    async def _draw(self, item: Item, scheme: str) -> bytes:
        if item.kind == "line_up":
            return await to_thread.run_sync(_line_up, item, scheme)
        line = await to_thread.run_sync(_chart, item, scheme)
        async with self._turn:
            process = await self._started()
            assert process.stdin is not None and process.stdout is not None
            try:
                process.stdin.write(line)
                await process.stdin.drain()
                answer = await process.stdout.readline()
                made = json.loads(answer) if answer else None
            except (OSError, ValueError) as problem:
                raise NoPicture from problem
            if not answer:
                self._process = None
        if made is None:
            raise NoPicture
        return await to_thread.run_sync(_small, made.encode())

    async def _started(self) -> asyncio.subprocess.Process:
        if self._process is None or self._process.returncode is not None:
            # It ends with this process, whose end closes what it reads.
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "pages.classroom.phone.draw",
                cwd=ROOT,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                limit=MAX_LINE,
            )
        return self._process


def _small(svg: bytes) -> bytes:
    return gzip.compress(svg, 6, mtime=0)


def _line_up(item: Item, scheme: str) -> bytes:
    panels = panel_pictures(draw_panels(item.body), "")
    is_dark = scheme == "dark"
    return _small(panels_svg(panels, PANELS_A_ROW, letters=PANEL_LETTERS, dark=is_dark))


def _chart(item: Item, scheme: str) -> bytes:
    """Return what the process beside this one draws: one line of JSON."""
    return json.dumps(_spec(_drawings(item), scheme), default=_plain).encode() + b"\n"


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else str(value)


def _drawings(item: Item) -> list[Picture]:
    pictures = drawings(item.picture, 220) if item.picture is not None else []
    if item.kind == "region":
        body = item.body
        words = "The distribution if the null hypothesis is true, nothing shaded."
        pictures.append(distribution_drawing(body.family, body.df, body.statistic, (), words, 190))
    return pictures


def _spec(pictures: Sequence[Picture], scheme: str) -> dict[str, Any]:
    colours = SCHEMES[scheme]
    ink = {"labelColor": colours["ink"], "titleColor": colours["ink"], "titleFontWeight": "normal"}
    config = dict(pictures[0].spec.get("config", {}))
    for name, more in {
        "range": {"category": list(colours["palette"])},
        "axis": ink | {"gridColor": colours["grid"]},
        "title": {"color": colours["ink"]},
        "rule": {"color": colours["ink"]},
    }.items():
        config[name] = {**config.get(name, {}), **more}
    config |= {"background": "transparent", "font": "Liberation Sans, Arial, sans-serif"}
    panels = []
    for drawn in pictures:
        panel = {
            name: part for name, part in drawn.spec.items() if name not in ("config", "$schema")
        }
        panels.append(panel | {"width": WIDTH, "data": {"values": drawn.records()}})
    schema = pictures[0].spec["$schema"]
    return {"$schema": schema, "vconcat": panels, "config": config}
