import json
from dataclasses import dataclass
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from faultlog import cli
from faultlog.compare import compare
from faultlog.comparison import Comparison, FaultChange, compared
from faultlog.errors import NothingAnswerable, UsageError
from faultlog.pipeline import Options

from .conftest import EXAMPLES
from .logs import case_of, knowledge, log
from .pairs import pair
from .test_samples import SAMPLES, members_of

RAISE, CLEAR = "Fault Raised: 6 (Major): Scan service restarting frequently", "Fault Cleared: 6"
SEAM = ("10:06:00 hash cache 1", "10:06:10 hash cache 2", "10:06:20 hash cache 3")
"""Lines that end OLD and, where the bundles overlap, begin NEW."""
OPEN = ("10:00:00 connector started", f"10:05:00 {RAISE}", *SEAM)
OVER = ("10:00:00 connector started", f"10:04:00 {RAISE}", f"10:05:00 {CLEAR}", *SEAM)
QUIET = ("12:00:00 hash cache 4", "12:50:00 hash cache 5")


def of(old: tuple[str, ...], new: tuple[str, ...]) -> Comparison:
    older, newer = {"old/ampdaemon.log": log(*old)}, {"new/ampdaemon.log": log(*new)}
    return compared(case_of(older), case_of(newer), case_of({**older, **newer}))


def only(found: Comparison) -> FaultChange:
    (fault,) = found.faults
    return fault


def told(found: Comparison) -> list[tuple[str, str | None]]:
    """What became of each stay of the one fault, and why that is only as far as seen."""
    return [(one.change, one.doubt and one.doubt.key.rpartition(".")[2]) for one in only(found).stays]


def verdicts(account) -> list[str] | None:
    return None if account is None else [one.verdict for one in account.findings]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (OPEN, (*SEAM, *QUIET), [("persisting", None)]),
        (OPEN, (*SEAM, "12:00:00 hash cache 4", f"12:10:00 {CLEAR}", "12:50:00 hash cache 5"), [("resolved", None)]),
        (
            OPEN,
            (*SEAM, f"12:10:00 {CLEAR}", f"12:20:00 {RAISE}", "12:50:00 hash cache 5"),
            [("resolved", None), ("regressed", None)],
        ),
        (OVER, (*SEAM, *QUIET), [("past", None)]),
        (OVER, (*SEAM, f"12:10:00 {RAISE}", "12:50:00 hash cache 5"), [("past", None), ("regressed", None)]),
        (SEAM, (*SEAM, f"12:10:00 {RAISE}", "12:50:00 hash cache 5"), [("new", None)]),
        (
            SEAM,
            (*SEAM, f"12:10:00 {RAISE}", f"12:11:00 {CLEAR}", f"12:20:00 {RAISE}", "12:50:00 hash cache 5"),
            [("new", None), ("new", None)],
        ),
    ],
    ids=["persists", "cleared", "cleared, then again", "over", "over, then again", "first raise", "two first raises"],
)
def test_where_the_bundles_overlap_every_stay_is_told_for_certain(old, new, expected):
    found = of(old, new)
    assert told(found) == expected
    assert found.holes == ()


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (OPEN, QUIET, [("undecided", "not_seen")]),
        (OPEN, (f"12:00:00 {RAISE}", "12:50:00 hash cache 5"), [("persisting", "hole")]),
        (OPEN, ("12:00:00 hash cache 4", f"12:10:00 {CLEAR}", "12:50:00 hash cache 5"), [("resolved", "hole")]),
        (OVER, (f"12:00:00 {RAISE}", "12:50:00 hash cache 5"), [("past", None), ("regressed", None)]),
        (
            OVER,
            ("12:00:00 hash cache 4", f"12:10:00 {CLEAR}", "12:50:00 hash cache 5"),
            [("past", None), ("undecided", "lone_clear")],
        ),
        (SEAM, ("12:00:00 hash cache 4", f"12:10:00 {CLEAR}", "12:50:00 hash cache 5"), [("new", "unseen_raise")]),
    ],
    ids=["silent", "raised again or still", "cleared", "over, then again", "over, then a clear", "clear only"],
)
def test_a_hole_between_the_bundles_leaves_what_it_may_hide_open(old, new, expected):
    found = of(old, new)
    assert told(found) == expected
    assert [(str(one.from_)[11:19], str(one.to)[11:19]) for one in found.holes] == [("10:06:20", "12:00:00")]


def test_lines_that_stand_in_both_count_once():
    found = of(OVER, (*OVER, *QUIET))
    assert found.shared_lines == len(OVER)
    assert (found.audit.raises, found.audit.clears, found.audit.duplicate_raises) == (1, 1, 0)
    assert told(found) == [("past", None)]


def test_a_bundle_compared_with_itself_says_that_all_stays_as_it_was():
    assert told(of(OPEN, OPEN)) == [("persisting", None)]
    assert told(of(OVER, OVER)) == [("past", None)]


def test_each_bundle_keeps_its_own_verdict_beside_the_one_of_both():
    (stay,) = only(of(OPEN, (*SEAM, *QUIET))).stays
    assert verdicts(stay.old) == ["pending", "pending"]
    assert verdicts(stay.new) is None  # it begins behind the raise
    assert verdicts(stay.together) == ["breached", "pending"]
    assert stay.together.interval.duration_s == (9_900.0, None)


def test_what_new_shows_of_the_time_before_old_is_no_news():
    before = ("09:00:00 connector started", f"09:10:00 {RAISE}", f"09:12:00 {CLEAR}", "09:30:00 hash cache 0")
    assert told(of(SEAM, (*before, *SEAM, *QUIET))) == [("past", None)]
    assert told(of(SEAM, (before[0], before[1], before[3], *SEAM, *QUIET))) == [("persisting", None)]


def test_a_clear_in_a_file_that_only_old_has_lost_was_before_old_was_taken():
    first = log("09:00:00 a b 1", "09:01:00 a b 2", f"09:10:00 {RAISE}", "09:20:00 a b 3")
    lost = log("09:21:00 a b 4", f"09:30:00 {CLEAR}", "09:40:00 a b 5")
    last = log("09:41:00 a b 6", *SEAM)
    older = {"old/ampdaemon.log.2": first, "old/ampdaemon.log": last}
    files = {".3": first, ".2": lost, ".1": last, "": log(*QUIET)}
    newer = {f"new/ampdaemon.log{suffix}": text for suffix, text in files.items()}
    assert case_of(older).intervals[0].state == "unknown"
    assert told(compared(case_of(older), case_of(newer), case_of({**older, **newer}))) == [("past", None)]


def test_a_bundle_without_the_connectors_log_shows_no_raise():
    scans = {"old/ampscansvc.log": log("10:00:00 ampscansvc| a b 1", "10:30:00 ampscansvc| a b 2")}
    for raised, expected in (("09:00:00", ("persisting", None)), ("11:00:00", ("new", "old_unobserved"))):
        newer = {"new/ampdaemon.log": log("08:00:00 a b 0", f"{raised} {RAISE}", "12:50:00 hash cache 5")}
        assert told(compared(case_of(scans), case_of(newer), case_of({**scans, **newer}))) == [expected]


def test_lines_without_a_stamp_that_read_the_same_are_told_apart_by_their_times():
    bare = [f"[faults] {message}" for message in (RAISE, CLEAR)]
    found = of(
        ("10:00:00 a b 1", bare[0], "10:03:00 a b 2", bare[1], "10:05:00 a b 3", *SEAM),
        (*SEAM, "12:00:00 a b 4", bare[0], "12:03:00 a b 5"),
    )
    assert len(only(found).stays) == 2
    assert told(found) == [("past", None), ("regressed", None)]


def test_a_fault_that_only_the_status_of_old_lists_is_not_called_new(tmp_path):
    status = "Status: Connected\nFaults: 1 Major\nFault IDs: 6\nID 6 - Major: Scan service restarting frequently.\n"
    older = {"old/ampdaemon.log": log(*SEAM), "old/ampcli_status.txt": status}
    newer = {"new/ampdaemon.log": log(f"12:00:00 {RAISE}", "12:50:00 hash cache 5")}
    found = compared(case_of(older), case_of(newer), case_of({**older, **newer}))
    assert told(found) == [("persisting", "listed")]


def test_versions_are_compared_by_lines_and_by_what_the_bundles_state():
    found = of(
        ("10:00:00 connector started, version 1.14.0", *SEAM),
        ("12:00:00 connector started, version 1.14.1", "12:50:00 hash cache 5"),
    )
    (change,) = found.changes
    assert (change.what, change.from_, change.to, str(change.at)) == (
        "connector_version", "1.14.0", "1.14.1", "2026-03-03T12:00:00Z",
    )  # fmt: skip


@pytest.fixture(scope="module")
def overlapping(tmp_path_factory) -> tuple[Path, Path]:
    return pair(tmp_path_factory.mktemp("overlapping"))


@pytest.fixture(scope="module")
def apart(tmp_path_factory) -> tuple[Path, Path]:
    return pair(tmp_path_factory.mktemp("apart"), gone=("ampdaemon.log.3.gz", "ampdaemon.log.2.gz"))


def asked(paths: tuple[Path, Path]) -> Comparison:
    return compare(knowledge(), *map(str, paths), Options(), lambda _path, _size: None)


def test_the_life_of_a_host_is_told_from_two_bundles_that_overlap(overlapping):
    found = asked(overlapping)
    assert [(one.fault_id, one.change, one.doubt) for one in found.faults] == [
        (5, "new", None),
        (6, "regressed", None),
        (12, "persisting", None),
        (3, "resolved", None),
    ]
    assert [(one.what, one.from_, one.to) for one in found.changes] == [
        ("definitions", "27370", "27371"),
        ("connector_version", "1.14.0", "1.14.1"),
        ("definitions", "27371", "27372"),
        ("os_version", "10.15.6", "10.15.7"),
    ]
    assert found.shared_lines > 0
    assert found.host.os_version == "10.15.7"


def test_a_hole_between_two_bundles_of_a_host_leaves_the_same_changes_in_doubt(apart):
    found = asked(apart)
    assert [(one.fault_id, one.change, one.doubt and one.doubt.key) for one in found.faults] == [
        (5, "new", None),
        (6, "regressed", None),
        (12, "persisting", "compare.doubt.hole"),
        (3, "resolved", "compare.doubt.hole"),
    ]
    assert len(found.holes) == 1


def test_the_older_bundle_comes_first(overlapping):
    with pytest.raises(UsageError) as refused:
        asked(overlapping[::-1])
    assert str(refused.value) == (
        "NEW (old.tar.gz) ends at 2026-04-07 08:58:30.924 UTC, before OLD (new.tar.gz), which ends at "
        "2026-04-07 17:59:46.077 UTC: give the older bundle first"
    )


def test_a_bundle_and_its_copy_are_called_the_same(tmp_path, overlapping):
    import shutil

    old = str(overlapping[0])
    copy = shutil.copy(old, tmp_path / "copy.tar.gz")
    page = tmp_path / "page.html"
    for new, language, said in ((old, "en", "are the same bundle, or copies of one"), (copy, "ko", "그 사본입니다")):
        assert said in " ".join(run(old, str(new), "--lang", language, "--html", str(page)).stdout.split())
        assert said in page.read_text()
    document = json.loads(run(old, old, "--json", "-").stdout)
    assert [one["code"] for one in document["warnings"]].count("same_bundle") == 1
    assert "same bundle" not in run(*map(str, overlapping)).stdout


def test_an_empty_bundle_is_called_empty_and_which_it_is(tmp_path, overlapping):
    (tmp_path / "ampdaemon.log").touch()
    with pytest.raises(NothingAnswerable, match=r"^NEW \(.*\) is empty: it holds no line"):
        asked((overlapping[0], tmp_path))
    with pytest.raises(NothingAnswerable, match=r"^OLD \(ampdaemon.log\) is empty"):
        asked((tmp_path / "ampdaemon.log", overlapping[0]))


def test_two_connectors_are_not_compared(overlapping):
    other = SAMPLES / "fault10-survives-reboot-0001.zip"
    with pytest.raises(UsageError, match="these are 2 connectors, not one: GUIDs"):
        asked((overlapping[0], other))


def test_two_hosts_without_guid_are_not_compared(tmp_path):
    for name, host in (("old", "mac"), ("new", "pc"), ("later", "mac.example.org")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "ampdaemon.log").write_text(log(*OPEN).replace(" mac ", f" {host} "))
    with pytest.raises(UsageError, match="these are 2 hosts, not one: OLD is of mac, NEW of pc"):
        asked((tmp_path / "old", tmp_path / "new"))
    assert asked((tmp_path / "old", tmp_path / "later")).faults


def test_what_cannot_be_compared_is_refused_with_a_reason(tmp_path, overlapping):
    saved, prose = tmp_path / "case.json", tmp_path / "ampdaemon.log"
    prose.write_text("this is\nno log\n")
    for document in ('{"schema": "faultlog.case/1"}', '{"tool": {}, "schema": "faultlog.case/1"}'):
        saved.write_text(document)
        with pytest.raises(UsageError, match="is a case document, which holds no log lines"):
            asked((overlapping[1], saved))
    with pytest.raises(UsageError, match="standard input can be read only once"):
        asked((Path("-"), overlapping[1]))
    with pytest.raises(NothingAnswerable, match="no line of it was understood"):
        asked((overlapping[0], prose))


def run(*words: str):
    return CliRunner().invoke(cli.app, ["compare", *words])


def test_the_document_obeys_its_schema_and_is_the_same_each_time(apart, root):
    first, second = (run(*map(str, apart), "--json", "-").stdout for _ in range(2))
    document = json.loads(first)
    jsonschema.validate(document, json.loads((root / "faultlog/_data/comparison.schema.json").read_text()))
    assert first == second
    assert document["schema"] == "faultlog.comparison/1"
    assert [one["change"] for one in document["faults"]] == ["new", "regressed", "persisting", "resolved"]


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_change_and_doubt_is_said_in_both_languages(apart, language):
    shown = run(*map(str, apart), "--lang", language).stdout
    words = {"en": ["REGRESSED", "As far as seen", "No log reaches", "OS version: 10.15.6 → 10.15.7"],
             "ko": ["재발", "확인되는 범위에서만", "로그가 없어", "운영 체제 버전: 10.15.6 → 10.15.7"]}  # fmt: skip
    assert [word for word in words[language] if word not in shown] == []
    assert "compare." not in shown


def test_the_ids_of_a_comparison_can_be_explained(apart):
    shown = run(*map(str, apart), "--json", "-").stdout
    together = [stay["together"] for fault in json.loads(shown)["faults"] for stay in fault["stays"]]
    name = together[0]["interval"]["id"]
    explained = CliRunner().invoke(cli.app, ["explain", *map(str, reversed(apart)), name])
    assert explained.exit_code == 0
    assert name in explained.stdout


def test_logs_with_names_of_their_own_are_one_log_where_they_share_lines(tmp_path):
    paths = tmp_path / "monday.log", tmp_path / "tuesday.txt"
    for path, lines in zip(paths, (OVER, (*OVER[1:], f"12:10:00 {RAISE}", *QUIET[1:])), strict=True):
        path.write_text(log(*lines))
    found = asked(paths)
    assert (found.shared_lines, found.audit.raises, found.audit.clears) == (5, 2, 1)
    assert told(found) == [("past", None), ("regressed", None)]


@pytest.mark.parametrize("words", [["compare", "old.zip"], ["formats", "learn"], ["formats", "show"]])
def test_an_argument_that_is_missing_is_asked_for(words):
    found = CliRunner().invoke(cli.app, words)
    assert (found.exit_code, "Missing argument" in found.output) == (2, True)


@pytest.mark.parametrize("option", ["--json", "--html"])
def test_an_output_that_cannot_be_written_is_refused_before_anything_is_read(tmp_path, option):
    found = CliRunner().invoke(cli.app, ["compare", "missing-old", "missing-new", option, str(tmp_path / "no" / "x")])
    assert "there is no folder" in str(found.exception)


def test_two_answers_do_not_go_into_one_file(tmp_path):
    one = str(tmp_path / "x")
    found = CliRunner().invoke(cli.app, ["compare", "missing-old", "missing-new", "--json", one, "--html", one])
    assert "is asked to hold two answers" in str(found.exception)


def test_the_page_is_written_beside_the_answer_or_instead_of_it(overlapping, tmp_path):
    page = tmp_path / "compared.html"
    assert "REGRESSED" in run(*map(str, overlapping), "--html", str(page)).stdout
    assert page.read_text() == run(*map(str, overlapping), "--html", "-").stdout


def test_the_sample_pair_can_be_made_again(overlapping):
    for made in overlapping:
        assert members_of(SAMPLES / "pair" / made.name) == members_of(made)


@dataclass(frozen=True)
class Life:
    """A host's log with what is true of its one fault, and which of its lines each bundle holds."""

    lines: list[str]
    stays: list[tuple[int, int | None]]
    """Numbers of the lines that raise and clear it; -1 where it was raised before, `None` where nothing clears it."""
    old: slice
    new: slice

    @property
    def taken(self) -> int:
        """The number of the line behind OLD's last."""
        return self.old.stop

    @property
    def overlaps(self) -> bool:
        """Whether the bundles share enough lines to be one log."""
        return self.new.start <= self.old.stop - 3 and self.old.start <= self.new.start


@st.composite
def lives(draw) -> Life:
    kinds = draw(st.lists(st.sampled_from("..rrcc"), min_size=12, max_size=30))
    lines, stays = [], []
    for number, kind in enumerate(kinds):
        is_open = bool(stays) and stays[-1][1] is None
        if kind == "r" and not is_open:
            stays.append((number, None))
        elif kind == "c" and is_open:
            stays[-1] = (stays[-1][0], number)
        elif kind == "c" and not stays:
            stays.append((-1, number))
        said = {"r": "b c d" if is_open else RAISE, "c": CLEAR}.get(kind, "a b c")
        lines.append(f"10:{number:02}:00 {said} {number if kind == '.' else ''}".strip())
    taken = draw(st.integers(6, len(lines) - 4))
    begin = draw(st.integers(0, taken - 4))
    again = min(max(0, taken + draw(st.integers(-8, 8))), len(lines) - 3)
    return Life(lines, stays, slice(begin, taken), slice(again, len(lines)))


@given(lives())
@settings(max_examples=EXAMPLES // 10)
def test_whatever_is_said_for_certain_is_true_of_the_whole_life(life):
    found = of(tuple(life.lines[life.old]), tuple(life.lines[life.new]))
    taken, through = life.taken, [end for begin, end in life.stays if begin < life.taken]
    for fault in found.faults:
        keys = [stay.doubt and stay.doubt.key for stay in fault.stays]
        assert not (life.overlaps and any(keys)), "nothing lies between them that could be doubted"
        if fault.doubt is None and fault.change == "persisting":
            assert None in through
        if fault.doubt is None and fault.change == "resolved":
            assert any(end is not None and end >= taken for end in through)
        if fault.change in {"new", "regressed"} and fault.doubt is None:
            assert any(begin >= taken for begin, _ in life.stays)
        if fault.change == "past" and life.overlaps:
            assert all(begin < taken and end is not None and end < taken for begin, end in life.stays)
        if fault.change == "persisting":
            assert life.stays[-1][1] is None
    seen = {*range(*life.new.indices(99)), *range(*life.old.indices(99))}
    if any(begin in seen for begin, _ in life.stays):
        assert found.faults, "a raise that either bundle shows is told"
