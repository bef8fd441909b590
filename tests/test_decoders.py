"""Formats that no line pattern can describe: status snapshots and console events, hostile ones included."""

import json
from datetime import UTC

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faultlog.decoders import Decoded, console_events, status_snapshot
from faultlog.model import Instant
from faultlog.stamps import instant_of
from tests.conftest import EXAMPLES

RAISED = {"id": 1, "event_type": "Major Fault Raised", "event_type_id": 1090519107}
CLEARED = {"id": 2, "event_type": "Fault Cleared", "event_type_id": 553648196}


def ids(text):
    (snapshot,) = status_snapshot(text)
    return snapshot.fault_ids


def one(**fields):
    (event,) = console_events(json.dumps({**RAISED, **fields}))
    return event


def moment(event):
    return None if event.stamp is None else str(instant_of(event.stamp, event.stamp.year, UTC))


class TestStatusSnapshot:
    @pytest.mark.parametrize(
        ("rest", "expected"),
        [
            ("Faults: None", ()),
            ("Faults: 1 Major\nFault IDs: 18", (18,)),
            ("Faults: 1 Critical, 2 Major\nFault IDs: 6, 15 18", (6, 15, 18)),
            ("Faults: 2\nFault IDs: 6,18", (6, 18)),
            ("Faults: 2\nFault IDs: 18;6", (6, 18)),
            ("Faults: 2\nFault IDs: 6\nFault IDs: 18", (6, 18)),
            ("Faults: 2\nFault IDs: 6 18\nID 6 - Critical: x\nID 18 - Major: y 99", (6, 18)),
            ("Faults: 2\nID 6 - Critical: x\n  ID 18 - Major: y", (6, 18)),
            ("Faults: 1\nFault IDs: 0", (0,)),
            ("Faults: 1\nFault IDs: None", ()),
        ],
    )
    def test_every_listed_fault_counts_once(self, rest, expected):
        assert expected == ids(f"Status: Connected\n{rest}\n")

    def test_crlf_changes_nothing(self):
        assert ids("Status: Connected\r\nFaults: 2\r\nFault IDs: 6,18\r\n") == (6, 18)

    def test_it_states_no_time_and_stands_at_its_status_line(self):
        text = "[logger] Set minimum reported log level to notice\nStatus: Offline\nFaults: 1\nFault IDs: 6\n"

        assert [Decoded(2, "Status: Offline", fault_ids=(6,))] == status_snapshot(text)

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "Status: 200 OK\nFaults: 1",
            "Status: Connected\n",
            "Faults: 1\nFault IDs: 6",
            " Status: Connected\nFaults: 1",
        ],
    )
    def test_what_is_none_is_left_alone(self, text):
        assert status_snapshot(text) is None

    def test_a_number_that_is_no_fault_id_gives_none(self):
        assert ids("Status: Connected\nFaults: 1\nFault IDs: 123456789\n") == ()

    @pytest.mark.parametrize("end", ["\v", "\f", "\x1c", "\x85", "\u2028"])
    def test_its_line_is_counted_by_line_feeds_alone(self, end):
        assert status_snapshot(f"a{end}b\nStatus: Connected\nFaults: 1\nFault IDs: 6\n")[0].line == 2

    @given(st.text(alphabet="StausCoe: \nFlIDs0123456789,-", max_size=60))
    def test_any_text_is_read_or_left_alone(self, text):
        found = status_snapshot(f"Status: Connected\n{text}")

        assert found is None or len(found) == 1


class TestConsoleEvents:
    @pytest.mark.parametrize("type_id", [2164260931, 1090519107, 553648195, 553648196])
    def test_the_vendors_type_ids_are_fault_events_whatever_their_words(self, type_id):
        assert [Decoded(1, "x: 6")] == console_events(
            json.dumps({"event_type": "x", "event_type_id": type_id, "fault_id": 6})
        )

    def test_other_events_are_none(self):
        assert console_events('{"event_type": "Install Started", "event_type_id": 553648130}') == []

    def test_default_raised_is_no_fault(self):
        assert console_events('{"event_type": "Default raised"}') == []

    @pytest.mark.parametrize(
        "text", ["", "{}", "[]", "{", "[1, 2]", "null", '{"message": "Fault Raised: 6"}', "not json", "{" * 50_000]
    )
    def test_what_is_none_is_left_alone(self, text):
        assert console_events(text) is None

    @pytest.mark.parametrize(
        "text",
        [
            "{0}\n{1}\n",
            "{0} {1}",
            "[{0}, {1}]",
            '{{"version": "v1", "metadata": {{"results": {{"total": 2}}}}, "data": [{0}, {1}]}}',
            '{{"data": [\n{0},\n{1}\n], "metadata": {{}}}}',
            "{0}\n{{broken\n{1}",
            "{0},\n{1}\n\n\n",
        ],
    )
    def test_one_a_line_a_list_or_a_list_under_data_are_the_same(self, text):
        found = console_events(
            text.format(json.dumps({**RAISED, "fault_id": 6}), json.dumps({**CLEARED, "fault_id": 6}))
        )

        assert [event.message for event in found] == ["Major Fault Raised: 6", "Fault Cleared: 6"]

    def test_an_object_over_several_lines_stands_where_it_begins(self):
        text = json.dumps({**RAISED, "fault_id": 6}, indent=2) + "\n" + json.dumps({**CLEARED, "fault_id": 6}, indent=2)

        assert [event.line for event in console_events(text)] == [1, 7]

    @pytest.mark.parametrize(
        ("fields", "words"),
        [
            ({"fault_id": 6}, ": 6"),
            ({"fault_id": "6"}, ": 6"),
            ({"fault_id": 0}, ": 0"),
            ({"computer": {"fault": {"faultId": 18}}}, ": 18"),
            ({"fault_ids": [18, 6, 6]}, ": 6\nMajor Fault Raised: 18"),
            ({"error": {"description": "Fault ID 6 is gone"}}, ": 6"),
            ({"error": {"description": "fault #7"}}, ": 7"),
            ({"note": "Version mismatch"}, ": Version mismatch"),
            ({"note": "123"}, ""),
            ({"fault_id": -1}, ""),
            ({"fault_id": 123456}, ""),
            ({"fault_id": None}, ""),
            ({"fault_id": True}, ""),
            ({}, ""),
        ],
    )
    def test_the_whole_object_is_searched_for_what_it_is_about(self, fields, words):
        assert f"Major Fault Raised{words}" == one(**fields).message

    @pytest.mark.parametrize(
        ("fields", "instant"),
        [
            ({"timestamp": 1772540047}, "2026-03-03T12:14:07Z"),
            ({"timestamp": 1772540047, "timestamp_nanoseconds": 123000000}, "2026-03-03T12:14:07.123000000Z"),
            ({"timestamp": 1772540047, "timestamp_nanoseconds": -1}, "2026-03-03T12:14:07Z"),
            ({"timestamp": 1772540047, "timestamp_nanoseconds": 10**9}, "2026-03-03T12:14:07Z"),
            ({"date": "2026-03-03T12:14:07+00:00"}, "2026-03-03T12:14:07Z"),
            ({"timestamp": 0, "date": "2026-03-03T12:14:07Z"}, "2026-03-03T12:14:07Z"),
            ({"timestamp": 10**10, "date": "2026-03-03T12:14:07Z"}, "2026-03-03T12:14:07Z"),
            ({"timestamp": "1772540047"}, None),
            ({"date": "yesterday"}, None),
            ({"date": None}, None),
            ({"date": "2026-02-31T00:00:00Z"}, None),
            ({}, None),
        ],
    )
    def test_its_time_is_what_it_states_or_none(self, fields, instant):
        assert instant == moment(one(**fields))

    def test_true_is_no_time(self):
        assert one(timestamp=True).stamp is None

    def test_two_faults_that_a_text_names_are_both_found(self):
        assert one(note="Fault 6 and fault ID: 18").message == "Major Fault Raised: 6\nMajor Fault Raised: 18"

    @pytest.mark.parametrize("fault", [{"id": 6}, {"ids": [6]}, [{"id": 6}]])
    def test_the_id_of_a_fault_object_is_found(self, fault):
        assert one(fault=fault).message == "Major Fault Raised: 6"

    def test_a_default_id_is_no_fault_id(self):
        assert one(default_id=6).message == "Major Fault Raised"

    def test_every_text_can_be_written_as_utf_8(self):
        (event,) = console_events(
            '{"event_type": "Fault Raised", "x": "a\\ud800", "computer": {"hostname": "h\\udfff"}}'
        )

        assert event.message.encode()
        assert event.host.encode()

    @pytest.mark.parametrize(
        ("computer", "host"),
        [
            ({"hostname": "mac-7"}, "mac-7"),
            ({"hostname": 7}, None),
            ({"hostname": None}, None),
            ("mac-7", None),
            ([], None),
        ],
    )
    def test_the_host_is_the_computers_name(self, computer, host):
        assert host == one(computer=computer).host

    @pytest.mark.parametrize(
        "text",
        [
            '{"event_type": "Fault Raised", "timestamp": NaN}',
            '{"event_type": "Fault Raised", "timestamp": 1e400}',
            '{"event_type": "Fault Raised", "event_type_id": true}',
            '{"event_type": ["Fault Raised"], "event_type_id": 1090519107}',
            '{"event_type": null, "event_type_id": 1090519107}',
            '{"event_type": {"a": "Fault Raised"}}',
            '{"event_type": "Fault Raised", "event_type": "Fault Cleared"}',
            '{"event_type": "Fault Raised", "data": [{"data": [[[[]]]]}]}',
            '\ufeff{"event_type": "Fault Raised"}',
            "[" * 50_000 + '{"event_type": "Fault Raised"}',
        ],
    )
    def test_a_strange_event_is_still_one(self, text):
        assert len(console_events(text)) == 1

    def test_an_abyss_of_one_object_leaves_the_others_readable(self):
        abyss = '{"event_type": "Fault Raised", "x": ' + "[" * 100_000 + "]" * 100_000 + "}"
        found = console_events(f"{abyss}\n{json.dumps({**CLEARED, 'fault_id': 6})}")

        assert [(event.line, event.message) for event in found] == [(2, "Fault Cleared: 6")]

    def test_a_number_of_5000_digits_leaves_the_others_readable(self):
        found = console_events(
            f'{{"event_type": "Fault Raised", "n": {"9" * 5000}}}\n{json.dumps({**CLEARED, "fault_id": 6})}'
        )

        assert [event.message for event in found] == ["Fault Cleared: 6"]

    def test_events_are_found_at_the_instant_the_console_gave_them(self):
        assert Instant.of("2026-03-03T12:14:07Z") == instant_of(one(timestamp=1772540047).stamp, 2026, UTC)

    @settings(max_examples=EXAMPLES // 2)
    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(
                    st.sampled_from(
                        ["event_type", "event_type_id", "timestamp", "date", "computer", "fault_id", "data", "x"]
                    ),
                    inner,
                    max_size=4,
                )
            ),
            max_leaves=12,
        )
    )
    def test_no_json_crashes_it(self, value):
        found = console_events(json.dumps({"event_type": "Fault Raised", "more": value}) + json.dumps(value))

        assert found is not None
