"""Short ways to redact texts and bundles in tests."""

from pathlib import Path

from faultlog.pipeline import Options
from faultlog.redaction import bundles
from faultlog.redaction.bundles import Redacted, Wanted
from faultlog.redaction.finding import Finder
from faultlog.redaction.mapfile import Keeper
from faultlog.redaction.replacing import Replacer
from faultlog.redaction.tokens import Ledger

from .logs import knowledge

OPTIONS = Options(hashed=False)


def replacer_of(*texts: str | bytes, words: tuple[str, ...] = (), ledger: Ledger | None = None) -> Replacer:
    """What replaces the values of some texts, and the words that a person gave."""
    finder = Finder(Ledger() if ledger is None else ledger)
    for word in words:
        finder.word(word)
    for text in texts:
        finder.look(text.encode() if isinstance(text, str) else text)
    finder.settle()
    return Replacer(finder.ledger)


def redacted(text: str, *others: str, words: tuple[str, ...] = ()) -> str:
    """A text as it is written into a bundle that holds it and others."""
    return replacer_of(text, *others, words=words).text(text)


def bundle_of(*paths: Path, to: Path, ledger: Ledger | None = None, words: tuple[str, ...] = ()) -> Redacted:
    """A bundle redacted, its map beside it."""
    wanted = Wanted(tuple(map(str, paths)), to, words, OPTIONS)
    known = Ledger() if ledger is None else ledger
    return bundles.redact(wanted, known, knowledge(), Keeper(f"{to}.map", wanted.paths))
