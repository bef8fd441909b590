"""What a press is asked to make."""

import json
from dataclasses import asdict
from typing import Any, Literal

from faultlog.fleet.narrowing import Choice
from faultlog.store.redacted import Of
from faultlog.values import dataclass
from faultlog.wording import Language

Kind = Literal["export", "redacted", "page", "numbers", "list"]


@dataclass(frozen=True, slots=True)
class Order:
    """Something to be made of what a team has."""

    kind: Kind
    """A case as a file, a document with tokens for names, the fleet as a page or as JSON, or a list with tokens."""
    team: int
    language: Language = "en"
    case: str = ""
    format: str = ""
    """Of an export: of which case it is, and the name of its format; which a list has too, `csv` or `json`."""
    redact: bool = False
    """Whether names are tokens in it."""
    of: Of = "case"
    """Of a document with tokens: what `case` names."""
    choice: Choice = Choice()
    """Of the fleet."""
    listing: str = ""
    sort: str = ""
    filters: tuple[tuple[str, str | int | float | bool | None], ...] = ()
    """Of a list: its name, its order, and by what its rows are chosen."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the store is that it is made of."""

    folder: str
    database: str | None


def order_line(place: Place, order: Order) -> bytes:
    """An order as a press reads it."""
    return json.dumps({"place": asdict(place), "order": asdict(order)}).encode() + b"\n"


def order_of(line: bytes) -> tuple[Place, Order]:
    """The same, read.

    >>> order = Order("page", 3, choice=Choice(6, since="2026-03-01"), filters=(("fault", 6),))
    >>> order_of(order_line(Place("/data", None), order)) == (Place("/data", None), order)
    True
    """
    told: dict[str, Any] = json.loads(line)
    order = told["order"]
    whole = {"choice": Choice(**order["choice"]), "filters": tuple((key, value) for key, value in order["filters"])}
    return Place(**told["place"]), Order(**(order | whole))
