"""Items as files for other programs and for paper: one file a format, one registry.

A new format is a new file here that defines `FORMAT`, and its line in `_ALL`.
"""

from collections.abc import Mapping
from types import MappingProxyType

from quizzes.exports import gift, kahoot, moodle_xml, plain_json, print_html, qti
from quizzes.exports.format import Exported, Format, Note, Pictures

_ALL: tuple[Format, ...] = (
    moodle_xml.FORMAT,
    gift.FORMAT,
    qti.FORMAT,
    kahoot.FORMAT,
    print_html.FORMAT,
    plain_json.FORMAT,
)

EXPORTS: Mapping[str, Format] = MappingProxyType({made.name: made for made in _ALL})

__all__ = ["EXPORTS", "Exported", "Format", "Note", "Pictures"]
