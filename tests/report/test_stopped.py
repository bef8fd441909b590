"""Where a limit stopped reading and no fault was seen, nothing is known: no door says that none was seen."""

import json
import re
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from faultlog.archives.streams import Limits
from faultlog.pipeline import Options, analyze
from faultlog.report.document import document
from faultlog.report.rows import Warn
from faultlog.report.stopped import warned
from faultlog.store.firsts import first_of
from faultlog.wording import Wording, blanks, catalogue
from tests.logs import knowledge
from tests.report.test_text import headlines, shown

LINE = "2026-03-03 09:00:00 +0900 ampdaemon[411]: [info] ampdaemon starting\n"
SAID = {"en": "Reading was stopped by a limit", "ko": "한도에 걸려 읽기를 멈췄습니다"}
REST = {"en": "what stands in the rest is unknown", "ko": "나머지에 무엇이 있는지는 알 수 없습니다"}


@pytest.mark.parametrize(
    ("limits", "why"),
    [
        (Limits(ratio_from=1 << 16, ratio=2), "bomb_ratio"),
        (Limits(member_bytes=1 << 16), "bomb_size"),
    ],
)
def test_a_bundle_that_a_limit_cut_is_indeterminate_and_says_where_and_why(tmp_path, limits, why):
    with ZipFile(tmp_path / "cut.zip", "w", ZIP_DEFLATED) as made:
        made.writestr("ampdaemon.log", LINE * 20_000)
        made.writestr("ampdaemon.log.1", LINE)
    doc = document(analyze([tmp_path / "cut.zip"], Options(limits=limits)))
    assert why in {one.code for one in doc.warnings}
    mark, said = first_of(doc)
    assert mark == "indeterminate"
    for language in ("en", "ko"):
        assert SAID[language] in json.loads(said)[language]
        report = " ".join(shown(doc, language=language).split())
        assert SAID[language] in report
        assert REST[language] in report
    assert headlines(shown(doc))[0].startswith("? INDETERMINATE")


def test_a_bundle_that_no_limit_cut_is_none_seen(tmp_path):
    (tmp_path / "ampdaemon.log").write_text(LINE)
    assert first_of(document(analyze([tmp_path / "ampdaemon.log"])))[0] == "none_raised"


WORDED = [key for key in catalogue("en") if re.fullmatch(r"warned\.\w+\.\w+", key)]


@pytest.mark.parametrize("key", WORDED)
def test_what_a_warning_says_in_particular_is_said_in_korean_and_in_english_as_it_is(key):
    code = key.split(".")[1]
    fills = {name: f"<{name}> {{1}} \\.x; y" for name in blanks(catalogue("en")[key])}
    detail = re.sub(r"\{(\w+)\}", lambda blank: fills[blank[1]], catalogue("en")[key])
    told = {lang: warned(Wording(lang, knowledge().rules), Warn(code, "f", detail)) for lang in ("en", "ko")}
    assert detail in told["en"]
    assert detail not in told["ko"]
    assert all(fill in told["ko"] for fill in fills.values())
    assert all(said.endswith(f"[{code}]") for said in told.values())


def test_what_nobody_worded_is_told_as_it_is_however_long():
    say = Wording("ko", knowledge().rules)
    assert warned(say, Warn("corrupt", "f", "something else")) == "something else [corrupt]"
    longer = "its " + " stream breaks, after " * 50_000
    assert warned(say, Warn("corrupt", "f", longer)) == f"{longer} [corrupt]"


@pytest.mark.parametrize("name", ["../a.log", "/a.log", "a\\b.log", "a\x1b.log"])
def test_a_suspicious_name_is_told_in_korean(tmp_path, name):
    with ZipFile(tmp_path / "odd.zip", "w") as made:
        made.writestr(name, LINE)
        made.writestr("ampdaemon.log", LINE)
    said = shown(document(analyze([tmp_path / "odd.zip"])), language="ko")
    (row,) = [row for row in said.splitlines() if "[name_suspicious]" in row]
    assert re.search(r"[가-힣].*\[name_suspicious\]", row)
