"""Rules are data: every shipped sample is proved here, every mistake of a user's file is shown with its place."""

import re
from pathlib import Path

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from faultlog import packs, rulebook
from faultlog.errors import PackError
from faultlog.rulebook import escaped, find_advice, load_rules
from tests.conftest import EXAMPLES

BOOK = load_rules()
BUILTIN = packs.builtin("rules") / "cisco-secure-endpoint"
FAULT = (BUILTIN / "macos/6-scan-service-restarting.yaml").read_text(encoding="utf-8")
SIGNAL = r"""signal: suppressed
summary:
  en: The logger left messages out.
  ko: 로거가 메시지를 생략했습니다.
wordings:
  - pattern: '\bsuppressed (?P<count>\d+) (?:similar )?(?:log )?messages?\b'
    provenance: seen
    source: well known from syslog daemons
accepts:
  - {message: "suppressed 431 messages", process: rsyslogd, details: {count: "431"}}
refuses:
  - {message: "suppressed messages: none", process: rsyslogd}
"""
"""A signal file with one wording, to make mistakes in."""
ACCEPTED = [(rule.file.signal, sample) for rule in BOOK.signals for sample in rule.file.accepts]
REFUSED = [(rule.file.signal, sample) for rule in BOOK.signals for sample in rule.file.refuses]
ENGINE = {"fault_id", "fault_text", "severity"}


def found_by(book, kind, message, process):
    """What the wordings of a signal capture in a message, the first that matches."""
    for wording in (*book.wordings, *book.scans):
        if wording.kind == kind and wording.pattern is not None and wording.admits(process):
            match = wording.pattern.search(message)
            if match is not None:
                return {name: text for name, text in match.groupdict().items() if text}
    return None


def put(folder, **files):
    """A folder of rules; `__` in a name stands for `/`."""
    for name, text in files.items():
        path = folder / (name.replace("__", "/").replace("_", "-") + ".yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def flaws(folder):
    with pytest.raises(PackError) as refused:
        load_rules([folder])
    return [str(flaw).replace(f"{folder}/", "") for flaw in refused.value.flaws]


class TestShippedWordings:
    @pytest.mark.parametrize(("kind", "sample"), ACCEPTED, ids=[f"{kind}: {one.message}" for kind, one in ACCEPTED])
    def test_an_accepted_sample_gives_exactly_its_captures(self, kind, sample):
        groups = found_by(BOOK, kind, sample.message, sample.process)
        assert groups is not None
        fault = groups.get("fault_id")
        fault = int(fault) if fault else BOOK.fault_of_text(groups.get("fault_text", ""), "macos")

        assert (sample.fault_id, sample.severity) == (fault, groups.get("severity", "").capitalize() or None)
        assert sample.details == {name: text for name, text in groups.items() if name not in ENGINE}

    @pytest.mark.parametrize(("kind", "sample"), REFUSED, ids=[f"{kind}: {one.message}" for kind, one in REFUSED])
    def test_a_near_miss_is_left_alone(self, kind, sample):
        groups = found_by(BOOK, kind, sample.message, sample.process)

        assert groups is None or ("fault_text" in groups and BOOK.fault_of_text(groups["fault_text"], "macos") is None)

    @pytest.mark.parametrize(
        "message",
        [
            "page fault 6 raised",
            "default raised",
            "segfault raised by 6",
            "no faults to raise",
            "fault 6 not raised",
            "Fault table unchanged",
            "scan service idle",
            "Fault Raised 6 times",
            "Fault Raised at 12:30",
            "Fault raised 1.5",
        ],
    )
    def test_what_must_be_refused_raises_and_clears_nothing(self, message):
        assert tuple(found_by(BOOK, kind, message, "ampdaemon") for kind in ("fault_raised", "fault_cleared")) == (
            None,
            None,
        )

    @pytest.mark.parametrize("rule", BOOK.faults, ids=lambda rule: rule.id)
    @pytest.mark.parametrize("done", ["Raised", "Cleared"])
    def test_every_known_text_names_its_fault_beside_raised_or_cleared(self, rule, done):
        kind = f"fault_{done.lower()}"
        for text in rule.file.texts:
            for message in (f"Fault {done}: {text}", f"{text} {done.lower()}", f"{text.upper()} fault {done}"):
                groups = found_by(BOOK, kind, message, "ampdaemon")

                assert groups is not None, message
                assert rule.file.fault == BOOK.fault_of_text(groups["fault_text"], rule.os)

    @pytest.mark.parametrize("wording", [one for one in BOOK.wordings if one.pattern], ids=lambda one: one.rule)
    def test_no_wording_explodes_on_a_hostile_message(self, wording):
        for piece in (
            "fault ",
            "Fault Raised: ",
            " ",
            "(",
            "critical fault ",
            "scan service ",
            "x",
            "definitions updated ",
        ):
            wording.pattern.search(piece * (4_000 // len(piece)), timeout=2)

    def test_a_process_is_held_against_shell_patterns_whatever_its_case(self):
        (wording,) = [one for one in BOOK.wordings if one.kind == "boot" and "bootlog" in one.processes]

        assert tuple(map(wording.admits, ["bootlog", "BootLog", "ampdaemon", None])) == (True, True, False, False)

    def test_a_wording_without_process_admits_any(self):
        wordings = [one for one in BOOK.wordings if one.kind == "suppressed"]

        assert wordings
        assert all(one.admits(None) and one.admits("anything") for one in wordings)


class TestRuleBook:
    def test_a_file_name_is_a_rules_id(self):
        assert "cisco-secure-endpoint/macos/6-scan-service-restarting" in {rule.id for rule in BOOK.faults}
        assert "cisco-secure-endpoint/signals/boot" in {rule.id for rule in BOOK.signals}

    @pytest.mark.parametrize(
        ("system", "systems"), [("macos", ["macos"]), ("linux", ["linux"]), (None, ["linux", "macos"])]
    )
    def test_an_unknown_system_leaves_every_rule_a_candidate(self, system, systems):
        assert systems == sorted(rule.os for rule in BOOK.candidates(6, system))

    def test_an_unknown_fault_has_no_candidates(self):
        assert BOOK.candidates(99, None) == ()

    @pytest.mark.parametrize(
        ("text", "fault"),
        [
            ("Scan service restarting frequently", 6),
            ("  SCAN   service\trestarting frequently ", 6),
            ("Full disk access not granted", 3),
            ("Orbital full disk access not granted", 17),
            ("scan service", None),
            ("", None),
        ],
    )
    def test_a_text_names_its_fault_whatever_its_case_and_blanks(self, text, fault):
        assert fault == BOOK.fault_of_text(text, "macos")

    def test_a_text_that_names_different_faults_on_different_systems_names_none_where_the_system_is_unknown(
        self, tmp_path
    ):
        other = FAULT.replace("fault: 6", "fault: 66", 1)
        book = load_rules([put(tmp_path, own__linux__66_x=re.sub(r"(?s)tests:.*", TEST, other))])

        assert tuple(
            book.fault_of_text("Scan service restarting frequently", system) for system in ("macos", "linux", None)
        ) == (6, 66, None)

    @pytest.mark.parametrize(
        ("message", "named"),
        [
            ("a Fault here", True),
            ("FAULTS", True),
            ("Version mismatch", True),
            ("default", False),
            ("segfaulted", False),
        ],
    )
    def test_a_message_that_names_a_fault_is_found(self, message, named):
        assert named == BOOK.names_fault(message.lower())

    def test_advice_is_found_in_its_own_file_and_in_another(self):
        (thirteen,) = BOOK.candidates(13, "macos")
        (ten,) = BOOK.candidates(10, "macos")
        own = thirteen.file.advice[0].id

        assert (thirteen, thirteen.file.advice[0]) == find_advice(BOOK, thirteen, own)
        assert (thirteen, thirteen.file.advice[0]) == find_advice(BOOK, ten, f"13/{own}")
        assert find_advice(BOOK, ten, "99/nothing") is None
        assert find_advice(BOOK, ten, "nothing") is None


TEST = """tests:
  - name: nothing happens
    log: |
      2026-03-03T12:00:00Z mac ampdaemon[71]: Policy check
    expect: {}
"""


class TestUsersRules:
    def test_a_file_of_the_same_product_system_and_fault_replaces_the_built_in_one(self, tmp_path):
        folder = put(
            tmp_path, cisco_secure_endpoint__macos__6_mine=FAULT.replace("provenance: vendor", "provenance: user")
        )
        book = load_rules([folder])

        assert len(BOOK.faults) == len(book.faults)
        assert [rule.file.provenance for rule in book.candidates(6, "macos")] == ["user"]

    def test_a_file_of_another_product_stands_beside_it(self, tmp_path):
        assert len(load_rules([put(tmp_path, own__macos__6_mine=FAULT)]).candidates(6, "macos")) == 2

    def test_a_signal_file_adds_its_wordings(self, tmp_path):
        mine = SIGNAL.replace(r"\bsuppressed (?P<count>\d+)", r"\bdropped (?P<count>\d+)")
        book = load_rules([put(tmp_path, own__signals__suppressed=mine)])
        seen = [found_by(book, "suppressed", f"{word} 7 messages", None) for word in ("suppressed", "dropped")]

        assert seen == [{"count": "7"}, {"count": "7"}]

    def test_a_users_raise_wording_clears_too(self, tmp_path):
        mine = """signal: fault_raised
summary: {en: x, ko: x}
wordings:
  - {pattern: 'alarm {fault} {done}', provenance: user, source: the user}
accepts: [{message: alarm 6 raised, fault_id: 6}]
refuses: [{message: alarm}]
"""
        (tmp_path / "own/signals").mkdir(parents=True)
        (tmp_path / "own/signals/fault_raised.yaml").write_text(mine)
        book = load_rules([tmp_path])

        assert found_by(book, "fault_raised", "alarm 6 raised", None) == {"fault_id": "6"}
        assert found_by(book, "fault_cleared", "alarm 6 cleared", None) == {"fault_id": "6"}
        (clears,) = (one for one in book.wordings if one.kind == "fault_cleared" and one.provenance == "user")
        assert clears.rule == "cisco-secure-endpoint/signals/fault_cleared"

    def test_a_wording_that_several_rules_take_stands_once(self, tmp_path):
        shipped = next(rule for rule in BOOK.signals if rule.file.signal == "fault_cleared")
        (tmp_path / "own/signals").mkdir(parents=True)
        (tmp_path / "own/signals/fault_cleared.yaml").write_text(shipped.source.path.read_text())

        assert load_rules([tmp_path]).wordings == BOOK.wordings

    def test_a_wording_of_the_users_that_says_raised_itself_clears_nothing(self, tmp_path):
        mine = """signal: fault_raised
summary: {en: x, ko: x}
wordings:
  - {pattern: 'alarm {fault} raised', provenance: user, source: the user}
accepts: [{message: alarm 6 raised, fault_id: 6}]
refuses: [{message: alarm}]
"""
        (tmp_path / "own/signals").mkdir(parents=True)
        (tmp_path / "own/signals/fault_raised.yaml").write_text(mine)

        assert found_by(load_rules([tmp_path]), "fault_cleared", "alarm 6 raised", None) is None

    def test_a_folder_without_rules_is_told_so(self, tmp_path):
        with pytest.raises(PackError, match="holds no YAML file"):
            load_rules([tmp_path])


class TestMisplaced:
    @pytest.mark.parametrize("name", ["6_x", "macos__6_x", "a__b__c__6_x"])
    def test_a_file_in_the_wrong_folder_is_told_where_rules_stand(self, tmp_path, name):
        (flaw,) = flaws(put(tmp_path, **{name: FAULT}))

        assert ":1:1: stands in the wrong place; a rule is <product>/<os>/<id>-<slug>.yaml or " in flaw

    def test_a_folder_of_no_known_system_is_refused(self, tmp_path):
        expected = "p/windows/6-x.yaml:1:1: stands in the folder 'windows'; a product has the folders "

        assert [f"{expected}macos, linux, signals"] == flaws(put(tmp_path, p__windows__6_x=FAULT))

    def test_a_name_must_agree_with_the_fault_inside(self, tmp_path):
        expected = "p/macos/7-x.yaml:1:1: fault: the file is named 7-x.yaml: name and content must agree"

        assert [expected] == flaws(put(tmp_path, p__macos__7_x=FAULT))

    @pytest.mark.parametrize("name", ["p__macos__66_x", "p__macos__06_x", "p__macos__6x", "p__macos__x"])
    def test_only_the_id_itself_agrees(self, tmp_path, name):
        assert "name and content must agree" in flaws(put(tmp_path, **{name: FAULT}))[0]

    def test_a_name_must_agree_with_the_signal_inside(self, tmp_path):
        expected = "p/signals/boot.yaml:1:1: signal: the file is named boot.yaml: name and content must agree"

        assert [expected] == flaws(put(tmp_path, p__signals__boot=SIGNAL))

    def test_a_signal_among_faults_and_a_fault_among_signals_are_refused(self, tmp_path):
        found = flaws(put(tmp_path, p__macos__suppressed=SIGNAL, p__signals__6_x=FAULT))

        assert "p/macos/suppressed.yaml:1:1: fault: is missing" in found
        assert "p/signals/6-x.yaml:1:1: signal: is missing" in found

    def test_one_fault_has_one_file(self, tmp_path):
        (flaw,) = flaws(put(tmp_path, p__macos__6_x=FAULT, p__macos__6_y=FAULT))

        assert flaw.startswith("p/macos/6-y.yaml:1:1: fault: fault 6 has two files: also ")
        assert flaw.endswith("p/macos/6-x.yaml")


class TestMistakes:
    @pytest.mark.parametrize(
        ("old", "new", "flaw"),
        [
            (
                "within: 10m}",
                "witin: 10m}",
                "p/macos/6-x.yaml:22:36: expectations.0.clears_within.witin: unknown key (did you mean 'within'?)",
            ),
            (
                "within: 10m}",
                "within: 10}",
                (
                    "p/macos/6-x.yaml:22:36: expectations.0.clears_within.within: a duration is a number and a unit, "
                    "such as 90s, 10m, 2h or 3d"
                ),
            ),
            ("advice:\n", "advise:\n", "p/macos/6-x.yaml:34:1: advise: unknown key (did you mean 'advice'?)"),
            (
                "fault: 6\n",
                "fault: 6\nfault: 6\n",
                "p/macos/6-x.yaml:2:1: fault: duplicate key; it stands first at 1:1",
            ),
            (
                "raises: 3",
                "raises: 1",
                "p/macos/6-x.yaml:31:33: patterns.0.chatters.raises: Input should be greater than or equal to 2",
            ),
            (
                "stands: 24h",
                "severity_changes: true, stands: 24h",
                (
                    "p/macos/6-x.yaml:32:5: patterns.1: "
                    "give exactly one of recurs_with, chatters, stands and severity_changes"
                ),
            ),
            (
                "advice:\n",
                "remedies:\n  - {id: r, event: boot, otherwise: nope, source: s}\nadvice:\n",
                "p/macos/6-x.yaml:35:26: remedies.0.otherwise: no advice is named 'nope'",
            ),
            (
                "advice:\n",
                "remedies:\n  - {id: r, event: boot, otherwise: 99/nope, source: s}\nadvice:\n",
                "p/macos/6-x.yaml:35:26: remedies.0.otherwise: no advice is named '99/nope'",
            ),
            (
                "  - id: wait-ten-minutes\n",
                "  - id: wait-ten-minutes\n    when: {connector: newest}\n",
                (
                    "p/macos/6-x.yaml:36:12: advice.0.when.connector: versions are compared as >=1.14.0, <1.14.0 or "
                    "==1.14.0.*, joined by commas"
                ),
            ),
        ],
    )
    def test_a_mistake_of_a_fault_file_is_shown_with_its_place(self, tmp_path, old, new, flaw):
        assert flaw in flaws(put(tmp_path, p__macos__6_x=FAULT.replace(old, new, 1)))

    @pytest.mark.parametrize(
        ("old", "new", "flaw"),
        [
            (
                "messages?",
                "messages?(",
                "p/signals/suppressed.yaml:6:5: wordings.0.pattern: is no usable pattern: missing )",
            ),
            (
                "  - pattern: '",
                "  - new_pid: true\n    pattern: '",
                "p/signals/suppressed.yaml:6:5: wordings.0: give exactly one of pattern and new_pid",
            ),
            (
                "    provenance: seen",
                "    provenance: off",
                "p/signals/suppressed.yaml:7:17: wordings.0.provenance: YAML 1.1 reads",
            ),
            (
                "wordings:",
                "wordings_of: boot\nwordings:",
                "p/signals/suppressed.yaml:1:1: give either wordings or wordings_of",
            ),
            ("accepts:", "acepts:", "p/signals/suppressed.yaml:9:1: acepts: unknown key (did you mean 'accepts'?)"),
        ],
    )
    def test_a_mistake_of_a_signal_file_is_shown_with_its_place(self, tmp_path, old, new, flaw):
        assert any(
            found.startswith(flaw) for found in flaws(put(tmp_path, p__signals__suppressed=SIGNAL.replace(old, new, 1)))
        )

    @pytest.mark.parametrize(("broken", "position"), [("messages?(", True), ("messages?( {fault}", False)])
    def test_a_position_is_told_where_it_is_the_authors_own(self, tmp_path, broken, position):
        (flaw,) = flaws(put(tmp_path, p__signals__suppressed=SIGNAL.replace("messages?", broken, 1)))

        assert "is no usable pattern: missing )" in flaw
        assert ("at position" in flaw) == position

    def test_a_new_pid_needs_its_process(self, tmp_path):
        text = re.sub(r"  - pattern: .*\n", "  - new_pid: true\n", SIGNAL)

        assert flaws(put(tmp_path, p__signals__suppressed=text)) == [
            "p/signals/suppressed.yaml:6:5: wordings.0: new_pid needs the process whose pid it watches"
        ]

    @pytest.mark.parametrize("home", ["fault_cleared", "status_snapshot"])
    def test_wordings_of_names_a_file_with_wordings_of_its_own(self, tmp_path, home):
        text = re.sub(r"(?s)wordings:.*?accepts", f"wordings_of: {home}\naccepts", SIGNAL)

        assert flaws(put(tmp_path, p__signals__suppressed=text)) == [
            "p/signals/suppressed.yaml:5:1: wordings_of: names no signal file with wordings of its own"
        ]

    def test_several_mistakes_in_several_files_come_all_at_once(self, tmp_path):
        folder = put(
            tmp_path,
            p__macos__6_x=FAULT.replace("within: 10m", "within: soon"),
            p__macos__7_x=FAULT,
            p__signals__suppressed=SIGNAL.replace("messages?", "messages?("),
            stray=FAULT,
            q__linux__5_x="a: [",
        )
        files = [re.match(r"[\w/.-]+", flaw)[0] for flaw in flaws(folder)]

        assert {name: files.count(name) for name in files} == {
            "p/macos/6-x.yaml": 3,
            "p/macos/7-x.yaml": 1,
            "p/signals/suppressed.yaml": 1,
            "stray.yaml": 1,
            "q/linux/5-x.yaml": 1,
        }

    def test_a_folder_that_is_not_there_is_refused_in_words(self):
        with pytest.raises(PackError, match="no such folder; give a folder of YAML files"):
            load_rules([Path("/nowhere/at/all")])

    @pytest.mark.parametrize("empty", ["", "  ", "\\t"])
    def test_an_empty_text_names_no_fault(self, tmp_path, empty):
        text = FAULT.replace("texts:\n", f'texts:\n  - "{empty}"\n', 1)

        (flaw,) = flaws(put(tmp_path, p__macos__6_x=text))
        assert "texts.0: " in flaw


def test_all_patterns_ignore_case_and_know_ascii_only():
    flags = regex.IGNORECASE | regex.ASCII

    assert [one.rule for one in BOOK.wordings if one.pattern is not None and one.pattern.flags & flags != flags] == []


TEXTS = sorted(BOOK.texts)
SPELT = [form for text in TEXTS for form in (text, text.upper(), text.replace(" ", "  \t"))]
AROUND = ["Fault Raised: ", "fault cleared", " raised", "cleared: ", "(6)", "id=18", " ", ", severity critical", "no "]
PIECES = st.sampled_from([*SPELT, *AROUND])


@pytest.fixture(scope="class")
def nothing_compiled():
    """As for a user's patterns: none was compiled beforehand."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rulebook, "_ready", lambda text: None)
        yield


@pytest.mark.usefixtures("nothing_compiled")
@settings(max_examples=EXAMPLES // 3)
@given(st.lists(PIECES, max_size=6).map("".join))
def test_a_pattern_for_a_message_finds_in_it_what_the_whole_pattern_finds(message):
    for wording in BOOK.wordings:
        if wording.known:
            whole = [(one.span(), one.groupdict()) for one in wording.pattern.finditer(message)]
            assert [
                (one.span(), one.groupdict()) for one in wording.pattern_for(message.lower()).finditer(message)
            ] == whole


def test_what_was_compiled_beforehand_is_asked_as_it_is():
    (wording, *_) = [one for one in BOOK.wordings if one.known]
    assert wording.pattern_for("nothing is wrong") is wording.pattern


@pytest.mark.usefixtures("nothing_compiled")
def test_a_pattern_for_a_message_lists_only_the_texts_that_it_holds():
    (wording, *_) = [one for one in BOOK.wordings if one.known]
    assert len(wording.pattern_for("nothing is wrong").pattern) < len(wording.pattern.pattern) - 500
    assert "mismatch" in wording.pattern_for("version  mismatch").pattern


def test_a_pattern_that_nobody_takes_apart_is_used_whole(tmp_path):
    """A fuzzy one finds texts that no message holds as they are written."""
    signal = tmp_path / "p" / "signals" / "fault_raised.yaml"
    signal.parent.mkdir(parents=True)
    pattern = "  - {pattern: '(?:{text}){e<=2} raised', provenance: seen, source: s}\n"
    builtin = (BUILTIN / "signals" / "fault_raised.yaml").read_text(encoding="utf-8")
    signal.write_text(builtin.replace("wordings:\n", f"wordings:\n{pattern}", 1), encoding="utf-8")
    (fuzzy,) = [one for one in load_rules([tmp_path]).wordings if "{e<=2}" in (one.text or "")]
    assert fuzzy.demands == ()
    assert fuzzy.pattern_for("versoin mismatch raised").search("Versoin mismatch raised") is not None


def test_a_text_is_escaped_as_the_library_of_patterns_does_it():
    every = "".join(map(chr, range(0x3100)))
    assert escaped(every) == regex.escape(every)
