"""Which stamp the lines of a log carry: found by trial, decided by values, never guessed.

Two readings of the same digits are told apart by what cannot be a date, then by which of them runs forward; where
neither decides, the question is handed back.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from faultlog import layouts
from faultlog.errors import NothingAnswerable, UsageError
from faultlog.learning.stampforms import FAMILIES, Form, forms_in
from faultlog.model import Stamp, Text
from faultlog.stamps import ABBREVIATIONS
from faultlog.values import dataclass

PROBES = 300
"""Lines in which every form of a stamp is tried; what was found there is then looked for in all. Tool default."""
FIRST_YEAR = 2010
"""No connector is older: an earlier year is a misread number."""
LEAST = 3
"""Stamped lines that a format needs to prove itself."""
_LOOSE = {"%-d": "%d", "%-m": "%m", "%-H": "%H", "%-I": "%I"}
_ZONE_BEHIND = re.compile(
    r"[ \[(]{0,2}(?:[+-][0-9]{1,2}(?::?[0-9]{2})?(?![0-9:.])|(?i:utc|gmt)(?:[+-][0-9]+)?(?![A-Za-z])"
    r"|[A-Z]{2,4}T(?![A-Za-z]))"
)
"""What may say a zone behind a stamp that reads none."""


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a line carries its stamp."""

    index: int
    """Position of the line in the sample."""
    start: int
    end: int
    stamp: Stamp


@dataclass(frozen=True, slots=True)
class FoundStamp:
    """How the lines write their stamps, and what is to be known of it."""

    layout: str
    hits: tuple[Hit, ...]
    notes: tuple[Text, ...]


def find_stamp(texts: Sequence[str], told: str | None, path: str) -> FoundStamp:
    """Find the stamp of some lines.

    Args:
        texts: the lines, in order.
        told: the layout, where a person says it.
        path: the log, for the sentences.

    Raises:
        UsageError: the values fit several orders of day and month; `told` is no layout.
        NothingAnswerable: too few lines carry a stamp.
    """
    if told is not None:
        return _told(texts, told, path)
    candidates = _candidates(texts)
    read = {form.layout: hits_of(texts, form.layout) for form in candidates}
    kept = [form for form in candidates if len(read[form.layout]) >= LEAST]
    if not kept:
        raise NothingAnswerable(_no_stamp(texts, path))
    best = max(kept, key=lambda form: _merit(form, read[form.layout]))
    share = sum(not text[:1].isspace() for text in texts)
    if 2 * len(read[best.layout]) < share:
        raise NothingAnswerable(
            f"{path}: only {len(read[best.layout])} of {share} lines carry what may be a stamp, {best.layout!r}; "
            f"if it is one, say --stamp {best.layout!r}, else name the right one in directives (parsers/README.md)"
        )
    layout, notes = _decided(best, candidates, read, texts, path)
    return _settled(layout, texts, [*notes, *_another(best, kept, read)])


def _told(texts: Sequence[str], told: str, path: str) -> FoundStamp:
    try:
        layout = layouts.known(told)
    except ValueError as error:
        raise UsageError(f"--stamp: {told!r} {error}") from None
    if layout == "any":
        raise UsageError("--stamp: 'any' does not say where a stamp ends; write it in directives (parsers/README.md)")
    hits = hits_of(texts, layout)
    if len(hits) < LEAST:
        raise NothingAnswerable(
            f"{path}: {len(hits)} of {len(texts)} lines carry the stamp {layout!r}, {LEAST} are needed for a format"
        )
    return FoundStamp(layout, hits, (Text("learn.stamp.told"), *_unknowns(layout, hits, texts)))


def _candidates(texts: Sequence[str]) -> list[Form]:
    """The forms met in the probes, each layout once, most frequent first."""
    stamped = [text for text in texts if not text[:1].isspace()] or list(texts)
    step = max(1, len(stamped) // PROBES)
    counts: Counter[str] = Counter()
    first: dict[str, Form] = {}
    for text in stamped[::step]:
        for form in forms_in(text):
            if _is_layout(form.layout) and _reads(form, text):
                counts[form.layout] += 1
                first.setdefault(form.layout, form)
    least = max(counts.values(), default=0) // 10
    return [first[layout] for layout, count in counts.most_common() if count >= least]


def _is_layout(layout: str) -> bool:
    try:
        layouts.known(layout)
    except ValueError:
        return False
    return True


def _reads(form: Form, text: str) -> bool:
    return _plausible(layouts.read(form.layout, text[form.start : form.end])) is not None


def _plausible(stamp: Stamp | None) -> Stamp | None:
    return stamp if stamp is not None and (stamp.year is None or stamp.year >= FIRST_YEAR) else None


def hits_of(texts: Sequence[str], layout: str) -> tuple[Hit, ...]:
    """The first place in each line at which the layout can be read."""
    before = "(?<![0-9])(?<![0-9][-/.:])" if layout[:2] not in {"%b", "%B", "sy"} else "(?<![A-Za-z])"
    search = re.compile(f"{before}(?:{layouts.pattern_of(layout)})(?![0-9])")
    hits = []
    for index, text in enumerate(texts):
        for found in search.finditer(text):
            stamp = _plausible(layouts.read(layout, found[0]))
            if stamp is not None:
                hits.append(Hit(index, found.start(), found.end(), stamp))
                break
    return tuple(hits)


def _merit(form: Form, hits: Sequence[Hit]) -> tuple[int, int, int, int]:
    """Lines read; a date before a bare number; forward in time; further left; more of it."""
    starts = Counter(hit.start for hit in hits)
    place, length = starts.most_common(1)[0][0], max(hit.end - hit.start for hit in hits)
    rank = 20 * len(hits) // max(1, len(hits) + steps_back(hits))
    return len(hits) // max(1, len(hits) // 50), rank + (form.date != ""), -place, length


def steps_back(hits: Sequence[Hit]) -> int:
    """How often a line is a day or more before the one above it; New Year is no step where no year is written."""
    days = [(hit.stamp.year or 0, hit.stamp.month, hit.stamp.day) for hit in hits]
    backwards = [(before, after) for before, after in pairwise(days) if after < before]
    return sum(before[0] > 0 or (before[1], after[1]) != (12, 1) for before, after in backwards)


def _hours_back(hits: Sequence[Hit]) -> int:
    """How often a line is an hour or more before the one above it, on the same day."""
    stamps = [hit.stamp for hit in hits]
    return sum(
        (before.year, before.month, before.day) == (after.year, after.month, after.day) and before.hour > after.hour
        for before, after in pairwise(stamps)
    )


def _decided(
    best: Form, candidates: Sequence[Form], read: dict[str, tuple[Hit, ...]], texts: Sequence[str], path: str
) -> tuple[str, list[Text]]:
    """The layout among those that read the same digits in another order.

    Raises:
        UsageError: nothing in the log decides.
    """
    family = next((one for one in FAMILIES if best.date in one), ())
    orders = {best.date: best.layout}
    for form in candidates:
        if form.date in family and form.layout.replace(form.date, best.date, 1) == best.layout:
            orders.setdefault(form.date, form.layout)
    if len(family) < 2:
        return best.layout, []
    lines = {date: {hit.index for hit in read[layout]} for date, layout in orders.items()}
    every = set().union(*lines.values())
    fitting = [date for date in orders if lines[date] == every]
    beyond = len(every) - max((len(lines[date]) for date in orders if date not in fitting), default=0)
    if len(fitting) == 1:
        return orders[fitting[0]], [Text("learn.order.number", {"lines": beyond, "date": fitting[0]})]
    forward = [date for date in fitting if not steps_back(read[orders[date]])]
    if len(forward) == 1:
        return orders[forward[0]], [Text("learn.order.time", {"date": forward[0]})]
    raise UsageError(_ambiguous(forward or fitting or list(orders), orders, read, texts, path))


def _ambiguous(
    dates: Sequence[str], orders: dict[str, str], read: dict[str, tuple[Hit, ...]], texts: Sequence[str], path: str
) -> str:
    written = [texts[hit.index][hit.start : hit.end] for hit in read[orders[dates[0]]]]
    different = (one for one in written if len({layouts.read(orders[date], one) for date in dates}) > 1)
    text = next(different, written[0])
    meanings = []
    for date in dates:
        stamp = layouts.read(orders[date], text)
        if stamp is not None:
            day = f"{stamp.day} {layouts.FULL_MONTHS[stamp.month - 1].title()}" + (
                f" {stamp.year}" if stamp.year else ""
            )
            meanings.append(f"--stamp {tidy(orders[date], read[orders[date]])!r} ({day})")
    return (
        f"{path}: which number is the day? {text!r} can be read in {len(meanings)} ways, and nothing in the "
        f"{len(read[orders[dates[0]]])} stamped lines looked at decides; say {' or '.join(meanings)}"
    )


def tidy(layout: str, hits: Sequence[Hit]) -> str:
    """The layout as a person would write it: with padding where a small number shows it, a fraction where one is."""
    if not any(hit.stamp.digits for hit in hits):
        layout = layout.replace("%.f", "")
    small = {
        "%-d": any(hit.stamp.day < 10 for hit in hits),
        "%-m": any(hit.stamp.month < 10 for hit in hits),
        "%-H": any(hit.stamp.hour < 10 for hit in hits),
        "%-I": any(hit.stamp.hour % 12 < 10 for hit in hits),
    }
    return "".join(_LOOSE[part] if small.get(part) else part for part in re.split(r"(%-[dmHI])", layout))


def _another(best: Form, kept: Sequence[Form], read: dict[str, tuple[Hit, ...]]) -> list[Text]:
    """That most lines carry a second stamp, written otherwise."""
    mine = {hit.index: hit for hit in read[best.layout]}
    for form in kept:
        apart = [
            hit
            for hit in read[form.layout]
            if hit.index in mine and (hit.start >= mine[hit.index].end or hit.end <= mine[hit.index].start)
        ]
        if 2 * len(apart) > len(mine):
            return [Text("learn.stamp.other", {"lines": len(apart), "layout": tidy(form.layout, apart)})]
    return []


def _settled(layout: str, texts: Sequence[str], notes: list[Text]) -> FoundStamp:
    """The simplest layout that reads the same lines as the same stamps."""
    hits = hits_of(texts, layout)
    short = tidy(layout, hits)
    for other in ("syslog", "iso", "epoch", short, short.replace("%d", "%-d", 1), layout.replace("%.f", "")):
        if _is_layout(other) and [_said(hit) for hit in hits_of(texts, other)] == [_said(hit) for hit in hits]:
            layout, hits = other, hits_of(texts, other)
            break
    return FoundStamp(layout, hits, (*notes, *_unknowns(layout, hits, texts)))


def _said(hit: Hit) -> tuple[int, int, int, Stamp]:
    return hit.index, hit.start, hit.end, replace(hit.stamp, digits=0)


def _unknowns(layout: str, hits: Sequence[Hit], texts: Sequence[str]) -> list[Text]:
    """What the stamps leave open."""
    notes = []
    if all(hit.stamp.year is None for hit in hits):
        notes.append(Text("learn.year.none"))
    behind = [hit for hit in hits if _ZONE_BEHIND.match(texts[hit.index], hit.end)]
    bare = [hit for hit in hits if hit.stamp.offset_s is None and hit.stamp.abbreviation is None]
    if behind:
        found = _ZONE_BEHIND.match(texts[behind[0].index], behind[0].end)
        notes.append(Text("learn.zone.behind", {"text": found[0].strip() if found else "", "lines": len(behind)}))
    elif bare:
        notes.append(Text("learn.zone.none", {"lines": len(bare)}))
    several = sorted(
        {hit.stamp.abbreviation for hit in hits if len(ABBREVIATIONS.get(hit.stamp.abbreviation or "", ())) > 1}
        - {None},
        key=str,
    )
    if several:
        notes.append(Text("learn.zone.ambiguous", {"names": ", ".join(str(one) for one in several)}))
    if (back := _hours_back(hits)) > 0:
        notes.append(Text("learn.back", {"lines": back}))
    others = sum(1 for hit in hits if hits_of([texts[hit.index][hit.end :]], layout))
    if 2 * others > len(hits):
        notes.append(Text("learn.stamp.second", {"lines": others}))
    return notes


_TIME_ONLY = re.compile(r"(?<![0-9:])[0-2]?[0-9]:[0-5][0-9](?::[0-5][0-9])?(?![0-9:])")


def _no_stamp(texts: Sequence[str], path: str) -> str:
    timed = sum(_TIME_ONLY.search(text) is not None for text in texts)
    if 2 * timed > len(texts):
        return (
            f"{path}: {timed} of {len(texts)} lines write a time of day, but no date with seconds that could be read; "
            "if there is one, write it down with --stamp, e.g. --stamp '%d.%m.%Y %H:%M:%S' (parsers/README.md lists "
            "the directives); without a date nothing can be placed in time"
        )
    return (
        f"{path}: no stamp was found in at least {LEAST} of {len(texts)} lines; if they carry one, write it down with "
        "--stamp, e.g. --stamp '%d.%m.%Y %H:%M:%S' (parsers/README.md lists the directives)"
    )
