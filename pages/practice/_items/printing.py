"""Pictures of items for files and paper: light colours on white."""

import vl_convert

from pages._ui.files import as_svg
from pages._ui.item_pictures import distribution_drawing, drawings
from pages._ui.line_ups import panel_pictures, panels_svg
from quizzes import Item
from quizzes.kinds.line_up import draw_panels
from quizzes.pictures import has_picture

WIDTH = 360
HEIGHT = 220
PANELS_A_ROW = 5
SHARP = 1.6  # pixels of a PNG for each of the picture


def printed_picture(item: Item, form: str) -> bytes | None:
    """Return the picture of an item; None if it shows nothing.

    Parameters
    ----------
    form : "svg" or "png".
    """
    if not has_picture(item):
        return None
    svg = _svg(item)
    if form == "svg":
        return svg
    png: bytes = vl_convert.svg_to_png(svg.decode("utf-8"), scale=SHARP)
    return png


def _svg(item: Item) -> bytes:
    if item.kind == "line_up":
        return panels_svg(panel_pictures(draw_panels(item.body), ""), PANELS_A_ROW)
    pictures = drawings(item.picture, HEIGHT) if item.picture is not None else []
    if item.kind == "region":
        body = item.body
        words = "The distribution if the null hypothesis is true, nothing shaded."
        pictures.append(
            distribution_drawing(body.family, tuple(body.df), body.statistic, (), words)
        )
    return as_svg(pictures, width=WIDTH, columns=2)
