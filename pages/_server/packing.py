"""Send a file packed to who can read that, and plain to who cannot."""

import gzip
import re
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

# A weight of zero says that it cannot be read.
READS_GZIP = re.compile(r"(?:^|[\s,])(?:gzip|\*)\s*(?:,|$|;(?!\s*q=0(?:\.0*)?\s*(?:,|$)))", re.I)


def packed(
    request: Request, plain: bytes | None, small: bytes, media_type: str, headers: Mapping[str, str]
) -> Response:
    """Send what was compressed before, or as it is to who cannot read that.

    Parameters
    ----------
    plain : None to make it of `small` where it is wanted.
    """
    more = {**headers, "Vary": "Accept-Encoding"}
    if READS_GZIP.search(request.headers.get("accept-encoding", "")):
        return Response(small, media_type=media_type, headers=more | {"Content-Encoding": "gzip"})
    content = gzip.decompress(small) if plain is None else plain
    return Response(content, media_type=media_type, headers=more)
