"""Cases with tokens that links show: a large one is made once as long as it is looked at, since that takes seconds."""

import gzip
from collections import OrderedDict
from hashlib import sha256
from threading import Lock
from typing import TYPE_CHECKING, Final

from faultlog.report.document import CaseDocument, kept_json, to_json

if TYPE_CHECKING:
    from faultlog.redaction.reports import Reports

LARGE: Final = 1 << 20
"""Bytes of a document from which on it is remembered; a smaller one is redacted in a fraction of a second."""
_MOST: Final = 8
"""Documents that are remembered. Tool default."""
_MOST_BYTES: Final = 32 << 20
"""Bytes that they take at most, gzipped. Tool default."""


class Redactions:
    """What was redacted, by what it was made of: a document that changed is another one."""

    def __init__(self) -> None:
        """Nothing yet."""
        self._lock, self._made = Lock(), OrderedDict[bytes, bytes]()

    def case(self, kept: bytes) -> CaseDocument:
        """A case with tokens for names.

        Args:
            kept: the document as it is kept, JSON.
        """
        if len(kept) < LARGE:
            return _reports().case(kept_json(kept.decode()))
        name = sha256(kept).digest()
        with self._lock:
            made = self._made.get(name)
        if made is not None:
            self._keep(name, made)
            return kept_json(gzip.decompress(made).decode())
        told = _reports().case(kept_json(kept.decode()))
        self._keep(name, gzip.compress(to_json(told).encode(), 1))
        return told

    def _keep(self, name: bytes, made: bytes) -> None:
        with self._lock:
            self._made[name] = made
            self._made.move_to_end(name)
            while len(self._made) > _MOST or sum(map(len, self._made.values())) > _MOST_BYTES:
                self._made.popitem(last=False)


def _reports() -> "Reports":
    from faultlog.redaction.reports import Reports

    return Reports()
