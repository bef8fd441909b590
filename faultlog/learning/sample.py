"""A bounded sample of one log of a bundle: its first lines, one line in every grid step, and the lines asked for."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field
from pathlib import Path

from faultlog.archives.names import escaped
from faultlog.bundle import Bundle, Member
from faultlog.errors import NothingAnswerable, UsageError
from faultlog.lines import Line, next_grid, split
from faultlog.reading import SAMPLE_GRID
from faultlog.rotation import role_of
from faultlog.values import dataclass

HEAD = 2_000
"""First lines that are looked at. Tool default."""
MOST = 4_000
"""Lines that are looked at in all. Tool default."""
MOST_BYTES = 256 * 1024 * 1024
"""Decompressed bytes that are read, unless a line that was asked for is still missing. Tool default."""
MOST_LENGTH = 4_000
"""Characters of a line that is learned from; a longer one is passed over. Tool default."""


@dataclass(frozen=True, slots=True)
class Pointer:
    """What a person says to point at a line."""

    option: str
    """`--raise`, `--clear` or `--start`."""
    given: str
    """The line's text or number."""


@dataclass(slots=True)
class Sample:
    """What was looked at of one log."""

    path: str
    base: str
    lines: list[Line] = field(default_factory=list)
    """In file order; without blank ones."""
    wanted: dict[Pointer, Line] = field(default_factory=dict)
    """The lines that were pointed at."""
    whole: bool = True
    """Whether every line of the log is in it."""

    @property
    def texts(self) -> list[str]:
        """The lines' texts."""
        return [line.text for line in self.lines]


def sample_of(log: str, inside: str | None, wanted: Sequence[Pointer]) -> Sample:
    """Look at one log.

    Args:
        log: its path; a compressed file, an archive or a folder that holds it; `-` for standard input.
        inside: which file of an archive or folder is meant, by path or name.
        wanted: what points at lines that must be in the log.

    Raises:
        BundleError: it cannot be opened.
        UsageError: it holds several logs; a line that was asked for is not in it.
        NothingAnswerable: it holds no log, or one that is empty or no text.
    """
    found: Sample | None = None
    names: list[str] = []
    for member in Bundle([Path(log) if log != "-" else log]).members():
        if not (member.given or role_of(member.base)) or inside not in {None, member.path, member.base}:
            continue
        names.append(member.path)
        if found is None:
            found = _looked_at(member, wanted)
    if found is None:
        meant = "is named like a log of the connector" if inside is None else f"is called {escaped(inside)}"
        raise NothingAnswerable(f"{escaped(log)}: no file in it {meant}; give the path of the log itself")
    if len(names) > 1:
        shown = ", ".join(names[:8])
        raise UsageError(
            f"{escaped(log)}: holds {len(names)} logs, one is learned at a time; add --file, e.g. of {shown}"
        )
    return found


def _looked_at(member: Member, wanted: Sequence[Pointer]) -> Sample:
    if b"\0" in member.head():
        raise NothingAnswerable(f"{member.path}: is no text in UTF-8 (it holds zero bytes); give a text log")
    sample = _taken(Sample(member.path, member.base), split(member.chunks()), wanted)
    if not sample.lines and not sample.whole:
        raise NothingAnswerable(f"{member.path}: every line is longer than {MOST_LENGTH:,} characters; none is learned")
    if not sample.lines:
        raise NothingAnswerable(f"{member.path}: is empty, there is nothing to learn from")
    missing = [pointer for pointer in wanted if pointer not in sample.wanted]
    if missing:
        raise UsageError(_missing(missing[0], member.path))
    sample.wanted = {pointer: sample.wanted[pointer] for pointer in wanted}
    return sample


def _taken(sample: Sample, lines: Iterable[Line], wanted: Sequence[Pointer]) -> Sample:
    missing = {pointer: pointer.given.strip() for pointer in wanted}
    sampled_from = SAMPLE_GRID
    for line in lines:
        text = line.text.strip()
        asked = [pointer for pointer, meant in missing.items() if meant in {text, str(line.number)}]
        on_grid = line.offset >= sampled_from
        sampled_from = next_grid(line.offset, SAMPLE_GRID) if on_grid else sampled_from
        room = len(sample.lines) < MOST and len(text) <= MOST_LENGTH
        if text and (asked or (room and (line.number <= HEAD or on_grid))):
            sample.lines.append(line)
        elif text:
            sample.whole = False
        for pointer in asked:
            sample.wanted[pointer] = line
            del missing[pointer]
        if line.offset > MOST_BYTES and not missing:
            sample.whole = False
            break
    return sample


def _missing(pointer: Pointer, path: str) -> str:
    option, text = pointer.option, pointer.given
    shown = escaped(text[:120])
    if text.strip().isdecimal():
        return f"{option}: {path} has no line {shown} with text in it; give the number or the whole text of a line"
    return (
        f"{option}: no line of {path} reads {shown!r} from its begin to its end; give the whole text of a line, "
        "its stamp included, or its number"
    )


def again(log: str, sample: Sample) -> Iterator[bytes]:
    """The bytes of a log once more, all of them; nothing where it is in the sample whole, or flowed by once."""
    bundle = Bundle([Path(log) if log != "-" else log])
    if sample.whole or not bundle.can_be_read_again:
        return
    for member in bundle.members():
        if member.path == sample.path:
            yield from member.chunks()
            return
