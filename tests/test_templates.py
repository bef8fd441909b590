"""Lines are alike once their numbers, paths, names and dates are masked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faultlog import templates
from faultlog.model import Evidence, Template
from faultlog.templates import OTHER, Masks, Tally, mask


def here(line, text="x"):
    return Evidence("f", line, 0, text)


class TestMask:
    @pytest.mark.parametrize(
        ("line", "template"),
        [
            ("Mar  3 14:47:35 vmc ampdaemon[2107]: x", "<date> vmc ampdaemon[<number>]: x"),
            ("2026-03-03T14:47:35.5+01:00 x", "<date> x"),
            ("2026-03-03 14:47:35 -0800 x", "<date> x"),
            ("took 3.5 ms on 10.0.0.1", "took <number> ms on <number>"),
            ("open /tmp/a b, then /var", "open <path> b, then <path>"),
            ("say \"hello 1\" and 'bye 2'", "say <text> and <text>"),
            ("at 0xDEADbeef", "at <id>"),
            ("guid 12345678-1234-1234-1234-123456789abc", "guid <id>"),
            ("hash 0123456789abcdef0123", "hash <id>"),
            ("and/or", "and/or"),
            ("Fault Raised", "Fault Raised"),
            ("", ""),
        ],
    )
    def test_what_varies_is_named_and_the_words_stay(self, line, template):
        assert template == mask(line)

    def test_only_the_begin_of_a_long_line_makes_its_template(self):
        assert mask("a" * templates.MAX_LENGTH) == mask("a" * 10**6)

    @given(st.text(max_size=60))
    def test_no_digit_is_left(self, line):
        assert not any(character in "0123456789" for character in mask(line))


class TestTally:
    def test_the_most_frequent_comes_first_then_the_alphabet_and_the_first_line_is_the_example(self):
        tally = Tally()
        for number, text in enumerate(["b 1", "a 1", "c 1", "c 2"], 1):
            tally.add(text, here(number))

        assert (
            Template("c <number>", 2, here(3)),
            Template("a <number>", 1, here(2)),
            Template("b <number>", 1, here(1)),
        ) == tally.templates()

    def test_two_tallies_add_up_and_the_older_example_stays(self):
        one, other = Tally(), Tally()
        one.add("a 1", here(1))
        other.add("a 2", here(7), 4)
        other.add("b", here(8))
        one.merge(other)

        assert (Template("a <number>", 5, here(1)), Template("b", 1, here(8))) == one.templates()

    def test_it_is_bounded_and_still_counts_every_line(self, monkeypatch):
        monkeypatch.setattr(templates, "MAX_TEMPLATES", 3)
        tally = Tally()
        for number in range(10):
            tally.add("x" * (number + 1), here(number))

        assert len(tally.found) == 4
        assert sum(one.count for one in tally.templates()) == 10
        assert Template(OTHER, 7, here(3)) == tally.templates()[0]

    def test_an_empty_one_has_no_templates(self):
        assert Tally().templates() == ()


PIECES = ["Mar 31 14:47:35.5", "Mar 41 12:00:00", "2026-03-03T14:47:35+01:00", "0x1f", "10x2", "760b92aac19a2934"]
LETTERS = "0123456789ax-:.,/ '\"fMar"


@given(st.lists(st.text(LETTERS, max_size=30) | st.sampled_from(PIECES), max_size=5).map("".join))
def test_numbers_that_no_mask_tells_apart_have_one_template(text):
    assert Masks().of(text) == mask(text)
    masks = Masks()
    assert [masks.of(text), masks.of(text)] == [mask(text)] * 2
