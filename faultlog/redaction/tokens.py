"""Which token stands for which value: numbered as values are met, kept in a private map.

Numbers and not keyed hashes: the map has to be kept anyway to keep tokens stable, a number tells nothing of its value,
and the hash of a user name or an address can be found out by whoever gets the key, by trying them all. What numbers
give away is how many values there are and which was met first.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import field, replace
from typing import Any, Final, get_args

from faultlog.errors import UsageError
from faultlog.redaction.kinds import TOKEN, Kind, Value, token_of
from faultlog.values import dataclass

SCHEMA: Final = "faultlog.redaction-map/1"
"""Name and version of the private map."""
MOST: Final = 1_000_000
"""Values at most: what searches for all of them has to fit into memory. Tool default."""
MOST_MAP: Final = 256 << 20
"""Bytes of a private map at most. Tool default."""
_KINDS: Final = frozenset(get_args(Kind))


def mark(token: str) -> str:
    """What tells a token from all others, whatever follows it.

    >>> mark("document-zbbb.docx"), mark("198.18.0.1")
    ('document-zbbb', '198.18.0.1')
    """
    token = token.lower()
    return re.split("[@.]", token)[0] if token[:1].isalpha() and ":" not in token else token


def _folded(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape").lower()


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a value, at the end or the begin of a file; in small letters."""

    beside: bytes
    """What stands beside it in its file."""
    text: bytes
    token: bytes


@dataclass(slots=True)
class Ledger:
    """The values known so far, each with its token."""

    tokens: dict[tuple[Kind, str], str] = field(default_factory=dict)
    """By the key of a value."""
    values: dict[tuple[Kind, str], Value] = field(default_factory=dict)
    spelled: dict[tuple[Kind, str], set[str]] = field(default_factory=dict)
    """How a value was written, where not as it is kept."""
    taken: set[str] = field(default_factory=set)
    """Tokens that stand for a value, and texts met that look like one."""
    counts: Counter[Kind] = field(default_factory=Counter)
    met: set[tuple[Kind, str]] = field(default_factory=set)
    """Of the values those that this run has met; a map may hold others."""
    begun: list[Part] = field(default_factory=list)
    """What files end in that is the begin of a value, which goes on in the file that was written next."""
    ended: list[Part] = field(default_factory=list)
    """What files begin with that is the end of a value."""

    def note(self, value: Value, spelled: str | None = None) -> None:
        """Note a value, and how it was spelled; what holds a token is none.

        Raises:
            UsageError: there are too many.
        """
        if TOKEN.search(value.text):
            return
        key = value.key
        held = self.values.get(key)
        if held is None:
            if len(self.values) >= MOST:
                raise UsageError(f"more than {MOST} names, addresses and secrets in one run; give less at once")
            self.tokens.setdefault(key, "")
            self.values[key] = value
        elif value.anywhere and not held.anywhere:
            self.values[key] = value
        self.met.add(key)
        if spelled is not None and _folded(spelled) != _folded(self.values[key].text):
            self.spelled.setdefault(key, set()).add(spelled)

    def everywhere(self, key: tuple[Kind, str]) -> None:
        """Have a value replaced wherever it stands, although it is an ordinary word."""
        self.values[key] = replace(self.values[key], anywhere=True)

    def reserve(self, text: str) -> None:
        """Note that a text stands there which looks like a token: it becomes none."""
        self.taken.add(mark(text))

    def settle(self) -> None:
        """Give a token to every value that has none."""
        for key, token in self.tokens.items():
            if not token:
                self.tokens[key] = self._fresh(self.values[key])

    def _fresh(self, value: Value) -> str:
        while True:
            token = token_of(value.kind, self.counts[value.kind], value.text)
            self.counts[value.kind] += 1
            if mark(token) not in self.taken:
                self.taken.add(mark(token))
                return token

    def pairs(self) -> Iterator[tuple[Value, str, frozenset[str]]]:
        """Every value with its token and the ways in which it was spelled otherwise."""
        for key, value in self.values.items():
            yield value, self.tokens[key], frozenset(self.spelled.get(key, ()))


def to_json(ledger: Ledger) -> str:
    """The private map as JSON: kinds, values, tokens."""
    rows = [
        {"kind": value.kind, "value": value.text, "token": token, "anywhere": value.anywhere}
        for value, token, _ in ledger.pairs()
    ]
    legible = not any(re.search("[\ud800-\udfff]", value.text) for value in ledger.values.values())
    return json.dumps({"schema": SCHEMA, "values": rows}, ensure_ascii=not legible, indent=1) + "\n"


def from_json(text: str, name: str) -> Ledger:
    """Read a private map back.

    Raises:
        UsageError: it is none, or gives one token to two values.
    """
    try:
        ledger = Ledger()
        for row in _rows(text):
            _enter(ledger, row)
    except json.JSONDecodeError:
        raise UsageError(
            f"{name} is no {SCHEMA} map, or one that is cut off; give one that `faultlog redact` wrote"
        ) from None
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise UsageError(f"{name} is no {SCHEMA} map: {error}; give one that `faultlog redact` wrote") from None
    return ledger


def _rows(text: str) -> list[dict[str, Any]]:
    if len(text) > MOST_MAP:
        raise ValueError(f"it has more than {MOST_MAP >> 20} MiB")
    document = json.loads(text)
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise ValueError(f"its schema is not {SCHEMA}")
    return list(document["values"])


def _enter(ledger: Ledger, row: dict[str, Any]) -> None:
    kind, text, token = row["kind"], row["value"], row["token"]
    if kind not in _KINDS or not isinstance(text, str) or not text or not isinstance(token, str):
        raise ValueError("a value of it has no kind, text or token")
    value = Value(kind, text, row["anywhere"] is True)
    if not _is_token(value, token) or mark(token) in ledger.taken or value.key in ledger.tokens:
        raise ValueError("two values of it share a token, or a token of it is none")
    ledger.taken.add(mark(token))
    ledger.tokens[value.key] = token
    ledger.values[value.key] = value
    ledger.counts[value.kind] += 1


def _is_token(value: Value, token: str) -> bool:
    """Whether a token has the shape of those that are made for values of its kind."""
    model = token_of(value.kind, 0, value.text)
    if value.kind in {"ipv4", "ipv6", "mac", "guid"}:
        return re.fullmatch(r"[0-9a-f.:-]{3,45}", token) is not None
    if value.kind == "document":
        return re.fullmatch(r"document-z[a-z]{3,12}(?:\.[\w.]{1,12})?", token) is not None
    stem, rest = re.split(r"zbbb|ZBBB", model, maxsplit=1)
    return re.fullmatch(f"{re.escape(stem)}[zZ][a-zA-Z]{{3,12}}{re.escape(rest)}", token) is not None
