import ast
import math
import re
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faultlog import caseparts, strictyaml, wording
from faultlog.errors import PackError
from faultlog.model import Text
from faultlog.report.refused import MISUSES, REFUSALS
from faultlog.report.rows import Text as Written
from faultlog.wording import Wording, blanks, catalogue, safe

from .logs import knowledge

ROOT = Path(__file__).parent.parent / "faultlog"
RULES = knowledge().rules
EN, KO = Wording("en", RULES), Wording("ko", RULES)

SAYING = {"Text", "Said", "words", "counted", "has"}
"""Names of what takes a key as its first argument."""


def written(node: ast.AST) -> str | None:
    """A string in the code as a pattern, any text for what an f-string fills in; `None` where it is no string."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return re.escape(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".+" for part in node.values)
    return None


def called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


@cache
def texts_in_code() -> tuple[set[str], set[str]]:
    """Texts that are said, first in a call that says something, and all texts, as patterns: the code is read once."""
    said, every = set[str](), set[str]()
    for path in sorted(ROOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if (text := written(node)) is not None:
                every.add(text)
            if isinstance(node, ast.Call) and called(node) in SAYING and node.args:
                said.add(written(node.args[0]) or ".+")
            if isinstance(node, ast.Call) and called(node) == "told":
                every |= {f"{written(one)}\\..+" for one in node.args[2:] if isinstance(one, ast.Constant)}
    return said, every


TEMPLATES = "\n".join(
    path.read_text() for one in ("html", "web") for path in sorted((ROOT / "_data" / one).glob("*.html"))
)


def keys_in_templates() -> set[str]:
    """Every key that a template names, as a pattern: any text for what it puts behind a beginning."""
    named = re.findall(r'"([a-z_]+\.[a-z_.]*[a-z_])"', TEMPLATES)
    begun = re.findall(r'"([a-z_]+\.[a-z_.]*)" ~ ', TEMPLATES)
    whole = {re.escape(name) for name in named if not name.endswith((".html", ".json", ".css", ".js", ".svg", ".log"))}
    return whole | {re.escape(name) + ".+" for name in begun if name.endswith(".")}


def keys_in_code() -> set[str]:
    """Every key that the code says, as a pattern."""
    said, _ = texts_in_code()
    return {text for text in said if text != ".+" and re.match(r"[a-z_]+(\\?\.|$)", text)} | keys_in_templates()


def strings_in_code() -> set[str]:
    _, every = texts_in_code()
    families = {f"{one}\\..+" for one in (*REFUSALS, *MISUSES)}
    return {text for text in every | families | keys_in_templates() if re.match(r"[a-z_]+(\\\.|$)", text)}


def test_both_languages_have_the_same_keys() -> None:
    assert list(catalogue("en")) == list(catalogue("ko"))


def test_every_sentence_has_the_same_blanks_in_both_languages() -> None:
    en, ko = catalogue("en"), catalogue("ko")
    assert len(en) > 1000
    assert [(key, en[key], ko[key]) for key in en if blanks(ko[key]) != blanks(en[key])] == []


def known(pattern: str) -> bool:
    return any(re.fullmatch(pattern, key) for key in catalogue("en"))


def test_every_key_that_the_code_names_is_in_the_catalogues() -> None:
    keys = keys_in_code()
    assert len(keys) > 100
    assert [pattern for pattern in sorted(keys) if not known(pattern)] == []


def test_every_sentence_of_the_catalogue_is_said_somewhere() -> None:
    saying = re.compile("|".join(f"(?:{text})" for text in strings_in_code()))
    bare = [re.sub(r"(\.(one|several))?(\.(site|form|viewer|link))?$", "", key) for key in catalogue("en")]
    assert [key for key in bare if not saying.fullmatch(key)] == []


def test_every_headline_and_reason_that_a_verdict_can_have_is_worded() -> None:
    ends = [
        "met",
        "breached.cleared",
        "breached.cleared.unknown",
        "breached.open",
        "breached.open.unknown",
        "pending.end",
    ]
    unsure = [f"indeterminate.{missing}" for missing in ("raise", "hole", "silence", "exact_time", "clock_step")]
    promises = {
        "clears_within.raised": [*ends, *unsure],
        "clears_within.connector_started": [*ends, *unsure, "pending.start"],
        "clears_after.connector_started": [*ends, *unsure, "pending.start"],
    }
    expected = {f"finding.{promise}.{verdict}" for promise, verdicts in promises.items() for verdict in verdicts}
    assert {key for key in catalogue("en") if key.startswith("finding.")} == expected


def test_every_reason_why_a_bundle_cannot_be_opened_is_worded_for_a_server_a_fleet_and_who_redacts() -> None:
    sources = (Path(wording.__file__).parent / "archives").rglob("*.py")
    found = {code for path in sources for code in re.findall(r'BundleError\(\s*"(\w+)"', path.read_text())}
    found |= set(caseparts.IN_THE_WAY)
    assert "zip_overlap" in found
    assert found - {"disk", "no_space", "missing"} <= {key.removeprefix("web.why.") for key in catalogue("en")}
    assert found - {"no_space"} <= {key.removeprefix("fleet.reason.") for key in catalogue("en")}
    assert found - {"no_space", "missing"} <= {key.removeprefix("left.") for key in catalogue("en")}


def test_a_verdict_is_said_with_its_durations() -> None:
    text = Text(
        "finding.clears_within.connector_started.breached.cleared", {"fault": 6, "within_s": 600.0, "margin_s": 862.0}
    )
    assert EN.say(text) == "Fault 6 not cleared within 10 minutes of connector start: breached by 14 min 22 s"
    assert KO.say(text) == "결함 6: 커넥터 시작 후 10분 안에 해제되지 않았습니다. 기한을 14분 22초 넘겼습니다"


def test_a_document_text_is_said_like_a_model_text() -> None:
    text = Written(key="why.log_ends", params={"at": "2026-03-03T12:30:00Z"})
    assert EN.say(text) == "The log ends at 2026-03-03 12:30:00 UTC without a clear."


def test_what_has_no_value_is_left_out_with_its_surroundings() -> None:
    params = {"fault": 6, "within_s": 600.0}
    assert EN.say(Text("finding.clears_within.raised.met", params)) == "Fault 6 cleared within 10 minutes of its raise"
    params["margin_s"] = 1
    said = EN.say(Text("finding.clears_within.raised.met", params))
    assert said == "Fault 6 cleared within 10 minutes of its raise, with 1 second to spare"


def test_a_moment_is_one_instant_or_a_range() -> None:
    at, later = "2026-03-03T12:00:00Z", "2026-03-03T12:05:00Z"
    assert EN.say(Text("why.cleared", {"at": at})) == "The fault cleared at 2026-03-03 12:00:00 UTC."
    said = EN.say(Text("why.cleared", {"from_at": at, "until_at": later}))
    assert said == "The fault cleared between 2026-03-03 12:00:00 UTC and 2026-03-03 12:05:00 UTC."


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("UTC", "2026-07-01 12:00:00.250 UTC"),
        ("Europe/Berlin", "2026-07-01 14:00:00.250 CEST"),
        ("UTC-07:00", "2026-07-01 05:00:00.250 UTC-07:00"),
        ("America/Sao_Paulo", "2026-07-01 09:00:00.250 UTC-03"),
        ("Nowhere/Atlantis", "2026-07-01 12:00:00.250 UTC"),
    ],
)
def test_an_instant_is_shown_on_the_hosts_own_clock(zone: str, said: str) -> None:
    assert Wording("en", RULES, zone).instant("2026-07-01T12:00:00.250Z") == said


@pytest.mark.parametrize("text", ["soon", "2026-02-30T12:00:00Z", "0000-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_what_no_calendar_has_is_shown_as_it_is_written(text: str) -> None:
    assert Wording("en", RULES, "Asia/Seoul").instant(text) == text
    assert Wording("en", RULES, "Asia/Seoul").is_utc(text)


@pytest.mark.parametrize(
    ("seconds", "english", "korean"),
    [
        (0, "0 s", "0초"),
        (0.25, "0.25 s", "0.25초"),
        (1, "1 second", "1초"),
        (45, "45 seconds", "45초"),
        (59.5, "59.5 s", "59.5초"),
        (60, "1 minute", "1분"),
        (600.0, "10 minutes", "10분"),
        (862.0, "14 min 22 s", "14분 22초"),
        (3600, "1 hour", "1시간"),
        (3601, "1 hour", "1시간"),
        (8160, "2 h 16 min", "2시간 16분"),
        (183600, "2 d 3 h", "2일 3시간"),
        (86400 * 1500, "1,500 days", "1,500일"),
        (-862, "14 min 22 s", "14분 22초"),
        (float("inf"), "unbounded", "상한 없음"),
    ],
)
def test_a_duration_is_said_in_its_two_largest_units(seconds: float, english: str, korean: str) -> None:
    assert (EN.duration(seconds), KO.duration(seconds)) == (english, korean)


def test_an_upper_bound_is_rounded_up() -> None:
    assert EN.duration(3601, rounding=math.ceil) == "1 h 1 min"
    assert EN.duration(3599.5, rounding=math.ceil) == "60 minutes"
    assert EN.duration(862.1, rounding=math.ceil) == "14 min 23 s"


@given(st.floats(min_value=0, max_value=1e12))
def test_no_duration_is_said_without_a_number(seconds: float) -> None:
    assert re.search(r"\d", EN.duration(seconds))


def test_names_and_advice_come_from_the_rules() -> None:
    rule = "cisco-secure-endpoint/macos/2-version-mismatch"
    assert EN.say(Text("fault.name", {"rule": rule})) == "Version mismatch"
    assert KO.say(Text("fault.name", {"rule": rule})) == "버전 불일치"
    said = EN.say(Text("advice", {"rule": rule, "id": "reinstall"}))
    assert said == "Reinstall the connector, unless the fault has already cleared."


def test_an_unknown_rule_or_key_is_shown_plainly() -> None:
    assert EN.say(Text("fault.name", {"rule": "mine/macos/99-own"})) == "the fault of rule mine/macos/99-own"
    rule = "cisco-secure-endpoint/macos/2-version-mismatch"
    assert EN.say(Text("advice", {"rule": rule, "id": "gone"})) == f"advice gone of rule {rule}"
    assert EN.say(Text("why.from.tomorrow", {"a": 1, "b": "\x1b"})) == "why.from.tomorrow (a=1, b=\\x1b)"
    assert EN.say(Text("why.from.tomorrow")) == "why.from.tomorrow"


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"connector": ">=1.14.0"}, "only for connector 1.14.0 or later"),
        ({"connector": ">=1.14.0,<1.15"}, "only for connector 1.14.0 or later and before 1.15"),
        ({"connector": "==1.11.1.*", "macos": ""}, "only for connector 1.11.1, macOS"),
        ({"macos": "!=11", "linux": "~=8.1"}, "only for macOS other than 11, Linux ~=8.1"),
        ({"connector": "not a version"}, "only for connector not a version"),
        ({"solaris": ">10"}, "only for solaris >10"),
        ({"connector": ">1,<=2"}, "only for connector later than 1 and 2 or earlier"),
    ],
)
def test_a_condition_says_for_whom_an_advice_holds(parts: dict[str, str], said: str) -> None:
    assert EN.say(Text("condition", parts)) == said


def test_a_korean_condition_reads_naturally() -> None:
    said = KO.say(Text("condition", {"connector": ">=1.14.0", "macos": ""}))
    assert said == "커넥터 1.14.0 이상, macOS인 경우에만 해당"


def test_what_fills_a_blank_is_never_interpreted() -> None:
    said = EN.words("fact.raised", time="{fault} [red]{0.__class__}%s[/red]\x1b[31m")
    assert said == "raised {fault} [red]{0.__class__}%s[/red]\\x1b[31m"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("결함", "결함"),
        ("a\tb\nc", "a\\x09b\\x0ac"),
        ("\x7f\x9b", "\\x7f\\x9b"),
        ("abc\u202etxt.exe", "abcU+202Etxt.exe"),
        ("zero\u200bwidth\ufeff", "zeroU+200BwidthU+FEFF"),
        ("\u2028\u2066\ud800\U000e0041", "U+2028U+2066U+D800U+E0041"),
        ("\u3164\ufe0f\ue000", "U+3164U+FE0FU+E000"),
        ("\u2029\uffff", "U+2029U+FFFF"),
    ],
)
def test_controls_and_invisible_characters_are_spelled_out(text: str, shown: str) -> None:
    assert safe(text) == shown


@given(st.text())
def test_whatever_a_log_holds_no_control_is_left(text: str) -> None:
    shown = safe(text)
    assert safe(shown) == shown
    shown.encode()


def test_a_damaged_catalogue_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(wording, "__file__", str(tmp_path / "wording.py"))
    folder = tmp_path / "_data" / "wording"
    folder.mkdir(parents=True)
    (folder / "en.yaml").write_text("a: 1\n")
    with pytest.raises(PackError, match="is no text"):
        catalogue.__wrapped__("en")
    (folder / "en.yaml").write_text("")
    with pytest.raises(PackError, match="holds no sentences"):
        catalogue.__wrapped__("en")


def test_no_sentence_of_the_catalogues_hides_a_control() -> None:
    for language in wording.LANGUAGES:
        assert {key: text for key, text in catalogue(language).items() if safe(text) != text} == {}


def test_the_catalogues_are_strict_yaml() -> None:
    path = ROOT / "_data" / "wording"
    assert [strictyaml.read_source(path / f"{name}.yaml", name)[1] for name in ("en", "ko")] == [[], []]
