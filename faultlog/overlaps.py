"""Files of one log that share lines: found by a second look at those whose times overlap; each line counts once.

A file whose lines all stand in another is its copy. Where the end of one file is the beginning of another, as when a
log is copied, then emptied late, the lines count in the older one, and the newer one is read again without them.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from itertools import islice
from typing import Protocol

from faultlog.copies import Outline, Run, Search
from faultlog.extents import Extent, extents_of
from faultlog.filereading import FileReading
from faultlog.model import Role
from faultlog.rotation import role_of, take_apart
from faultlog.values import dataclass

MAX_PAIRS = 2_000
"""Pairs of files that are compared; a healthy bundle has none. Tool default."""

_LOGS: Collection[Role] = ("connector", "scan_service", "system")
_ROLES: Sequence[Role] = (*_LOGS, "console", "status")


@dataclass(slots=True, eq=False)
class Found:
    """A file as it was read."""

    reading: FileReading
    base: str
    """Its name without compression suffix."""
    outline: Outline

    @property
    def path(self) -> str:
        """Where it stands in the bundle."""
        return self.reading.log.path

    @property
    def kin(self) -> tuple[Role, str]:
        """What log it is, in whatever folder it stands; one of a name of its own is what the user says it is."""
        return self.reading.log.role, take_apart(self.base).stem if role_of(self.base) is not None else ""

    def may_be_of(self, other: "Found") -> bool:
        """Whether its lines may be of the same host as those of another file."""
        mine, theirs = (set(one.reading.hosts) - {"localhost"} for one in (self, other))
        return not mine or not theirs or not mine.isdisjoint(theirs)


class Again(Protocol):
    """A second look at the files of a bundle."""

    def chunks(self, paths: Collection[str]) -> Iterator[tuple[str, Iterator[bytes]]]:
        """The bytes of some files, one after the other."""

    def read(self, found: Sequence[tuple[Found, range]]) -> Iterator[tuple[FileReading, bytes]]:
        """Some files read again, without the lines that are not their own; with the digest of all their bytes."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A file whose lines all stand in another."""

    inner: Found
    outer: Found
    begins: bool
    """Whether both begin with the same line."""
    ends: bool
    """Whether both end with the same line."""


@dataclass(slots=True)
class Shared:
    """The files of a bundle, each line of which counts once."""

    kept: list[Found]
    copies: list[Copy] = field(default_factory=list)
    followers: list[tuple[Found, Found]] = field(default_factory=list)
    """Files of which the first ends with lines that begin the second."""


def without_copies(found: Sequence[Found], again: Again | None) -> Shared:
    """Tell copies from files of their own.

    Args:
        found: every file that was read.
        again: how to look at them a second time; `None` where a bundle can be read only once.
    """
    shared = Shared([])
    by_digest: dict[bytes, Found] = {}
    for one in sorted(found, key=_preference):
        first = by_digest.setdefault(one.outline.digest, one) if one.reading.lines else one
        if first is one:
            shared.kept.append(one)
        else:
            one.reading.warn("same_content", f"holds the same bytes as {first.path}; counted once")
            shared.copies.append(Copy(one, first, begins=True, ends=True))
    pairs = list(islice(_suspects(shared.kept), MAX_PAIRS + 1))
    if pairs and again is None:
        _leave(pairs, "this input cannot be read again: save it to a file and pass that")
    elif len(pairs) > MAX_PAIRS:
        _leave(pairs, "there are too many such files: pass fewer copies of the log")
    elif pairs and again is not None:
        searches = _searches(pairs, again)
        _contained(shared, searches)
        _follow(shared, searches, again)
    return shared


def _preference(found: Found) -> tuple[bool, int, str]:
    """Of files that are the same the whole one is kept, of the log that says most."""
    return found.reading.cut is not None, _ROLES.index(found.reading.log.role), found.path


def _leave(pairs: Iterable[tuple[Found, Found]], why: str) -> None:
    """Say that lines may be counted twice, and what to do."""
    for other, one in {other.path: (other, one) for one, other in pairs}.values():
        other.reading.warn(
            "not_compared",
            f"its times overlap those of {one.path}; lines that stand in both would be counted twice, and {why}",
        )


def _suspects(found: Iterable[Found]) -> Iterator[tuple[Found, Found]]:
    """Pairs of files of one log whose times overlap."""
    families: dict[tuple[Role, str], list[Found]] = defaultdict(list)
    for one in found:
        if one.reading.log.role in _LOGS:
            families[one.kin].append(one)
    for family in families.values():
        extents = extents_of([one.reading.trail for one in family])
        placed = [(one, extent) for one, extent in zip(family, extents, strict=True) if extent is not None]
        yield from _overlapping(sorted(placed, key=lambda one: (one[1].first, one[0].path)))


def _overlapping(placed: Sequence[tuple[Found, Extent]]) -> Iterator[tuple[Found, Found]]:
    """Those among files in order of time that may share lines; where a clock was set, any may."""
    jumping = [one for one in placed if not one[1].steady]
    steady = [one for one in placed if one[1].steady]
    for number, (one, extent) in enumerate(steady):
        for other, later in steady[number + 1 :]:
            if extent.is_apart(later):
                break
            if _may_share(one, extent, other, later):
                yield one, other
        yield from ((one, other) for other, _ in jumping if one.may_be_of(other))
    for number, (one, _) in enumerate(jumping):
        yield from ((one, other) for other, _ in jumping[number + 1 :] if one.may_be_of(other))


def _may_share(one: Found, extent: Extent, other: Found, later: Extent) -> bool:
    """Whether two files may share lines: those that only touch in time do where the end of one shows the other."""
    if not one.may_be_of(other):
        return False
    if not extent.is_before(later) and not later.is_before(extent):
        return True
    return other.outline.first_lines in one.outline.tail or one.outline.first_lines in other.outline.tail


def _searches(pairs: Iterable[tuple[Found, Found]], again: Again) -> dict[str, Search]:
    """Each file looked through for those that may share lines with it; none that has changed meanwhile."""
    files: dict[str, Found] = {}
    others: dict[str, dict[str, Outline]] = defaultdict(dict)
    for one, other in pairs:
        files |= {one.path: one, other.path: other}
        others[one.path][other.path] = other.outline
        others[other.path][one.path] = one.outline
    searches: dict[str, Search] = {}
    for path, chunks in again.chunks(files.keys()):
        search = Search(others[path])
        for chunk in clipped(chunks, files[path].outline.size):
            search.take(chunk)
        if search.digest == files[path].outline.digest:
            searches[path] = search
    return searches


def clipped(chunks: Iterable[bytes], size: int) -> Iterator[bytes]:
    """The first bytes of a file: a live log may have grown since it was read first."""
    for chunk in chunks:
        if size <= 0:
            return
        yield chunk[:size]
        size -= len(chunk)


def _contained(shared: Shared, searches: Mapping[str, Search]) -> None:
    """Sort out the files that stand in larger ones as a whole."""
    kept: dict[str, Found] = {}
    for one in sorted(shared.kept, key=lambda one: -one.outline.size):
        copy = next(_holders(one, kept, searches), None)
        if copy is None:
            kept[one.path] = one
            continue
        one.reading.warn("contained", f"its lines all stand in {copy.outer.path} as well; counted once")
        shared.copies.append(copy)
    shared.kept = [one for one in shared.kept if one.path in kept]


def _holders(one: Found, kept: Mapping[str, Found], searches: Mapping[str, Search]) -> Iterator[Copy]:
    """The files that hold all of another, the largest first."""
    near = searches[one.path].others if one.path in searches else {}
    for path in sorted(near.keys() & kept.keys() & searches.keys(), key=lambda path: (-near[path].size, path)):
        place = searches[path].holds(one.path)
        if place is not None:
            outer = kept[path]
            end = place.offset + one.outline.size
            yield Copy(one, outer, begins=place.offset == 0, ends=end == outer.outline.size)


def _follow(shared: Shared, searches: Mapping[str, Search], again: Again) -> None:
    """Let lines that end one file and begin another count in the first."""
    files = {one.path: one for one in shared.kept}
    runs = dict(_runs(files, searches))
    own = {path: range(1, one.reading.lines + 1) for path, one in files.items()}
    for (earlier, later), run in runs.items():
        shared.followers.append((files[earlier], files[later]))
        own[later] = range(max(own[later].start, run.lines + 1), own[later].stop)
        if not files[earlier].outline.tail.endswith(b"\n"):  # the other file has this line as a whole
            own[earlier] = range(own[earlier].start, files[earlier].reading.lines)
    for reading, digest in again.read([(one, own[path]) for path, one in files.items() if _is_partly(one, own[path])]):
        one = files[reading.log.path]
        if digest == one.outline.digest:
            one.reading = reading
            _tell(reading, [earlier for earlier, later in runs if later == one.path])
        else:
            one.reading.warn("not_compared", "it changed while it was read; lines of it may be counted twice")
    for earlier, _ in runs:
        files[earlier].reading.cut = None  # what a cut took away stands in the file that goes on


def _is_partly(one: Found, own: range) -> bool:
    return 0 < len(own) < one.reading.lines


def _tell(reading: FileReading, others: Iterable[str]) -> None:
    names = ", ".join(sorted(others))
    if names:
        reading.warn(
            "overlap", f"its first {reading.duplicates} lines stand at the end of {names} as well; counted once"
        )


def _runs(files: Mapping[str, Found], searches: Mapping[str, Search]) -> Iterator[tuple[tuple[str, str], Run]]:
    """Stamped lines that end one file and begin another; none where each file would follow the other."""
    found: dict[tuple[str, str], Run] = {}
    for earlier, search in searches.items():
        for later in search.others.keys() & files.keys() & searches.keys():
            run = search.runs_into(later, searches[later], earlier) if earlier in files else None
            if run is not None and _is_stamped(files[earlier].reading, files[later].reading, run):
                found[earlier, later] = run
    yield from (item for item in sorted(found.items(), key=lambda one: one[0]) if item[0][::-1] not in found)


def _is_stamped(before: FileReading, after: FileReading, run: Run) -> bool:
    """Whether some line of a run says when it was written."""
    last, first = before.trail.last, after.first
    return last is not None and first is not None and last.line > run.before and first.line <= run.lines
