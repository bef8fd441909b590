"""From bytes to events: what joins, what stays unread, what is skipped; no line and no byte gets lost."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from faultlog import decoders, lines, reading
from faultlog.caseparts import status_of
from faultlog.decoding import decode
from faultlog.formats import load_formats
from faultlog.model import Evidence, LogFile, Mark, Stamp, Warn
from faultlog.reading import read
from tests.conftest import EXAMPLES

FORMATS = load_formats()
LOG = LogFile("ampdaemon.log", "connector", "ampdaemon.log")


class Everything:
    """An interest in every line."""

    def in_text(self, text):
        return True

    def in_process(self, process, pid):
        return True

    def in_line(self, text: str) -> bool:
        return True

    def demands(self) -> None:
        return None


EVERYTHING = Everything()


class Faults:
    """An interest in lines that name a fault."""

    def in_text(self, text):
        return "fault" in text.lower()

    def in_process(self, process, pid):
        return False

    def in_line(self, text: str) -> bool:
        return self.in_text(text)

    def demands(self):
        return [[frozenset({"fault"})]]


def of(data, interest=EVERYTHING, formats=FORMATS, cut=None):
    raw = data.encode() if isinstance(data, str) else data
    return read(LOG, [raw], formats, interest, lambda: cut)


def counts(found):
    return found.understood_lines, found.continuations, found.unread_lines, dict(found.skipped)


def conserved(found, data):
    """Whether every line and every byte of the file is accounted for."""
    return (found.lines, found.bytes) == (
        found.understood_lines + found.continuations + found.unread_lines + found.skipped.total(),
        len(data),
    )


def messages(found):
    return [event.message for event in found.events]


class TestLines:
    def test_a_line_that_a_format_understands_is_an_event_with_its_evidence(self):
        data = "x\nMar  3 14:47:35 vmc ampdaemon[71]: Warning: [faults] Fault Raised: 6\n"
        (event,) = of(data).events

        assert Evidence("ampdaemon.log", 2, 2, data.splitlines()[1]) == event.evidence
        assert (
            event.format, event.message, event.host, event.process, event.pid, event.module, event.level, event.lines,
        ) == ("syslog", "Fault Raised: 6", "vmc", "ampdaemon", 71, "faults", "warning", 1)  # fmt: skip
        assert Stamp(3, 3, 14, 47, 35) == event.stamp

    def test_a_line_that_none_understands_is_unread_counted_and_shown_as_a_template(self):
        found = of("what 1 is\nwhat 22 is\n")

        assert counts(found) == (0, 0, 2, {})
        assert [(one.template, one.count, one.example.line) for one in found.unread.templates()] == [
            ("what <number> is", 2, 1)
        ]

    def test_blank_lines_are_skipped(self):
        assert counts(of("\n  \n\t\n\r\n\0\0\0\0\n")) == (0, 0, 0, {"blank": 5})

    def test_a_stamp_that_does_not_exist_makes_the_line_unread(self):
        assert counts(of("Feb 31 14:47:35 vmc ampdaemon[71]: Fault Raised: 6\n")) == (0, 0, 1, {})

    def test_a_run_of_nul_bytes_before_a_line_makes_it_unread_not_lost(self):
        data = b"\0" * 64 + b"Mar  3 14:47:35 vmc a: b\nMar  3 14:47:36 vmc a: c\n"

        assert counts(of(data)) == (1, 0, 1, {})

    @pytest.mark.parametrize("end", ["\n", "\r\n"])
    def test_line_ends_are_no_part_of_a_message(self, end):
        assert messages(of(f"Mar  3 14:47:35 vmc a: b{end}Mar  3 14:47:36 vmc a: c{end}")) == ["b", "c"]

    def test_a_byte_order_mark_hides_no_first_line(self):
        assert messages(of("\ufeffMar  3 14:47:35 vmc a: b\n")) == ["b"]

    def test_bytes_that_are_no_utf_8_are_replaced_in_the_message(self):
        assert messages(of(b"Mar  3 14:47:35 vmc a: b\xff\xfec\n")) == ["b\ufffd\ufffdc"]

    def test_a_last_line_without_line_end_counts_and_is_flagged(self):
        found = of("Mar  3 14:47:35 vmc a: b\nMar  3 14:47:36 vmc a: Fault Raised: 6")

        assert messages(found) == ["b", "Fault Raised: 6"]
        assert [Warn("unterminated", "ampdaemon.log", "its last line has no line end")] == found.warnings

    def test_a_last_line_cut_with_its_stream_is_skipped(self):
        found = of("Mar  3 14:47:35 vmc a: b\nMar  3 14:47:36 vmc a: Fault Raised: 6", cut="gzip ends early")

        assert (messages(found), dict(found.skipped), found.cut) == (["b"], {"truncated": 1}, "gzip ends early")
        assert found.warnings == []

    def test_a_stream_cut_right_behind_a_line_loses_no_line(self):
        found = of("Mar  3 14:47:35 vmc a: b\n", cut="gzip ends early")

        assert (counts(found), found.cut) == ((1, 0, 0, {}), "gzip ends early")

    def test_a_file_whose_end_nobody_asks_about_is_whole(self):
        assert read(LOG, [b"x"], FORMATS, Everything()).cut is None

    def test_a_stream_cut_far_behind_the_head_skips_its_last_line_too(self):
        data = "Mar  3 14:47:35 vmc a: b\n" * 300

        assert counts(of(data[:-1], cut="short")) == (299, 0, 0, {"truncated": 1})

    def test_a_line_beyond_the_limit_is_cut_counted_whole_and_said(self):
        line = "Mar  3 14:47:35 vmc a: " + "x" * lines.MAX_LINE
        found = of(f"{line}\nMar  3 14:47:36 vmc a: c\n", Faults())

        assert (len(line) + 26, 2) == (found.bytes, found.understood_lines)
        assert [warning.code for warning in found.warnings] == ["line_too_long"]

    def test_a_line_of_the_limit_is_no_long_line(self):
        line = "Mar  3 14:47:35 vmc a: ".ljust(lines.MAX_LINE, "x")

        assert of(f"{line}\n", Faults()).warnings == []

    def test_a_last_line_one_byte_too_long_is_said_too(self):
        line = "Mar  3 14:47:35 vmc a: ".ljust(lines.MAX_LINE + 1, "x")

        assert "line_too_long" in [warning.code for warning in of(line, Faults()).warnings]

    def test_an_empty_file_has_nothing(self):
        found = of("")

        assert (counts(found), status_of(found), found.warnings) == ((0, 0, 0, {}), "empty", [])

    def test_a_pid_too_long_for_a_number_is_none(self):
        assert [event.pid for event in of(f"Mar  3 14:47:35 vmc a[{'9' * 5000}]: b\n").events] == [None]


class TestContinuations:
    def test_lines_that_begin_with_a_blank_join_the_event_before(self):
        (event,) = of("Mar  3 14:47:35 vmc a: b\n  at frame 1\n\tat frame 2\n").events

        assert (event.message, event.lines) == ("b\n  at frame 1\n\tat frame 2", 3)

    def test_without_an_event_before_they_are_unread(self):
        assert counts(of("  at frame 1\n")) == (0, 0, 1, {})

    @pytest.mark.parametrize("between", ["\n", "who knows\n"])
    def test_a_blank_or_unread_line_ends_the_event(self, between):
        found = of(f"Mar  3 14:47:35 vmc a: b\n{between}  at frame 1\n")

        assert messages(found) == ["b"]
        assert found.continuations == 0

    def test_a_continuation_can_make_an_event_of_interest(self):
        found = of("Mar  3 14:47:35 vmc a: b\n  Fault Raised: 6\n", Faults())

        assert messages(found) == ["b\n  Fault Raised: 6"]

    def test_what_nobody_wants_is_counted_and_not_kept(self):
        found = of("Mar  3 14:47:35 vmc a: b\n  c\n", Faults())

        assert (counts(found), found.events) == ((1, 1, 0, {}), [])

    def test_an_indented_stamped_line_is_a_continuation(self):
        assert counts(of("Mar  3 14:47:35 vmc a: b\n  at Mar 3 14:47:34 in frame 3\n")) == (1, 1, 0, {})

    def test_joined_lines_are_bounded_and_all_counted(self):
        found = of("Mar  3 14:47:35 vmc a: b\n" + (" " + "x" * 999 + "\n") * 200)
        (event,) = found.events

        assert counts(found) == (1, 200, 0, {})
        assert event.lines == 201
        assert reading.MAX_JOINED <= len(event.message) <= reading.MAX_JOINED + 201


class TestStamplessLines:
    DATA = (
        "[logger] first\nMar  3 14:47:35 vmc a: b\n[logger] second\n[logger] third\n"
        "Mar  3 14:47:40 vmc a: c\n[logger] fourth\n"
    )

    def test_they_lie_between_their_stamped_neighbours(self):
        one, two = Mark(2, Stamp(3, 3, 14, 47, 35)), Mark(5, Stamp(3, 3, 14, 47, 40))
        found = {event.message: event.neighbours for event in of(self.DATA).events if event.stamp is None}

        assert {"first": (None, one), "second": (one, two), "third": (one, two), "fourth": (two, None)} == found

    def test_events_stay_in_the_order_of_the_file(self):
        assert messages(of(self.DATA)) == ["first", "b", "second", "third", "c", "fourth"]

    def test_neighbours_nobody_wants_still_count(self):
        data = self.DATA.replace("second", "Fault Raised: 6")
        (event,) = of(data, Faults()).events

        assert tuple(mark.line for mark in event.neighbours) == (2, 5)

    def test_a_file_without_any_stamp_has_no_neighbours(self):
        found = of("[logger] a\n[logger] b\n")

        assert (
            [event.neighbours for event in found.events],
            found.first,
            found.trail.all(),
        ) == ([(None, None)] * 2, None, [])


class TestSeveralFormats:
    def test_a_log_may_change_its_shape(self):
        found = of(
            "Mar  3 14:47:35 vmc a: b\n2026-03-04T00:00:00Z vmc a: c\n[logger] d\n"
            "2026-03-04 00:00:01 [scan]:[info]-[x.c@1]:[7]: e\nMar  3 14:47:36 vmc a: f\n"
        )

        assert dict(found.formats) == {"syslog": 2, "iso-syslog": 1, "bracketed": 1, "iso-debug": 1}
        assert found.warnings == []

    def test_the_more_special_format_reads_a_line_that_two_read(self):
        line = "Mar  3 14:47:35 vmc ampdaemon[1]: [fileop]:[info]-[k.c@9]:[2]: opened\n"
        found = of(
            "Mar  3 14:47:34 vmc ampdaemon[1]: plain\n" + line + "Mar  3 14:47:36 vmc ampdaemon[1]: plain\n" + line
        )

        assert [event.format for event in found.events] == ["syslog", "syslog-debug", "syslog", "syslog-debug"]
        assert found.warnings == []

    def test_offsets_are_noted_where_lines_state_local_time(self):
        found = of(
            "2026-03-04T00:00:00Z v a: c\n2026-03-04T09:00:00+09:00 v a: c\n"
            "2026-03-04T09:00:00+0900 v a: c\n2026-03-04T09:00:00 v a: c\n"
        )

        assert [(first.line, last.line, last.stamp.offset_s) for first, last in found.trail.runs] == [(2, 3, 32_400)]

    def test_hosts_are_counted_by_line(self):
        assert dict(of("Mar  3 14:47:35 v a: b\nMar  3 14:47:35 w a: b\nMar  3 14:47:35 v a: b\n").hosts) == {
            "v": 2,
            "w": 1,
        }


def own(folder, name, line, specializes=(), stamp="stamp: iso\n"):
    text = f"format: {name}\ntitle: t\ndescription: d\nprovenance: user\nsource: s\n{stamp}line: '{line}'\n"
    text += f"specializes: [{', '.join(specializes)}]\nrefuses: [x]\nsamples:\n"
    (folder / f"{name}.yaml").write_text(text + '  - {line: "a", fields: {}}\n' * 3)


class TestRivals:
    def test_a_tie_of_two_formats_is_reported_and_such_lines_stay_unread(self, tmp_path):
        own(tmp_path, "one", r"{stamp} Q (?P<process>\w+) (?P<message>.*)")
        own(tmp_path, "two", r"{stamp} Q (?P<message>.*)")
        found = of("2026-03-03T00:00:00Z Q a b\n" * 3, formats=load_formats([tmp_path]))

        assert (counts(found), [warning.code for warning in found.warnings]) == ((0, 0, 3, {}), ["format_ambiguous"])
        assert "one and two read line 1 differently; lines that both read stay unread" in found.warnings[0].detail

    def test_the_one_that_understands_more_of_the_first_lines_is_taken(self, tmp_path):
        own(tmp_path, "one", r"{stamp} Q (?P<process>\w+) (?P<message>.*)")
        own(tmp_path, "two", r"{stamp} Q (?P<message>.*)")
        found = of("2026-03-03T00:00:00Z Q a b\n2026-03-03T00:00:00Z Q single\n", formats=load_formats([tmp_path]))

        assert (dict(found.formats), messages(found)) == ({"two": 2}, ["a b", "single"])
        assert "two is taken, it understands more of its first lines" in found.warnings[0].detail

    def test_declaring_which_is_more_special_settles_it_silently(self, tmp_path):
        own(tmp_path, "one", r"{stamp} Q (?P<process>\w+) (?P<message>.*)", ["two"])
        own(tmp_path, "two", r"{stamp} Q (?P<message>.*)")
        found = of("2026-03-03T00:00:00Z Q a b\n2026-03-03T00:00:00Z Q single\n", formats=load_formats([tmp_path]))

        assert (messages(found), found.warnings) == (["b", "single"], [])

    def test_formats_that_read_a_line_alike_are_no_rivals(self, tmp_path):
        own(tmp_path, "one", r"{stamp} Q (?P<message>.*)")
        own(tmp_path, "two", r"{stamp} (?P<extra>Q) (?P<message>.*)")

        found = of("2026-03-03T00:00:00Z Q a b\n" * 3, formats=load_formats([tmp_path]))
        assert (found.understood_lines, found.warnings) == (3, [])

    def test_winning_a_contest_puts_no_format_before_its_more_special_one(self, tmp_path):
        own(tmp_path, "rival", r"{stamp} vmc (?P<message>rival.*)", stamp="stamp: syslog\n")
        debug = "Mar  3 14:47:35 vmc ampdaemon[1]: [fileop]:[info]-[k.c@9]:[2]: opened\n"
        data = debug + "Mar  3 14:47:35 vmc rival: x\n" + "Mar  3 14:47:35 vmc a: b\n" * 3
        found = of(data, formats=load_formats([tmp_path]))

        assert [warning.code for warning in found.warnings] == ["format_ambiguous"]
        assert found.events[0].format == "syslog-debug"

    def test_a_format_that_is_slow_is_left_out_and_said(self, tmp_path, monkeypatch):
        own(tmp_path, "slow", r"{stamp} Q (?P<message>.*)")
        formats = load_formats([tmp_path])

        def times_out(one, text):
            if one.name == "slow":
                raise TimeoutError

        monkeypatch.setattr(reading.LogFormat, "read", times_out)
        found = of("2026-03-03T00:00:00Z Q a\n" * 50, formats=formats)

        assert counts(found) == (0, 0, 50, {})
        assert [Warn("format_slow", "ampdaemon.log", "slow ran out of time on 20 lines")] == found.warnings


class TestSample:
    def test_it_is_the_first_200_lines_and_one_line_in_each_64_kib(self):
        data = "Mar  3 14:47:35 vmc a: 0123456789\n" * 10_000
        found = of(data, Faults())

        assert 200 + len(data) // reading.SAMPLE_GRID == found.sampled == found.understood

    @pytest.mark.parametrize(
        ("data", "status"),
        [
            ("Mar  3 14:47:35 vmc a: b\n", "understood"),
            ("Mar  3 14:47:35 vmc a: b\nx\n", "understood"),
            ("Mar  3 14:47:35 vmc a: b\nx\ny\n", "partly_understood"),
            ("x\n", "not_understood"),
            ("\n\n", "empty"),
        ],
    )
    def test_the_status_says_how_far_a_file_was_understood(self, data, status):
        assert status == status_of(of(data))


class TestDecode:
    def of(self, text):
        raw = text.encode()
        return decode(LOG, [raw[:7], raw[7:]], FORMATS)

    def test_a_status_snapshot_is_one_event_and_its_other_lines_belong_to_it(self):
        found = self.of("Status: Connected\r\nFaults: 1\r\nFault IDs: 6\r\n")

        assert (dict(found.formats), found.lines, found.continuations) == ({"ampcli-status": 1}, 3, 2)
        assert [(it.fault_ids, it.evidence.text, it.evidence.offset) for it in found.events] == [
            ((6,), "Status: Connected", 0)
        ]
        assert conserved(found, "Status: Connected\r\nFaults: 1\r\nFault IDs: 6\r\n")

    def test_console_events_carry_their_lines_offsets_times_and_hosts(self):
        first = (
            '{"event_type": "Fault Raised", "timestamp": 1772540047, "fault_id": 6, "computer": {"hostname": "h"}}\n'
        )
        found = self.of(first + '{"event_type": "Fault Cleared", "fault_id": 6}')

        assert [(1, 0), (2, len(first))] == [(it.evidence.line, it.evidence.offset) for it in found.events]
        assert (messages(found), dict(found.hosts)) == (["Fault Raised: 6", "Fault Cleared: 6"], {"h": 1})
        assert (found.first.line, [mark.line for mark in found.trail.all()]) == (1, [1])

    @pytest.mark.parametrize("text", ["", "Mar  3 14:47:35 vmc a: b\n", "{}", '{"a": 1}'])
    def test_what_no_decoder_understands_is_none(self, text):
        assert self.of(text) is None

    def test_a_text_too_large_is_none(self, monkeypatch):
        monkeypatch.setattr(decoders, "MAX_BYTES", 10)

        assert self.of("Status: Connected\nFaults: None\n") is None

    def test_line_ends_other_than_line_feeds_do_not_crash_it(self):
        assert self.of("\v" * 9 + "\nStatus: Connected\nFaults: 1\nFault IDs: 6\n")

    def test_the_byte_order_mark_is_no_evidence(self):
        assert self.of("\ufeffStatus: Connected\nFaults: None\n").events[0].evidence.text == "Status: Connected"


FRAGMENTS = [
    b"Mar  3 14:47:35 vmc ampdaemon[71]: Fault Raised: 6",
    b"Mar 03 14:47:35 vmc x: Mar 3 14:47:35 vmc y[2]: Info: inner",
    b"Mar  3 14:47:36 vmc ampdaemon[71]: [fileop]:[info]-[k.c@9]:[2]: opened",
    b"Dec 31 23:59:59 vmc ampscansvc[9]: noise",
    b"Jan  1 00:00:00 vmc ampscansvc[9]: Fault Cleared: 6",
    b"Feb 29 00:00:00 vmc a: leap",
    b"2026-03-03T14:47:34.123+01:00 vmc ampdaemon[12]: fault",
    b"2026-03-03 14:47:35.5 [faults] Fault Raised: 6",
    b"2022-04-27 09:41:27.000000-0700  localhost ampdaemon[71]: Fault Raised: 6",
    b"[logger] fault without a time",
    b"  continued fault",
    b"\tcontinued",
    b"",
    b"\0\0\0",
    b"\xff\xfe garbage \xc3",
    b"\xef\xbb\xbf",
    "Mar  3 14:47:35 vmc a: 스캔".encode(),
    b"Mar  3 14:47:35 vmc a: " + b"long " * 30,
    b"unread 17",
    b"Feb 31 14:47:35 vmc a: no date",
]

PIECES = st.tuples(
    st.sampled_from(FRAGMENTS) | st.binary(max_size=12), st.sampled_from([b"\n", b"\n", b"\r\n", b"\r", b""])
)


@st.composite
def logs(draw):
    """A log, and the same log cut into chunks."""
    data = b"".join(b"".join(piece) for piece in draw(st.lists(PIECES, max_size=14)))
    places = sorted(draw(st.lists(st.integers(0, len(data)), max_size=10)))
    return data, [data[start:end] for start, end in zip([0, *places], [*places, len(data)], strict=True)]


class TestAnyChunks:
    @settings(max_examples=EXAMPLES // 2)
    @given(logs(), st.sampled_from([None, "cut"]), st.sampled_from([Everything(), Faults()]), st.integers(2, 4))
    @example((b"Mar  3 14:47:35 vmc a: b\r\n c\n", [b"Mar  3 14:47:35 vmc a: b\r", b"\n ", b"c\n"]), None, Faults(), 2)
    def test_a_log_is_read_alike_however_its_stream_is_cut(self, log, cut, interest, head):
        data, chunks = log
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(lines, "MAX_LINE", 100)
            patch.setattr(reading, "MAX_LINE", 100)
            patch.setattr(reading, "SAMPLE_LINES", head)
            patch.setattr(reading, "SAMPLE_GRID", 128)
            whole = read(LOG, [data], FORMATS, interest, lambda: cut)

            assert whole == read(LOG, chunks, FORMATS, interest, lambda: cut)
            assert whole == read(LOG, [bytes([byte]) for byte in data], FORMATS, interest, lambda: cut)
            assert conserved(whole, data)

    @settings(max_examples=EXAMPLES // 2)
    @given(logs())
    def test_an_events_evidence_is_what_stands_there(self, log):
        data, chunks = log
        rows = data.split(b"\n")
        for event in read(LOG, chunks, FORMATS, Everything()).events:
            row = rows[event.evidence.line - 1]

            assert data[event.evidence.offset :].startswith(row)
            assert row.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace").removesuffix("\r") in {
                event.evidence.text, event.evidence.text.removeprefix("\ufeff"),
            }  # fmt: skip

    @settings(max_examples=EXAMPLES // 2)
    @given(logs())
    def test_events_stand_in_file_order_and_never_outnumber_the_understood_lines(self, log):
        found = of(log[0])
        numbers = [event.evidence.line for event in found.events]

        assert sorted(set(numbers)) == numbers
        assert found.understood_lines == len(numbers)
        assert found.unread_lines == sum(one.count for one in found.unread.templates())

    @given(st.binary(max_size=400), st.sampled_from([None, "cut"]))
    def test_any_bytes_are_counted_line_by_line_and_byte_by_byte(self, data, cut):
        assert conserved(of(data, cut=cut), data)

    @settings(max_examples=EXAMPLES // 2)
    @given(logs())
    def test_what_is_wanted_decides_what_is_kept_and_nothing_that_is_counted(self, log):
        all_of_it, some = of(log[0]), of(log[0], Faults())

        assert (counts(all_of_it), all_of_it.trail, all_of_it.hosts) == (counts(some), some.trail, some.hosts)
        assert [
            event
            for event in all_of_it.events
            if "fault" in re.sub(r"\s", " ", event.evidence.text.lower() + event.message.lower())
        ] == some.events


def test_a_number_of_a_process_that_is_none_is_left_out(tmp_path):
    own(tmp_path, "hex", r"{stamp} (?P<pid>\w+) (?P<message>.*)")
    found = of(b"2026-03-03T12:00:00 0x1f Fault Raised: 6\n", formats=load_formats([tmp_path]))
    assert [(one.pid, one.message) for one in found.events] == [(None, "Fault Raised: 6")]
