"""The case document inside a page: as JSON in a block that nothing runs, of a length that is bounded."""

from collections.abc import Collection
from dataclasses import fields, replace
from typing import Any

from markupsafe import Markup

from faultlog.report.document import CaseDocument, to_json
from faultlog.report.rows import Warn
from faultlog.values import dataclass

_ESCAPED = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})
"""What could end the block or begin another; outside of strings JSON has none of them."""


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
    json, kept, most = _json(doc), doc, max(len(order), 512)
    while len(json.encode()) > most_bytes and most:
        most //= 2
        kept = _extract(doc, list(order)[:most], most)
        json = _json(kept)
    return Embedded(Markup(json), kept is doc, len(kept.intervals), len(doc.intervals))  # noqa: S704 (escaped for where it stands)


def _json(doc: CaseDocument) -> str:
    return to_json(doc).translate(_ESCAPED)


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
        warnings=[Warn(code="extract", file=None, detail=told), *doc.warnings],
    )
    lists = {one.name: getattr(short, one.name) for one in fields(CaseDocument)}
    cut: dict[str, Any] = {name: rows[: most + 1] for name, rows in lists.items() if isinstance(rows, list)}
    return replace(short, **cut)
