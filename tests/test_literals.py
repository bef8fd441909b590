"""Literals are necessary: what passes a prefilter over never matches."""

import re

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from faultlog.engine import Interesting
from faultlog.literals import MIN_LENGTH, demands
from faultlog.rulebook import load_rules

BOOK = load_rules()
SAMPLES = [(rule.file.signal, sample) for rule in BOOK.signals for sample in rule.file.accepts]

ASKED_LATER = {"scan_begun", "scan_done"}
"""Signals that are looked for only among the lines before another one."""

LEAVES = st.sampled_from(
    [
        ("a", "a"),
        ("B", "B"),
        (" ", " "),
        ("fault", "fault"),
        ("Raised", "Raised"),
        (r"\.", "."),
        (r"\d", "7"),
        ("[xy]", "y"),
        ("[^q]", "z"),
        ("é", "é"),
        (".", "!"),
        ("", ""),
        (r"\b", ""),
        ("(?#note)", ""),
        ("[c]le", "cle"),
    ]
)
"""Patterns, each with a text that it matches where its surroundings allow."""


def grown(inner):
    """Bigger patterns of smaller ones, and their texts."""
    choice = st.lists(inner, min_size=2, max_size=3)
    return st.one_of(
        st.lists(inner, min_size=1, max_size=4).map(
            lambda many: ("".join(p for p, _ in many), "".join(t for _, t in many))
        ),
        inner.map(lambda one: (f"(?P<g>{one[0]})", one[1])),
        inner.map(lambda one: (f"(?>{one[0]})", one[1])),
        inner.map(lambda one: (f"(?={one[0]}){one[0]}", one[1])),
        inner.map(lambda one: (f"(?!{one[0]}z)", "")),
        inner.map(lambda one: (f"(?:{one[0]})?", "")),
        inner.map(lambda one: (f"(?:{one[0]})*", one[1] * 2)),
        inner.map(lambda one: (f"(?:{one[0]})+?", one[1])),
        inner.map(lambda one: (f"(?:{one[0]})++", one[1] * 3)),
        inner.map(lambda one: (f"(?:{one[0]}){{2,3}}", one[1] * 2)),
        inner.map(lambda one: (f"(?:{one[0]}){{0,2}}", "")),
        choice.map(lambda many: (f"(?:{'|'.join(p for p, _ in many)})", many[0][1])),
        choice.map(lambda many: (f"({'|'.join(p for p, _ in many)})", many[-1][1])),
    )


PATTERNS = st.recursive(LEAVES, grown, max_leaves=12)


def required(pattern):
    """The most selective set of a pattern."""
    return next(iter(demands(pattern)), None)


class TestRequired:
    @pytest.mark.parametrize(
        ("pattern", "literals"),
        [
            ("fault raised", {"fault raised"}),
            ("FAULT", {"fault"}),
            (r"\bfault\b raised", {"\bfault raised"}),
            (r"fault \d+ was raised", {" was raised"}),
            ("(?P<a>fault) cleared", {"fault cleared"}),
            ("fault|error", {"fault", "error"}),
            ("(?:scan service|ampscansvc) exited?", {"scan service", "ampscansvc"}),
            ("(?:abc)?defg", {"defg"}),
            ("(?:abcd)+", {"abcd"}),
            ("(?>abcd)", {"abcd"}),
            ("(?=abcdef)abc", {"abc"}),
            ("(?<!abcdef)abc", {"abc"}),
            ("(?#abcdef)abc", {"abc"}),
            ("ſtarted", {"tarted"}),
        ],
    )
    def test_the_longest_text_that_must_occur_is_found(self, pattern, literals):
        assert frozenset(literals) == required(pattern)

    @pytest.mark.parametrize(
        "pattern",
        [
            r"\d+",
            "",
            "ab",
            "abc?",
            "(?:abcd)*",
            "(?:abcd){0,3}",
            "abcd|",
            r"abcd|\d",
            "[abc][abc][abc]",
            "(?!abcdef)",
            ".",
        ],
    )
    def test_a_pattern_that_requires_nothing_has_none(self, pattern):
        assert required(pattern) is None

    @pytest.mark.parametrize(
        "pattern", ["(", "a**", r"\p{L}abcd", "(?|abcd|efgh)", "(?R)", "x{99999999999999999999}", "[z-a]"]
    )
    def test_a_pattern_that_the_parser_does_not_know_has_none(self, pattern):
        assert required(pattern) is None

    def test_literals_are_lower_case_ascii_and_long_enough(self):
        found = [literal for wording in BOOK.wordings for texts in wording.demands for literal in texts]

        assert [one for one in found if one != one.lower() or not one.isascii() or len(one) < MIN_LENGTH] == []

    @pytest.mark.parametrize(("pattern", "text"), [("(?:raised){e<=1}", "raisd"), ("(?:cleared){i<=2}", "cleared")])
    def test_fuzzy_patterns_lose_nothing(self, pattern, text):
        assert regex.search(pattern, text)
        assert any(literal in text for literal in required(pattern) or {""})

    @pytest.mark.filterwarnings("ignore:Possible nested set")
    def test_posix_classes_lose_nothing(self):
        assert regex.search("[[:alpha:]]abc", "xabc")
        assert any(literal in "xabc" for literal in required("[[:alpha:]]abc") or {""})

    def test_a_pattern_of_the_users_never_warns(self):
        required("[[a]bcd")

    def test_an_escaped_bracket_opens_no_group(self):
        assert re.search(r"\(?P<a>abcd", "P<a>abcd")
        assert any(literal in "p<a>abcd" for literal in required(r"\(?P<a>abcd") or {""})

    @given(PATTERNS, st.booleans())
    def test_one_of_them_occurs_in_whatever_a_pattern_matches(self, made, upper):
        pattern, text = made
        found = required(pattern)
        written = text.upper() if upper else text

        assert found is None or any(literal in written.lower() for literal in found)
        for texts in demands(pattern):
            assert any(text in written.lower() for text in texts)


class TestShippedWordings:
    @pytest.mark.parametrize(("kind", "sample"), SAMPLES, ids=[f"{kind}: {sample.message}" for kind, sample in SAMPLES])
    def test_the_prefilter_never_loses_an_accepted_sample(self, kind, sample):
        matching = [
            wording
            for wording in (*BOOK.wordings, *BOOK.scans)
            if wording.kind == kind
            and wording.pattern is not None
            and wording.admits(sample.process)
            and wording.pattern.search(sample.message)
        ]

        assert matching != []
        for wording in matching:
            for text in (sample.message, sample.message.upper(), sample.message.lower()):
                assert wording.demands
                assert wording.may_match(text.lower())

    @pytest.mark.parametrize(
        "sample", [sample for kind, sample in SAMPLES if kind not in ASKED_LATER], ids=lambda one: one.message
    )
    def test_the_engine_is_interested_in_every_accepted_sample(self, sample):
        line = f"Mar  3 12:00:00 mac {sample.process or 'ampdaemon'}[1]: {sample.message}"

        assert Interesting.of(BOOK).in_text(line)

    def test_every_wording_with_a_pattern_has_literals_so_that_the_engine_is_not_blind(self):
        without = [one.rule for one in BOOK.wordings if one.pattern is not None and not one.demands]

        assert without == []
        assert not Interesting.of(BOOK).blind

    def test_a_line_of_noise_is_passed_over(self):
        assert not Interesting.of(BOOK).in_text("Mar  3 12:00:00 mac ampdaemon[1]: heartbeat, queue length 3")
