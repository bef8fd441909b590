"""Files prove themselves; a file without proof, or with a wrong one, is found with its place."""

import re
from pathlib import Path

import pytest

from faultlog.checks import check, check_formats, check_rules
from faultlog.pipeline import Options, load_knowledge
from tests.proofs import few_test_logs

ROOT = Path(__file__).parent.parent
MACOS = "cisco-secure-endpoint/macos"


def flaws_of(rules: Path | None = None, formats: Path | None = None) -> list[str]:
    options = Options(rule_folders=(rules,) if rules else (), format_folders=(formats,) if formats else ())
    with few_test_logs():
        return [str(flaw) for flaw in check(load_knowledge(options)).flaws]


def changed(folder: Path, name: str, before: str, after: str) -> Path:
    """A folder of one built-in rule with one change."""
    text = (ROOT / "rules" / name).read_text(encoding="utf-8")
    assert before in text
    path = folder / name
    path.parent.mkdir(parents=True)
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    return folder


def test_everything_that_is_shipped_proves_itself():
    knowledge = load_knowledge(Options())
    whole, formats, rules = check(knowledge), check_formats(knowledge), check_rules(knowledge)
    assert whole.flaws == ()
    assert (whole.files, whole.proofs) == (formats.files + rules.files, formats.proofs + rules.proofs)
    assert formats.files == 10
    assert rules.files == 33


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("verdict: met", "verdict: breached", "findings are"),
        ("state: cleared", "state: open", "intervals are"),
        ("outcome: absent", "outcome: present", "patterns are"),
        ("within: 10m}", "within: 9m}", "findings are"),
    ],
)
def test_a_test_that_states_something_else_is_found(tmp_path, before, after, said):
    found = flaws_of(changed(tmp_path, f"{MACOS}/6-scan-service-restarting.yaml", before, after))
    assert any(said in one and "6-scan-service-restarting.yaml" in one for one in found)


def test_a_remedy_and_an_advice_that_come_out_otherwise_are_found(tmp_path):
    rules = changed(tmp_path, f"{MACOS}/13-too-many-network-filters.yaml", "outcome: helped", "outcome: not_tried")
    assert any("remedies are" in one for one in flaws_of(rules))


def test_a_test_log_that_cannot_be_answered_says_why(tmp_path):
    text = (ROOT / "rules" / MACOS / "1-kernel-module-not-authorized.yaml").read_text(encoding="utf-8")
    (tmp_path / MACOS).mkdir(parents=True)
    undated = text.replace("2026-03-03T12:", "Mar  3 12:").replace("Z mac ampdaemon", " mac ampdaemon")
    (tmp_path / MACOS / "1-mine.yaml").write_text(undated, encoding="utf-8")
    assert any("1-mine.yaml" in one for one in flaws_of(tmp_path))


def test_a_blank_source_is_no_source(tmp_path):
    rules = changed(
        tmp_path, f"{MACOS}/14-too-many-endpoint-security-extensions.yaml", "source: tool default", "source: ' '"
    )
    assert any("names nothing" in one for one in flaws_of(rules))


def signal(folder: Path, text: str) -> Path:
    path = folder / "acme" / "signals" / "connector_started.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(f"signal: connector_started\nsummary: {{en: Mine., ko: 나의 것.}}\n{text}", encoding="utf-8")
    return folder


def test_a_wording_without_sample_a_wrong_capture_and_an_accepted_near_miss_are_found(tmp_path):
    rules = signal(
        tmp_path,
        "wordings:\n  - {pattern: 'engine (?P<version>\\d+) awake', provenance: user, source: me}\n"
        "  - {pattern: 'never seen', provenance: user, source: me}\n"
        "  - {pattern: '\\d+', provenance: user, source: me}\n"
        "accepts:\n  - {message: engine 7 awake, details: {version: '8'}}\n  - {message: something else}\n"
        "refuses:\n  - {message: engine 9 awake}\n",
    )
    found = "\n".join(flaws_of(rules))
    assert "wordings.1: no sample under accepts" in found
    assert 'accepts.0: details is {"version": "7"}, the sample states {"version": "8"}' in found
    assert "accepts.1: is not recognised" in found
    assert "refuses.0: is recognised" in found
    assert "wordings.2: holds no text of three letters" in found
    spared = re.search(r"of the (\d+) sample lines of all formats \1 instead of (\d+)", found)
    assert spared is not None
    assert 5 < int(spared[2]) < int(spared[1])


def test_formats_that_read_a_sample_otherwise_or_not_at_all_are_found(tmp_path):
    text = (ROOT / "parsers" / "syslog.yaml").read_text(encoding="utf-8").replace("format: syslog", "format: mine")
    (tmp_path / "mine.yaml").write_text(text.replace("host: vmc", "host: vmd", 1), encoding="utf-8")
    found = "\n".join(flaws_of(formats=tmp_path))
    assert 'host is "vmc", the sample states "vmd"' in found
    assert "syslog reads this line too; let one specialize the other" in found


def test_a_stamp_that_its_layout_does_not_read_is_said(tmp_path):
    (tmp_path / "mine.yaml").write_text(
        "format: mine\ntitle: Mine\ndescription: Mine.\nprovenance: user\nsource: me\nstamp: any\n"
        "line: '<{stamp}> (?P<message>.+)'\nsamples:\n"
        "  - {line: '<2026-03-03 12:00> a', fields: {stamp: '2026-03-03 12:00', message: a}}\n"
        "  - {line: '<no time> a', fields: {stamp: 'no time', message: a}}\n"
        "  - {line: 'nothing', fields: {message: a}}\nrefuses: ['x']\n",
        encoding="utf-8",
    )
    found = "\n".join(flaws_of(formats=tmp_path))
    assert 'samples.1: its shape fits, but "no time" is no stamp of layout any' in found
    assert "samples.2: is not understood" in found


def test_a_decoder_that_gives_something_else_is_found(tmp_path):
    text = (ROOT / "parsers" / "ampcli-status.yaml").read_text(encoding="utf-8")
    (tmp_path / "ampcli-status.yaml").write_text(
        text.replace('fault_ids: "18"', 'fault_ids: "19"', 1), encoding="utf-8"
    )
    assert any("samples.0: gives" in one for one in flaws_of(formats=tmp_path))
