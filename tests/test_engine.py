"""From lines to signals: every wording in every line shape, near misses, folded lines, texts inside texts."""

import dataclasses
from collections.abc import Iterator
from time import thread_time
from typing import Any

import pytest
import regex

from faultlog import rulebook
from faultlog.budget import FREE_S
from faultlog.clock import HostClock
from faultlog.engine import Heard, Interesting, recognise
from faultlog.model import Event, Evidence, Instant, Signal, Stamp, TimeZone
from faultlog.rulebook import Wording
from tests.logs import BOOT, DAY, case_of, kinds, knowledge, log, spans, time

TAKEN = Instant.of("2026-03-09T00:00:00Z")

SHAPES = {
    "syslog, padded day": "Mar  3 12:00:00 mac {p}[71]: {m}",
    "syslog, day of one digit": "Mar 3 12:00:00 mac {p}[71]: {m}",
    "syslog, day with a zero": "Mar 03 12:00:00 mac {p}[71]: {m}",
    "syslog without pid": "Mar  3 12:00:00 mac {p}: {m}",
    "syslog with level": "Mar  3 12:00:00 mac {p}[71]: Info: {m}",
    "syslog in syslog": "Mar 3 12:00:00 mac stabulic: Mar 03 12:00:00 mac {p}[2107]: Info: {m}",
    "debug": "Mar  3 12:00:00 mac {p}[71]: [fileop]:[info]-[kext_processor.c@938]:[210962]: {m}",
    "debug without process": "Mar  3 12:00:00 [fileop]:[info]-[kext_processor.c@938]:[210962]: {m}",
    "ISO with Z": "2026-03-03T12:00:00Z mac {p}[71]: {m}",
    "ISO with offset": "2026-03-03T21:00:00+09:00 mac {p}[71]: {m}",
    "ISO with short offset": "2026-03-03T04:00:00-0800 mac {p}[71]: {m}",
    "ISO without zone": "2026-03-03 12:00:00 mac {p}[71]: {m}",
    "ISO with fraction": "2026-03-03T12:00:00.000Z mac {p}[71]: {m}",
    "ISO with comma fraction, no zone": "2026-03-03 12:00:00,000000 mac {p}[71]: {m}",
    "ISO before brackets": "2026-03-03T12:00:00Z [faults] {m}",
    "ISO before debug": "2026-03-03T12:00:00.000Z mac {p}[71]: [scan]:[error]-[clam.c@3]:[1]: {m}",
    "unified": "2026-03-03 12:00:00.000000+0000 0x317      Default     0x0                  146    0    "
    "{p}: (Core) [a:b] {m}",
    "unified without library": "2026-03-03 05:00:00.000000-0700 0x317      Error       0x1f2      146    0    {p}: {m}",
    "unified, syslog style": "2026-03-03 05:00:00.000000-0700  localhost {p}: (Core) [a:b] {m}",
    "brackets alone": "[faults] {m}",
}
SAYS_PROCESS = [name for name, shape in SHAPES.items() if "{p}" in shape]

FAULT_WORDS = [
    ("Fault Raised: 6", 6, None),
    ("fault raised 6", 6, None),
    ("FAULT RAISED: 6", 6, None),
    ("fault 6 raised", 6, None),
    ("Fault ID 6 raised", 6, None),
    ("raised fault id=6", 6, None),
    ("raised fault 6", 6, None),
    ("Fault Raised (ID 6)", 6, None),
    ("6: Fault Raised", 6, None),
    ("Critical Fault Raised: 18", 18, "Critical"),
    ("Major Fault Raised: 18", 18, "Major"),
    ("minor fault raised: 12", 12, "Minor"),
    ("Fault Raised: 6 (Major)", 6, "Major"),
    ("Fault Raised: 6 (Major): Scan service restarting frequently", 6, "Major"),
    ("fault 18 (Critical) raised", 18, "Critical"),
    ("Critical fault 18 raised", 18, "Critical"),
    ("raised Major fault id=6", 6, "Major"),
    ("raised fault id=6 (Major)", 6, "Major"),
    ("Fault Raised (ID 6) Major", 6, "Major"),
    ("Fault Raised: Scan service failed to start", 7, None),
    ("Scan service failed to start raised", 7, None),
    ("fault Version mismatch raised", 2, None),
    ("raised fault: Network filter not allowed", 12, None),
    ("Fault Raised: 4711", 4711, None),
    ("Fault Raised: 0", 0, None),
]


def flipped(message: str) -> str:
    """The same words about a clear."""
    return message.replace("Raised", "Cleared").replace("raised", "cleared").replace("RAISED", "CLEARED")


SEVERITY_LAST = [
    "fault 18 raised (Critical)",
    "fault 18 raised: Critical",
    "fault 18 raised, severity Critical",
    "18: Fault Raised (Critical)",
    "Connector event monitoring is overloaded raised (Critical)",
]


@pytest.mark.parametrize("message", SEVERITY_LAST)
def test_a_severity_word_after_raised_is_recorded(message: str) -> None:
    (signal,) = case_of(log(f"12:00:00 {message}")).signals
    assert (signal.kind, signal.fault_id, signal.severity) == ("fault_raised", 18, "Critical")


LIFE_WORDS = [
    ("starting connector", "connector_started", "ampdaemon"),
    ("starting connector", "connector_started", "ampinsthelper"),
    ("connector started", "connector_started", "ampdaemon"),
    ("Connector Started", "connector_started", "ampdaemon"),
    ("ampdaemon started", "connector_started", "ampdaemon"),
    ("ampdaemon starting", "connector_started", "ampdaemon"),
    ("service started", "connector_started", "ampdaemon"),
    ("Started Cisco Secure Endpoint", "connector_started", "systemd"),
    ("Started Cisco AMP", "connector_started", "systemd"),
    ("stopping connector", "connector_stopped", "ampdaemon"),
    ("connector stopped", "connector_stopped", "ampdaemon"),
    ("ampdaemon stopping", "connector_stopped", "ampdaemon"),
    ("ampdaemon exiting", "connector_stopped", "ampdaemon"),
    ("shutting down", "connector_stopped", "ampdaemon"),
    ("Darwin Kernel Version 20.1.0: Sat Oct 31 00:07:11 PDT 2020", "boot", "kernel"),
    ("Linux version 5.14.0-70.el9.x86_64", "boot", "kernel"),
    ("BOOT_TIME 1772539200 0", "boot", "bootlog"),
    ("scan service started", "scan_service_started", "ampdaemon"),
    ("ampscansvc started", "scan_service_started", "ampdaemon"),
    ("scan service exited", "scan_service_exited", "ampdaemon"),
    ("scan service crashed", "scan_service_exited", "ampdaemon"),
    ("scan service died", "scan_service_exited", "ampdaemon"),
    ("scan service terminated", "scan_service_exited", "ampdaemon"),
    ("ampscansvc exited", "scan_service_exited", "ampdaemon"),
    ("ampscansvc crashed with signal 11", "scan_service_exited", "ampdaemon"),
    ("ampscansvc died", "scan_service_exited", "ampdaemon"),
    ("ampscansvc terminated", "scan_service_exited", "ampdaemon"),
    ("ampscansvc killed", "scan_service_exited", "ampdaemon"),
    ("definitions updated", "definitions_updated", "ampdaemon"),
    ("definition update", "definitions_updated", "ampdaemon"),
    ("loaded daily.cvd", "definitions_updated", "ampdaemon"),
    ("updated main.cvd", "definitions_updated", "ampdaemon"),
    ("new .cvd", "definitions_updated", "ampdaemon"),
    ("upgraded from 1.14.0 to 1.14.1", "version_changed", "ampdaemon"),
    ("suppressed 12 messages", "suppressed", "ampdaemon"),
    ("last message repeated 3 times", "repeated", "ampdaemon"),
]

REFUSED = [
    "page fault 6 raised",
    "default raised",
    "segfault raised by",
    "segfault raised by 6",
    "no faults to raise",
    "fault 6 not raised",
    "Fault table unchanged",
    "scan service idle",
    "Fault Raised 6 times",
    "waiting until fault 6 raised",
    "Fault Raised",
    "faults 6 raised eyebrows",
]


def written(shape: str, *messages: str, process: str = "ampdaemon") -> str:
    """A log of a line for each message in a shape; lines without stamp stand between two that have one."""
    lines = "\n".join(SHAPES[shape].replace("{p}", process).replace("{m}", message) for message in messages)
    if shape == "brackets alone":
        return f"{DAY}T11:59:59Z mac ampdaemon[71]: a\n{lines}\n{DAY}T12:00:01Z mac ampdaemon[71]: b\n"
    return lines + "\n"


def at_noon(signal: Signal, shape: str) -> bool:
    """Whether a line of a shape was given its time; one without stamp, the times around it."""
    if shape != "brackets alone":
        return signal.when.at == Instant.of(f"{DAY}T12:00:00Z")
    around = (time(signal.when.earliest), time(signal.when.latest))
    return (*around, signal.when.reason) == ("11:59:59", "12:00:01", "no_stamp")


@pytest.mark.parametrize(("message", "fault_id", "severity"), FAULT_WORDS)
def test_every_wording_of_a_raise_is_understood_in_every_shape(message: Any, fault_id: Any, severity: Any) -> None:
    for shape in SHAPES:
        case = case_of(written(shape, message), taken=TAKEN)
        (signal,) = case.signals
        assert (signal.kind, signal.fault_id, signal.severity) == ("fault_raised", fault_id, severity), shape
        assert case.unexplained == (), shape
        assert at_noon(signal, shape), shape
        assert message in signal.evidence.text, shape


@pytest.mark.parametrize("shape", SHAPES)
def test_every_wording_of_a_clear_is_understood_in_every_shape(shape: str) -> None:
    """One below the other: that one line alone is enough to know its shape, the raises show."""
    case = case_of(written(shape, *(flipped(message) for message, _, _ in FAULT_WORDS)), taken=TAKEN)
    assert [(one.kind, one.fault_id, one.severity) for one in case.signals] == [
        ("fault_cleared", fault_id, severity) for _, fault_id, severity in FAULT_WORDS
    ]
    assert case.unexplained == ()
    for signal, (message, _, _) in zip(case.signals, FAULT_WORDS, strict=True):
        assert at_noon(signal, shape)
        assert flipped(message) in signal.evidence.text


@pytest.mark.parametrize(("message", "kind", "process"), LIFE_WORDS)
def test_every_wording_of_the_connectors_life_is_understood_in_every_shape(
    message: Any, kind: Any, process: Any
) -> None:
    shapes = [shape for shape in SHAPES if shape in SAYS_PROCESS or process == "ampdaemon"]
    found = {shape: kinds(case_of(written(shape, message, process=process), taken=TAKEN)) for shape in shapes}
    assert found == {shape: [kind] for shape in shapes}


@pytest.mark.parametrize("message", REFUSED)
def test_near_misses_are_no_signal_and_unexplained_when_they_name_a_fault(message: Any) -> None:
    named = regex.search(r"(?i)\bfaults?\b", message) is not None
    for shape in SHAPES:
        case = case_of(written(shape, message), taken=TAKEN)
        assert case.signals == (), shape
        assert case.intervals == (), shape
        unexplained = [(one.count, message in one.example.text) for one in case.unexplained]
        assert unexplained == ([(1, True)] if named else []), shape


@pytest.mark.parametrize(
    ("message", "process"),
    [
        ("service started", "orbital"),
        ("connector started", "kafka"),
        ("starting connector pool", "java"),
        ("shutting down", "ampscansvc"),
        ("Started Cisco AnyConnect", "systemd"),
        ("BOOT_TIME 1772539200 0", "ampdaemon"),
        ("Linux version 5.14.0 detected", "ampdaemon"),
        ("scan service idle", "ampdaemon"),
        ("checking for definition update", "ampdaemon"),
    ],
)
def test_words_of_other_processes_and_other_things_are_no_signal(message: str, process: str) -> None:
    assert kinds(case_of(log(f"12:00:00 {process}| {message}"))) == []


def test_the_scan_services_start_is_not_the_connectors() -> None:
    assert kinds(case_of(log("12:00:00 scan service started"))) == ["scan_service_started"]


def known_texts() -> Iterator[tuple[str, int]]:
    for rule in knowledge().rules.faults:
        if rule.os == "macos":
            yield from ((text, rule.file.fault) for text in rule.file.texts)


DOMAIN_TEXTS = {
    "Kernel module not authorized": 1,
    "System extension not authorized": 1,
    "Version mismatch": 2,
    "System extension version mismatch": 2,
    "Disk access not granted": 3,
    "Full disk access not granted": 3,
    "Kernel module not loaded": 4,
    "System extension could not be loaded. Reinstall connector": 4,
    "Scan service user unavailable": 5,
    "Scan service restarting frequently": 6,
    "Scan service failed to start": 7,
    "Reboot required to load kernel module or system extension": 10,
    "Network filter not allowed": 12,
    "Too many network content filter system extensions": 13,
    "Too many endpoint security system extensions": 14,
    "System extension requires full disk access": 15,
    "Orbital full disk access not granted": 17,
    "Connector event monitoring is overloaded": 18,
}


@pytest.mark.parametrize(
    "template", ["Fault Raised: {}", "{} raised", "fault {} raised", "Raised fault: {}", "{}: Fault Raised"]
)
@pytest.mark.parametrize(("text", "fault_id"), DOMAIN_TEXTS.items())
def test_every_text_of_the_vendors_table_names_its_fault_and_no_other(template: Any, text: Any, fault_id: Any) -> None:
    words = template.format(text)
    case = case_of(log(*(f"12:00:00 {said}" for said in (words, words.lower(), words.upper()))), os="macos")
    assert [(one.kind, one.fault_id) for one in case.signals] == [("fault_raised", fault_id)] * 3


def test_no_text_of_the_table_is_missing_in_the_rules() -> None:
    assert {text.lower() for text, _ in known_texts()} >= {text.lower() for text in DOMAIN_TEXTS}


@pytest.mark.parametrize("text", DOMAIN_TEXTS)
def test_a_text_that_is_not_beside_raised_or_cleared_is_no_signal_but_unexplained(text: str) -> None:
    case = case_of(log(f"12:00:00 checking: {text}"), os="macos")
    assert case.signals == ()
    assert sum(one.count for one in case.unexplained) == 1


def test_a_text_inside_a_longer_unknown_one_is_not_that_fault() -> None:
    assert kinds(case_of(log("12:00:00 Fault Raised: Bluetooth disk access not granted"), os="macos")) == []


def test_unknown_ids_are_kept_shown_and_counted_distinct() -> None:
    case = case_of(
        log(
            "12:00:00 Fault Raised: 99",
            "12:01:00 Fault Cleared: 99",
            "12:02:00 Fault Raised: 99",
            "12:03:00 Fault Raised: 4711",
            "12:04:00 Fault Raised: 6",
        ),
        os="macos",
    )
    assert case.audit.unknown_faults == 2
    assert [(one.id, one.known) for one in case.intervals] == [
        ("f99-1", False),
        ("f99-2", False),
        ("f4711-1", False),
        ("f6-1", True),
    ]
    assert spans(case, 99) == [("12:00:00", "12:01:00"), ("12:02:00", None)]
    assert case.intervals[0].title.key == "fault.unknown"


def test_an_id_of_the_other_system_is_unknown_here() -> None:
    assert case_of(log("12:00:00 Fault Raised: 11"), os="macos").audit.unknown_faults == 1
    assert case_of(log("12:00:00 Fault Raised: 11"), os="linux").audit.unknown_faults == 0
    assert case_of(log("12:00:00 Fault Raised: 11")).audit.unknown_faults == 0


def test_one_line_may_speak_of_two_faults() -> None:
    case = case_of(log("12:00:00 Fault Raised: 6; Fault Raised: 7; Fault Cleared: 5"))
    assert sorted((one.kind, one.fault_id) for one in case.signals) == [
        ("fault_cleared", 5),
        ("fault_raised", 6),
        ("fault_raised", 7),
    ]


def test_details_are_what_the_wording_captured() -> None:
    case = case_of(
        log(
            "12:00:00 scan service exited with signal 11 while scanning /Users/ann/x y.dmg",
            "12:01:00 definitions updated to version 27345",
            "12:02:00 upgraded from 1.14.0 to 1.14.1.700",
            "12:03:00 connector started, version 1.14.2",
        )
    )
    assert [dict(one.details) for one in case.signals] == [
        {"signal": "11", "path": "/Users/ann/x y.dmg"},
        {"version": "27345"},
        {"from": "1.14.0", "to": "1.14.1.700"},
        {},
        {"to": "1.14.2"},
    ]
    assert kinds(case)[-2:] == ["connector_started", "version_changed"]


def test_every_signal_points_at_its_line() -> None:
    text = log("12:00:00 öffnet /tmp/ä", "12:00:01 Fault Raised: 6", "12:00:02 x")
    (signal,) = case_of(text).signals
    assert (signal.evidence.file, signal.evidence.line) == ("ampdaemon.log", 2)
    assert text.encode()[signal.evidence.offset :].decode().startswith(signal.evidence.text + "\n")


def test_a_boots_instant_is_its_stated_epoch() -> None:
    case = case_of(f"{DAY}T12:00:20Z mac bootlog[0]: BOOT_TIME 1772539200 0\n")
    assert [(one.kind, time(one.when.at)) for one in case.signals] == [("boot", "12:00:00")]


def test_stampless_lines_without_help_are_no_signal_but_unexplained() -> None:
    case = case_of("[faults] Fault Raised: 6\n[faults] Fault Cleared: 6\n")
    assert case.signals == ()
    assert sum(one.count for one in case.unexplained) == 2


class TestRepeated:
    """`last message repeated N times` after a raise or clear: N duplicates of it, up to that line's time."""

    def test_after_a_raise(self) -> None:
        case = case_of(
            log("12:00:00 Fault Raised: 6", "12:00:30 last message repeated 3 times", "12:05:00 Fault Cleared: 6")
        )
        (one,) = case.intervals
        assert (one.duplicate_raises, case.audit.raises) == (3, 4)
        assert spans(case, 6) == [("12:00:00", "12:05:00")]
        assert [time(raised.when.at) for raised in one.raises] == ["12:00:00", "12:00:30"]

    def test_after_a_clear(self) -> None:
        case = case_of(
            log("12:00:00 Fault Raised: 6", "12:01:00 Fault Cleared: 6", "12:01:30 last message repeated 2 times")
        )
        assert (case.audit.clears, case.audit.orphan_clears, len(case.intervals)) == (3, 2, 1)

    def test_after_a_clear_whose_raise_was_not_seen(self) -> None:
        case = case_of(log("12:00:00 x", "12:01:00 Fault Cleared: 6", "12:01:30 last message repeated 2 times"))
        assert (case.audit.clears, case.audit.orphan_clears, case.audit.intervals) == (3, 2, 1)

    def test_of_a_repetition(self) -> None:
        case = case_of(
            log(
                "12:00:00 Fault Raised: 6",
                "12:00:30 last message repeated 3 times",
                "12:01:00 last message repeated 4 times",
            )
        )
        assert case.intervals[0].duplicate_raises == 7

    def test_of_the_other_wordings(self) -> None:
        case = case_of(
            log(
                "12:00:00 Fault Raised: 6",
                "12:00:30 --- last message repeated 1 time ---",
                "12:01:00 Fault Raised: 6",
                "12:01:01 message repeated 2 times: [ Fault Raised: 6]",
            )
        )
        assert case.intervals[0].duplicate_raises == 4

    def test_without_process_as_syslogd_writes_it(self) -> None:
        case = case_of(
            "Mar  3 12:00:00 mac ampdaemon[71]: Fault Raised: 6\nMar  3 12:00:40 mac last message repeated 3 times\n",
            taken=TAKEN,
        )
        assert case.intervals[0].duplicate_raises == 3

    @pytest.mark.parametrize("between", ["12:00:10 an event in between", "no line of any shape"])
    def test_speaks_of_the_line_right_before_it_only(self, between: str) -> None:
        case = case_of(log("12:00:00 Fault Raised: 6", between, "12:00:30 last message repeated 3 times"))
        assert case.intervals[0].duplicate_raises == 0

    def test_a_continuation_line_belongs_to_the_line_before(self) -> None:
        case = case_of(log("12:00:00 Fault Raised: 6", "    more of it", "12:00:30 last message repeated 3 times"))
        assert case.intervals[0].duplicate_raises == 3

    def test_of_something_else_changes_nothing(self) -> None:
        case = case_of(log("12:00:00 connector started", "12:00:30 last message repeated 3 times"))
        assert kinds(case) == ["connector_started", "repeated"]

    def test_across_a_rotation(self) -> None:
        case = case_of(
            {
                "ampdaemon.log.1": log("12:00:00 Fault Raised: 6"),
                "ampdaemon.log": log("12:00:30 last message repeated 3 times", "12:01:00 x"),
            }
        )
        assert case.intervals[0].duplicate_raises == 3

    def test_a_repeated_message_in_brackets_speaks_for_itself(self) -> None:
        case = case_of(log("12:00:00 x", "12:00:01 message repeated 2 times: [ Fault Raised: 6]", "12:00:05 x"))
        assert case.audit.raises or case.unexplained

    def test_keeps_the_severity(self) -> None:
        case = case_of(log("12:00:00 Fault Raised: 18 (Critical)", "12:00:30 last message repeated 1 times"))
        assert [one.severity for one in case.intervals[0].severities] == ["Critical", "Critical"]


class TestScanService:
    """A new pid of ampscansvc is a start of the scan service."""

    def test_a_new_pid_is_a_start(self) -> None:
        case = case_of(
            {
                "ampdaemon.log": log("12:00:00 x"),
                "ampscansvc.log": "".join(
                    f"{DAY}T12:00:0{second}Z mac ampscansvc[{pid}]: scanning /x\n"
                    for second, pid in enumerate([70, 70, 71, 71, 70])
                ),
            }
        )
        assert [(one.kind, dict(one.details)) for one in case.signals] == [
            ("scan_service_started", {"from": "70", "to": "71"}),
            ("scan_service_started", {"from": "71", "to": "70"}),
        ]

    def test_a_line_without_pid_or_process_says_nothing(self) -> None:
        case = case_of(
            {"ampscansvc.log": f"{DAY}T12:00:00Z mac ampscansvc: scanning fault\n{DAY}T12:00:01Z [a] fault\n"}
        )
        assert case.signals == ()

    def test_a_start_that_is_worded_and_shown_by_its_pid_is_one(self) -> None:
        said = ((70, "x"), (71, "ampscansvc started"), (71, "loaded daily.cvd"))
        lines = [f"{DAY}T12:0{minute}:00Z mac ampscansvc[{pid}]: {words}\n" for minute, (pid, words) in enumerate(said)]
        case = case_of({"ampscansvc.log": "".join(lines)})
        assert kinds(case).count("scan_service_started") == 1


def test_signals_of_several_logs_stand_in_time_order() -> None:
    case = case_of(
        {
            "ampdaemon.log": log("12:00:00 connector started", "12:10:00 Fault Raised: 6"),
            "system.log": log(f"11:59:00 {BOOT}", f"12:05:00 {BOOT}"),
        }
    )
    assert [(time(one.when.at), one.kind) for one in case.signals] == [
        ("11:59:00", "boot"),
        ("12:00:00", "connector_started"),
        ("12:05:00", "boot"),
        ("12:10:00", "fault_raised"),
    ]


def test_the_order_inside_one_file_is_the_files() -> None:
    case = case_of(log("12:00:05 Fault Raised: 6", "12:00:01 Fault Cleared: 6"))
    assert kinds(case) == ["fault_raised", "clock_stepped", "fault_cleared"]


@pytest.mark.parametrize(("fault_id", "told"), [("1", False), ("18", True), ("6", True), ("99", True)])
def test_an_id_at_the_end_of_a_line_that_was_cut_is_told_where_no_other_begins_like_it(
    fault_id: str, told: bool
) -> None:
    case = case_of(log("12:00:00 x", f"12:01:00 Fault Raised: {fault_id}", end=""))
    assert [signal.fault_id for signal in case.signals] == ([int(fault_id)] if told else [])
    assert [one.template for one in case.unexplained] == ([] if told else ["Fault Raised: <number>"])


def test_an_id_that_a_line_end_follows_is_whole() -> None:
    assert kinds(case_of(log("12:01:00 Fault Raised: 1"))) == ["fault_raised"]
    assert kinds(case_of(log("12:01:00 Fault Raised: 1 (Minor)", end=""))) == ["fault_raised"]
    assert kinds(case_of(log("12:01:00 Fault Raised: 1", "12:02:00 x", end=""))) == ["fault_raised"]


MANY = "9" * 5000
"""More digits than Python makes a number of."""


def test_numbers_of_thousands_of_digits_break_no_analysis() -> None:
    said = [(sample.message, sample.process) for rule in knowledge().rules.signals for sample in rule.file.accepts]
    said += [(message, "ampdaemon") for message, _, _ in FAULT_WORDS]
    lines = [
        f"12:00:00 {process or 'ampdaemon'}| {message[: found.start()]}{MANY}{message[found.end() :]}"
        for message, process in said
        for found in regex.finditer("[0-9]+", message)
    ]
    assert len(lines) > 50
    lines += [f"12:00:00 ampdaemon[{MANY}]| x", "12:00:00 Fault Raised: 6", "12:10:00 connector started"]
    status = f"Status: Connected\nFaults: {MANY}\nFault IDs: {MANY}\n"
    case = case_of({"ampdaemon.log": log(*lines), "status.txt": status})
    assert {one.fault_id for one in case.intervals if one.fault_id is not None} >= {6}
    assert not [one for one in case.signals if one.kind == "version_changed" and MANY in one.details["to"]]


@pytest.mark.parametrize(
    ("kind", "pattern", "found"),
    [
        ("suppressed", r"(?P<count>\d+)", [1, 7, 1]),
        ("boot", r"(?P<epoch>\d+)", [1, 1, 1]),
        ("fault_raised", r"(?P<fault_id>\d+)", [1]),
        ("suppressed", r"(?P<count>\w+)", [1, 7, 1]),
    ],
)
def test_numbers_that_wordings_of_ones_own_capture_may_be_none(kind: Any, pattern: str, found: list[int]) -> None:
    wording = Wording(kind, f"mine/signals/{kind}", "user", (), pattern, ())
    rules = dataclasses.replace(knowledge().rules, wordings=(wording,))
    stamp = Stamp(3, 3, 12, 0, 0, 2026, offset_s=0)
    events = [
        Event(Evidence("a", line, 0, ""), "x", message, stamp) for line, message in enumerate((MANY, "7", "9" * 11), 1)
    ]
    clock = HostClock(None, TimeZone("UTC", "assumed"), {})  # type: ignore[arg-type]
    heard = recognise([Heard("ampdaemon", events, {"a": range(1, len(events) + 1)})], rules, clock, None)
    assert [one.count for one in heard.signals] == found


def test_a_wording_that_runs_out_of_time_is_left_out_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    class Slow:
        """A pattern that never ends."""

        calls = 0

        def finditer(self, message: str, **limits: object) -> Iterator[object]:
            self.calls += 1
            begun = thread_time()
            while thread_time() < begun + 2 * FREE_S:
                pass
            raise TimeoutError

    slow = Slow()
    compiled = rulebook._compiled
    monkeypatch.setattr(rulebook, "_compiled", lambda text: slow if text == "slow" else compiled(text))
    wording = Wording("fault_raised", "mine/signals/fault_raised", "user", (), "slow", ())
    rules = dataclasses.replace(knowledge().rules, wordings=(wording, *knowledge().rules.wordings))
    assert Interesting.of(rules).in_text("anything at all")
    stamp = Stamp(3, 3, 12, 0, 0, 2026, offset_s=0)
    events = [Event(Evidence("a", line, 0, ""), "x", "Fault Raised: 6", stamp) for line in range(1, 29)]
    clock = HostClock(None, TimeZone("UTC", "assumed"), {})  # type: ignore[arg-type]
    heard = recognise([Heard("ampdaemon", events, {"a": range(1, len(events) + 1)})], rules, clock, None)
    assert slow.calls == 1
    assert len(heard.signals) == 28
    (warning,) = heard.warnings
    assert (warning.code, warning.file) == ("rule_slow", None)
    assert warning.detail == "a wording of mine/signals/fault_raised ran out of time on 28 messages"


def test_what_is_not_interesting_is_known_before_it_is_parsed() -> None:
    interesting = Interesting.of(knowledge().rules)
    assert not interesting.blind
    assert interesting.in_text("xx FAULT xx")
    assert not interesting.in_text("Raised as a child")
    assert interesting.in_text("the SCAN Service has Crashed")
    assert not interesting.in_text("scan service idle")
    assert not interesting.in_text("segfault at 7, default taken")
    assert not interesting.in_text("ampscansvc is busy")
    assert interesting.in_line("ampscansvc is busy")
    assert not interesting.in_text("file event queued: create /tmp/x")
    assert not interesting.in_process(None, 7)
    assert not interesting.in_process("ampscansvc", None)
    assert not interesting.in_process("kernel", 7)
    assert [interesting.in_process("ampscansvc", pid) for pid in (7, 7, 8)] == [True, False, True]
