"""Cards of a case whose words lead to other pages of the site: to its evidence, and to the rules that it goes by."""

from dataclasses import replace
from typing import TYPE_CHECKING

from faultlog.web.site import rules

if TYPE_CHECKING:
    from faultlog.report.html.cards import Card


def leading(card: "Card", page: str = "") -> "Card":
    """A card whose evidence stands on a page, its own where none is named, and its fault among the rules."""
    known = card.fault is not None and bool(rules().candidates(card.fault, None))
    news = tuple(replace(one, page=page) for one in card.news)
    return replace(card, news=news, about=f"/rules/{card.fault}" if known else "")
