"""Secrets of devices and codes to be typed; the store keeps only their hashes."""

import hashlib
import re
import secrets

from quizzes.codes import draw_code
from quizzes.store.errors import StoreError

GROUPS, GROUP = 3, 4
MOVING_CODE = GROUPS * GROUP
_SECRET = re.compile(r"[A-Za-z0-9_-]{22,128}")


def new_secret() -> str:
    """Draw a secret for a device, a host or a player: 43 characters that fit a cookie or a link."""
    return secrets.token_urlsafe(32)


def new_id() -> str:
    """Draw an id that nobody can guess."""
    return secrets.token_hex(16)


def is_secret(text: object) -> bool:
    """Whether a text can be a secret of ours."""
    return isinstance(text, str) and _SECRET.fullmatch(text) is not None


def hash_of_secret(secret: str) -> str:
    """Hash what a device sent. Secrets are long and random, so one round is enough.

    Raises
    ------
    StoreError : it cannot be one of ours.
    """
    if not is_secret(secret):
        raise StoreError("This device sent no secret that could be ours.", "Reload the page.")
    return hashlib.sha256(secret.encode("ascii")).hexdigest()


def new_code() -> str:
    """Draw a code to be typed, such as "ACDE-FGHJ-KMNP": 54 bits."""
    letters = draw_code(MOVING_CODE)
    return "-".join(letters[start : start + GROUP] for start in range(0, MOVING_CODE, GROUP))


def hash_of_code(letters: str) -> str:
    """Hash a code slowly: it is short enough to be tried out on a stolen database.

    Source
    ------
    RFC 7914 (scrypt), with 16 MB a guess. The salt is fixed because a code is found by its hash.
    """
    return hashlib.scrypt(
        letters.encode("ascii"), salt=b"moving code", n=2**14, r=8, p=1, dklen=32
    ).hex()
