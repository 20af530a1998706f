"""Addresses: where phones go, and the links of a host."""

from urllib.parse import urlencode, urlsplit, urlunsplit

import streamlit as st

from quizzes.settings import settings

HERE_ONLY = frozenset({"localhost", "127.0.0.1", "::1"})
ANYWHERE = frozenset({"0.0.0.0", "::"})


def phone_address() -> str:
    """Where phones join, without a slash at its end."""
    return phones_at(settings().phone_url, st.context.url or "")


def phones_at(told: str, page: str) -> str:
    """Where phones join.

    Parameters
    ----------
    told : the phone application's own address, "" if it stands beside the pages.
    page : address of the page that the host looks at.
    """
    here = urlsplit(page)
    if not told:
        return urlunsplit((here.scheme, here.netloc, "/p", "", ""))
    there = urlsplit(told.rstrip("/"))
    # "On all addresses" is none, and "this computer" is not the computer of who reads it.
    if here.hostname and there.hostname in ANYWHERE | HERE_ONLY:
        name = f"[{here.hostname}]" if ":" in here.hostname else here.hostname
        port = f":{there.port}" if there.port else ""
        there = there._replace(netloc=f"{name}{port}")
    return urlunsplit(there)


def is_here_only(address: str) -> bool:
    """Whether only this computer can reach an address."""
    return (urlsplit(address).hostname or "localhost") in HERE_ONLY


def without_scheme(address: str) -> str:
    """An address as people type it."""
    return address.partition("://")[2] or address


def spaced(code: str) -> str:
    """A room's code in two groups, to be read aloud."""
    return f"{code[:3]} {code[3:]}"


def link(path: str, secret: str) -> str:
    """The address of a page of this app for a host."""
    here = urlsplit(st.context.url or "")
    return urlunsplit((here.scheme, here.netloc, path, urlencode({"room": secret}), ""))
