"""Which file of a rotation set is older, and what is missing between two."""

from dataclasses import replace

from hypothesis import assume, given
from hypothesis import strategies as st

from faultlog.extents import Extent
from faultlog.ordering import Ordered, Part, in_order


def part(path: str, *numbers: int, time: tuple[float, float] | None = None, steady: bool = True) -> Part:
    names = frozenset(("log", number) for number in numbers)
    return Part(path, None if time is None else Extent(*time, steady=steady), names, names)


def files(*hours: int, steady: bool = True) -> list[Part]:
    """Files by rising number, each an hour long."""
    return [
        part(str(number), number, time=(3600 * hour, 3600 * hour + 3600), steady=steady)
        for number, hour in enumerate(hours)
    ]


def paths(found: Ordered) -> list[str]:
    return [path for path, _ in found.files]


class TestNames:
    def test_a_higher_number_is_older(self) -> None:
        assert in_order([part("a.1", 1), part("a", 0), part("a.10", 10), part("a.9", 9)]) == Ordered(
            [("a.10", 10), ("a.9", 9), ("a.1", 1), ("a", 0)]
        )

    def test_files_that_nothing_distinguishes_keep_their_order(self) -> None:
        assert paths(in_order([part(name, 0) for name in "xyz"])) == ["x", "y", "z"]

    def test_of_two_with_one_number_the_earlier_is_older_and_something_may_be_missing_between(self) -> None:
        found = in_order([part("a", 0, time=(10, 20)), part("a (1)", 0, time=(0, 5))])
        assert found == Ordered([("a (1)", 2), ("a", 0)])

    def test_no_files_are_no_files(self) -> None:
        assert in_order([]) == Ordered([])

    @given(st.sets(st.integers(0, 9999), min_size=1, max_size=12), st.randoms(use_true_random=False))
    def test_the_order_in_which_files_are_found_decides_nothing(self, numbers: set[int], chance: "object") -> None:
        parts = [part(str(number), number) for number in sorted(numbers)]
        shuffled = chance.sample(parts, len(parts))  # type: ignore[attr-defined]
        assert in_order(parts) == in_order(shuffled)
        assert [number for _, number in in_order(parts).files] == sorted(numbers, reverse=True)


class TestTimes:
    def test_numbers_that_were_given_the_other_way_round_give_way_to_times(self) -> None:
        found = in_order(files(9, 6, 7, 8))
        assert found.files == [("1", 3), ("2", 2), ("3", 1), ("0", 0)]
        assert found.doubt is not None
        assert "oldest first: 1, 2, 3, 0" in found.doubt[1]

    def test_a_clock_that_was_set_back_between_two_files_moves_none(self) -> None:
        found = in_order(files(2, 1, 9, 8))
        assert paths(found) == ["3", "2", "1", "0"]
        assert found.doubt is not None
        assert "set back" in found.doubt[1]

    def test_two_files_alone_are_ordered_by_name(self) -> None:
        assert paths(in_order(files(1, 2))) == ["1", "0"]

    def test_times_that_overlap_decide_nothing(self) -> None:
        parts = [part("0", 0, time=(50, 90)), part("1", 1, time=(0, 60)), part("2", 2, time=(70, 80))]
        assert in_order(parts) == Ordered([("2", 2), ("1", 1), ("0", 0)])

    def test_a_clock_that_was_set_inside_a_file_decides_nothing(self) -> None:
        assert in_order(files(9, 6, 7, 8, steady=False)) == Ordered([("3", 3), ("2", 2), ("1", 1), ("0", 0)])

    def test_a_clock_that_was_not_set_decides_nothing(self) -> None:
        parts = [*files(9, 8, 7), Part("3", Extent(0, 10, steady=True, unset=True), *[frozenset({("log", 3)})] * 2)]
        shown = [
            replace(one, extent=Extent(0, 10, steady=True, unset=True)) if one.path == "1" else one for one in parts
        ]
        assert in_order(shown) == Ordered([("3", 3), ("2", 2), ("1", 1), ("0", 0)])

    def test_a_file_without_stamps_stays_where_its_number_puts_it(self) -> None:
        found = in_order([part("0", 0), *files(9, 6, 7, 8)[1:], part("4", 4, time=(0, 1))])
        assert paths(found) == ["4", "1", "2", "3", "0"]

    def test_where_numbers_are_wrong_a_missing_one_may_be_missing_anywhere(self) -> None:
        parts = [one for one in files(9, 6, 0, 7, 8) if one.path != "2"]
        assert in_order(parts).files == [("1", 6), ("3", 4), ("4", 2), ("0", 0)]

    @given(st.permutations(range(5)))
    def test_times_win_unless_one_step_back_explains_them(self, hours: list[int]) -> None:
        oldest_first = hours[::-1]
        turn = oldest_first.index(min(oldest_first))
        assume(oldest_first[turn:] + oldest_first[:turn] != sorted(hours))
        found = in_order(files(*hours))
        assert [hours[int(path)] for path in paths(found)] == sorted(hours)
        assert [number for _, number in found.files] == [4, 3, 2, 1, 0]


class TestSharedLines:
    def test_they_tell_the_order_against_names(self) -> None:
        parts = [part("0", 0, time=(10, 20)), part("1", 1, time=(20, 30))]
        found = in_order(parts, [("0", "1")])
        assert found.files == [("0", 1), ("1", 0)]
        assert found.doubt is not None

    def test_they_show_that_nothing_is_missing_between(self) -> None:
        parts = [part("0", 0, time=(20, 30)), part("3", 3, time=(10, 20))]
        assert in_order(parts).files == [("3", 3), ("0", 0)]
        assert in_order(parts, [("3", "0")]).files == [("3", 1), ("0", 0)]

    def test_contradictions_that_nothing_settles_are_told(self) -> None:
        found = in_order([part("0", 0), part("1", 1)], [("0", "1")])
        assert found.doubt is not None
        assert "contradict" in found.doubt[1]

    def test_the_numbers_of_a_copy_that_a_file_holds_are_its_own(self) -> None:
        held = Part("2", None, frozenset({("log", 2)}), frozenset({("log", 2), ("log", 1)}))
        assert in_order([part("0", 0), held, part("3", 3)]).files == [("3", 2), ("2", 1), ("0", 0)]

    def test_a_second_set_tells_what_follows_what(self) -> None:
        first = Part("a/1", None, frozenset({("a", 1), ("b", 2)}), frozenset({("a", 1), ("b", 2)}))
        middle = Part("b/1", None, frozenset({("b", 1), ("a", 0)}), frozenset({("b", 1)}), frozenset({("a", 0)}))
        last = Part("b/0", None, frozenset({("b", 0)}), frozenset({("b", 0)}))
        assert in_order([last, first, middle]).files == [("a/1", 2), ("b/1", 1), ("b/0", 0)]
