"""`/search?q=`: where words stand, among hosts, faults, bundles and the lines that are evidence."""

import re
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Annotated, Final, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from sqlalchemy import Connection

from faultlog.store import places, searching
from faultlog.store.texts import folded, written_as
from faultlog.values import dataclass
from faultlog.web.shown import minute
from faultlog.web.site import page, rules, wording_of
from faultlog.web.who import Kept, Viewer
from faultlog.wording import LANGUAGES, Language, Wording, safe

if TYPE_CHECKING:
    from faultlog.web.chapters import Listed

router = APIRouter(include_in_schema=False)

Group = Literal["hosts", "faults", "bundles", "lines"]
GROUPS: Final[tuple[Group, ...]] = ("hosts", "faults", "bundles", "lines")
_FEW: Final = 5
"""Of each group beside others, but for lines. Tool default."""
_MANY: Final = 25
"""Of a group alone, and of lines. Tool default."""
_LONGEST: Final = 200
"""Characters that are looked for. Tool default."""
_AROUND: Final = 160
"""Characters of a long line that are shown on each side of the first hit. Tool default."""

Words = Sequence[tuple[str, bool]]
"""A text in parts, and which of them are hits."""


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that was found."""

    link: str
    title: Words
    place: str
    text: Words = ()
    """Of a line."""


@dataclass(frozen=True, slots=True)
class Found:
    """A group of what was found, and the address of what comes before and after it; empty where nothing does."""

    key: Group
    hits: Sequence[Hit]
    before: int | None = None
    after: int | None = None
    """Numbers of pages of this group."""


@router.get("/search")
def search_page(
    request: Request,
    who: Viewer,
    store: Kept,
    q: Annotated[str, Query(max_length=10_000)] = "",
    group: Annotated[Group | None, Query(alias="in")] = None,
    number: Annotated[int, Query(alias="page", ge=1, le=10_000)] = 1,
) -> HTMLResponse:
    """What was found; of one group alone, page by page."""
    say = wording_of(request)
    words = " ".join(q.replace("\0", "").split())[:_LONGEST]
    asked = (group,) if group is not None else GROUPS
    all_ = store.read(found, who.team, words, asked, number, say) if words else []
    title = say.words("web.search.title", words=words) if words else say.words("web.search")
    told: dict[str, object] = {"title": title, "words": words, "group": group, "beyond": number > 1}
    told["found"] = [one for one in all_ if one.hits]
    return page(request, "search.html", who, **told)


def found(db: Connection, team: int, words: str, groups: Collection[Group], number: int, say: Wording) -> list[Found]:
    """What was found in some groups; of one alone, a page of it."""
    meant = _numbered(words)
    faults = sorted((one for one in _faults(say.language) if _is_meant(one, words)), key=lambda one: _place(one, words))
    numbers = [one.fault for one in faults if str(one.fault) == meant]
    shown = []
    for group in groups:
        most = _MANY if group == "lines" or len(groups) == 1 else _FEW
        skip = (number - 1) * most if len(groups) == 1 else 0
        hits = _hits(db, team, words, group, (faults, numbers), (most + 1, skip), say)
        more = len(hits) > most
        shown.append(Found(group, hits[:most], number - 1 if skip else None, number + 1 if more else None))
    return shown


def _hits(
    db: Connection,
    team: int,
    words: str,
    group: Group,
    meant: "tuple[Sequence[Listed], Collection[int]]",
    part: tuple[int, int],
    say: Wording,
) -> list[Hit]:
    """The hits of one group, so many after so many."""
    (faults, numbers), (most, skip) = meant, part
    if group == "hosts":
        return [_host(one, words, say) for one in searching.hosts(db, team, words, most, skip)]
    if group == "faults":
        return [_fault(one, words, say) for one in faults[skip : skip + most]]
    if group == "bundles":
        return [_bundle(one, words, say) for one in searching.bundles(db, team, words, most, skip)]
    return [_line(one, words, say) for one in searching.lines(db, team, words, numbers, most, skip)]


@cache
def _faults(language: Language) -> "Sequence[Listed]":
    """Every fault that has a rule, by number."""
    from faultlog.web.chapters import listed

    return listed(rules(), Wording(language, rules(), "UTC"))


@cache
def _called() -> Mapping[int, Sequence[str]]:
    """By number what faults are called, in every language: who reads one may look for what another says."""
    return {one.fault: [*one.names, *other.names] for one, other in zip(*map(_faults, LANGUAGES), strict=True)}


_NUMBERED: Final = re.compile(r"(?:fault|id|결함)\s*#?\s*(\d{1,5})", re.IGNORECASE)
"""A fault by its number, as reports, `ampcli status` and people write it."""


def _numbered(words: str) -> str:
    """The number of the fault that is meant, where one is; else the words.

    >>> _numbered("Fault 18"), _numbered("결함 18"), _numbered("18"), _numbered("fault")
    ('18', '18', '18', 'fault')
    """
    found = _NUMBERED.fullmatch(words)
    return words if found is None else str(int(found[1]))


def _is_meant(one: "Listed", words: str) -> bool:
    return _numbered(words) == str(one.fault) or any(folded(words) in folded(name) for name in _called()[one.fault])


def _place(one: "Listed", words: str) -> bool:
    """What comes first: a fault of that number, or whose name begins so."""
    begins = any(folded(name).startswith(folded(words)) for name in _called()[one.fault])
    return not (_numbered(words) == str(one.fault) or begins)


def _host(one: searching.Named, words: str, say: Wording) -> Hit:
    place = say.words("web.search.host", when=minute(one.uploaded_at))
    number = (one.host or "").partition(":")[2]
    return Hit(f"/hosts/{places.id_of(one.host or '')}", marked(one.name, words), f"{number} · {place}")


def _fault(one: "Listed", words: str, say: Wording) -> Hit:
    title = f"{say.words('web.fault', fault=one.fault)}: {' / '.join(one.names)}"
    return Hit(f"/rules/{one.fault}", marked(title, words), one.systems)


def _bundle(one: searching.Named, words: str, say: Wording) -> Hit:
    place = " · ".join(
        part for part in (one.host, say.words("web.search.bundle", when=minute(one.uploaded_at))) if part
    )
    return Hit(f"/cases/{one.bundle}", marked(one.name, words), place)


def _line(one: searching.Line, words: str, say: Wording) -> Hit:
    anchor = f"#{one.interval}" if one.interval is not None else ""
    where = f"{one.file}:{one.line}" if one.line is not None else one.file
    fault = "" if one.fault is None else say.words("web.fault", fault=one.fault)
    title = " · ".join(part for part in (one.host or say.words("host.unknown"), fault) if part)
    place = " · ".join(part for part in (one.name, where, "" if one.at is None else minute(one.at)) if part)
    return Hit(f"/cases/{one.bundle}{anchor}", [(title, False)], place, marked(_cut(one.text, words), words))


def marked(text: str, words: str) -> Words:
    """A text in parts, hits told from the others; what would be obeyed instead of seen is spelled out first.

    >>> marked("Fault 6 raised; fault", "fault")
    [('Fault', True), (' 6 raised; ', False), ('fault', True)]
    """
    meant = "|".join(re.escape(safe(one)) for one in written_as(words))
    parts = re.split(f"({meant})", safe(text), flags=re.IGNORECASE)
    return [(part, n % 2 == 1) for n, part in enumerate(parts) if part]


def _cut(text: str, words: str) -> str:
    """A long text around its first hit."""
    if len(text) <= 2 * _AROUND:
        return text
    meant = "|".join(map(re.escape, written_as(words)))
    hit = re.search(meant, text, re.IGNORECASE)
    at = 0 if hit is None else hit.start()
    begin, end = max(0, at - _AROUND), at + len(words) + _AROUND
    return f"{'… ' if begin else ''}{text[begin:end]}{' …' if end < len(text) else ''}"
