"""What is proved on every run: no value is left in the output, and the analysis of it says what it said before.

Values are looked for twice: in every spelling by the search that replaced them, and by reading the output as the input
was read, which needs neither edges nor contexts. The two cases are compared as documents, key by key. What may differ
is what speaks of bytes (hashes, sizes, offsets), the order of what is ordered by text, and what was left out.
"""

import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, Final

from faultlog.bundle import Bundle, Limits, Member
from faultlog.reading import SAMPLE_GRID
from faultlog.redaction.documents import Redaction, redacted
from faultlog.redaction.finding import Finder, pieces
from faultlog.redaction.kinds import Kind, Value
from faultlog.redaction.replacing import Replacer, told
from faultlog.redaction.rewriting import LeftOut
from faultlog.redaction.tokens import Ledger
from faultlog.values import dataclass

_OF_BYTES: Final = frozenset({"sha256", "bytes", "offset"})
_OF_CONTAINERS: Final = frozenset(
    {"prepended_data", "trailing_data", "name_duplicate", "name_suspicious", "link", "device"}
)
"""Warnings about how a bundle was packed, which is packed anew."""
_ORDERED_BY_TEXT: Final = frozenset(
    {"files", "unread", "unexplained", "offenders", "preceding", "voices", "assumptions", "warnings", "coverage",
     "clock_steps", "signals", "snapshots", "activity", "examined", "evidence"}
)  # fmt: skip
_OF_SAMPLES: Final = (
    "files.sampled", "files.understood", "preceding", "examined.sampled", "examined.lines", "examined.missing",
)  # fmt: skip
"""What is counted of a sample, which has a line of every 64 KiB of a log: of larger logs another one in each."""
_OF_PASSED_OVER: Final = (
    "files.examined", "files.passed_over", "files.events", "files.continuations", "files.unread", "files.skipped",
    "unread", "activity", "voices",
)  # fmt: skip
"""What is counted of lines that are not passed over, which begins where a log has been read for so many bytes."""
_MOST_LEAKS: Final = 5


@dataclass(frozen=True, slots=True)
class Leak:
    """A value that stands in the output."""

    file: str
    kind: str
    text: str
    """The value, or how it is spelled; for its owner's eyes."""
    key: tuple[Kind, str] | None = None
    """Of the value, where it is one that was replaced only where the text says what it is."""


def leaks(path: Path, ledger: Ledger, replacer: Replacer, limits: Limits) -> list[Leak]:
    """The first values that stand in a bundle that was written anew; none if it holds what it promises."""
    found: list[Leak] = []
    for member in Bundle([path], limits, hashed=False).members():
        fresh = Finder(Ledger())
        spelled = next(replacer.found(_looked_at(member, fresh)), None)
        if spelled is not None:
            text = spelled.decode("utf-8", "replace")
            meant = next(
                (one.key for one in ledger.values.values() if one.text.lower() == text and not one.anywhere), None
            )
            found.append(Leak(member.path, "spelled", text, meant))
        if any(next(replacer.found([said]), None) for said in fresh.runs.values()):
            found.append(Leak(member.path, "base64", "…"))
        found += [_leak(member.path, ledger.values[key]) for key in fresh.ledger.values if key in ledger.values]
        if len(found) >= _MOST_LEAKS:
            break
    return found


def _leak(file: str, value: Value) -> Leak:
    return Leak(file, value.kind, value.text, None if value.anywhere else value.key)


def _looked_at(member: Member, fresh: Finder) -> Iterator[bytes]:
    """The name and the bytes of a member, read as those of the input were on their way."""
    name = member.path.encode("utf-8", "surrogateescape")
    fresh.look(b"/" + name)
    yield name + b"\n"
    for piece in pieces(chain((told(member.base),), member.chunks())):
        fresh.look(piece)
        yield piece


def differences(before: Mapping[str, Any], after: Mapping[str, Any], left_out: Sequence[LeftOut]) -> list[str]:
    """Where two cases differ that should be the same, as keys of the document, each once.

    Args:
        before: the JSON of the case of the bundle, with tokens.
        after: the JSON of the case of the bundle that was written anew.
        left_out: what was not copied, of which only the first can tell.
    """
    gone = frozenset(one.path for one in left_out)
    files = [file for case in (before, after) for file in case["files"]]
    moved = set(_OF_SAMPLES) if any(file["bytes"] > SAMPLE_GRID for file in files) else set()
    moved |= set(_OF_PASSED_OVER) if any(file["passed_over"] for file in files) else set()
    one, other = (_comparable(dict(case), gone, moved) for case in (before, after))
    return list(dict.fromkeys(_differing(one, other, "")))


def _comparable(case: dict[str, Any], gone: frozenset[str], moved: Collection[str]) -> dict[str, Any]:
    """A case without what may differ; of `moved` keys the values depend on where in bytes a line lies."""
    for name_of_rows in ("files", "examined"):
        case[name_of_rows] = [
            {key: value for key, value in row.items() if f"{name_of_rows}.{key}" not in moved}
            for row in case[name_of_rows]
        ]
    case = {key: value for key, value in case.items() if key not in moved}
    name = case["bundle"]["name"]
    case["bundle"] = {**case["bundle"], "name": ""}
    case["warnings"] = [
        {**one, "detail": ""}
        for one in case["warnings"]
        if one["code"] not in _OF_CONTAINERS and not _is_gone(one["file"], name, gone)
    ]
    for key in ("unread", "unexplained"):
        if key in case:
            case[key] = _merged(case[key])
    return {key: _neutral(value, key, name) for key, value in case.items()}


def _is_gone(file: str | None, name: str, gone: frozenset[str]) -> bool:
    return file is not None and _inside(file, name) in {_inside(one, name) for one in gone}


def _merged(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows of one template together: two that differ in a name only may have become one."""
    counts = Counter[str]()
    for row in rows:
        counts[row["template"]] += row["count"]
    return [{"template": template, "count": count} for template, count in sorted(counts.items())]


def _neutral(node: Any, key: str, name: str) -> Any:  # noqa: ANN401 (JSON)
    if isinstance(node, dict):
        return {one: _neutral(value, one, name) for one, value in node.items() if one not in _OF_BYTES}
    if isinstance(node, list):
        found = [_neutral(value, key, name) for value in node]
        return sorted(found, key=lambda one: json.dumps(one, sort_keys=True)) if key in _ORDERED_BY_TEXT else found
    if key in {"file", "path"} and isinstance(node, str):
        return _inside(node, name)
    if key in {"files", "hosts"} and isinstance(node, str):
        return sorted(_inside(one, name) for one in node.split(", "))
    return node


def _inside(path: str, name: str) -> str:
    """A path below the bundle, whatever that is called."""
    return re.sub(rf"^{re.escape(name)}(?=!/|$)", "", path)


def _differing(one: Any, other: Any, place: str) -> Iterator[str]:  # noqa: ANN401 (JSON)
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        for key in one:
            yield from _differing(one[key], other[key], f"{place}.{key}" if place else key)
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for value, beside in zip(one, other, strict=True):
            yield from _differing(value, beside, place)
    elif one != other:
        yield place


def same(case: Mapping[str, Any], after: Mapping[str, Any], ledger: Ledger, left_out: Sequence[LeftOut]) -> list[str]:
    """Where the analysis of the output says otherwise than that of the bundle, as keys of the case document."""
    return differences(redacted(dict(case), Redaction(ledger)), after, left_out)
