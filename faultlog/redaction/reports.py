"""What is said of a bundle with tokens in the places of values: documents before anything is drawn, and sentences.

Tokens are numbered in the order in which values are met, which is the same each time: the same bundle, or the same
saved document, has the same tokens in every report of it.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
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
from faultlog.report.document import CaseDocument, kept_json, to_json

SAID: Final = "assumption.redacted"
"""What a document says of itself: names are tokens in it."""
UNREAD: Final = "assumption.redacted_alone"
"""What it says besides where its bundles were not read: what only they mark as a name is not known."""

CUT: Final = "…"
"""What stands for a line that is not shown."""
_ENDING: Final = r"\.(?:zip|tar|tgz|tbz2?|txz|7z|rar|gz|bz2|xz|zst)"
_ARCHIVE: Final = re.compile(f"{_ENDING}$", re.IGNORECASE)
_NAMED: Final = re.compile(rf"[^/\\\s:'\"]+{_ENDING}(?!\w)", re.IGNORECASE)
"""The name of an archive in a sentence."""
_MORE: Final = re.compile(r" and \d+ more$")
"""Behind the name of the first of several bundles."""
_TELLS: Final = ("guid:", "name:")
_CASE: Final = "case:"
"""What a fleet knows hosts by: the last tells none, since nothing else is known."""


class Reports:
    """Every report of one run draws what this gives: one value, one token in all of them."""

    def __init__(self, ledger: Ledger | None = None) -> None:
        self.ledger = Ledger() if ledger is None else ledger
        self._made: tuple[int, Redaction] | None = None
        self._read = False
        """Whether the bundles were read: then it is known of what the begin of a file is the end."""

    def read(self, paths: Sequence[str], limits: Limits, tell: Callable[[int], None] = lambda _size: None) -> None:
        """Note every value of some bundles: a report may show one where nothing names it.

        Args:
            paths: the bundles.
            limits: of what is unpacked.
            tell: told how many bytes more were read; what it raises ends the reading.

        Raises:
            UsageError: one is standard input.
            BundleError: one cannot be read.
        """
        self.given(*paths)
        gather(Wanted(tuple(paths), Path(), options=Options(limits=limits)), self.ledger, tell)
        self._read = True

    def given(self, *paths: str) -> None:
        """Note the values of paths as they were given."""
        self.names(Path(path).name for path in paths)
        self.hear(*paths)

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

    def host(self, name: str) -> str:
        """What a host is called, noted and with tokens: a name, or what a fleet knows it by."""
        if name.startswith(_CASE):
            return name
        kind, _, told = name.rpartition(":") if name.startswith(_TELLS) else ("", "", name)
        finder = Finder(self.ledger)
        finder.host(told) if kind != "guid" else finder.guid(told)
        finder.look(told.encode("utf-8", "surrogateescape"))
        finder.settle()
        return f"{kind}:{self.redaction.host(told)}" if kind else self.redaction.host(told) or ""

    def note(self, document: CaseDocument) -> None:
        """Note the values of a case, before any case is drawn that may show them too."""
        documents.learn(json.loads(to_json(document)), self.ledger)

    def case(self, document: CaseDocument) -> CaseDocument:
        """A case to be drawn."""
        return kept_json(json.dumps(self._told(to_json(document))), "the case without names")

    def comparison(self, document: ComparisonDocument) -> ComparisonDocument:
        """A comparison to be drawn."""
        return comparison_read(json.dumps(self._told(comparison_json(document))).encode())

    def text(self, text: str) -> str:
        """A sentence about the run: a path as it was given, an error."""
        self.names(_NAMED.findall(text))
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
        if not self._read:
            _cut(data)
        self.names(_bundles(data))
        documents.learn(data, self.ledger)
        told = documents.redacted(data, self.redaction)
        if all(one["key"] != SAID for one in told["assumptions"]):
            said = (SAID,) if self._read else (SAID, UNREAD)
            told["assumptions"].extend({"key": key, "params": {}} for key in said)
        return told


def _cut(data: dict[str, Any]) -> None:
    """Show no unread line that begins a file: it may be the end of one, and what it is the end of stands elsewhere."""
    for row in data.get("unread", ()):
        if row["example"]["line"] == 1:
            row["template"] = row["example"]["text"] = CUT


def _bundles(node: Any) -> Iterator[str]:  # noqa: ANN401 (JSON)
    """The names of bundles that the JSON of a document shows: its own, and of archives that files lie in."""
    for key, value in node.items() if isinstance(node, dict) else ((None, one) for one in node):
        if isinstance(value, dict | list):
            yield from _bundles(value)
        elif key in {"file", "path"} and isinstance(value, str):
            yield from (PurePosixPath(one).name for one in value.split("!/")[:-1])
        elif key == "name" and isinstance(value, str):
            yield _MORE.sub("", value)
