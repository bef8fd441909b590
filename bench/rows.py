"""What is measured: the goals, then what the answer costs where the log or the rules are otherwise."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from shutil import which

from bench import answers, logs, peers
from bench.answers import Checked
from bench.logs import Log
from bench.measure import Command, Measured
from bench.needles import needles
from bench.scenario import USUAL, Day
from faultlog.simulating import simulate

Medians = Mapping[str, Measured]
"""What was measured, by the commands' names."""


@dataclass(frozen=True, slots=True)
class Goal:
    """A number to reach."""

    words: str
    value: Callable[[Medians], float]
    bound: float
    at_most: bool = True
    """Whether the number may not be larger than the bound, else not smaller."""
    unit: str = " ×"
    peer: str = ""
    """The command whose time is compared; none where the goal speaks of something else."""


@dataclass(frozen=True, slots=True)
class Row:
    """Commands that are measured in turns, and what is asked of them."""

    key: str
    title: str
    about: str
    """The log, in words."""
    bytes: int
    commands: tuple[Command, ...]
    """faultlog's own first."""
    goals: tuple[Goal, ...] = ()
    check: Callable[[], list[Checked]] = list


@dataclass(frozen=True, slots=True)
class Settings:
    """Where, and how much."""

    folder: Path
    large: int
    """Bytes of the large log."""
    small: int
    """Bytes of the log that is read into columns, and of those in the rows of "otherwise"."""


def share(peer: str, bound: float) -> Goal:
    """Faultlog takes at most this share of a peer's time."""
    return Goal(f"the time of {peer}", partial(_share, peer), bound, peer=peer)


def times(peer: str, bound: float) -> Goal:
    """Faultlog is at least so many times as fast as a peer."""
    return Goal(f"as fast as {peer}", partial(_times, peer), bound, at_most=False, peer=peer)


def _first(medians: Medians) -> Measured:
    return next(iter(medians.values()))


def _share(peer: str, medians: Medians) -> float:
    return _first(medians).wall_s / medians[peer].wall_s


def _times(peer: str, medians: Medians) -> float:
    return medians[peer].wall_s / _first(medians).wall_s


def _of_best(medians: Medians) -> float:
    """Of the fastest of all peers."""
    return _first(medians).wall_s / min(one.wall_s for one in list(medians.values())[1:])


def _growth(medians: Medians) -> float:
    return medians["whole"].wall_s / medians["an eighth"].wall_s


def _memory(name: str, medians: Medians) -> float:
    return medians[name].rss_mb - medians["one line"].rss_mb


def _rate(size: int, medians: Medians) -> float:
    """Megabytes in a second of processor that a log takes beyond what is loaded for a line."""
    return size / 1e6 / (_first(medians).cpu_s - medians["one line"].cpu_s)


def _ms(medians: Medians) -> float:
    return _first(medians).wall_s * 1000


def rows(settings: Settings) -> Iterator[tuple[str, Callable[[], Row]]]:
    """Key of every row, and what writes its logs and makes it."""
    makers: dict[str, Callable[[Settings], Row]] = {
        "plain": _plain,
        "slow": partial(_slow, key="slow"),
        "slow-small": partial(_slow, key="slow-small"),
        "gz": _packed_gz,
        "zip": partial(_packed, kind="zip"),
        "tar.gz": partial(_packed, kind="tar.gz"),
        "full": _full,
        "memory": _memory_row,
        "start": _start,
        "bundle": _bundle,
        "json": _json,
        **{key: partial(_otherwise, key) for key in OTHERWISE},
        "rules": _rules,
        "formats": _formats,
        "one-line": _one_line,
        "many": _many,
    }
    return ((key, partial(make, settings)) for key, make in makers.items())


def _needles(log: Path, rules: Sequence[Path] = ()) -> Path:
    """The needles for a log, in a file beside it."""
    sample = next(iter(sorted(log.rglob("*.log")))) if log.is_dir() else log
    name = "needles-own.txt" if rules else "needles.txt"
    return peers.needle_file(needles(sample, rules), log.parent / name)


def _home(settings: Settings) -> Path:
    place = settings.folder / "home"
    place.mkdir(parents=True, exist_ok=True)
    return place


def _plain(settings: Settings) -> Row:
    log = logs.usual(settings.folder, settings.large)
    look = _needles(log.path)
    searches = (peers.ripgrep(look, log.path), peers.ripgrep(look, log.path, "-i"))
    greps = (peers.grep(look, log.path), peers.grep(look, log.path, "-i"))
    commands = tuple(one.pinned() for one in (peers.triage(log.path), *searches, *greps))
    goals = (share("rg -F -c", 0.6), share("rg -F -i -c", 0.6))
    check = partial(answers.check, log.path, log, look, _home(settings))
    return Row("plain", "1 · A plain log, one core", log.about, log.bytes, commands, goals, check)


def _slow(settings: Settings, key: str) -> Row:
    size = settings.large if key == "slow" else settings.small
    log, home = logs.usual(settings.folder, size), _home(settings)
    commands = (peers.triage(log.path), peers.naive(log.path), peers.lnav_raises(home, log.path))

    def check() -> list[Checked]:
        found = answers.check(log.path, log, _needles(log.path), home)
        return [*found, answers.check_lnav(log, home)]

    return Row(
        key,
        "1 · A plain log, one core, slow peers",
        log.about,
        log.bytes,
        tuple(one.pinned() for one in commands),
        (times("for line in file + re", 40), times("lnav -n", 20)),
        check,
    )


def _packed_gz(settings: Settings) -> Row:
    plain = logs.usual(settings.folder, settings.large)
    log, look = logs.packed(plain, "gz"), _needles(plain.path)
    pipes = (peers.unpacked_ripgrep(look, log.path), peers.unpacked_ripgrep(look, log.path, "-i"))
    commands = (peers.triage(log.path), *pipes, *peers.decompressors(log.path))
    goals = (share("gzip -dc | rg -F -c", 0.4), share("gzip -dc | rg -F -i -c", 0.4))
    check = partial(answers.check, log.path, plain, look, _home(settings))
    return Row("gz", "2 · The same log in .gz", log.about, plain.bytes, commands, goals, check)


def _packed(settings: Settings, kind: logs.Kind) -> Row:
    plain = logs.usual(settings.folder, settings.large)
    log = logs.packed(plain, kind)
    commands = (peers.triage(log.path), *peers.decompressors(log.path))
    goals = (Goal("the time of the best decompressor alone", _of_best, 1.35),)
    check = partial(answers.check, log.path, plain, _needles(plain.path), _home(settings))
    return Row(kind, f"2 · The same log in .{kind}", log.about, plain.bytes, commands, goals, check)


def _full(settings: Settings) -> Row:
    log, home = logs.usual(settings.folder, settings.small), _home(settings)
    title = "3 · Every line into columns"
    theirs = (peers.lnav_columns(home, log.path), peers.columns(log.path))
    ours = peers.triage(log.path, "--full", name="faultlog triage --full")
    check = partial(answers.check, log.path, log, _needles(log.path), home, ("--full",))
    goals = (times("lnav -n, all columns", 5), times("re + strptime", 20))
    commands = tuple(one.pinned() for one in (ours, *theirs))
    return Row("full", title, log.about, log.bytes, commands, goals, check)


def _memory_row(settings: Settings) -> Row:
    whole = logs.usual(settings.folder, settings.large)
    eighth = logs.usual(settings.folder, settings.large // 8)
    given = (("whole", whole.path), ("an eighth", eighth.path), ("one line", _tiny(settings, whole)))
    commands = tuple(peers.triage(path, name=name).pinned() for name, path in given)
    memory = [Goal(f"memory over the imports, {name}", partial(_memory, name), 64, unit=" MB") for name, _ in given[:2]]
    goals = (*memory, Goal("the time of an eighth", _growth, 8.4))
    check = partial(answers.check, eighth.path, eighth, _needles(eighth.path), _home(settings))
    return Row("memory", "4 · Memory and growth", whole.about, whole.bytes, commands, goals, check)


def _tiny(settings: Settings, log: Log) -> Path:
    """A log of one line, for which all is loaded that a log needs."""
    tiny = settings.folder / "tiny" / logs.LOG
    tiny.parent.mkdir(exist_ok=True)
    tiny.write_text(f"{log.truths[0].text}\n", encoding="utf-8")
    return tiny


def _start(settings: Settings) -> Row:
    del settings
    commands = (peers.faultlog("--version", name="faultlog --version"), peers.bare_python())
    goals = (Goal("for the version", _ms, 90, unit=" ms"),)
    return Row("start", "5 · Start", "no log", 0, commands, goals)


def _bundle(settings: Settings) -> Row:
    place = settings.folder / "bundle"
    (bundle,) = simulate(place, "fault6-breached", size=logs.MEGA, filler=USUAL.filler)
    goals = (Goal("for a bundle of 1 MB", _ms, 400, unit=" ms"),)
    size = bundle.stat().st_size
    return Row("bundle", "5 · A bundle of 1 MB", "15 % near-misses, .zip", size, (peers.triage(bundle),), goals)


def _json(settings: Settings) -> Row:
    log, home = logs.usual(settings.folder, settings.large), _home(settings)
    commands = (peers.document(log.path, home / "case.json"), peers.triage(log.path))
    return Row(
        "json", "With the case document (a SHA-256 of everything)", "with the case document", log.bytes, commands
    )


OTHERWISE: Mapping[str, Day] = {
    "near-misses-15": USUAL,
    "near-misses-0": Day("no near-misses", nearly=0),
    "quiet": Day("no fault raised", raises=0),
    "naming-1": Day("1 % of the lines name a fault", naming=1),
    "naming-10": Day("10 % of the lines name a fault", naming=10),
    "microseconds": Day("ISO stamps, each line its own microseconds", tick=100_000, digits=6),
}
"""Logs that hold something else, each with 15 % near-misses unless it says otherwise."""


def _otherwise(key: str, settings: Settings) -> Row:
    day = OTHERWISE[key]
    name = "debug" if day == USUAL else key
    return _beside_search(settings, key, logs.plain(settings.folder, settings.small, name, day))


def _beside_search(settings: Settings, key: str, log: Log, rules: Sequence[Path] = ()) -> Row:
    """A row without goal: faultlog beside ripgrep, on one core."""
    options = tuple(word for folder in rules for word in ("--rules", str(folder)))
    look = _needles(log.path, rules)
    commands = (peers.triage(log.path, *options).pinned(), peers.ripgrep(look, log.path, "-i").pinned())
    check = partial(answers.check, log.path, log, look, _home(settings), options)
    return Row(key, f"Otherwise: {log.about}", log.about, log.bytes, commands, check=check)


def _rules(settings: Settings) -> Row:
    usual = logs.usual(settings.folder, settings.small)
    rules, patterns = logs.own_rules(settings.folder, 100), logs.own_patterns(settings.folder, 100)
    row = _beside_search(settings, "rules", Log(usual.path, usual.truths, "100 rule files of a user's own"), (rules,))
    load = peers.triage(_tiny(settings, usual), "--rules", str(rules), name="one line").pinned()
    searches = (peers.ripgrep_patterns(patterns, usual.path), peers.grep_patterns(patterns, usual.path))
    goal = Goal(
        "of processor, beyond what one line takes", partial(_rate, usual.bytes), 20, at_most=False, unit=" MB/s"
    )
    return replace(row, commands=(*row.commands, load, *(one.pinned() for one in searches)), goals=(goal,))


def _formats(settings: Settings) -> Row:
    usual = logs.usual(settings.folder, settings.small)
    parsers, log = logs.own_format(usual)
    options = ("--parsers", str(parsers))
    shipped = peers.triage(usual.path, name="its like, shipped").pinned()
    check = partial(answers.check, log.path, log, _needles(log.path), _home(settings), options)
    commands = (peers.triage(log.path, *options).pinned(), shipped)
    return Row("formats", f"Otherwise: {log.about}", log.about, log.bytes, commands, check=check)


def _many(settings: Settings) -> Row:
    usual = logs.usual(settings.folder, settings.small)
    return _beside_search(settings, "many", logs.many(usual, 2000, 20_000))


def _one_line(settings: Settings) -> Row:
    return _beside_search(settings, "one-line", logs.one_line(settings.folder, 100 * logs.MEGA))


def needed() -> list[str]:
    """Programs that rows need and that are not installed."""
    return [name for name in ("rg", "grep", "lnav", "gzip", "unzip") if which(name) is None]
