"""All bundles of one host analysed together in a child: lines that stand in two of them count once."""

import gzip
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from faultlog.child import Bounds
from faultlog.fleet.uniting import HINDRANCES, Apart, in_order, together
from faultlog.pipeline import Knowledge, Options
from faultlog.report.document import CaseDocument, kept_json
from faultlog.store.hosts import Part
from faultlog.values import dataclass
from faultlog.working.analysing import Board, Refusal, answered, case_said, no, placed


@dataclass(frozen=True, slots=True)
class Host:
    """Several bundles of a host."""

    name: str
    """As `fleet.tables.host_of` says it."""
    parts: Sequence[Part]
    files: Mapping[str, Path]
    """By id, where each bundle is."""
    documents: Mapping[str, bytes]
    """By id, what each says by itself, as gzipped JSON."""
    options: Options


def differing(parts: Sequence[Part]) -> Refusal | None:
    """Why bundles cannot be read together: something else was said of each, and whose log is whose is not asked."""
    if len({tuple(sorted(one.asked.items())) for one in parts}) == 1:
        return None
    said = "; ".join(
        f"{one.name}: {', '.join(f'{k} {v}' for k, v in sorted(one.asked.items())) or '-'}" for one in parts
    )
    return Refusal("quarantined", "asked", f"its bundles stay apart: they were uploaded with unlike options ({said})")


def joined(
    knowledge: Knowledge, host: Host, bounds: Bounds, board: Board, stop: Callable[[], bool]
) -> CaseDocument | Refusal | None:
    """What the bundles of a host say together, or why they stay apart; `None` where its child was stopped.

    Args:
        knowledge: formats and rules.
        host: which bundles.
        bounds: what the child may use.
        board: where it says how far it is.
        stop: asked now and then; where it says so, the child is ended.
    """
    return answered(partial(_answer, knowledge, host, board), host.name, bounds, board, stop)


def _answer(knowledge: Knowledge, host: Host, board: Board, place: Path) -> bytes:
    """What the child says."""
    ids = {one.sha256: one for one in host.parts}
    alone = {one.sha256: _document(host.documents[one.bundle]) for one in host.parts}
    bundles = []
    for number, sha256 in enumerate(in_order(alone)):
        part = ids[sha256]
        bundles.append((placed(place / str(number), host.files[part.bundle], part.name), alone[sha256]))
    try:
        doc = together(knowledge, host.options, host.name, bundles, board.tell)
    except OSError as error:
        return no("failed", "disk", str(error))
    if isinstance(doc, Apart) and doc.reason in HINDRANCES:
        return no("failed", HINDRANCES[doc.reason], doc.why)
    if isinstance(doc, Apart):
        return no("quarantined", doc.reason, f"its bundles stay apart: {doc.why}".replace(f"{place}/", ""))
    return case_said(doc, doc.host.name or host.name)


def _document(kept: bytes) -> CaseDocument:
    return kept_json(gzip.decompress(kept).decode(), "case")
