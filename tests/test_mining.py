"""Mining: words that vary are variables, words that tell raised from cleared are not."""

from hypothesis import given, settings
from hypothesis import strategies as st

from faultlog.mining import FEW, MAX_ROWS, Miner
from faultlog.templates import OTHER
from tests.conftest import EXAMPLES


def mined(*texts: str) -> dict[str, int]:
    miner = Miner()
    for text in texts:
        miner.add(text)
    return {one.template: one.count for one in miner.templates()}


def test_numbers_and_paths_are_masked_and_lines_that_differ_in_them_are_one():
    assert mined("opened /a/b in 3 ms", "opened /c in 12 ms") == {"opened <path> in <number> ms": 2}


def test_raised_and_cleared_stay_two_templates_however_often_they_come():
    lines = ["fault 6 raised", "fault 6 cleared"] * 50
    assert mined(*lines) == {"fault <number> cleared": 50, "fault <number> raised": 50}


def test_a_position_that_takes_many_words_is_a_variable():
    names = ["ada", "bob", "cyd", "dee", "eve", "fay"]
    assert len(names) > FEW
    assert mined(*(f"user {name} logged in" for name in names)) == {"user <word> logged in": 6}


def test_a_position_that_takes_few_words_keeps_them():
    assert mined("user ada logged in", "user bob logged in") == {"user ada logged in": 1, "user bob logged in": 1}


def test_the_key_of_a_key_and_value_stays():
    texts = [f"login user={name} ok" for name in ("ada", "bob", "cyd", "dee", "eve")]
    assert mined(*texts) == {"login user=<word> ok": 5}


def test_two_variables_of_one_shape_are_both_found():
    texts = [f"copy {a} to {b} done" for a in "abcdef" for b in "uvwxyz"]
    assert mined(*texts) == {"copy <word> to <word> done": 36}


def test_the_example_is_the_first_text_and_can_be_asked_for_by_any_of_them():
    miner = Miner()
    names = ["ada", "bob", "cyd", "dee", "eve"]
    for name in names:
        miner.add(f"user {name} logged in 7 times")
    (only,) = miner.templates()
    assert only.example == "user ada logged in 7 times"
    assert {miner.template_of(f"user {name} logged in 9 times") for name in names} == {only.template}
    assert miner.template_of("never seen") == OTHER


def test_memory_is_bounded_and_what_finds_no_room_is_counted():
    miner = Miner()
    words = "abcdefghijklmnopqrstuvwxyz"
    for index in range(3 * MAX_ROWS):
        miner.add(" ".join(words[(index // 26**place) % 26] * (1 + place) for place in range(1 + index % 90)))
    found = miner.templates()
    assert len(found) <= MAX_ROWS + 1
    assert sum(one.count for one in found) == 3 * MAX_ROWS


@settings(max_examples=EXAMPLES // 4)
@given(st.lists(st.text(alphabet="ab =<1\n", max_size=12), max_size=80))
def test_every_text_is_counted_once_and_the_same_texts_give_the_same_templates(texts):
    first, second = mined(*texts), mined(*texts)
    assert first == second
    assert sum(first.values()) == len(texts)
