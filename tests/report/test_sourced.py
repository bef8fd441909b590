"""What a promise or an advice rests on is said in Korean to who reads Korean."""

import re

import pytest

from faultlog.report.sourced import sourced
from faultlog.rulebook import load_rules
from faultlog.wording import Wording

KO = Wording("ko", load_rules(()), "UTC")


def test_every_source_of_the_built_in_advice_and_promises_is_known():
    book = load_rules(())
    rules = [rule for one in book.faults for rule in (*one.file.advice, *one.file.expectations)]
    assert len(rules) > 20
    left = {
        one.source
        for one in rules
        if re.search("[a-z]{3}", sourced(one.source, KO).replace("Cisco", "").replace("macOS", ""))
    }
    assert left == set()


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (
            "vendor table, row 6, asks for a person to act; the support case is our suggestion",
            "제조사 표 6행, 사람이 조치하라고 되어 있음; 지원 요청은 이 도구의 제안",
        ),
        ("a document of mine", "a document of mine"),
    ],
)
def test_what_nobody_knows_stays_as_it_is(source, said):
    assert sourced(source, KO) == said
