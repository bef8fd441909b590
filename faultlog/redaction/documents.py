"""A case document with tokens in the places of values: what a saved case, a report or an export shows to strangers."""

import re
from typing import Any, Final

from faultlog.redaction.finding import Finder
from faultlog.redaction.replacing import Replacer
from faultlog.redaction.tokens import Ledger
from faultlog.templates import MAX_LENGTH, mask

FREE: Final = frozenset(
    {"name", "guid", "path", "file", "text", "template", "detail", "from", "to", "process", "module", "params"}
)
"""Keys of the document whose texts come from the bundle."""
_HOLE: Final = re.compile(r"<[a-z]+>")
_LETTERS: Final = 3


def learn(data: dict[str, Any], ledger: Ledger) -> None:
    """Note the values that the JSON of a case or a comparison shows, and give them tokens."""
    finder = Finder(ledger)
    for text in dict.fromkeys(_texts(data, free=False)):  # a line is shown by all that rests on it
        finder.look(text.encode("utf-8", "surrogateescape"))
    for host in _hosts(data):
        finder.host(host["name"])
        finder.guid(host["guid"])
    finder.settle()


def _hosts(data: dict[str, Any]) -> list[dict[str, Any]]:
    """The hosts that the JSON of a case or a comparison is about."""
    return [data["host"], *(data[side]["host"] for side in ("old", "new") if side in data)]


def _texts(node: Any, *, free: bool) -> Any:  # noqa: ANN401 (JSON)
    if isinstance(node, dict):
        for key, value in node.items():
            yield from _texts(value, free=free or key in FREE)
    elif isinstance(node, list):
        for value in node:
            yield from _texts(value, free=free)
    elif isinstance(node, str) and free:
        yield node


class Redaction:
    """The values of a ledger, ready to be replaced in texts and in templates of texts."""

    def __init__(self, ledger: Ledger) -> None:
        self.replacer = Replacer(ledger)
        self._told: dict[str, str] = {}
        masked: dict[str, str] = {}
        for value, token, _ in ledger.pairs():
            template = mask(value.text)
            if template != value.text and len(re.sub(r"[^A-Za-z]", "", _HOLE.sub("", template))) >= _LETTERS:
                masked.setdefault(template, mask(token))
        self._masked = masked
        longest_first = sorted(masked, key=len, reverse=True)
        self._holes = re.compile("|".join(map(re.escape, longest_first))) if masked else None

    def text(self, text: str) -> str:
        """A text with tokens; each is made once. What is left of a letter that one began in is shown as `\ufffd`."""
        found = self._told.get(text)
        if found is None:
            told = self.replacer.text(text).encode("utf-8", "surrogateescape")
            found = self._told[text] = told.decode("utf-8", "replace")
        return found

    def host(self, name: str | None) -> str | None:
        """The name of a host with tokens, also where it is an ordinary word."""
        return name and self.text(f"host={name}").removeprefix("host=")

    def template(self, template: str, example: str | None) -> str:
        """A template with tokens; of a line, of its message, or of nobody knows what."""
        if example is not None:
            for start in (0, *(found.end() for found in re.finditer(" ", example[:MAX_LENGTH]))):
                if mask(example[start:]) == template:
                    return mask(self.text(example)) if start == 0 else mask(self.text(example[start:]))
        text = self.text(template if len(template) < MAX_LENGTH // 2 else template.rpartition(" ")[0])
        return text if self._holes is None else self._holes.sub(lambda found: self._masked[found[0]], text)


def redacted(data: dict[str, Any], redaction: Redaction) -> dict[str, Any]:
    """The JSON of a case or a comparison with tokens in the places of values."""
    found = {key: _redacted(value, redaction, free=key in FREE) for key, value in data.items()}
    for host, told in zip(_hosts(found), _hosts(data), strict=True):
        host["name"] = redaction.host(told["name"])
    return found


def _redacted(node: Any, redaction: Redaction, *, free: bool) -> Any:  # noqa: ANN401 (JSON)
    if isinstance(node, dict):
        found = {key: _redacted(value, redaction, free=free or key in FREE) for key, value in node.items()}
        if "template" in node:
            example = node["example"]["text"] if "example" in node else None
            found["template"] = redaction.template(node["template"], example)
        if isinstance(node.get("hosts"), str):
            found["hosts"] = ", ".join(redaction.host(one) or one for one in node["hosts"].split(", "))
        return found
    if isinstance(node, list):
        return [_redacted(value, redaction, free=free) for value in node]
    return redaction.text(node) if free and isinstance(node, str) else node
