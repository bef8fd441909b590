"""Whether all who were measured found the same: the raises and clears of a log, with file, line and text.

Three tell independently: faultlog's case document, a plain pattern over the file, and the simulator, who wrote it.
"""

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import peers
from bench.logs import LOG, Log
from bench.measure import Command, once

Told = frozenset[tuple[str, str, int, str]]
"""Of each raise and clear its file, kind (`fault_raised`, `fault_cleared`), line from 1, and the line's text."""
_KINDS = frozenset({"fault_raised", "fault_cleared"})


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody found in a log."""

    who: str
    told: Told


@dataclass(frozen=True, slots=True)
class Checked:
    """What comes of comparing answers."""

    who: tuple[str, ...]
    found: int
    """Raises and clears, as the first says; of a search, the lines it met."""
    differences: tuple[str, ...]
    """A sentence each; none where all agree."""


def compared(*answers: Answer) -> Checked:
    """Whether every answer is that of the first."""
    first = answers[0]
    differences = [
        f"{answer.who} finds {len(answer.told)} raises and clears, {first.who} {len(first.told)}; "
        f"one that differs: {min(answer.told ^ first.told)}"
        for answer in answers[1:]
        if answer.told != first.told
    ]
    return Checked(tuple(answer.who for answer in answers), len(first.told), tuple(differences))


def contained(who: str, met: frozenset[tuple[str, int]], told: Told) -> Checked:
    """Whether a search met every line of an answer, by file and number; it may meet more."""
    missed = sorted({(file, line) for file, _, line, _ in told} - met)
    differences = (f"{who} misses {len(missed)} lines, the first at {missed[0]}",) if missed else ()
    return Checked((who,), len(met), differences)


def of_document(text: str) -> Told:
    """The raises and clears of a case document, each file as it is called inside its folder or archive."""
    found = [(signal["evidence"], signal["kind"]) for signal in json.loads(text)["signals"] if signal["kind"] in _KINDS]
    return frozenset((_inside(at["file"]), kind, at["line"], at["text"]) for at, kind in found)


def _inside(file: str) -> str:
    return file.removeprefix("bundle/").removeprefix("logs/").removesuffix(".gz")


def of_simulator(log: Log) -> Told:
    """The raises and clears that were written into a log."""
    return frozenset((LOG, one.kind, one.line, one.text) for one in log.truths)


def of_naive(output: str) -> Told:
    """What the plain loop printed."""
    return frozenset((one["file"], one["kind"], one["line"], one["text"]) for one in json.loads(output))


def of_lnav(output: str, known: Told) -> Told:
    """What lnav printed: line from 0 and message; each gets its whole text from who knows the line."""
    whole = {line: text for _, _, line, text in known}
    rows = [row.partition(",") for row in output.splitlines()[1:]]
    found = []
    for number, _, message in rows:
        line, words = int(number) + 1, message.strip('"')
        kind = "fault_raised" if "raised" in words.lower() else "fault_cleared"
        text = whole.get(line, "")
        found.append((LOG, kind, line, text if text.endswith(f": {words}") else words))
    return frozenset(found)


def printed_by(command: Command, place: Path) -> str:
    """What a command prints."""
    once(command, place)
    return place.read_text(encoding="utf-8", errors="replace")


def check(log: Path, plain: Log, needles: Path, home: Path, options: Sequence[str] = ()) -> list[Checked]:
    """Ask faultlog, the plain loop, the simulator and ripgrep.

    Args:
        log: what faultlog reads: the plain log, or a packed copy.
        plain: the same, plain: what the others read.
        needles: a file of what ripgrep looks for.
        home: a folder for what they print.
        options: of the triage.
    """
    once(peers.document(log, home / "case.json", *options))
    told = of_document((home / "case.json").read_text(encoding="utf-8"))
    answers = [
        Answer("faultlog", told),
        Answer("plain loop", of_naive(printed_by(peers.naive(plain.path), home / "o"))),
    ]
    if plain.truths:
        answers.append(Answer("simulator", of_simulator(plain)))
    return [compared(*answers), contained("rg -F -i", met_by(needles, plain.path), told)]


def check_lnav(log: Log, home: Path) -> Checked:
    """Ask lnav as well."""
    told = of_simulator(log)
    output = printed_by(peers.lnav_raises(home, log.path), home / "o")
    return compared(Answer("simulator", told), Answer("lnav", of_lnav(output, told)))


def met_by(needles: Path, log: Path) -> frozenset[tuple[str, int]]:
    """File and line of whatever ripgrep meets in a log, or in the logs of a folder."""
    words = ["rg", "--no-config", "-F", "-i", "-n", "-o", "-H", "-f", str(needles), str(log)]
    base = log if log.is_dir() else log.parent
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, errors="replace") as search:
        assert search.stdout is not None  # noqa: S101 - asked for above
        parts = (line.split(":", 2) for line in search.stdout)
        return frozenset((Path(file).relative_to(base).as_posix(), int(number)) for file, number, _ in parts)
