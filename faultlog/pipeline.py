"""The sentence as code.

A **bundle** opens into **log files**, whose lines a **log format** turns into **events**, which the **rules** turn
into *raised* and *cleared* **signals**, which **pairing** joins into **fault intervals**, which **expectations**
judge; with everything unread, unpaired and unobserved they make a **case** that **reports** draw and a **fleet**
counts.
"""

import math
import sys
from collections.abc import Sequence
from dataclasses import field
from pathlib import Path

from faultlog import caseparts, packs
from faultlog.advising import advice_for
from faultlog.bundle import Bundle, Limits
from faultlog.case import Case, Tool
from faultlog.caseparts import Known
from faultlog.collecting import Progress, collect
from faultlog.engine import recognise
from faultlog.formats import LogFormat, load_formats
from faultlog.identity import Told, identify
from faultlog.judging import judge
from faultlog.observing import observe
from faultlog.pairing import pair
from faultlog.patterns import patterns
from faultlog.reading import FULL_BYTES
from faultlog.release import VERSION
from faultlog.remedies import remedies
from faultlog.resolving import resolve
from faultlog.rulebook import RuleBook, load_rules
from faultlog.values import dataclass
from faultlog.weighing import weigh


def _silent(path: str, size: int) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True, slots=True)
class Options:
    """What may be asked besides the bundle."""

    told: Told = field(default_factory=Told)
    """What the person knows of the host; wins over the bundle."""
    rule_folders: tuple[Path, ...] = ()
    """Rules of the user's own, beside the built-in ones."""
    format_folders: tuple[Path, ...] = ()
    """Formats of the user's own, beside the built-in ones."""
    limits: Limits = field(default_factory=Limits)
    """What a bundle may cost."""
    full: bool = False
    """Whether every line of every log is read; else lines that nobody needs are passed over in the largest."""
    jobs: int = 1
    """Threads that may work at once; the answer is the same for any number."""
    hashed: bool = True
    """Whether the case holds the SHA-256 of what was read, which is for whoever keeps the case."""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """The formats and rules that answer, and which they are."""

    formats: tuple[LogFormat, ...]
    rules: RuleBook
    tool: Tool


def load_knowledge(options: Options) -> Knowledge:
    """Load the built-in formats and rules and the user's.

    Raises:
        PackError: every mistake of every file, at once.
    """
    tool = Tool(
        version=VERSION,
        rules_sha256=packs.fingerprint([packs.builtin("rules"), *options.rule_folders]),
        parsers_sha256=packs.fingerprint([packs.builtin("parsers"), *options.format_folders]),
    )
    return Knowledge(load_formats(options.format_folders), load_rules(options.rule_folders), tool)


def analyze(paths: Sequence[Path | str], options: Options = Options(), progress: Progress = _silent) -> Case:
    """Say what went wrong on the host whose bundle this is.

    Args:
        paths: files, folders or archives of one host; `-` is standard input.
        options: what may be asked besides.
        progress: told how far reading is.

    Raises:
        BundleError: nothing can be opened.
        UsageError: an option, a rule or a format cannot be used, or the paths are several hosts.
        NothingAnswerable: no log was found, none was understood, or nothing says which year it is.
    """
    return analyze_with(load_knowledge(options), paths, options, progress)


def _in_full(options: Options) -> float:
    """Bytes of each log that are read in full."""
    return math.inf if options.full else FULL_BYTES


def analyze_with(knowledge: Knowledge, paths: Sequence[Path | str], options: Options, progress: Progress) -> Case:
    """`analyze` with formats and rules already loaded."""
    bundle = Bundle(paths, options.limits, sys.stdin.buffer if "-" in paths else None, hashed=options.hashed)
    logs = caseparts.answerable(
        bundle, collect(bundle, knowledge.formats, knowledge.rules, progress, _in_full(options), options.jobs)
    )
    timed = resolve(logs, options.told, bundle.name)
    host = identify(logs.clues, logs.hosts, options.told, timed.clock.time_zone)
    heard = recognise([one.heard for one in timed.series], knowledge.rules, timed.clock, host.os)
    host = caseparts.informed(host, heard.signals)
    seen = observe(timed, heard.signals)
    paired = pair(seen.signals, seen.faults, knowledge.rules, host.os, seen.course)
    weighed = weigh(paired.intervals, seen.asked, seen.ledger, seen.course)
    return caseparts.assemble(
        Known(bundle, knowledge.tool, host, logs, timed, heard, seen, paired.audit, weighed),
        findings=judge(weighed.intervals, seen.signals, seen.faults, knowledge.rules, host, seen.course),
        remedies=remedies(
            weighed.intervals, seen.signals, seen.faults, seen.watched, knowledge.rules, host, seen.course
        ),
        patterns=patterns(weighed.intervals, seen.signals, seen.faults, knowledge.rules, host, seen.course),
        advice={
            interval.fault_id: advice_for(knowledge.rules.candidates(interval.fault_id, host.os), host)
            for interval in weighed.intervals
        },
    )
