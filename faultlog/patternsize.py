"""How much a pattern of a stranger would grow when it is compiled: nested counted repeats are written out."""

import re
from itertools import pairwise

MAX_COPIES = 20_000
"""Copies that nested counted repeats may make of one part. Tool default; the shipped patterns need 80."""
MAX_DEPTH = 100
"""Groups inside groups. Tool default."""
MAX_LENGTH = 4_000
"""Characters of a pattern as it is written. Tool default; the shipped ones have up to 302."""
UNUSABLE = (ValueError, KeyError, IndexError, TypeError, RecursionError, MemoryError, OverflowError, TimeoutError)
"""What tells that a pattern cannot be used, besides `regex.error`: compiling what is odd enough fails in odd ways."""

_PART = re.compile(r"\\.|\(\?#[^)]*+\)?|\[(?:\\.|[^\]\\])*+\]?|[()]|\{(\d+)?(?:,(\d*))?\}|.", re.DOTALL)
_VERBOSE = re.compile(r"\(\?[A-Za-z01]*x[A-Za-z01]*[-:)]")
"""Under this flag a `#` begins a comment, in which brackets mean nothing."""


def too_long(pattern: str) -> str | None:
    """Why a pattern is too long as it is written; `None` where it is not."""
    size = len(pattern)
    return f"it has {size} characters, at most {MAX_LENGTH} are allowed" if size > MAX_LENGTH else None


def too_large(pattern: str) -> str | None:
    r"""Why a pattern must not be compiled; `None` where it may.

    >>> too_large(r"(a{1000}){1000}")
    'repeats inside repeats make 1000000 copies, at most 20000 are allowed'
    >>> too_large(r"\d{1,5}(?:b{0,80}c){1,9}") is None
    True
    """
    copies, deepest = [1], 1
    parts = list(_PART.finditer(pattern))
    if any(part[0] == "(" and _VERBOSE.match(pattern, part.start()) for part in parts):
        return "the flag x is not read here; write the pattern without it"
    for part, after in pairwise([*parts, None]):
        text = part[0] if part is not None else ""
        if text == "(":
            copies.append(1)
            deepest = max(deepest, len(copies))
        elif text == ")" and len(copies) > 1:
            inner = copies.pop() * _times(after)
            copies[-1] = max(copies[-1], inner)
        elif not text.startswith("{"):
            copies[-1] = max(copies[-1], _times(after))
    if deepest > MAX_DEPTH:
        return f"groups stand {deepest} deep, at most {MAX_DEPTH} are allowed"
    most = max(copies)
    return f"repeats inside repeats make {most} copies, at most {MAX_COPIES} are allowed" if most > MAX_COPIES else None


def _times(after: "re.Match[str] | None") -> int:
    """How often the part before is written out."""
    if after is None or not after[0].startswith("{"):
        return 1
    counts = [int(count[:12]) for count in after.groups() if count]
    return max(counts, default=1)
