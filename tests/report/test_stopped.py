"""Where a limit stopped reading and no fault was seen, nothing is known: no door says that none was seen."""

import json
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from faultlog.archives.streams import Limits
from faultlog.pipeline import Options, analyze
from faultlog.report.document import document
from faultlog.store.firsts import first_of
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
