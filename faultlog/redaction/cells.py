"""Rows of a table with tokens in the places of names: of some columns each value is a name, others hold texts.

What is a name by its column becomes one token as a whole, whatever it is made of. In texts those names are replaced
too, and what a text marks as one by itself. All of both has to be met before the first is replaced.
"""

import re
from collections.abc import Iterable
from itertools import islice
from typing import Final, Literal

from faultlog.redaction import benign
from faultlog.redaction.finding import Finder
from faultlog.redaction.kinds import TOKEN, Value, token_of
from faultlog.redaction.replacing import Replacer
from faultlog.redaction.tokens import Ledger

Names = Literal["host", "guid", "document", "user"]
"""What the names of a column are."""
_AT_ONCE: Final = 1_000
"""Cells that are looked at at once. Tool default."""


class Cells:
    """The names and the texts of a table."""

    def __init__(self) -> None:
        """None yet."""
        self._ledger = Ledger()
        self._finder = Finder(self._ledger)
        self._waiting, self._told = list[str](), dict[str, str]()
        self._replacer = Replacer(self._ledger)

    def meet(self, kind: Names, name: str) -> None:
        """Note a name, which is of some kind by its column.

        Raises:
            UsageError: there are too many.
        """
        value = _value(kind, name)
        if value.key in self._ledger.values:
            return
        self._ledger.note(value)
        if kind == "host":
            self._finder.host(name)
        self.hear(name)

    def hear(self, text: str) -> None:
        """Note what a text holds."""
        self._waiting.append(text)
        if len(self._waiting) >= _AT_ONCE:
            self._look()

    def settle(self) -> None:
        """Give tokens to all that was met, in the order in which it was."""
        self._look()
        self._finder.settle()
        self._replacer = Replacer(self._ledger)

    def _look(self) -> None:
        if self._waiting:
            self._finder.look(_joined(self._waiting))
            self._waiting.clear()

    def name(self, kind: Names, name: str) -> str:
        """The token of a name that was met.

        Raises:
            KeyError: it was not.
        """
        return self._ledger.tokens[_value(kind, name).key]

    def text(self, text: str) -> str:
        """A text with tokens; each is made once."""
        found = self._told.get(text)
        if found is None:
            found = self._told[text] = self._replacer.text(text)
        return found

    def are_left(self, texts: Iterable[str]) -> bool:
        """Whether some texts hold a value for which there is a token: by a search for all, and as they are read."""
        waiting = iter(dict.fromkeys(texts))
        while some := list(islice(waiting, _AT_ONCE)):
            text, fresh = _joined(some), Finder(Ledger())
            if next(self._replacer.found([text]), None) is not None:
                return True
            fresh.look(text)
            if any(next(self._replacer.found([said]), None) is not None for said in fresh.runs.values()):
                return True
            if not fresh.ledger.values.keys().isdisjoint(self._ledger.values):
                return True
        return False


def is_token(kind: Names, cell: str) -> bool:
    """Whether a cell is a token of some kind and nothing else.

    >>> is_token("host", "host-zbbb"), is_token("host", "host-zbbb of Jane"), is_token("document", "document-zbbb.jane")
    (True, False, False)
    """
    if kind == "guid":
        return re.fullmatch(r"00000000-0000-4000-8000-[0-9a-f]{12}", cell) is not None
    stem, _, ending = cell.partition(".")
    whole = token_of("document", 0, f"x.{ending}").partition(".")[2] == ending if kind == "document" else not ending
    return whole and cell.startswith(f"{kind}-z") and TOKEN.fullmatch(stem) is not None


def _value(kind: Names, name: str) -> Value:
    """A name as a value; one that is an ordinary word, or holds a token, is met elsewhere only where that is said."""
    text = TOKEN.sub(lambda found: "\0".join(found[0]), name)
    is_word = text != name or benign.is_ordinary(name) or name.lower() in benign.SAID
    return Value(kind, text, anywhere=not is_word)


def _joined(texts: Iterable[str]) -> bytes:
    """Texts as one, in which none stands alone in a line, or at its begin: there a word would be taken for a host."""
    return "".join(f"| {one} |\n" for one in texts).encode("utf-8", "surrogateescape")
