"""`redact`: a bundle read, written anew, proved, and only then put where it was asked for, with its map apart."""

import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import field, replace
from pathlib import Path
from typing import Any

from faultlog import outputs
from faultlog.bundle import Bundle, Member
from faultlog.errors import FaultlogError, NothingAnswerable, UsageError
from faultlog.holding import held_folder, removed_folder
from faultlog.identity import MAX_BYTES, Clues, is_clue
from faultlog.pipeline import Knowledge, Options, analyze_with
from faultlog.redaction import proof
from faultlog.redaction.documents import Redaction
from faultlog.redaction.finding import Finder
from faultlog.redaction.kinds import Kind
from faultlog.redaction.mapfile import Keeper
from faultlog.redaction.replacing import Replacer
from faultlog.redaction.rewriting import LeftOut, Rewriter
from faultlog.redaction.seams import Seams
from faultlog.redaction.tokens import Ledger
from faultlog.report.document import saved, to_json
from faultlog.values import dataclass
from faultlog.wording import Language, catalogue

_PREFIX = ".faultlog-redact-"
"""How the folder begins in which a bundle is made, until it is proved."""


class LeakError(FaultlogError):
    """The proof failed: a value stands in what was written, so nothing of it is kept."""

    exit_code = 5


@dataclass(frozen=True, slots=True)
class Redacted:
    """What came of it."""

    target: Path
    counts: Mapping[Kind, int]
    """How many values of each kind were met."""
    replaced: int
    """Places in which one stood."""
    files: int
    """Files that were copied."""
    left_out: tuple[LeftOut, ...]
    differences: tuple[str, ...]
    """Keys of the case document in which the analysis says otherwise; none where it is proved the same."""
    unanswerable: str | None
    """Why neither of the two can be analysed, where that is so: then nothing was compared."""
    map: Path
    """Where the private map lies."""
    stays: Mapping[Kind, int] = field(default_factory=dict)
    """How many values of each kind are ordinary words, and stay in places where the text does not say what they are."""
    places: int = 0
    """How many such places there are."""
    outside: int = 0
    """How many names in it lead out of the folder that it is unpacked into."""
    unread: bool = False
    """Whether most of its lines were understood by no format, so that nothing says where a name stands in them."""

    @property
    def is_proved(self) -> bool:
        """Whether the analysis says the same, but for what is counted of kinds of lines: names may make two of one."""
        return all(key.split(".")[0] == "preceding" for key in self.differences)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be made anew, and where."""

    paths: tuple[str, ...]
    target: Path
    """The bundle to be written, of several paths a folder with one of each; or a folder that is there, to hold it."""
    words: tuple[str, ...] = ()
    """What else is to be replaced, by a person's word."""
    options: Options = field(default_factory=Options)


def redact(wanted: Wanted, ledger: Ledger, knowledge: Knowledge, keeper: Keeper) -> Redacted:
    """Write a bundle that can be shared; `ledger` holds what stands for what afterwards.

    Raises:
        UsageError: it cannot be written where it was asked for.
        BundleError: it cannot be read.
        LeakError: a value would be left in it; nothing is kept.
    """
    _sensible(wanted)
    if not wanted.target.is_dir():  # else the name is known once everything was read: it may hold tokens
        _ready(wanted.target, keeper)
    found = gather(wanted, ledger)
    target = target_of(wanted, found)
    kept_at = _ready(target, keeper)
    with _aside(target) as place:
        try:
            rewriter, written = _private(wanted, found, ledger, place)
        except _MeantError:
            _removed(place)
            found = Replacer(ledger)
            rewriter, written = _private(wanted, found, ledger, place)
        differing, unanswerable, unread = _compared(wanted, written, ledger, knowledge, rewriter.left_out)
        keeper.keep(target, ledger)
        place.replace(target)
    counts = Counter(kind for kind, _ in ledger.met)
    kept = tuple(rewriter.left_out)
    stays = Counter(kind for kind, _ in found.stays)
    said = Redacted(target, counts, found.count, rewriter.kept, kept, tuple(differing), unanswerable, kept_at)
    return replace(said, stays=stays, places=found.stays.total(), outside=rewriter.outside, unread=unread)


def _sensible(wanted: Wanted) -> None:
    """Make sure that what was asked for can be done.

    Raises:
        UsageError: it cannot; says why.
    """
    if "" in wanted.paths:
        raise UsageError("an empty path names nothing; give a bundle, a folder or a log")
    if "-" in wanted.paths:
        raise UsageError("a bundle is read twice to be redacted: save standard input to a file and give that")
    if str(wanted.target) == "-":
        raise UsageError("a bundle is proved before it is put anywhere, its map beside it: give a file or folder to -o")
    if any(not word.strip() for word in wanted.words):
        raise UsageError("--word is empty; give the word or name that is to be replaced")
    for path in wanted.paths:
        text = saved(path)
        if text is not None:
            raise UsageError(
                f"{path}: is a case document, in which nothing marks names as a log does; write it with tokens by"
                f" faultlog triage {path} --redact --json FILE"
            )


def why_left(code: str, language: Language = "en") -> str:
    """A reason why something was not copied, in words; the code itself where there are none."""
    return catalogue(language).get(f"left.{code}", code)


class _MeantError(Exception):
    """A value that is an ordinary word is left where the text says what it is: now it is replaced everywhere."""


def _private(wanted: Wanted, found: Replacer, ledger: Ledger, place: Path) -> tuple[Rewriter, list[Path]]:
    """Everything written anew at a place, and proved to hold no value."""
    rewriter = Rewriter(found, wanted.options.limits, place.parent)
    written = _written(wanted, rewriter, place)
    if not rewriter.kept:
        reasons = "; ".join(sorted({why_left(one.code) for one in rewriter.left_out})) or "it is empty"
        raise NothingAnswerable(
            f"{', '.join(wanted.paths)}: nothing in it can be copied ({reasons}); only text can, in archives that open:"
            " give the logs that lie in it"
        )
    found.stays.clear()
    left = [leak for one in written for leak in proof.leaks(one, ledger, found, wanted.options.limits)]
    words = [one.key for one in left if one.key is not None]
    if left and len(words) == len(left):
        for key in words:
            ledger.everywhere(key)
        raise _MeantError
    if left:
        where = "; ".join(f"{one.file} ({one.kind} {one.text!r})" for one in left[:3])
        raise LeakError(
            f"a value is left in what was written: {where}; nothing is kept. Give it with --word TEXT, so that it is"
            " replaced wherever it stands, and report this, without the value"
        )
    return rewriter, written


def _removed(place: Path) -> None:
    if place.is_dir():
        shutil.rmtree(place)
    else:
        place.unlink()


def _unbound(size: int) -> None:
    """Whoever redacts a bundle of his own waits as long as it takes."""


def gather(wanted: Wanted, ledger: Ledger, tell: Callable[[int], None] = _unbound) -> Replacer:
    """Read everything, note every value, and make what replaces them.

    Args:
        wanted: which bundles.
        ledger: where values are noted.
        tell: told how many bytes more were read; what it raises ends the reading.
    """
    finder = Finder(ledger)
    for word in wanted.words:
        finder.word(word)
    clues, seams = Clues(), Seams()
    for path in wanted.paths:
        finder.look(b"/" + Path(path).name.encode("utf-8", "surrogateescape"))
    for member in Bundle(wanted.paths, wanted.options.limits, hashed=False).members():
        finder.file(member.path, seams.heard(member.path, member.base, _heard(member, clues, tell)))
    seams.look(finder)
    for host in clues.found.get("host", ()):
        finder.host(host)
    for guid in (*clues.found.get("guid", ()), *clues.found.get("guid by console", ())):
        finder.guid(guid)
    finder.settle()
    seams.note(finder)
    return Replacer(ledger)


def target_of(wanted: Wanted, replacer: Replacer) -> Path:
    """What is to be written: in a folder that is there, the name of the first path, with tokens."""
    if not wanted.target.is_dir():
        if replacer.text(wanted.target.name) != wanted.target.name:
            raise UsageError(f"{wanted.target}: its name holds one of the values that are replaced; choose another")
        return wanted.target
    first = Path(wanted.paths[0])
    return wanted.target / replacer.text(first.name or first.absolute().name)


def _heard(member: Member, clues: Clues, tell: Callable[[int], None]) -> Iterator[bytes]:
    """The bytes of a file, heard on their way if it may say who this is."""
    content = b""
    for chunk in member.chunks():
        if is_clue(member.base) and len(content) < MAX_BYTES:
            content += chunk
        tell(len(chunk))
        yield chunk
    if content:
        clues.file(member.path, member.base, content[:MAX_BYTES])


def _written(wanted: Wanted, rewriter: Rewriter, place: Path) -> list[Path]:
    """The counterparts of all paths."""
    if len(wanted.paths) == 1:
        rewriter.bundle(Path(wanted.paths[0]), place)
        return [place] if place.exists() else []
    place.mkdir()
    targets = [place / name for name in rewriter.names(Path(path).name for path in wanted.paths)]
    for path, target in zip(wanted.paths, targets, strict=True):
        rewriter.bundle(Path(path), target, sole=False)
    return [target for target in targets if target.exists()]


def _ready(target: Path, keeper: Keeper) -> Path:
    """Make sure that a bundle and its map can be written; where the map goes."""
    if target.exists():
        raise UsageError(f"{target}: is there already; give another path, or remove it")
    outputs.writable(str(target), [])
    return keeper.place(target)


@contextmanager
def _aside(target: Path) -> Iterator[Path]:
    """A place beside the target, of the same name, from which the bundle takes its place once it is proved."""
    try:
        with held_folder(_PREFIX, target.parent) as held:
            for left in target.parent.glob(f"{_PREFIX}*"):  # by runs that were killed
                removed_folder(left)
            folder = held / "made"
            folder.mkdir()
            yield folder / target.name
    except OSError as error:
        raise UsageError(f"{target}: cannot be written: {error.strerror}; check the path and the space left") from None


def _compared(
    wanted: Wanted, written: Sequence[Path], ledger: Ledger, knowledge: Knowledge, left_out: Sequence[LeftOut]
) -> tuple[list[str], str | None, bool]:
    """Where the two analyses differ; why there is none, where there is none of either; and whether most are unread."""
    before, why = _case(wanted.paths, wanted.options, knowledge)
    after, why_not = _case([str(one) for one in written], wanted.options, knowledge)
    if before is None:
        return [], Redaction(ledger).text(why or ""), False
    unread = sum(file["unread"] - file["events"] for file in before["files"]) > 0
    if after is None:
        return ["the whole case: " + Redaction(ledger).text(why_not or "")], None, unread
    return proof.same(before, after, ledger, left_out), None, unread


def _case(paths: Iterable[str], options: Options, knowledge: Knowledge) -> tuple[dict[str, Any] | None, str | None]:
    try:
        return json.loads(to_json(analyze_with(knowledge, list(paths), options, lambda _path, _size: None))), None
    except FaultlogError as error:
        return None, str(error)
