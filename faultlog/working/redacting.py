"""A document with tokens in the places of names: which names there are, its bundles say, as long as they are kept.

A document shows paths and lines in which nothing says that a word is a name; another file of the bundle does.
"""

import time
from pathlib import Path
from typing import Any, Final

from faultlog.archives.streams import Limits
from faultlog.errors import FaultlogError
from faultlog.redaction.reports import Reports
from faultlog.report import comparisons, document
from faultlog.report.comparisons import comparison_json, comparison_read
from faultlog.report.document import kept_json, to_json
from faultlog.store import redacted as kept
from faultlog.store.blobs import place_of
from faultlog.store.opening import Store
from faultlog.store.redacted import Of
from faultlog.working.analysing import placed
from faultlog.working.orders import Order

MOST_BYTES: Final = 1 << 30
"""Bytes of bundles, unpacked, that are read for names. Tool default."""
MOST_S: Final = 60.0
"""Seconds of processor time for that. Tool default."""


class TooMuchError(Exception):
    """The bundles are larger than what is read for names."""


def warm() -> None:
    """Load what is loaded at its first use."""
    document.warm()
    comparisons.warm()


def redacted(store: Store, order: Order, place: Path) -> tuple[dict[str, Any], bytes]:
    """What a case or a comparison says with tokens, as JSON; nothing where there is none.

    The head says `passing` where the bundles are there and could not be read this time, as where a disk is full.

    Args:
        store: where it is.
        order: of which one.
        place: a folder of this process.
    """
    found = store.read(kept.original, order.team, order.of, order.case)
    if found is None:
        return {"missing": True}, b""
    if found.redacted is not None:
        return {}, found.redacted
    reports, head = Reports(), dict[str, Any]()
    try:
        _read(store, order, place, reports)
    except (FaultlogError, OSError, TooMuchError) as error:  # the document says of itself that it was made without them
        if isinstance(error, OSError) and not isinstance(error, FileNotFoundError):
            head["passing"] = True
    return head, of_document(reports, order.of, found.json)


def _read(store: Store, order: Order, place: Path, reports: Reports) -> None:
    """Read the bundles of a document for names."""
    paths = [
        placed(place / str(number), _there(store, bundle), name)
        for number, (bundle, name) in enumerate(store.read(kept.bundles, order.team, order.of, order.case))
    ]
    reports.read([str(one) for one in paths], Limits(), _Bound().tell)


def of_document(reports: Reports, of: Of, document: bytes) -> bytes:
    """The JSON of a case or a comparison with tokens in the places of the names that are known."""
    if of == "case":
        return to_json(reports.case(kept_json(document.decode()))).encode()
    return comparison_json(reports.comparison(comparison_read(document))).encode()


def _there(store: Store, bundle: str) -> Path:
    path = place_of(store.folder, bundle)
    path.stat()
    return path


class _Bound:
    """How much was read."""

    def __init__(self) -> None:
        self._read, self._until = 0, time.process_time() + MOST_S

    def tell(self, size: int) -> None:
        """Some more bytes.

        Raises:
            TooMuchError: it was enough.
        """
        self._read += size
        if self._read > MOST_BYTES or time.process_time() > self._until:
            raise TooMuchError
