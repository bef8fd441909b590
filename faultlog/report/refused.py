"""What the command line refuses, in the language that it was asked in; the code states it in English."""

from typing import Final

from faultlog.report.recognised import told
from faultlog.rulebook import RuleBook
from faultlog.wording import Language, Wording, safe

REFUSALS: Final = ("refusal", "flaw", "detail", "left")
"""Families of the catalogue that hold what errors say: of what was asked, of files of rules, of a bundle,
of a part of it."""
MISUSES: Final = ("click",)
"""The family that holds what the library says that reads the command line."""


def refused(text: str, language: Language, *families: str) -> list[str]:
    """A refusal as lines that are safe to print, each a sentence; in English what the catalogue does not know.

    Args:
        text: the sentences, one a line.
        language: the reader's.
        families: of the catalogue.
    """
    say = Wording(language, RuleBook((), (), (), {}))
    return [safe(told(say, line, *families)) for line in text.splitlines()]
