"""What patterns cost: those that are shipped, and those that strangers wrote to take forever."""

import json
import re
import time
import warnings
from contextlib import suppress
from functools import cache
from pathlib import Path

import pytest

from faultlog.engine import MAX_MESSAGE, Patience
from faultlog.errors import PackError
from faultlog.formats import load_formats
from faultlog.pipeline import Options, analyze
from faultlog.rulebook import load_rules
from tests.hostile.redos import EVIL, attack

ROOT = Path(__file__).parents[2]
SIZE = 250_000
"""Characters of which an evil pattern is asked."""
RULE = """signal: fault_raised
summary: {{en: x, ko: x}}
wordings: [{{pattern: {pattern}, fault: 6, provenance: user, source: mine}}]
accepts: [{{message: x}}]
refuses: [{{message: x}}]
"""
FORMAT = """format: evil
title: x
description: x
provenance: user
source: mine
stamp: iso
line: {pattern}
samples: [{{line: x, fields: {{}}}}, {{line: x, fields: {{}}}}, {{line: x, fields: {{}}}}]
refuses: [x]
"""


def put(folder, name, text):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return folder


def loaded(load, folders):
    """What was loaded, or where and why it was refused; and the seconds of that."""
    begun = time.process_time()
    try:
        found = load(folders)
    except PackError as error:
        found = list(error.flaws)
    return found, time.process_time() - begun


def is_told(flaws):
    return all(flaw.line and flaw.column and len(flaw.what) > 10 for flaw in flaws)


@pytest.mark.parametrize("kind", ["wordings", "formats"])
def test_no_pattern_of_a_stranger_takes_more_than_a_second(kind, tmp_path, figure):
    """It is refused with its place, or ends within a second for a part of a megabyte on which it chokes."""
    refused, kept, slow = 0, [], 0.0
    for number, (pattern, piece) in enumerate(EVIL):
        folder = tmp_path / str(number)
        if kind == "wordings":
            text = RULE.format(pattern=json.dumps(pattern))
            found, seconds = loaded(load_rules, [put(folder, "mine/signals/fault_raised.yaml", text)])
        else:
            text = FORMAT.format(pattern=json.dumps(f"{{stamp}} (?P<host>{pattern})(?P<message>.*)"))
            found, seconds = loaded(load_formats, [put(folder, "evil.yaml", text)])
        slow = max(slow, seconds)
        if isinstance(found, list):
            refused += 1
            kept.append(is_told(found) and seconds < 1)
            continue
        took = _matched(found, kind, piece)
        slow = max(slow, took)
        kept.append(seconds < 1 and took < 1)
    what = f"evil patterns in {kind} of strangers, {refused} of them refused"
    figure("T11", what, tried=len(EVIL), held=sum(kept), s=slow)
    assert [EVIL[place][0] for place, one in enumerate(kept) if not one] == []


def _matched(found, kind, piece):
    """Seconds that a pattern takes for the texts on which it chokes, asked as the engine and the reader ask."""
    texts = attack(piece, SIZE)
    begun = time.process_time()
    if kind == "wordings":
        (wording,) = [one for one in found.wordings if one.rule.startswith("mine/")]
        patience = Patience()
        for text in texts:
            if (pattern := wording.pattern_for(text.lower())) is not None:
                patience.matches(0, pattern, text[:MAX_MESSAGE])
    else:
        evil = next(one for one in found if one.name == "evil").metered()
        for text in texts:
            with suppress(TimeoutError):
                evil.read(f"2026-03-03T12:00:00Z {text}")
    return time.process_time() - begun


@pytest.mark.parametrize("number", range(0, len(EVIL), 12))
def test_a_bundle_is_analysed_in_spite_of_them(number, tmp_path, figure):
    pattern, piece = EVIL[number]
    rules = put(tmp_path / "rules", "mine/signals/fault_raised.yaml", RULE.format(pattern=json.dumps(pattern)))
    line = json.dumps(f"{{stamp}} (?P<host>{pattern})(?P<message>.*)")
    formats = put(tmp_path / "parsers", "evil.yaml", FORMAT.format(pattern=line))
    lines = [f"2026-03-03T12:00:00Z mac ampdaemon[7]: {text}" for text in attack(piece, SIZE)]
    lines += ["2026-03-03T12:00:01Z mac ampdaemon[7]: Fault Raised: 6 (Major)"]
    log = tmp_path / "ampdaemon.log"
    log.write_text("\n".join(lines) + "\n")
    options = Options(rule_folders=(rules,), format_folders=(formats,))
    begun = time.process_time()
    try:
        case = analyze([log], options)
    except PackError as error:
        answered = is_told(error.flaws)
    else:
        answered = 6 in {one.fault_id for one in case.intervals}
    took = time.process_time() - begun
    figure(
        "T11", "bundles analysed with an evil rule and an evil format", tried=1, held=int(answered and took < 4), s=took
    )
    assert answered
    assert took < 4


@cache
def shipped():
    """Every pattern that is shipped, by a name: of formats, of wordings, and of the program's own code."""
    found = {f"parsers/{one.name}": one.pattern for one in load_formats() if one.pattern is not None}
    book = load_rules()
    for one in (*book.wordings, *book.scans):
        if one.pattern is not None:
            found[f"{one.rule} {one.text[:60]}"] = one.pattern
    return found


def _samples():
    """Lines and messages that are understood: what begins like them gets furthest into a pattern."""
    lines = [sample.line for one in load_formats() for sample in one.file.samples if hasattr(sample, "line")]
    return lines + [one.message for rule in load_rules().signals for one in (*rule.file.accepts, *rule.file.refuses)]


PIECES = [
    "a",
    " ",
    "a ",
    "1",
    "1.",
    ":",
    "[",
    "]",
    "(",
    "a:",
    "[a]",
    "é",
    "\t",
    "-",
    "/a",
    "fault ",
    "Fault Raised: ",
    "6,",
    '"',
    "0x",
]


def test_regexploit_finds_nothing_in_what_is_shipped(figure):
    """It knows no group names that stand twice, so groups go without; what it could not parse would count as lost."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # it imports modules of the standard library that are
        from regexploit.ast.sre import SreOpParser
        from regexploit.redos import find

    found = {}
    for name, pattern in shipped().items():
        found[name] = [
            str(one) for one in find(SreOpParser().parse_sre(re.sub(r"\(\?P<\w+>", "(", pattern.pattern), 0))
        ]
    figure("T11", "shipped patterns, by regexploit", tried=len(found), held=sum(not one for one in found.values()))
    assert {name: one for name, one in found.items() if one} == {}


def test_every_shipped_pattern_takes_time_in_proportion_to_a_line(figure):
    """Of twice as long a text at most two and a half times as long, up to a megabyte, which takes less than 1 s."""
    samples = _samples()
    asked, kept, slow, lost = 0, 0, 0.0, []
    for name, pattern in shipped().items():
        match = pattern.fullmatch if name.startswith("parsers/") else pattern.search
        mine = [one for one in samples if match(one) is not None][:1] or samples[:1]
        heads = dict.fromkeys(["", *(one[: len(one) * part // 2] for one in mine for part in (1, 2))])
        texts = [(head, piece) for head in heads for piece in PIECES]
        asked += len(texts)
        costs = {text: _seconds(match, *text, 16_000) for text in texts}
        worst = max(costs, key=lambda text: costs[text])
        took, growth = _seconds(match, *worst, 1_000_000), _growth(match, *worst)
        slow = max(slow, took)
        if max(costs.values()) < 0.25 and took < 1 and growth <= 2.5:
            kept += len(texts)
        else:
            lost.append((name, worst, took, growth))
    figure("T11", f"texts that {len(shipped())} shipped patterns might choke on", tried=asked, held=kept, s=slow)
    assert lost == []


def _seconds(match, head, piece, size):
    text = head + piece * (size // len(piece)) + "\x01"
    begun = time.thread_time()
    match(text, timeout=30)
    return time.thread_time() - begun


def _growth(match, head, piece):
    """How many times as long twice as much takes, up to a megabyte; the least of two tries, others work here too."""
    took = [min(_seconds(match, head, piece, size) for _ in range(2)) for size in (125_000, 1_000_000)]
    return float((took[1] / max(took[0], 0.005)) ** (1 / 3))  # twice as much, three times
