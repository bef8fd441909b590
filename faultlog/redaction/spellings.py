"""How a value may be spelled: plainly, in an address, in JSON, in XML, with other signs between its digits.

All spellings are in small letters, as the text is that they are looked for in: letters of ASCII only, so others are
spelled in small letters, in capitals, and with a capital first. What stands for a value in a spelling is
its token, spelled likewise.
"""

import json
import re
from collections.abc import Callable, Iterator
from html import escape
from ipaddress import IPv6Address
from typing import Final
from unicodedata import normalize
from urllib.parse import quote, quote_plus

from faultlog.redaction.kinds import Value

Spell = Callable[[str], str]

HOLE: Final = 16
"""Noughts from which on they end what stands before them: nothing was written there. Tool default."""
_HOLES: Final = re.compile(rb"\0{%d,}" % HOLE)
_SIMPLE: Final = re.compile(r"[A-Za-z0-9._-]+")
"""What every way of writing leaves as it is."""


def _as_in_json(text: str) -> str:
    return json.dumps(text)[1:-1]


_ALL: tuple[Spell, ...] = (
    str,
    lambda text: quote(text, safe="", errors="surrogateescape"),
    lambda text: quote(text, errors="surrogateescape"),
    lambda text: quote_plus(text, errors="surrogateescape"),
    lambda text: quote(quote(text, safe="", errors="surrogateescape"), safe=""),
    lambda text: text.replace("@", "%40"),
    lambda text: text.replace(" ", "%20"),
    lambda text: text.replace(" ", "\\ "),
    _as_in_json,
    lambda text: _as_in_json(_as_in_json(text)),
    lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    lambda text: _as_in_json(text).replace("/", "\\/"),
    lambda text: text.replace("@", "\\u0040"),
    lambda text: escape(text, quote=True),
    lambda text: text.replace("@", "&#64;"),
)


def spellings(value: Value, token: str, others: frozenset[str]) -> Iterator[tuple[bytes, bytes]]:
    """Every spelling of a value with that of its token."""
    for text, stands in (*_forms(value, token), *((other, token) for other in others)):
        if _SIMPLE.fullmatch(text):
            yield text.lower().encode(), stands.encode()
            continue
        cases = {text} if text.isascii() else {text, text.lower(), text.upper(), text.title()}
        for form in {normalize(how, case) for case in cases for how in ("NFC", "NFD")} | {text}:
            for spell in _ALL:
                yield _bytes(spell(form)).lower(), _bytes(spell(stands))


def _forms(value: Value, token: str) -> Iterator[tuple[str, str]]:
    yield value.text, token
    if value.kind == "ipv4":
        yield value.text.replace(".", "-"), token.replace(".", "-")
        yield _reversed(value.text), _reversed(token)
    elif value.kind == "ipv6":
        yield IPv6Address(value.text).exploded, token
    elif value.kind == "mac":
        yield value.text.replace(":", "-"), token.replace(":", "-")
        yield value.text.replace(":", ""), token.replace(":", "")
        yield _dotted(value.text), _dotted(token)
    elif value.kind == "guid":
        yield value.text.replace("-", ""), token.replace("-", "")


def _reversed(address: str) -> str:
    return ".".join(reversed(address.split("."))) + ".in-addr.arpa"


def _dotted(address: str) -> str:
    digits = address.replace(":", "")
    return ".".join(digits[at : at + 4] for at in (0, 4, 8))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def wide(spelled: bytes, token: bytes) -> Iterator[tuple[bytes, bytes]]:
    """A spelling as it stands in UTF-16, of either order, without the nought at an end."""
    if spelled.isascii():
        yield spelled.replace(b"", b"\0")[1:-1], token.replace(b"", b"\0")[1:-1]
        return
    for name in ("utf-16-le", "utf-16-be"):
        text = spelled.decode("utf-8", "replace")
        yield text.encode(name).lower(), token.decode("utf-8", "replace").encode(name)  # as all bytes are that are read


def ended(text: bytes) -> bytes:
    """A text with a line feed where it has a hole: as long as before, and as it reads once its noughts are left out."""
    return _HOLES.sub(lambda found: b"\n".ljust(len(found[0]), b"\0"), text)
