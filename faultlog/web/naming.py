"""How lists name a host, and what they say of a case first."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement, case, func

from faultlog.store.schema import MARKS
from faultlog.web.listing import Column, Filter, Value
from faultlog.wording import Wording

_OF_MARKS: Final = "mark"


def host_key(source: ColumnElement[Any]) -> Column:
    """A host by what its bundles share; no page shows it."""
    about = "What bundles of one host share, as `guid:…` or `name:…`."
    return Column("host", "text", source, about, hidden=True, names="host")


def host_name(source: ColumnElement[Any], link: str | None = "/hosts/{host_id}") -> Column:
    """A host by its name, where it has one."""
    return Column("host_name", "text", source, "What the host is called.", link=link, names="host")


def bundle_name(source: ColumnElement[Any], about: str) -> Column:
    """A bundle by its name; no page shows it."""
    return Column("bundle_name", "text", source, about, hidden=True, names="bundle")


def compared(key: str, source: ColumnElement[Any], about: str) -> Column:
    """One of two bundles by its name."""
    return Column(key, "text", source, about, link="/comparisons/{id}", filled=True, names="bundle")


def named(source: ColumnElement[Any], key: str, link: str) -> Column:
    """A host by its name; one that has none by its bundle."""
    about = "What the host is called, where that is known."
    return Column(key, "text", source, about, link=link, shown=_called, names="host")


def _called(row: Mapping[str, Value], say: Wording) -> str:
    """What a page calls a host: with the start of its GUID, where others are called so."""
    name, host = row["name" if "name" in row else "host_name"], str(row["host"])
    if name is None:
        return say.words("web.host.unknown_of", name=row["bundle_name"])
    return f"{name} · {host[5:13]}" if row.get("shared_name") and host.startswith("guid:") else str(name)


def named_so(name: ColumnElement[Any], host: ColumnElement[Any]) -> ColumnElement[Any]:
    """What a host is called: by what its bundles share, where it has no name; not by a bundle that says neither."""
    return func.coalesce(name, case((host.like("case:%"), None), else_=host))


def mark(source: ColumnElement[Any], *, filled: bool = True) -> Column:
    """What a case says first, the most urgent first where it is sorted."""
    order = case({mark: str(place) for place, mark in enumerate(MARKS)}, value=source)
    about = "How urgent what it says first is: the badge of its page."
    return Column("mark", "text", source, about, words=_OF_MARKS, filled=filled, values=MARKS, order=order)


def headline(source: ColumnElement[Any], *, filled: bool = True) -> Column:
    """The sentence that a case says first."""
    return Column("headline", "said", source, "What its page says first.", filled=filled)


def as_of(source: ColumnElement[Any]) -> Column:
    """The last line of a case: as of when its sentence is true, which stands beside it."""
    return Column("last_at", "instant", source, "Its last line: as of when that is true.")


def marked(source: ColumnElement[Any]) -> Filter:
    """Cases with one badge."""
    return Filter("mark", source, "Whose badge is this.", values=MARKS, words=_OF_MARKS)
