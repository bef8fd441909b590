"""Formats are data that prove themselves; mistakes in them come all at once, each with its place."""

import dataclasses
from datetime import UTC
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faultlog import decoders, formats, packs, stamps
from faultlog.errors import PackError
from faultlog.formats import LineSample, TextSample, load_formats, specializes
from faultlog.model import Stamp

SHIPPED = {one.name: one for one in load_formats()}
LINE_FORMATS = [one for one in SHIPPED.values() if one.pattern is not None]
LINE_SAMPLES = [(one.name, sample) for one in LINE_FORMATS for sample in one.file.samples]
TEXT_SAMPLES = [(one.name, sample) for one in SHIPPED.values() if one.decoder for sample in one.file.samples]

MINE = """\
format: mine
title: Mine
description: A format of a user's own.
provenance: user
source: the user
stamp: iso
line: '{stamp} X (?P<message>.*)'
samples:
  - line: "2026-03-03T14:47:35Z X a"
    fields: {stamp: "2026-03-03T14:47:35Z", message: a}
  - line: "2026-03-03T14:47:35Z X b"
    fields: {stamp: "2026-03-03T14:47:35Z", message: b}
  - line: "2026-03-03T14:47:35Z X c"
    fields: {stamp: "2026-03-03T14:47:35Z", message: c}
refuses:
  - X
"""


def put(folder, text, name="mine.yaml"):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return folder


def load(folder):
    return {one.name: one for one in load_formats([folder])}


def flaws(folder):
    """What is wrong with a folder of formats, its path left out."""
    with pytest.raises(PackError) as refused:
        load_formats([folder])
    return [str(flaw).removeprefix(f"{folder}/") for flaw in refused.value.flaws]


class TestShippedFormats:
    @pytest.mark.parametrize(
        ("name", "sample"), LINE_SAMPLES, ids=[f"{name}: {one.line[:50]}" for name, one in LINE_SAMPLES]
    )
    def test_a_sample_gives_exactly_its_fields(self, name, sample):
        reading = SHIPPED[name].read(sample.line)

        assert {key: str(value) for key, value in sample.fields.items()} == dict(reading.groups)
        assert (SHIPPED[name].layout is None) == (reading.stamp is None)

    @pytest.mark.parametrize("one", LINE_FORMATS, ids=lambda one: one.name)
    def test_it_refuses_what_it_says_it_refuses(self, one):
        assert [line for line in one.file.refuses if one.read(line) is not None] == []

    @pytest.mark.parametrize(
        ("name", "sample"), TEXT_SAMPLES, ids=[f"{name}-{n}" for n, (name, _) in enumerate(TEXT_SAMPLES)]
    )
    def test_a_decoders_sample_gives_exactly_its_events(self, name, sample):
        found = []
        for event in decoders.TABLE[SHIPPED[name].decoder](sample.text):
            shown = {"message": event.message}
            if event.stamp is not None:
                shown["stamp"] = str(stamps.instant_of(event.stamp, event.stamp.year, UTC))
            if event.host is not None:
                shown["host"] = event.host
            if name == "ampcli-status":
                shown["fault_ids"] = ",".join(map(str, event.fault_ids))
            found.append(shown)

        assert [{key: str(value) for key, value in one.items()} for one in sample.events] == found

    @pytest.mark.parametrize("one", [one for one in SHIPPED.values() if one.decoder], ids=lambda one: one.name)
    def test_a_decoder_refuses_what_it_says_it_refuses(self, one):
        assert [text for text in one.file.refuses if decoders.TABLE[one.decoder](text)] == []

    def test_every_sample_is_read_alike_by_all_formats_that_read_it_or_by_one_more_special(self):
        disputed = []
        for name, sample in LINE_SAMPLES:
            readers = [one for one in LINE_FORMATS if one.read(sample.line) is not None]
            best = [one for one in readers if not any(specializes(other, one, SHIPPED) for other in readers)]
            if [name] != [one.name for one in best]:
                disputed.append((sample.line, [one.name for one in best]))

        assert disputed == []

    def test_a_more_special_format_stands_before_those_it_specializes(self):
        order = list(SHIPPED)

        assert [
            (one.name, general)
            for one in SHIPPED.values()
            for general in one.file.specializes
            if order.index(one.name) > order.index(general)
        ] == []

    @given(st.text(max_size=80))
    def test_no_line_crashes_a_format(self, line):
        for one in LINE_FORMATS:
            assert one.read(line) is None or "message" in one.read(line).groups


class TestReading:
    def test_an_impossible_date_is_not_understood(self):
        assert SHIPPED["syslog"].read("Feb 31 14:47:34 vmc ampdaemon[12]: starting connector") is None

    def test_the_inner_line_gives_the_words_and_the_outer_its_time_and_host(self):
        reading = SHIPPED["syslog"].read("Mar 3 14:47:35 outer x: Mar 04 15:00:00 inner AMPInstaller[2107]: Info: done")

        assert Stamp(3, 3, 14, 47, 35) == reading.stamp
        assert tuple(reading.groups[key] for key in ("host", "process", "pid", "level", "message", "stamp")) == (
            "outer",
            "AMPInstaller",
            "2107",
            "info",
            "done",
            "Mar 3 14:47:35",
        )

    def test_an_inner_line_inside_an_inner_line_is_read_too(self):
        line = "Mar 3 14:47:35 a x: Mar 3 14:47:35 b y: Mar 3 14:47:35 c z[3]: deep"

        assert tuple(SHIPPED["syslog"].read(line).groups[key] for key in ("host", "process", "message")) == (
            "a",
            "z",
            "deep",
        )

    def test_a_line_with_a_thousand_inner_lines_is_read_or_refused_but_does_not_crash(self):
        reading = SHIPPED["syslog"].read("Mar 3 14:47:35 a x: " * 200 + "deep")

        assert reading is None or reading.groups["message"].endswith("deep")

    def test_an_empty_message_is_a_message(self):
        assert SHIPPED["syslog"].read("Mar  3 14:47:35 vmc ampdaemon[1]: ").groups["message"] == ""

    def test_levels_are_in_lower_case(self):
        assert SHIPPED["syslog"].read("Mar  3 14:47:35 vmc x: WARNING: a").groups["level"] == "warning"

    def test_a_decoder_reads_no_lines(self):
        assert SHIPPED["console-events"].read('{"event_type": "Fault Raised"}') is None

    def test_a_pattern_that_explodes_runs_out_of_time(self, tmp_path):
        slow = load(put(tmp_path, MINE.replace("(?P<message>.*)", "(?:x+x+)+y(?P<message>.*)")))["mine"]

        with pytest.raises(TimeoutError):
            slow.read("2026-03-03T14:47:35Z X " + "x" * 5_000)


class TestUsersFormats:
    def test_a_users_folder_adds_to_the_built_in_formats(self, tmp_path):
        formats = load(put(tmp_path, MINE))

        assert {*SHIPPED, "mine"} == set(formats)
        assert formats["mine"].read("2026-03-03T14:47:35Z X a").groups == {
            "stamp": "2026-03-03T14:47:35Z",
            "message": "a",
        }

    def test_files_in_folders_of_the_folder_count(self, tmp_path):
        assert "mine" in load(put(tmp_path, MINE, "sub/mine.yaml"))

    def test_a_users_format_of_the_same_name_replaces_the_built_in_one(self, tmp_path):
        formats = load(put(tmp_path, MINE.replace("format: mine", "format: bracketed"), "bracketed.yaml"))

        assert set(SHIPPED) == set(formats)
        assert formats["bracketed"].provenance == "user"

    def test_it_may_take_the_line_of_another(self, tmp_path):
        text = MINE.replace("line: '{stamp} X (?P<message>.*)'", "line_of: syslog").replace(
            "stamp: iso", "stamp: epoch"
        )
        reading = load(put(tmp_path, text))["mine"].read("1774447617 mac ampdaemon[7]: hello")

        assert (reading.groups["host"], reading.groups["message"]) == ("mac", "hello")

    def test_it_may_have_no_stamp(self, tmp_path):
        text = MINE.replace("stamp: iso\n", "").replace("{stamp} X", "X")

        assert load(put(tmp_path, text))["mine"].read("X a").stamp is None

    def test_the_one_it_yields_to_stands_before_it_as_if_that_one_declared_it(self, tmp_path):
        formats = load(put(tmp_path, MINE + "yields_to: [iso-syslog]\n"))
        assert list(formats).index("iso-syslog") < list(formats).index("mine")
        assert specializes(formats["iso-syslog"], formats["mine"], formats)

    def test_what_it_yields_to_must_exist(self, tmp_path):
        put(tmp_path, MINE + "yields_to: [other, mine]\n")
        with pytest.raises(PackError, match=r"(?s)no format is named 'other'.*is the format itself"):
            load(tmp_path)

    def test_it_stands_before_the_built_in_one_it_specializes(self, tmp_path):
        order = list(load(put(tmp_path, MINE + "specializes: [iso-debug]\n")))

        assert order.index("mine") < order.index("iso-debug") < order.index("iso-syslog")

    def test_specializing_goes_through_others(self, tmp_path):
        formats = load(put(tmp_path, MINE + "specializes: [iso-debug]\n"))

        assert specializes(formats["mine"], formats["iso-syslog"], formats)
        assert not specializes(formats["iso-syslog"], formats["mine"], formats)

    def test_formats_that_specialize_each_other_do_not_hang(self, tmp_path):
        put(tmp_path, MINE + "specializes: [other]\n")
        put(tmp_path, MINE.replace("format: mine", "format: other") + "specializes: [mine]\n", "other.yaml")

        assert {"mine", "other"} < set(load(tmp_path))

    def test_a_format_cannot_specialize_itself(self, tmp_path):
        assert flaws(put(tmp_path, MINE + "specializes: [mine]\n")) != []

    def test_two_files_of_one_folder_cannot_be_one_format(self, tmp_path):
        put(tmp_path, MINE)

        assert flaws(put(tmp_path, MINE.replace(" X ", " Y "), "sub/mine.yaml")) != []


class TestMistakes:
    @pytest.mark.parametrize(
        ("old", "new", "flaw"),
        [
            ("title: Mine", "titel: Mine", "mine.yaml:2:1: titel: unknown key (did you mean 'title'?)"),
            (
                "format: mine",
                "format: yours",
                "mine.yaml:1:1: format: the file is named mine.yaml: name and format must agree (did you mean 'mine'?)",
            ),
            ("stamp: iso\n", "", "mine.yaml:6:1: line: is no usable pattern: {stamp} and the key stamp go together"),
            ("{stamp} X", "X", "mine.yaml:7:1: line: is no usable pattern: {stamp} and the key stamp go together"),
            ("P<message>", "P<msg>", "mine.yaml:7:1: line: is no usable pattern: it names no group (?P<message>…)"),
            (
                "line: '{stamp} X (?P<message>.*)'",
                "line_of: nope",
                "mine.yaml:7:1: line_of: no line format is named 'nope'",
            ),
            (
                "line: '{stamp} X (?P<message>.*)'",
                "line_of: console-events",
                "mine.yaml:7:1: line_of: no line format is named 'console-events'",
            ),
            (
                "refuses:\n",
                "specializes: [syslogg]\nrefuses:\n",
                "mine.yaml:15:15: specializes.0: no format is named 'syslogg'",
            ),
            (
                "provenance: user",
                "provenance: no",
                "mine.yaml:4:13: provenance: YAML 1.1 reads this as true or false; put it in quotes: 'no'",
            ),
            ("samples:", "title: again\nsamples:", "mine.yaml:8:1: title: duplicate key; it stands first at 2:1"),
        ],
    )
    def test_a_mistake_is_shown_with_its_place(self, tmp_path, old, new, flaw):
        assert flaw in flaws(put(tmp_path, MINE.replace(old, new)))

    @pytest.mark.parametrize(
        ("old", "new", "place"),
        [
            ("(?P<message>.*)", "(?P<message>.*", "mine.yaml:7:1: line: is no usable pattern: missing )"),
            ("format: mine", "format: Mine", "mine.yaml:1:1: format: String should match pattern"),
            ("provenance: user", "provenance: hearsay", "mine.yaml:4:1: provenance: Input should be 'vendor'"),
            ("stamp: iso", "stamp: swatch", "mine.yaml:6:1: stamp: is none of syslog, iso, epoch, any"),
            ("line: '{stamp} X (?P<message>.*)'", "line: 3", "mine.yaml:7:1: line: Input should be a valid string"),
            ("line: '{stamp} X (?P<message>.*)'", "decoder: magic", "mine.yaml:7:1: decoder: Input should be"),
            (
                "line: '{stamp} X (?P<message>.*)'",
                "inner: true",
                "mine.yaml:1:1: give exactly one of line, line_of and decoder",
            ),
            (
                "line: '",
                "decoder: console-events\nline: '",
                "mine.yaml:1:1: give exactly one of line, line_of and decoder",
            ),
            (
                "line: '{stamp} X (?P<message>.*)'",
                "decoder: console-events",
                "mine.yaml:1:1: a line format has samples",
            ),
            ("refuses:\n  - X\n", "refuses: []\n", "mine.yaml:15:1: refuses: List should have at least 1 item"),
            ("refuses:\n  - X\n", "", "mine.yaml:1:1: refuses: is missing"),
        ],
    )
    def test_a_wrong_value_is_shown_with_its_place(self, tmp_path, old, new, place):
        found = flaws(put(tmp_path, MINE.replace(old, new)))

        assert len(found) == 1
        assert found[0].startswith(place)

    def test_a_pattern_must_not_match_an_empty_line(self, tmp_path):
        text = MINE.replace("stamp: iso\n", "").replace("{stamp} X (?P<message>.*)", "(?P<message>.*)")

        assert flaws(put(tmp_path, text)) == ["mine.yaml:6:1: line: is no usable pattern: it matches an empty line"]

    def test_two_samples_are_not_enough(self, tmp_path):
        text = MINE.replace(
            '  - line: "2026-03-03T14:47:35Z X c"\n    fields: {stamp: "2026-03-03T14:47:35Z", message: c}\n', ""
        )

        assert "mine.yaml:8:1: samples: List should have at least 3 items" in flaws(put(tmp_path, text))[0]

    def test_several_mistakes_in_several_files_come_all_at_once(self, tmp_path):
        put(tmp_path, MINE.replace("title: Mine", "titel: Mine"))
        put(tmp_path, MINE.replace("format: mine", "format: b").replace("X (", "X (").replace(".*)'", ".*'"), "b.yaml")
        put(tmp_path, MINE.replace("format: mine", "format: wrong"), "c.yaml")
        put(tmp_path, "a: [", "d.yaml")
        found = flaws(tmp_path)

        assert sorted(flaw.split(":")[0] for flaw in found) == ["b.yaml", "c.yaml", "d.yaml", "mine.yaml"]

    def test_mistakes_of_two_folders_come_all_at_once(self, tmp_path):
        one, two = (put(tmp_path / name, MINE.replace("title: Mine", "titel: Mine")) for name in ("one", "two"))
        with pytest.raises(PackError) as refused:
            load_formats([one, two])

        assert {"one", "two"} == {Path(flaw.path).parent.name for flaw in refused.value.flaws}

    def test_a_folder_that_is_not_there_is_refused_in_words(self, tmp_path):
        with pytest.raises(PackError, match="no such folder"):
            load_formats([tmp_path / "gone"])

    @pytest.mark.parametrize("text", ["", "- a\n"])
    def test_a_file_that_holds_no_mapping_is_one_flaw(self, tmp_path, text):
        assert len(flaws(put(tmp_path, text))) == 1

    def test_a_misspelt_key_of_a_sample_is_one_flaw_at_its_place(self, tmp_path):
        text = MINE.replace('fields: {stamp: "2026-03-03T14:47:35Z", message: b}', "filds: {message: b}")
        found = flaws(put(tmp_path, text))

        assert found == ["mine.yaml:12:5: samples.1.filds: unknown key (did you mean 'fields'?)"]

    def test_a_surprise_and_a_misspelt_key_come_together(self, tmp_path):
        found = flaws(
            put(tmp_path, MINE.replace("title: Mine", "titel: Mine").replace("provenance: user", "provenance: no"))
        )

        assert {"titel", "provenance"} <= {flaw.split(": ")[1] for flaw in found}


def test_sample_kinds_are_told_apart():
    assert {LineSample} == {type(sample) for _, sample in LINE_SAMPLES}
    assert {TextSample} == {type(sample) for _, sample in TEXT_SAMPLES}


def test_every_decoder_of_the_table_has_a_file():
    assert set(decoders.TABLE) == {one.decoder for one in SHIPPED.values() if one.decoder}


def test_the_built_in_folder_holds_what_is_loaded():
    assert {path.stem for path in packs.files_of(packs.builtin("parsers"))} == set(SHIPPED)


def test_lines_in_lines_are_unwrapped_however_many_and_whoever_lacks_a_host():
    (syslog,) = [one for one in load_formats() if one.name == "syslog"]
    head = "Mar  3 12:00:0{} mac p[1]: "
    few = syslog.read("".join(head.format(number) for number in range(5)) + "words")
    assert (few.groups["stamp"], few.groups["message"]) == ("Mar  3 12:00:00", "words")
    many = syslog.read(head.format(0) * 2_000 + "words")
    assert many.groups["message"].endswith(head.format(0) + "words")
    pattern = formats.pattern_of_line(r"{stamp} (?P<message>.*)", "syslog")
    plain = dataclasses.replace(syslog, pattern=pattern)
    assert plain.read("Mar  3 12:00:00 Mar  3 12:00:01 words").groups == {
        "stamp": "Mar  3 12:00:00",
        "message": "words",
    }
