"""What goes wrong says what, where and what to try, and how the command ends."""

import pytest

from faultlog.errors import BundleError, FaultlogError, Flaw, NothingAnswerable, PackError, UnknownName, UsageError


class TestFlaw:
    def test_it_says_place_key_mistake_and_what_was_meant(self):
        flaw = Flaw("rules/x.yaml", 8, 5, "raised.0.witin", "unknown key", "within")

        assert str(flaw) == "rules/x.yaml:8:5: raised.0.witin: unknown key (did you mean 'within'?)"

    def test_a_flaw_of_the_whole_file_has_no_line(self):
        assert str(Flaw("rules/x.yaml", 0, 0, "", "is not UTF-8")) == "rules/x.yaml: is not UTF-8"

    def test_a_flaw_without_key_and_hint_ends_with_what_is_wrong(self):
        assert str(Flaw("x.yaml", 3, 1, "", "a file holds one document")) == "x.yaml:3:1: a file holds one document"

    def test_the_first_character_has_line_and_column_one(self):
        assert str(Flaw("x.yaml", 1, 1, "a", "b")) == "x.yaml:1:1: a: b"

    def test_it_cannot_be_changed(self):
        with pytest.raises(AttributeError):
            Flaw("x.yaml", 1, 1, "a", "b").line = 2


class TestExitCodes:
    @pytest.mark.parametrize(
        ("error", "code"),
        [
            (FaultlogError("x"), 2),
            (UsageError("x"), 2),
            (UnknownName("x"), 2),
            (PackError([]), 2),
            (NothingAnswerable("x"), 3),
            (BundleError("missing", "x"), 3),
        ],
    )
    def test_a_question_that_cannot_be_asked_ends_with_2_and_one_without_answer_with_3(self, error, code):
        assert code == error.exit_code

    def test_whoever_catches_the_root_catches_everything(self):
        kinds = (UsageError, PackError, UnknownName, NothingAnswerable, BundleError)

        assert [issubclass(kind, FaultlogError) for kind in kinds] == [True] * 5


class TestCarriedFacts:
    def test_a_pack_error_shows_every_flaw_on_its_own_line_in_order(self):
        flaws = [Flaw("b.yaml", 2, 1, "x", "is missing"), Flaw("a.yaml", 0, 0, "", "is not UTF-8")]
        error = PackError(flaws)

        assert str(error) == "b.yaml:2:1: x: is missing\na.yaml: is not UTF-8"
        assert tuple(flaws) == error.flaws

    def test_flaws_added_later_do_not_change_an_error_that_was_raised(self):
        flaws = [Flaw("a.yaml", 1, 1, "x", "is missing")]
        error = PackError(flaws)
        flaws.clear()

        assert len(error.flaws) == 1

    def test_a_bundle_error_carries_its_reason_beside_its_sentence(self):
        error = BundleError("encrypted", "the archive is encrypted")

        assert (error.reason, str(error)) == ("encrypted", "the archive is encrypted")
