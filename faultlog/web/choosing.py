"""What of a fleet an address asks for: for pages, which take what means nothing for nothing, and for programs."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.datastructures import QueryParams

from faultlog.fleet.narrowing import Choice
from faultlog.store.schema import VERDICTS
from faultlog.store.texts import storable

REDACT = "redact"
"""The parameter that has names shown as tokens, where that is offered."""
_NO = frozenset({"", "0", "f", "false", "n", "no", "off"})
_LONGEST = 100
_MOST_FAULT = 99_999

Text = Annotated[str, Field(max_length=_LONGEST)]


class ChoiceQuery(BaseModel):
    """Parameters that choose a part of a fleet."""

    model_config = ConfigDict(extra="forbid")

    fault: Annotated[int | None, Field(ge=0, le=_MOST_FAULT, description="Stays of this fault.")] = None
    verdict: Annotated[Literal[VERDICTS] | None, Field(description="Stays with a finding of this verdict.")] = None  # type: ignore[valid-type]
    version: Annotated[Text, Field(description="Hosts with this version of the connector.")] = ""
    os: Annotated[Text, Field(description="Hosts with this system.")] = ""
    os_version: Annotated[Text, Field(description="Hosts with this version of the system.")] = ""
    host: Annotated[Text, Field(description="Hosts whose name holds this, or whose GUID does.")] = ""
    since: Annotated[
        date | None, Field(description="Stays that began on this day (UTC) or later, and what was observed then.")
    ] = None
    until: Annotated[
        date | None, Field(description="Stays that began before this day, and what was observed then.")
    ] = None
    redact: Annotated[bool, Field(description="Whether hosts are tokens.")] = False


Asked = Annotated[ChoiceQuery, Query()]


def choice_of(asked: ChoiceQuery) -> Choice:
    """What a program asks for."""
    days = {
        name: "" if day is None else day.isoformat() for name, day in (("since", asked.since), ("until", asked.until))
    }
    texts = {name: storable(getattr(asked, name)) for name in ("version", "os", "os_version", "host")}
    return Choice(fault=asked.fault, verdict=asked.verdict or "", **texts, **days)


def choice_in(params: Mapping[str, str]) -> Choice:
    """What the address of a page asks for; what cannot be a choice is none.

    >>> choice_in({"fault": "x", "os": "linux", "since": "2026-02-30", "until": "2026-03-01", "verdict": "odd"})
    Choice(fault=None, verdict='', version='', os='linux', os_version='', host='', since='', until='2026-03-01')
    """
    texts = {
        name: " ".join(storable(params.get(name, "")).split())[:_LONGEST]
        for name in ("version", "os", "os_version", "host")
    }
    days = {name: _day(params.get(name, "")) for name in ("since", "until")}
    verdict = params.get("verdict", "")
    return Choice(
        fault=fault_in(params.get("fault", "")), verdict=verdict if verdict in VERDICTS else "", **texts, **days
    )


def query_of(choice: Choice, *, redact: bool = False) -> str:
    """The parameters that ask for it, as an address has them.

    >>> query_of(Choice(6, host="a b"))
    'fault=6&host=a+b'
    """
    asked = {name: value for name, value in asdict(choice).items() if value not in {None, ""}}
    return urlencode(asked | ({"redact": "true"} if redact else {}))


def is_private(params: QueryParams) -> bool:
    """Whether names are to be tokens: they are unless every such word says no, so that `redact=1` shows no name."""
    return any(word.lower() not in _NO for word in params.getlist(REDACT))


def fault_in(text: str) -> int | None:
    """The number of a fault; `None` where it is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else None


def _day(text: str) -> str:
    """A day of the calendar, else nothing."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return ""
