"""The doors, as a person meets them: exit codes, one clear sentence for every mistake, pipes that stay clean."""

import fcntl
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import termios
import time
import zipfile
from array import array
from pathlib import Path

import jsonschema
import pytest

from tests.doors import faultlog

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "sample_logs" / "fault6-breached-0001.zip"


def started(*words: object, **streams: object) -> subprocess.CompletedProcess[str]:
    """A process of its own, by the door; its output goes where the streams lead."""
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams}
    asked = [sys.executable, "-m", "faultlog", *map(str, words)]
    return subprocess.run(
        asked, check=False, cwd=ROOT, encoding="utf-8", env={**os.environ, "PYTHONUTF8": "1"}, **pipes
    )


def complaint_of(done: subprocess.CompletedProcess[str], code: int) -> str:
    """The sentence on standard error; there is exactly one message and no traceback."""
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("faultlog: ")
    return done.stderr


def log_of(*messages: str) -> str:
    return "".join(f"2026-03-03T12:{minute:02d}:00Z mac ampdaemon[71]: {one}\n" for minute, one in enumerate(messages))


def test_triage_of_the_sample_states_the_breach_first():
    done = started("triage", SAMPLE)
    assert (done.returncode, done.stderr) == (0, "")
    head = done.stdout[: len(done.stdout) // 3]
    assert "Fault 6 not cleared within 10 minutes of connector start: breached by 14 min 22 s" in head


def test_json_on_standard_output_is_nothing_but_the_document():
    done = faultlog("triage", SAMPLE, "--json", "-")
    document = json.loads(done.stdout)
    jsonschema.validate(document, json.loads((ROOT / "faultlog/_data/case.schema.json").read_text()))
    assert [one["verdict"] for one in document["findings"]] == ["breached", "breached"]


def test_the_page_goes_to_a_file_and_the_report_to_the_screen(tmp_path):
    page = tmp_path / "report.html"
    done = faultlog("triage", SAMPLE, "--html", page, "--tz", "Asia/Seoul")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("faultlog  fault6-breached-0001.zip")
    text = page.read_text(encoding="utf-8")
    assert text.startswith("<!doctype html>")
    assert f"faultlog explain --tz Asia/Seoul {SAMPLE} f6-1" in text


def test_a_page_on_standard_output_is_nothing_but_the_page():
    done = faultlog("triage", SAMPLE, "--html", "-", "--lang", "ko")
    assert done.stdout.startswith('<!doctype html>\n<html lang="ko">')
    assert done.stdout.endswith("</html>\n") or done.stdout.endswith("</html>")


def test_a_page_that_cannot_be_written_is_said_before_the_analysis(tmp_path):
    nowhere = tmp_path / "none" / "report.html"
    said = complaint_of(faultlog("triage", tmp_path / "no bundle at all", "--html", nowhere), 2)
    assert f"{nowhere}: cannot be written, there is no folder" in said
    both = complaint_of(faultlog("triage", SAMPLE, "--html", tmp_path / "a", "--json", tmp_path / "a"), 2)
    assert "is asked to hold two answers; give each a file of its own" in both


def test_json_to_a_file_leaves_the_report_on_standard_output(tmp_path):
    done = faultlog("triage", SAMPLE, "--json", tmp_path / "case.json")
    assert "breached" in done.stdout
    assert json.loads((tmp_path / "case.json").read_text())["schema"] == "faultlog.case/1"


def test_a_piped_report_has_no_colour_and_no_control_characters():
    out = faultlog("triage", SAMPLE).stdout
    assert [one for one in out if ord(one) < 32 and one != "\n"] == []


def test_the_report_speaks_korean():
    done = faultlog("triage", SAMPLE, "--lang", "ko")
    assert done.returncode == 0
    assert "결함 6" in done.stdout


def test_standard_input_is_a_bundle_too():
    done = faultlog("triage", "-", "--json", "-", stdin=SAMPLE.read_bytes())
    assert [one["id"] for one in json.loads(done.stdout)["intervals"]] == ["f6-1"]


def test_several_paths_are_one_host(tmp_path):
    (tmp_path / "a.log").write_text(log_of("Fault Raised: 6"))
    (tmp_path / "b.log").write_text("2026-03-03T12:05:00Z mac ampdaemon[71]: Fault Cleared: 6\n")
    done = faultlog("triage", tmp_path / "a.log", tmp_path / "b.log", "--json", "-")
    assert json.loads(done.stdout)["audit"]["clears"] == 1


def test_bundles_of_two_connectors_are_refused():
    other = ROOT / "sample_logs" / "fault6-in-time-0001.tar.gz"
    assert "2 connectors" in complaint_of(faultlog("triage", SAMPLE, other), 2)


@pytest.mark.parametrize(("level", "code"), [("critical", 1), ("warning", 1), ("info", 1)])
def test_fail_on_ends_with_one_where_a_finding_is_as_severe(level, code):
    assert faultlog("triage", SAMPLE, "--fail-on", level).returncode == code


def test_a_process_ends_as_its_question_was_answered(tmp_path):
    assert started("triage", SAMPLE, "--fail-on", "info").returncode == 1
    assert str(tmp_path / "no.zip") in complaint_of(started("triage", tmp_path / "no.zip"), 3)


def test_fail_on_ends_with_zero_where_every_promise_was_kept():
    kept = ROOT / "sample_logs" / "fault6-in-time-0001.tar.gz"
    assert faultlog("triage", kept, "--fail-on", "info").returncode == 0


def test_explain_shows_file_line_and_the_raw_line():
    done = faultlog("explain", SAMPLE, "f6-1")
    document = json.loads(faultlog("triage", SAMPLE, "--json", "-").stdout)
    (interval,) = document["intervals"]
    for evidence in interval["evidence"]:
        assert str(evidence["line"]) in done.stdout
        assert "".join(evidence["text"].split()) in "".join(done.stdout.replace("│", "").split())


def test_explain_names_the_ids_there_are():
    assert "f6-1" in complaint_of(faultlog("explain", SAMPLE, "f9-9"), 2)


def test_explain_needs_a_bundle_and_an_id():
    assert "explain takes a bundle and an id" in complaint_of(faultlog("explain", SAMPLE), 2)


def test_rules_show_reads_like_a_manual_page():
    done = faultlog("rules", "show", 6)
    assert done.returncode == 0
    assert "ampdaemon.log" in done.stdout
    assert "10 minutes" in done.stdout


DOORS = [
    ("rules", "list"),
    ("formats", "list"),
    ("formats", "show", "syslog"),
    ("rules", "test"),
    ("formats", "test"),
    ("check",),
    ("--version",),
    ("--help",),
]


@pytest.mark.parametrize("words", DOORS)
def test_every_other_door_opens(words):
    done = faultlog(*words)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip()


def test_an_unknown_fault_names_the_known_ones():
    assert "10, 11, 12" in complaint_of(faultlog("rules", "show", 99), 2)


def test_simulate_prints_what_it_wrote(tmp_path):
    done = faultlog("simulate", "-o", tmp_path, "--scenario", "fault6-in-time", "--seed", 3)
    assert [Path(line).exists() for line in done.stdout.split()] == [True]


def test_a_missing_path_is_named(tmp_path):
    assert str(tmp_path / "no.zip") in complaint_of(faultlog("triage", tmp_path / "no.zip"), 3)


def test_an_empty_file_holds_nothing_to_answer_from(tmp_path):
    (tmp_path / "ampdaemon.log").write_bytes(b"")
    assert "ampdaemon.log" in complaint_of(faultlog("triage", tmp_path / "ampdaemon.log"), 3)


def test_a_folder_without_logs_says_what_was_looked_for(tmp_path):
    (tmp_path / "notes.txt").write_text("hello\n")
    assert "ampdaemon.log*" in complaint_of(faultlog("triage", tmp_path), 3)


def test_a_truncated_zip_says_what_to_do(tmp_path):
    (tmp_path / "cut.zip").write_bytes(SAMPLE.read_bytes()[:40_000])
    assert "cut.zip" in complaint_of(faultlog("triage", tmp_path / "cut.zip"), 3)


def test_a_truncated_tar_still_reports_what_could_be_read(tmp_path):
    whole = (ROOT / "sample_logs" / "fault6-in-time-0001.tar.gz").read_bytes()
    (tmp_path / "cut.tar.gz").write_bytes(whole[: len(whole) * 3 // 4])
    done = faultlog("triage", tmp_path / "cut.tar.gz", "--json", "-")
    document = json.loads(done.stdout)
    assert document["files"]
    assert {"truncated"} <= {one["code"] for one in document["warnings"]}


def test_an_encrypted_archive_says_so(tmp_path):
    with zipfile.ZipFile(tmp_path / "locked.zip", "w") as bundle:
        bundle.writestr("ampdaemon.log", log_of("Fault Raised: 6"))
    raw = bytearray((tmp_path / "locked.zip").read_bytes())
    raw[6] |= 1
    raw[raw.find(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "locked.zip").write_bytes(bytes(raw))
    assert "encrypted" in complaint_of(faultlog("triage", tmp_path / "locked.zip"), 3)


def test_logs_that_no_format_understands_are_shown_all_the_same(tmp_path):
    (tmp_path / "ampdaemon.log").write_text("§§ one\n§§ two\n" * 20)
    done = faultlog("triage", tmp_path)
    assert "no line of it was understood" in complaint_of(done, 3)
    assert "§§ one" in done.stdout
    assert "formats learn" in done.stdout


def test_a_text_that_is_no_log_is_not_believed(tmp_path):
    (tmp_path / "poem.txt").write_text("Fault 6 raised its head,\nand no one cleared it.\n")
    complaint_of(faultlog("triage", tmp_path / "poem.txt"), 3)


def test_mistakes_of_a_rule_file_come_all_at_once_with_their_place(tmp_path):
    folder = tmp_path / "cisco-secure-endpoint" / "macos"
    folder.mkdir(parents=True)
    whole = (ROOT / "rules/cisco-secure-endpoint/macos/6-scan-service-restarting.yaml").read_text()
    (folder / "6-mine.yaml").write_text(whole.replace("within:", "witin:", 1).replace("fault: 6", "fault: 010", 1))
    sentence = complaint_of(faultlog("triage", SAMPLE, "--rules", tmp_path), 2)
    assert "6-mine.yaml" in sentence
    assert "octal" in sentence


def test_a_misspelt_key_is_answered_with_the_one_that_was_meant(tmp_path):
    folder = tmp_path / "cisco-secure-endpoint" / "macos"
    folder.mkdir(parents=True)
    whole = (ROOT / "rules/cisco-secure-endpoint/macos/6-scan-service-restarting.yaml").read_text()
    (folder / "6-mine.yaml").write_text(whole.replace(", within: 10m", ", witin: 10m", 1))
    sentence = complaint_of(faultlog("triage", SAMPLE, "--rules", tmp_path), 2)
    line = next(number for number, text in enumerate(whole.splitlines(), 1) if ", within:" in text)
    assert f"6-mine.yaml:{line}:" in sentence
    assert "did you mean 'within'?" in sentence


def test_a_broken_format_file_is_named(tmp_path):
    (tmp_path / "mine.yaml").write_text("format: mine\nline: '(?P<message'\n")
    assert "mine.yaml" in complaint_of(faultlog("triage", SAMPLE, "--parsers", tmp_path), 2)


def test_a_folder_of_rules_that_does_not_exist_is_named(tmp_path):
    assert "no such folder" in complaint_of(faultlog("triage", SAMPLE, "--rules", tmp_path / "none"), 2)


def test_an_unknown_zone_is_answered_with_examples():
    assert "Asia/Seoul" in complaint_of(faultlog("triage", SAMPLE, "--tz", "Mars/Olympus"), 2)


UNUSABLE = [("--taken", "soon"), ("--taken", "March 3"), ("--connector", "newest"), ("--os-version", "Big Sur")]


@pytest.mark.parametrize(("option", "value"), UNUSABLE)
def test_an_option_that_says_nothing_usable_is_named(option, value):
    assert option in complaint_of(faultlog("triage", SAMPLE, option, value), 2)


def test_an_output_that_cannot_be_written_fails_before_the_work(tmp_path):
    assert "no folder" in complaint_of(faultlog("triage", SAMPLE, "--json", tmp_path / "none" / "case.json"), 2)


def test_lines_without_year_and_without_any_date_ask_for_taken():
    done = faultlog("triage", "-", stdin=b"Mar  3 12:00:00 mac ampdaemon[71]: Fault Raised: 6\n")
    assert "--taken" in complaint_of(done, 3)


def test_taken_gives_them_their_year():
    line = b"Mar  3 12:00:00 mac ampdaemon[71]: Fault Raised: 6\n"
    document = json.loads(faultlog("triage", "-", "--taken", "2024-03-09", "--json", "-", stdin=line).stdout)
    assert document["intervals"][0]["raised"]["at"] == "2024-03-03T12:00:00Z"


def test_hostile_text_reaches_the_terminal_spelt_out(tmp_path):
    (tmp_path / "ampdaemon.log").write_text(log_of("Fault Raised: 6 \x1b[2J\u202e[red]", "fault \x1b]0;x\x07 unknown"))
    for words in (("triage", tmp_path), ("explain", tmp_path, "f6-1")):
        out = faultlog(*words).stdout
        assert [one for one in out if one in "\x1b\x07\u202e"] == []


def test_since_and_until_filter_what_is_shown_and_change_no_verdict(tmp_path):
    (tmp_path / "ampdaemon.log").write_text(
        log_of(
            "Fault Raised: 3", "Fault Cleared: 3", "x", "Fault Raised: 5", "Fault Cleared: 5", "Fault Raised: 6", "x"
        )
    )
    whole = faultlog("triage", tmp_path).stdout
    part = faultlog("triage", tmp_path, "--since", "2026-03-03T12:02:30Z", "--until", "2026-03-03T12:04:30Z").stdout
    assert [one in whole for one in ("f3-1", "f5-1", "f6-1")] == [True, True, True]
    assert [one in part for one in ("f3-1", "f5-1", "f6-1")] == [False, True, False]
    assert whole.splitlines()[-1] == part.splitlines()[-1]


def test_a_user_fault_file_replaces_the_built_in_one(tmp_path):
    folder = tmp_path / "rules" / "cisco-secure-endpoint" / "macos"
    folder.mkdir(parents=True)
    shutil.copy(ROOT / "rules/cisco-secure-endpoint/macos/6-scan-service-restarting.yaml", folder / "6-mine.yaml")
    text = (folder / "6-mine.yaml").read_text().replace("within: 10m", "within: 1h")
    (folder / "6-mine.yaml").write_text(text)
    done = faultlog("triage", SAMPLE, "--rules", tmp_path / "rules", "--json", "-")
    assert {one["verdict"] for one in json.loads(done.stdout)["findings"]} == {"met"}


def test_check_fails_for_a_rule_without_proof(tmp_path):
    """A test that states the wrong verdict, and a wording that no sample shows, are both found."""
    folder = tmp_path / "rules" / "cisco-secure-endpoint" / "macos"
    folder.mkdir(parents=True)
    whole = (ROOT / "rules/cisco-secure-endpoint/macos/6-scan-service-restarting.yaml").read_text()
    (folder / "6-mine.yaml").write_text(whole.replace("verdict: met", "verdict: breached", 1))
    signals = tmp_path / "rules" / "cisco-secure-endpoint" / "signals"
    signals.mkdir()
    (signals / "connector_started.yaml").write_text(
        "signal: connector_started\nsummary: {en: Mine., ko: 나의 것.}\n"
        "wordings:\n  - {pattern: 'engine awake', provenance: user, source: me}\n"
        "accepts:\n  - {message: connector started, process: ampdaemon}\n"
        "refuses:\n  - {message: nothing}\n"
    )
    sentence = complaint_of(faultlog("check", tmp_path / "rules"), 2)
    assert "6-mine.yaml" in sentence
    assert "connector_started.yaml" in sentence


WORDS = {
    "raised": ("fault_raised", "raise id=6 sev=2", "raise id=x"),
    "cleared": ("fault_cleared", "lower id=6", "lower id=x"),
}


def test_the_pair_of_wordings_in_the_rules_page_teaches_a_log(tmp_path):
    """The page's own example: checked, then used; a raise is a raise and a clear is a clear."""
    folder = tmp_path / "rules" / "cisco-secure-endpoint" / "signals"
    folder.mkdir(parents=True)
    page = (ROOT / "rules" / "README.md").read_text(encoding="utf-8")
    for name, *_ in WORDS.values():
        start = page.rindex(f"signal: {name} ", 0, page.index(f"my-rules/cisco-secure-endpoint/signals/{name}.yaml"))
        (folder / f"{name}.yaml").write_text(page[start : page.index("```", start)], encoding="utf-8")
    assert faultlog("check", tmp_path / "rules").returncode == 0
    (tmp_path / "ampdaemon.log").write_text(log_of("raise id=6 sev=2", "lower id=6"))
    done = faultlog("triage", tmp_path / "ampdaemon.log", "--rules", tmp_path / "rules", "--json", "-")
    audit = json.loads(done.stdout)["audit"]
    assert (audit["raises"], audit["clears"], audit["intervals"], audit["orphan_clears"]) == (1, 1, 1, 0)


def test_a_snapshot_that_lists_a_fault_is_not_answered_with_none_seen_alone():
    out = faultlog("triage", ROOT / "sample_logs/public/cisco-220575-status-critical.txt").stdout
    assert "listed fault 18" in out


def test_a_window_that_nothing_touches_does_not_deny_what_was_recognised():
    out = faultlog("triage", SAMPLE, "--since", "2026-03-03T14:00Z").stdout
    assert "no fault line recognised" not in out
    assert "1 interval was recognised" in out


def test_the_command_that_explains_asks_with_the_same_options():
    out = faultlog("triage", SAMPLE, "--tz", "Asia/Seoul", "--os", "macos").stdout
    assert f"faultlog explain --tz Asia/Seoul --os macos {SAMPLE} f6-1" in " ".join(out.split())


def test_check_fails_for_a_format_whose_sample_gives_something_else(tmp_path):
    text = (ROOT / "parsers/bracketed.yaml").read_text().replace("format: bracketed", "format: mine")
    (tmp_path / "mine.yaml").write_text(text.replace("module: logger", "module: lodger", 1))
    sentence = complaint_of(faultlog("check", tmp_path), 2)
    assert "mine.yaml" in sentence
    assert "lodger" in sentence


def test_a_closed_pipe_is_no_error():
    done = subprocess.run(  # noqa: S602 (a pipe is what is tested)
        f"'{sys.executable}' -m faultlog triage '{SAMPLE}' --json - | head -c 10",
        shell=True,
        capture_output=True,
        check=True,
        cwd=ROOT,
    )
    assert done.stderr == b""


def test_progress_is_shown_on_a_terminal_once_work_takes_a_second(monkeypatch):
    from rich.console import Console

    from faultlog import progress

    monkeypatch.setattr(progress, "PATIENCE_S", -1.0)
    screen = io.StringIO()
    with progress.watching(Console(file=screen, force_terminal=True, width=100)) as tell:
        tell("bundle/ampdaemon.log", 1024)
    assert "ampdaemon.log" in screen.getvalue()


def test_progress_is_silent_elsewhere():
    from rich.console import Console

    from faultlog import progress

    screen = io.StringIO()
    with progress.watching(Console(file=screen)) as tell:
        tell("bundle/ampdaemon.log", 1024)
    assert screen.getvalue() == ""


@pytest.mark.parametrize("words", [("triage", SAMPLE), ("triage", SAMPLE, "--json", "-"), ("rules", "list")])
def test_a_full_disk_is_said_in_one_sentence(words):
    with Path("/dev/full").open("wb") as full:
        done = started(*words, stdout=full)
    assert "No space left" in complaint_of(done, 2)


def test_a_closed_standard_input_is_said():
    done = subprocess.run(  # noqa: S602 (a shell closes it)
        f"'{sys.executable}' -m faultlog triage - <&-",
        shell=True,
        capture_output=True,
        check=False,
        cwd=ROOT,
    )
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"standard input is closed" in done.stderr


def test_an_empty_path_names_nothing():
    assert "empty path" in complaint_of(faultlog("triage", ""), 2)


def test_an_output_name_that_no_file_can_have_is_said(tmp_path):
    assert "too long" in complaint_of(started("triage", SAMPLE, "--json", tmp_path / ("b" * 300)), 2)


def test_a_thousand_faults_fit_some_screens(tmp_path):
    """The report stays a report."""
    lines = (
        f"2026-03-03T{i // 360:02d}:{i // 6 % 60:02d}:{i % 6}0Z h ampdaemon[1]: Fault Raised: {i}" for i in range(1000)
    )
    (tmp_path / "ampdaemon.log").write_text("\n".join(lines) + "\n")
    out = faultlog("triage", tmp_path).stdout
    assert "raises 1,000 = intervals 1,000" in out
    assert len(out.splitlines()) < 300


@pytest.mark.parametrize(
    "pattern",
    ["A (?P<message>((((a{1000}){1000}){1000}){1000})?(one|two))", "A " + "(" * 3000 + "(?P<message>.*)" + ")" * 3000],
)
def test_a_pattern_that_cannot_be_compiled_is_named(tmp_path, pattern):
    sample = "  - {line: 'A one', fields: {message: one}}\n"
    (tmp_path / "mine.yaml").write_text(
        "format: mine\ntitle: Mine\ndescription: Mine.\nprovenance: user\nsource: me\n"
        f"line: '{pattern}'\nsamples:\n{sample * 3}refuses: ['x']\n"
    )
    assert "mine.yaml" in complaint_of(faultlog("triage", SAMPLE, "--parsers", tmp_path), 2)


def test_a_duration_beyond_the_calendar_is_refused(tmp_path):
    folder = tmp_path / "cisco-secure-endpoint" / "macos"
    folder.mkdir(parents=True)
    whole = (ROOT / "rules/cisco-secure-endpoint/macos/6-scan-service-restarting.yaml").read_text()
    (folder / "6-mine.yaml").write_text(whole.replace(", within: 10m", ", within: 99999999d", 1))
    assert "at most ten years" in complaint_of(faultlog("triage", SAMPLE, "--rules", tmp_path), 2)


def test_a_hostile_console_event_is_read_in_bounded_memory(tmp_path):
    event = {
        "event_type": "fault raised " * 20_000,
        "timestamp": 1774447617,
        "computer": {str(i): "x" * 50 for i in range(20_000)},
    }
    (tmp_path / "events.json").write_text(json.dumps({"data": [event] * 5}))
    done = faultlog("triage", tmp_path / "events.json", "--json", "-")
    assert "Traceback" not in done.stderr


def test_leap_days_back_and_forth_are_no_work(tmp_path):
    (tmp_path / "ampdaemon.log").write_text(
        "Feb 28 23:59:59 h ampdaemon[1]: x\nFeb 29 00:00:00 h ampdaemon[1]: x\n" * 4000
    )
    done = faultlog("triage", tmp_path, "--taken", "2024-03-09", "--json", "-")
    assert json.loads(done.stdout)["files"][0]["events"] == 8_000


def test_a_raise_and_its_clear_in_one_event_stand_in_text_order(tmp_path):
    (tmp_path / "ampdaemon.log").write_text(log_of("Fault Raised: 6\n  Fault Cleared: 6", "x"))
    document = json.loads(faultlog("triage", tmp_path, "--json", "-").stdout)
    (interval,) = document["intervals"]
    assert (interval["id"], interval["state"], interval["duration_s"]) == ("f6-1", "cleared", [0, 0])


def test_a_clock_set_back_turns_met_into_indeterminate(tmp_path):
    told = (("01:00", "x"), ("01:30", "Fault Raised: 6"), ("00:30", "y"), ("00:40", "Fault Cleared: 6"), ("03:00", "z"))
    lines = (f"2026-03-03T{time}:00Z h ampdaemon[1]: {words}\n" for time, words in told)
    (tmp_path / "ampdaemon.log").write_text("".join(lines))
    document = json.loads(faultlog("triage", tmp_path, "--json", "-").stdout)
    assert [one["verdict"] for one in document["findings"]] == ["indeterminate"]
    assert document["intervals"][0]["duration_s"] == [600, None]
    assert [(one["line"], one["before"]) for one in document["clock_steps"]] == [(3, "2026-03-03T01:30:00Z")]
    assert "the clock was set back" in " ".join(faultlog("triage", tmp_path).stdout.split())


def test_the_bundle_itself_is_never_overwritten(tmp_path):
    shutil.copy(SAMPLE, tmp_path / "mine.zip")
    done = faultlog("triage", tmp_path / "mine.zip", "--json", tmp_path / "mine.zip")
    assert "is the bundle itself" in complaint_of(done, 2)
    assert (tmp_path / "mine.zip").read_bytes() == SAMPLE.read_bytes()


def test_a_folder_without_any_rule_is_no_proof(tmp_path):
    assert "holds no YAML file" in complaint_of(faultlog("check", tmp_path), 2)


def test_a_report_cut_by_head_ends_with_zero():
    command = f"set -o pipefail; '{sys.executable}' -m faultlog triage '{SAMPLE}' | head -1"
    assert subprocess.run(["bash", "-c", command], capture_output=True, check=False, cwd=ROOT).returncode == 0


def test_sources_that_contradict_each_other_count_for_fail_on(tmp_path):
    event = {"timestamp": 1772539200, "event_type": "Fault Cleared", "event_type_id": 553648196, "fault_id": 18}
    (tmp_path / "events.json").write_text(json.dumps(event))
    (tmp_path / "ampdaemon.log").write_text(
        "2026-03-03T11:00:00Z mac ampdaemon: x\n2026-03-03T13:00:00Z mac ampdaemon: x\n"
    )
    assert faultlog("triage", tmp_path, "--fail-on", "warning").returncode == 1
    assert faultlog("triage", tmp_path, "--fail-on", "critical").returncode == 0


def unread(pipe):
    """Bytes in a pipe that nobody has read yet."""
    return array("i", fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)))[0]


@pytest.mark.skipif(sys.platform == "win32", reason="processes are interrupted otherwise there")
def test_who_waits_for_a_pipe_in_vain_can_be_interrupted():
    words = [sys.executable, "-m", "faultlog", "triage", "-", "--taken", "2026-03-09", "--jobs", "2"]
    log = log_of("heartbeat, queue length 3").encode() * 80_000  # more than is read before a thread is worth starting
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, cwd=ROOT) as one:
        one.stdin.write(log)
        one.stdin.flush()
        until = time.monotonic() + 60
        while unread(one.stdin) and time.monotonic() < until:
            time.sleep(0.02)
        time.sleep(0.5)  # it has read all that there is, and waits for more
        one.send_signal(signal.SIGINT)
        assert one.wait(timeout=20) == 130


def test_a_choice_that_there_is_not_is_refused_in_words_of_ours():
    done = faultlog("triage", "x", "--lang", "fr")
    assert (done.returncode, done.stdout) == (2, "")
    assert "Invalid value for '--lang': 'fr' is not one of 'en', 'ko'." in done.stderr


def test_an_empty_log_is_told_to_be_empty_and_not_of_a_strange_format(tmp_path):
    (tmp_path / "ampdaemon.log").write_bytes(b"")
    for path in (tmp_path, tmp_path / "ampdaemon.log"):
        said = complaint_of(faultlog("triage", path), 3)
        assert "is empty, or its logs are" in said
        assert "formats learn" not in said


def test_what_is_no_file_is_told_with_one_thing_to_do():
    said = complaint_of(faultlog("triage", os.devnull), 3)
    assert said.rstrip().endswith("to read a stream, pass - and pipe it in")


def test_a_rule_that_lies_flat_is_told_where_rules_lie_and_not_which_keys_formats_have(tmp_path):
    rule = ROOT / "rules/cisco-secure-endpoint/macos/6-scan-service-restarting.yaml"
    shutil.copy(rule, tmp_path / rule.name)
    said = complaint_of(faultlog("check", tmp_path), 2)
    assert "stands in the wrong place; a rule is <product>/<os>/<id>-<slug>.yaml" in said
    assert "is missing" not in said
