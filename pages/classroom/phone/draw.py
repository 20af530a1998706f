"""Draw charts for the phones, a line in and a line out: python -m pages.classroom.phone.draw.

A process of its own, because a drawing keeps Python's lock for a tenth of a second and its first
one for more than a second: no phone's answer waits for that.
"""

import json
import os
import sys

import vl_convert


def main() -> None:
    """Read a chart's JSON from each line; write its SVG, or null, as JSON on a line."""
    for line in sys.stdin.buffer:
        try:
            made = vl_convert.vegalite_to_svg(json.loads(line), allowed_base_urls=[])
        except Exception as problem:
            print(problem, file=sys.stderr)
            made = None
        sys.stdout.write(json.dumps(made) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    try:
        main()
    except BrokenPipeError:
        # Whoever asked has ended; so does this process, without a word about it.
        os._exit(0)
