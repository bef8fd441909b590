"""What a case says first: its mark and one sentence, which every list and page repeats."""

import json
from functools import cache

from faultlog.report.document import CaseDocument
from faultlog.rulebook import RuleBook, load_rules
from faultlog.wording import LANGUAGES, Language, Wording


def first_of(doc: CaseDocument) -> tuple[str, str]:
    """The mark of a case, a key of `report.page.MARKS`, and its sentence in each language as JSON."""
    said = {language: _first(doc, language) for language in LANGUAGES}
    return said["en"][0], json.dumps({language: sentence for language, (_, sentence) in said.items()})


def _first(doc: CaseDocument, language: Language) -> tuple[str, str]:
    from faultlog.report.html.cards import cards
    from faultlog.report.view import seen

    first = cards(seen(doc, Wording(language, _rules(), doc.host.time_zone.name, "site")))[0].news[0]
    return first.badge.kind, first.said


@cache
def _rules() -> RuleBook:
    return load_rules(())
