"""What people hand in is read once: a million digits take no longer than a million letters.

Each is read in a process that is cut off after a while; a pattern that tries every way to divide
the digits would take hours.
"""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 60
DIGITS = "('1' * 190_000 + 'x')"
TABLE = "from sim.errors import SimError; from sim.tables import read_table as read; "
ITEM = "from quizzes.errors import ItemError as SimError; "
YAML = ITEM + "from quizzes.tree import read_yaml as read; "
JSON = ITEM + "from quizzes import read_items_json as read; "
NUMBER = "from quizzes.kinds.kind import Unreadable as SimError; "
NUMBER += "from quizzes.kinds.numbers import read_number as read; "


@pytest.mark.parametrize(
    "code",
    [
        f"{TABLE}text = ({DIGITS} + ',b\\n1,2\\n').encode()",
        f"{TABLE}text = ('a;b\\n1;2\\n2;' + {DIGITS} + '\\n').encode()",
        f"{TABLE}text = ('a;b\\n1;2,5\\n2;' + {DIGITS}.replace('x', ',') + ',\\n').encode()",
        f"{YAML}text = 'level: ' + {DIGITS}",
        f"{YAML}text = 'level: ' + {DIGITS}.replace('x', '.x')",
        f"{JSON}text = '{{\"format\":' + {DIGITS}.replace('x', '') + '}}'",
        f"{JSON}text = '{{\"format\":\"mixed-models-items\",\"version\":' + '9' * 5000 + '}}'",
        f"{JSON}text = '{{\"format\":' + '9' * 400 + '}}'",
        f"{NUMBER}text = {DIGITS}",
    ],
)
def test_long_runs_of_digits_are_read_once(code: str) -> None:
    code += "\ntry:\n    read(text)\nexcept SimError as problem:\n    print(problem)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=SECONDS
    )
    assert done.returncode == 0, done.stderr[-500:]
