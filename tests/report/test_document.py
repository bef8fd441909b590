"""The case document: every key of the contract, nothing else, the same bytes twice, and back again."""

import json
from dataclasses import FrozenInstanceError
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from faultlog.errors import UsageError
from faultlog.model import Instant
from faultlog.pipeline import analyze
from faultlog.report.document import SCHEMA, CaseDocument, document, from_json, json_schema, saved, to_json
from faultlog.simulating import SCENARIOS, simulate
from tests.logs import BOOT, case_of, log

VALID = jsonschema.Draft202012Validator(json_schema())
KEYS = {
    "": "schema tool bundle host files coverage activity voices clock_steps intervals findings remedies patterns "
    "signals snapshots contradictions console_clock changes preceding examined offenders audit unexplained unread "
    "assumptions warnings advice",
    "tool": "version rules_sha256 parsers_sha256",
    "bundle": "name sha256 kind taken_at",
    "host": "name guid os os_version connector_version time_zone",
    "host.time_zone": "name source",
    "files[]": "path format status bytes lines examined passed_over events continuations unread duplicates "
    "skipped sampled understood first_at last_at",
    "coverage[]": "from to observed kind reason file",
    "activity[]": "at log lines warnings errors",
    "voices[]": "log process module level lines",
    "intervals[]": "id fault_id known title severity severities "
    "raised cleared state duration_s duplicate_raises may_be_several evidence",
    "intervals[].severities[]": "at severity",
    "intervals[].raised": "kind at until reason",
    "intervals[].cleared": "kind at until reason",
    "intervals[].evidence[]": "file line offset text",
    "findings[]": "id rule fault_id interval expectation verdict deadline_at "
    "margin_s breaches anchor headline advice why level",
    "findings[].expectation": "kind after within_s source",
    "findings[].headline": "key params",
    "remedies[]": "id fault_id interval event outcome at advice missing",
    "patterns[]": "id fault_id pattern outcome evidence missing",
    "signals[]": "kind at fault_id severity evidence",
    "snapshots[]": "at fault_ids file agrees severities",
    "contradictions[]": "id kind fault_id interval at headline level evidence",
    "changes[]": "at what from to evidence",
    "examined[]": "interval raises lines sampled missing",
    "audit": "raises clears intervals duplicate_raises orphan_clears seen_twice unknown_faults",
    "unexplained[]": "template count example",
    "unread[]": "template count example",
    "unread[].example": "file line text",
    "assumptions[]": "key params",
    "warnings[]": "code file detail",
}
"""Section 5 of the contract; `advice`, `console_clock`, `contradictions`, `examined`, `seen_twice` are keys of ours."""

RICH = {
    "ampdaemon.log.3": log("11:00:00.250 x", "11:00:01 connector started, version 1.14.0"),
    "ampdaemon.log.1": log(
        "12:00:00.1 Fault Raised: 6 (Major)", "12:10:00 connector stopped", "12:20:00 connector started"
    ),
    "ampdaemon.log": log(
        "12:30:00 upgraded from 1.14.0 to 1.14.1",
        "12:31:00 Fault Raised: 10",
        "12:32:00 fault 3 not raised",
        "?? what",
        "12:40:00.123456789 Fault Cleared: 6",
        "12:41:00 Fault Raised: 99",
        end="",
    ),
    "system.log": log(f"12:35:00 {BOOT}", "14:00:00 x"),
    "status.txt": "Status: Connected\nFaults: 1 Major\nFault IDs: 10, 18\n",
}


@pytest.fixture(scope="module")
def written() -> str:
    """A document in which every list that can be filled is filled."""
    return to_json(case_of(RICH, full=True))


@pytest.fixture(scope="module")
def tree(written: str) -> Any:
    return json.loads(written)


def reached(tree: Any, path: str) -> list[Any]:
    """The values at a path, `[]` meaning each of a list."""
    here = [tree]
    for step in path.split(".") if path else []:
        here = [one[step.removesuffix("[]")] for one in here]
        if step.endswith("[]"):
            here = [each for one in here for each in one]
    return here


@pytest.mark.parametrize("path", KEYS)
def test_every_part_has_the_keys_of_the_contract_and_no_others(tree: Any, path: str) -> None:
    found = reached(tree, path)
    assert found
    for one in found:
        assert set(one) == set(KEYS[path].split())


def test_optional_parts_have_the_keys_of_the_contract(tree: Any) -> None:
    anchors = [one["anchor"] for one in tree["findings"] if one["anchor"]]
    assert anchors
    assert all(set(one) == {"signal", "at", "evidence"} for one in anchors)
    assert all(set(step) == {"text", "evidence"} for one in tree["findings"] for step in one["why"])


def test_the_schema_names_itself(tree: Any) -> None:
    assert tree["schema"] == SCHEMA == "faultlog.case/1"
    assert next(iter(tree)) == "schema"


def test_a_document_read_back_is_the_same_and_written_the_same(written: str) -> None:
    back = from_json(written)
    assert isinstance(back, CaseDocument)
    assert to_json(back) == written
    assert back == from_json(to_json(back))


def test_a_document_and_its_case_write_the_same() -> None:
    case = case_of(RICH["ampdaemon.log"])
    assert to_json(case) == to_json(document(case))
    assert from_json(to_json(case)) == document(case)


def test_the_same_input_gives_the_same_bytes() -> None:
    texts = {"ampdaemon.log": RICH["ampdaemon.log"], "ampdaemon.log.1": RICH["ampdaemon.log.1"]}
    taken = Instant.of("2026-03-09T00:00:00Z")
    assert to_json(case_of(texts, taken=taken)) == to_json(case_of(texts, taken=taken))


def test_the_same_bundle_gives_the_same_bytes(tmp_path: Path) -> None:
    (bundle,) = simulate(tmp_path, "fault7-every-update")
    assert to_json(analyze([bundle])) == to_json(analyze([bundle]))


def test_it_ends_with_one_line_feed_and_is_utf_8(written: str) -> None:
    assert written.endswith("}\n")
    assert not written.endswith("\n\n")
    assert "ä" in to_json(case_of(log("12:00:00 Fault Raised: 6 ä")))


def test_what_a_terminal_may_obey_is_escaped_and_read_back() -> None:
    case = case_of(log("12:00:00 Fault Raised: 6 \x1b[2J \x9b31m \u202e \u2066"))
    text = to_json(case)

    assert not set(text) & {"\x1b", "\x9b", "\u202e", "\u2066"}
    assert from_json(text) == document(case)


def test_it_fits_its_schema(tree: Any) -> None:
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(tree, schema, jsonschema.Draft202012Validator)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize("name", SCENARIOS)
def test_simulated_lives_fit_the_schema_and_come_back(tmp_path: Path, name: str) -> None:
    text = to_json(analyze(simulate(tmp_path, name)))
    VALID.validate(json.loads(text))
    assert to_json(from_json(text)) == text


@pytest.mark.parametrize("path", [path for path in KEYS if "[]" not in path])
def test_extra_keys_are_refused(tree: Any, path: str) -> None:
    broken = json.loads(json.dumps(tree))
    reached(broken, path)[0]["extra"] = 1
    with pytest.raises(UsageError, match=r"no faultlog\.case/1 document"):
        from_json(json.dumps(broken))
    with pytest.raises(jsonschema.ValidationError):
        VALID.validate(broken)


@pytest.mark.parametrize("path", [path for path in KEYS if path.endswith("[]")])
def test_extra_keys_inside_lists_are_refused(tree: Any, path: str) -> None:
    broken = json.loads(json.dumps(tree))
    reached(broken, path)[0]["extra"] = 1
    with pytest.raises(UsageError, match="extra"):
        from_json(json.dumps(broken))


@pytest.mark.parametrize("key", KEYS[""].split())
def test_missing_keys_are_refused(tree: Any, key: str) -> None:
    with pytest.raises(UsageError, match=key):
        from_json(json.dumps({name: value for name, value in tree.items() if name != key}))


@pytest.mark.parametrize("text", ["", "[]", "null", "{", '{"schema": "faultlog.other/2"}', "not json"])
def test_what_is_no_document_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(UsageError, match=r"this is no faultlog\.case/1 document"):
        from_json(text)


@pytest.mark.parametrize(
    ("version", "said"),
    [
        ("faultlog.case/2", "a newer case document than"),
        ("faultlog.case/0", "an older case document than"),
        pytest.param("faultlog.case/" + "9" * 5000, "a newer case document than", id="huge"),
    ],
)
@pytest.mark.parametrize("ordered", [False, True])
def test_another_version_is_told_apart_wherever_the_key_stands(
    tree: Any, tmp_path: Path, version: str, said: str, *, ordered: bool
) -> None:
    path = tmp_path / "other.json"
    path.write_text(json.dumps(tree | {"schema": version}, sort_keys=ordered))
    text = saved(str(path))
    assert text is not None
    with pytest.raises(UsageError, match=rf"^case\.json is {version}, {said} faultlog\.case/1"):
        from_json(text, "case.json")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"schema": 1}',
        '{"schema": "other/1"}',
        '{"a": 1}\n{"schema": "faultlog.case/1"}',
        "\xff",
        "{" * 100_000,
    ],
)
def test_what_does_not_claim_to_be_a_case_document_is_a_bundle(tmp_path: Path, text: str) -> None:
    path = tmp_path / "ampdaemon.json"
    path.write_bytes(text.encode("latin-1"))
    assert saved(str(path)) is None
    assert saved(str(tmp_path)) is None
    assert saved(str(tmp_path / "missing.json")) is None


def test_instants_keep_the_digits_of_the_log(tree: Any) -> None:
    ends = {one["fault_id"]: one for one in tree["intervals"]}
    assert ends[6]["raised"] == {"kind": "observed", "at": "2026-03-03T12:00:00.1Z", "until": None, "reason": None}
    assert ends[6]["cleared"]["at"] == "2026-03-03T12:40:00.123456789Z"
    assert ends[99]["raised"]["at"] == "2026-03-03T12:41:00Z"
    after_raise = next(one for one in tree["findings"] if one["expectation"]["after"] == "raised")
    assert after_raise["deadline_at"] == "2026-03-03T12:10:00.1Z"
    assert tree["files"][0]["path"] == "ampdaemon.log"


@pytest.mark.parametrize("at", ["2026-03-03", "2026-03-03T12:00:00", "2026-03-03T12:00:00+00:00", "now", 5])
def test_what_is_no_instant_is_refused(tree: Any, at: object) -> None:
    broken = json.loads(json.dumps(tree))
    broken["intervals"][0]["raised"]["at"] = at
    with pytest.raises(UsageError, match=r"intervals\.0\.raised\.at"):
        from_json(json.dumps(broken))


def test_bounds_are_written_as_the_contract_says() -> None:
    tree = json.loads(
        to_json(case_of(log("12:00:00 x", "12:04:00 Fault Cleared: 6", "[f] Fault Raised: 7", "12:05:00 x")))
    )
    six, seven = sorted(tree["intervals"], key=lambda one: one["fault_id"])
    assert six["raised"] == {"kind": "not_after", "at": None, "until": "2026-03-03T12:00:00Z", "reason": "log_starts"}
    assert six["duration_s"] == [240, None]
    assert seven["raised"] == {
        "kind": "between",
        "at": "2026-03-03T12:04:00Z",
        "until": "2026-03-03T12:05:00Z",
        "reason": "no_stamp",
    }
    assert seven["cleared"] == {"kind": "not_before", "at": "2026-03-03T12:05:00Z", "until": None, "reason": "log_ends"}
    assert (seven["severity"], seven["state"]) == (None, "open")


def test_findings_say_nothing_where_there_is_nothing_to_say() -> None:
    tree = json.loads(to_json(case_of(log("12:00:00 Fault Raised: 6", "12:30:00 x"))))
    late, waiting = tree["findings"]
    assert (late["verdict"], late["margin_s"], late["breaches"], late["level"]) == ("breached", -1200, 1, "critical")
    assert (
        waiting["verdict"],
        waiting["margin_s"],
        waiting["deadline_at"],
        waiting["anchor"],
        waiting["breaches"],
    ) == (
        "pending",
        None,
        None,
        None,
        0,
    )
    assert late["interval"] == "f6-1"


def test_advice_stands_once_per_fault_that_was_raised(tree: Any) -> None:
    assert [one["fault_id"] for one in tree["advice"]] == [6, 10, 99]
    assert tree["advice"][-1]["advice"] == []


def test_there_is_no_language_in_it() -> None:
    tree = json.loads(to_json(case_of(log("12:00:00 Fault Raised: 6", "12:30:00 x"), os="macos")))
    for one in tree["findings"]:
        assert " " not in one["headline"]["key"]
        assert all(" " not in step["text"]["key"] for step in one["why"])
    assert all(" " not in one["key"] for one in tree["assumptions"])


def test_a_document_is_frozen(written: str) -> None:
    with pytest.raises(FrozenInstanceError):
        from_json(written).schema_ = "faultlog.case/1"


def test_a_case_without_anything_in_it_is_a_document_too() -> None:
    tree = json.loads(to_json(case_of("gibberish\n")))
    assert (tree["intervals"], tree["findings"], tree["signals"]) == ([], [], [])
    assert tree["audit"]["raises"] == 0
