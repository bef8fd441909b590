"""What is said of a bundle with tokens in the places of values: documents before anything is drawn, and sentences.

Tokens are numbered in the order in which values are met, which is the same each time: the same bundle, or the same
saved document, has the same tokens in every report of it.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, Final

from faultlog.archives.streams import Limits
from faultlog.pipeline import Options
from faultlog.redaction import documents
from faultlog.redaction.bundles import Wanted, gather
from faultlog.redaction.documents import Redaction
from faultlog.redaction.finding import Finder
from faultlog.redaction.kinds import Value
from faultlog.redaction.tokens import Ledger
from faultlog.report.comparisons import ComparisonDocument, comparison_json, comparison_read
from faultlog.report.document import CaseDocument, from_json, to_json

SAID: Final = "assumption.redacted"
"""What a document says of itself: names are tokens in it."""

_ARCHIVE: Final = re.compile(r"\.(?:zip|tar|tgz|tbz2?|txz|7z|rar|gz|bz2|xz|zst)$", re.IGNORECASE)
_MORE: Final = re.compile(r" and \d+ more$")
"""Behind the name of the first of several bundles."""


class Reports:
    """Every report of one run draws what this gives: one value, one token in all of them."""

    def __init__(self, ledger: Ledger | None = None) -> None:
        self.ledger = Ledger() if ledger is None else ledger
        self._made: tuple[int, Redaction] | None = None

    def read(self, paths: Sequence[str], limits: Limits) -> None:
        """Note every value of some bundles: a report may show one where nothing names it.

        Raises:
            UsageError: one is standard input.
            BundleError: one cannot be read.
        """
        self.names(Path(path).name for path in paths)
        self.hear(*paths)
        gather(Wanted(tuple(paths), Path(), options=Options(limits=limits)), self.ledger)

    def hear(self, *texts: str) -> None:
        """Note the values of some texts."""
        finder = Finder(self.ledger)
        for text in texts:
            finder.look(text.encode("utf-8", "surrogateescape"))
        finder.settle()

    def names(self, names: Iterable[str]) -> None:
        """Note what bundles are called, which may be anything: of archives, whose names stand nowhere else."""
        for name in names:
            if _ARCHIVE.search(name):
                self.ledger.note(Value("document", name))
        self.ledger.settle()

    def hosts(self, names: Sequence[str], guids: Sequence[str] = ()) -> None:
        """Note hosts by what they are called."""
        finder = Finder(self.ledger)
        for name in names:
            finder.host(name)
        for guid in guids:
            finder.guid(guid)
        finder.settle()

    def note(self, document: CaseDocument) -> None:
        """Note the values of a case, before any case is drawn that may show them too."""
        documents.learn(json.loads(to_json(document)), self.ledger)

    def case(self, document: CaseDocument) -> CaseDocument:
        """A case to be drawn."""
        return from_json(json.dumps(self._told(to_json(document))), "the case without names")

    def comparison(self, document: ComparisonDocument) -> ComparisonDocument:
        """A comparison to be drawn."""
        return comparison_read(json.dumps(self._told(comparison_json(document))).encode())

    def text(self, text: str) -> str:
        """A sentence about the run: a path as it was given, an error."""
        self.hear(text)
        return self.redaction.text(text)

    @property
    def redaction(self) -> Redaction:
        """What replaces all values that are known by now."""
        known = len(self.ledger.values)
        if self._made is None or self._made[0] != known:
            self._made = known, Redaction(self.ledger)
        return self._made[1]

    def _told(self, kept: str) -> dict[str, Any]:
        data = json.loads(kept)
        self.names(_bundles(data))
        documents.learn(data, self.ledger)
        told = documents.redacted(data, self.redaction)
        if all(one["key"] != SAID for one in told["assumptions"]):
            told["assumptions"].append({"key": SAID, "params": {}})
        return told


def _bundles(node: Any) -> Iterator[str]:  # noqa: ANN401 (JSON)
    """The names of bundles that the JSON of a document shows: its own, and of archives that files lie in."""
    for key, value in node.items() if isinstance(node, dict) else ((None, one) for one in node):
        if isinstance(value, dict | list):
            yield from _bundles(value)
        elif key in {"file", "path"} and isinstance(value, str):
            yield from (PurePosixPath(one).name for one in value.split("!/")[:-1])
        elif key == "name" and isinstance(value, str):
            yield _MORE.sub("", value)
