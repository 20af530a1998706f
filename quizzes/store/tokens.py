"""Secrets of devices and codes to be typed; the store keeps only their hashes."""

import hashlib
import re
import secrets

from quizzes.store.errors import StoreError

# Without letters and digits that look alike in print or by hand: 0 O, 1 I L, 2 Z, 5 S, 8 B, U V.
ALPHABET = "ACDEFGHJKMNPQRTVWXY34679"
GROUPS, GROUP = 3, 4
_SECRET = re.compile(r"[A-Za-z0-9_-]{22,128}")


def new_secret() -> str:
    """Draw a secret for a device: 256 bits in 43 characters that fit a cookie."""
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
    """Draw a code to be typed, such as "ACDE-FGHJ-KMNP": 55 bits."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(GROUPS * GROUP))
    return "-".join(letters[start : start + GROUP] for start in range(0, len(letters), GROUP))


def letters_of_code(typed: str) -> str | None:
    """Return the letters of a code however it was typed, or None if it can be no code."""
    if not isinstance(typed, str) or len(typed) > 100:
        return None
    letters = re.sub(r"[\s\-_.‐-―−]+", "", typed).upper()
    return letters if re.fullmatch(f"[{ALPHABET}]{{{GROUPS * GROUP}}}", letters) else None


def hash_of_code(letters: str) -> str:
    """Hash a code slowly: it is short enough to be tried out on a stolen database.

    Source
    ------
    RFC 7914 (scrypt), with 16 MB a guess. The salt is fixed because a code is found by its hash.
    """
    return hashlib.scrypt(
        letters.encode("ascii"), salt=b"moving code", n=2**14, r=8, p=1, dklen=32
    ).hex()
