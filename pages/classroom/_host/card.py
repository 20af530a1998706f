"""The card that a class joins by: QR, address and code, dark on white in either theme."""

from html import escape

import segno

from pages.classroom._room.addresses import spaced, without_scheme

WIDTH, HEIGHT = 1400, 420
QR_SIZE = 380
INK = "#18222c"
SANS = "Liberation Sans, Arial, Helvetica, sans-serif"
MONO = "Liberation Mono, Consolas, Menlo, monospace"
# Modules of white that scanners need around the code.
QUIET = 4


def join_card(address: str, code: str) -> str:
    """The card as SVG."""
    left = QR_SIZE + 60
    room = WIDTH - left - 30
    shown = without_scheme(address)
    size = min(60.0, room / (0.6 * max(len(shown), 1)))
    text = f'<text x="{left}" font-family="{SANS}" fill="{INK}"'
    # Always on one line as wide as the card, whatever fonts the computer has.
    letters = (
        f'<text x="{left}" y="375" font-family="{MONO}" font-weight="bold" font-size="180" '
        f'textLength="{room}" lengthAdjust="spacingAndGlyphs" fill="{INK}">{escape(spaced(code))}'
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'width="{WIDTH}" height="{HEIGHT}">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" rx="18" fill="#ffffff"/>'
        f'<g transform="translate(20 20)">{qr_path(f"{address}/{code}")}</g>'
        f'{text} y="72" font-size="34">Scan, or go to</text>'
        f'{text} y="138" font-size="{size:.0f}" font-weight="bold">{escape(shown)}</text>'
        f'{text} y="202" font-size="34">and type</text>'
        f"{letters}</text></svg>"
    )


def qr_path(text: str) -> str:
    """A QR code with its quiet zone, `QR_SIZE` wide, as SVG elements."""
    modules = segno.make_qr(text, error="m").matrix
    n = len(modules) + 2 * QUIET
    dark = "".join(
        f"M{x + QUIET} {y + QUIET}h1v1h-1z"
        for y, row in enumerate(modules)
        for x, module in enumerate(row)
        if module
    )
    return (
        f'<svg viewBox="0 0 {n} {n}" width="{QR_SIZE}" height="{QR_SIZE}">'
        f'<rect width="{n}" height="{n}" fill="#ffffff"/>'
        f'<path d="{dark}" fill="#000000" shape-rendering="crispEdges"/></svg>'
    )


def card_alt(address: str, code: str) -> str:
    """What the card says."""
    return f"Go to {without_scheme(address)} and type {' '.join(code)}, or scan the QR code."
