"""Codes that people type from a screen or from paper: drawn by chance, read however typed."""

import re
import secrets

# Without letters and digits that look or sound alike: no I L O U V, no 0 1 8 B, no S 5, no Z 2.
CHARACTERS = "ACDEFGHJKMNPQRTWXY34679"
_BETWEEN = re.compile(r"[\s\-_.‐-―−]+")


def draw_code(length: int) -> str:
    """Draw a code from the system's source of chance."""
    return "".join(secrets.choice(CHARACTERS) for _ in range(length))


def letters_of_code(typed: object, length: int) -> str | None:
    """Return a typed code as it was drawn, or None if it can be none.

    Lower case, blanks, dashes and dots do not matter.
    """
    if not isinstance(typed, str) or len(typed) > 100:
        return None
    letters = _BETWEEN.sub("", typed).upper()
    return letters if len(letters) == length and set(letters) <= set(CHARACTERS) else None
