"""Words of a case that lead somewhere: to its evidence, to the rules that it goes by, to where it is analysed again."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from markupsafe import Markup, escape

from faultlog.web.site import rules
from faultlog.wording import Wording, safe

if TYPE_CHECKING:
    from faultlog.report.html.cards import Card


def leading(card: "Card", page: str = "") -> "Card":
    """A card whose evidence stands on a page, its own where none is named, and its fault among the rules."""
    known = card.fault is not None and bool(rules().candidates(card.fault, None))
    news = tuple(replace(one, page=page) for one in card.news)
    return replace(card, news=news, about=f"/rules/{card.fault}" if known else "")


def pointing(shown: Mapping[str, object], say: Wording, address: str) -> dict[str, object]:
    """What a case's page shows, whose sentences that name the form for another analysis lead to it."""
    sections = cast("Mapping[str, object]", shown["sections"])
    told = {name: _linked(cast("Iterable[str]", sections[name]), say, address) for name in ("assumptions", "sources")}
    notes = _linked(cast("Iterable[str]", shown["notes"]), say, address)
    return {**shown, "notes": notes, "sections": {**sections, **told}}


def _linked(sentences: Iterable[str], say: Wording, address: str) -> list[Markup]:
    named = escape(say.words("web.anew"))
    link = Markup('<a href="{}">{}</a>').format(address, named)
    return [escape(safe(one)).replace(named, link) for one in sentences]
