"""The document inside a page: as JSON in a block that nothing runs, of a length that is bounded."""

from collections.abc import Collection
from dataclasses import fields, replace
from typing import Any

from markupsafe import Markup

from faultlog.report.comparisons import Account, ComparisonDocument, Stay, comparison_json
from faultlog.report.document import CaseDocument, to_json
from faultlog.report.rows import Warn
from faultlog.report.soundness import EXTRACT
from faultlog.values import dataclass

_ESCAPED = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})
"""What could end the block or begin another; outside of strings JSON has none of them."""

FEW_ROWS = 20_000
"""Rows of a document up to which it is tried as a whole. Tool default."""
LEAST_STAY = 500
"""Bytes that a stay of a comparison takes at least, with its shortest account."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """A document as it stands in a page; `whole` is false where it is an extract."""

    json: Markup
    whole: bool
    intervals: int
    """Intervals that it holds."""
    total: int
    """Intervals that there are."""


def embedded(doc: CaseDocument, order: Collection[str], most_bytes: int) -> Embedded:
    """The document as JSON that a page can carry.

    Args:
        doc: the case.
        order: ids of its intervals, those first that are kept longest.
        most_bytes: where it is longer than that, it is an extract of fewer rows, and one of its warnings says so.
    """
    known = len(doc.intervals)
    if _rows(doc) <= FEW_ROWS and _fits(json := _json(doc), most_bytes):
        return Embedded(Markup(json), True, known, known)  # noqa: FBT003, S704 (escaped for where it stands)
    ids, most, longest = list(order), 1, max(map(len, _lists(doc).values()))
    json = _json(kept := _extract(doc, ids[:1], 1))
    while most < longest:
        most += most // 2 + 1
        more = _extract(doc, ids[:most], most)
        if not _fits(longer := _json(more), most_bytes):
            break
        json, kept = longer, more
    return Embedded(Markup(json), False, len(kept.intervals), known)  # noqa: FBT003, S704 (as above)


def _fits(json: str, most_bytes: int) -> bool:
    return len(json.encode()) <= most_bytes


def _lists(doc: CaseDocument) -> dict[str, list[Any]]:
    """Everything of a document that may be long."""
    known = {one.name: getattr(doc, one.name) for one in fields(CaseDocument)}
    return {name: rows for name, rows in known.items() if isinstance(rows, list)}


def _rows(doc: CaseDocument) -> int:
    return sum(map(len, _lists(doc).values()))


def escaped(json: str) -> str:
    """JSON that cannot end the block it stands in."""
    return json.translate(_ESCAPED)


def _json(doc: CaseDocument) -> str:
    return escaped(to_json(doc))


def _extract(doc: CaseDocument, ids: Collection[str], most: int) -> CaseDocument:
    """The document with some intervals and what belongs to them, and at most so many rows of anything else."""
    kept = set(ids)
    told = f"holds {len(kept):,} of {len(doc.intervals):,} intervals; faultlog triage --json writes all"
    short = replace(
        doc,
        intervals=[replace(one, evidence=one.evidence[:most]) for one in doc.intervals if one.id in kept],
        findings=[one for one in doc.findings if one.interval in kept],
        remedies=[one for one in doc.remedies if one.interval in kept],
        patterns=[replace(one, evidence=one.evidence[:most]) for one in doc.patterns],
        preceding=[one for one in doc.preceding if one.interval in kept],
        examined=[one for one in doc.examined if one.interval in kept],
        warnings=[Warn(code=EXTRACT, file=None, detail=told), *doc.warnings],
    )
    cut: dict[str, Any] = {name: rows[: most + 1] for name, rows in _lists(short).items()}
    return replace(short, **cut)


def comparison_embedded(doc: ComparisonDocument, most_bytes: int) -> Embedded:
    """The document of a comparison as JSON that a page can carry; where it is too long, an extract that says so."""
    total = sum(len(fault.stays) for fault in doc.faults)
    if total * LEAST_STAY <= most_bytes and _fits(json := escaped(comparison_json(doc)), most_bytes):
        return Embedded(Markup(json), True, total, total)  # noqa: FBT003, S704 (escaped for where it stands)
    most = 1
    kept = _of_comparison(doc, total, most)
    json = escaped(comparison_json(kept))
    while most < total:
        most *= 2
        more = _of_comparison(doc, total, most)
        if not _fits(longer := escaped(comparison_json(more)), most_bytes):
            break
        json, kept = longer, more
    held = sum(len(fault.stays) for fault in kept.faults)
    return Embedded(Markup(json), False, held, total)  # noqa: FBT003, S704 (as above)


def _of_comparison(doc: ComparisonDocument, total: int, most: int) -> ComparisonDocument:
    """The comparison with so many faults, of each its last stays, and at most so many rows of anything else."""
    faults = [replace(one, stays=[_short(stay, most) for stay in one.stays[-most:]]) for one in doc.faults[:most]]
    held = sum(len(fault.stays) for fault in faults)
    told = f"holds {held:,} of {total:,} stays; faultlog compare --json writes all"
    return replace(
        doc,
        old=replace(doc.old, coverage=doc.old.coverage[:most]),
        new=replace(doc.new, coverage=doc.new.coverage[:most]),
        holes=doc.holes[:most],
        faults=faults,
        changes=doc.changes[-most:],
        assumptions=doc.assumptions[:most],
        warnings=[Warn(code=EXTRACT, file=None, detail=told), *doc.warnings[:most]],
    )


def _short(stay: Stay, most: int) -> Stay:
    """A stay whose accounts quote at most so many lines."""

    def short(account: Account | None) -> Account | None:
        if account is None:
            return None
        return replace(account, interval=replace(account.interval, evidence=account.interval.evidence[:most]))

    return replace(stay, together=short(stay.together), old=short(stay.old), new=short(stay.new))
