"""Strict YAML: every surprise is refused with its place, and all mistakes come at once."""

from pathlib import Path
from typing import Annotated

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from faultlog import packs, strictyaml
from faultlog.errors import PackError
from faultlog.limits import Limit, Strict
from faultlog.values import dataclass
from tests.conftest import EXAMPLES


def put(folder, text, name="x.yaml"):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def read(folder, text):
    """The data of one YAML file, and its flaws without the folder."""
    source, flaws = strictyaml.read_source(put(folder, text), "x.yaml")
    return source.data, [str(flaw).removeprefix(f"{folder}/") for flaw in flaws]


class TestHonestYaml:
    @pytest.mark.parametrize(
        ("text", "data"),
        [
            ("a: 1", {"a": 1}),
            ("a: -7", {"a": -7}),
            ("a: 0", {"a": 0}),
            ("a: true\nb: false", {"a": True, "b": False}),
            ("a: null\nb: ~\nc:", {"a": None, "b": None, "c": None}),
            ("a: word", {"a": "word"}),
            ("a: 1.14.0", {"a": "1.14.0"}),
            ("a: 10m", {"a": "10m"}),
            ("a: [b, {c: d}]", {"a": ["b", {"c": "d"}]}),
            ("a: |\n  one\n  two\n", {"a": "one\ntwo\n"}),
            ("a: >-\n  one\n  two\n", {"a": "one two"}),
            ("a: 스캔", {"a": "스캔"}),
            ("- a\n- b", ["a", "b"]),
            ("", None),
            ("# nothing here", None),
            ("---\na: 1\n...\n", {"a": 1}),
            (b"\xef\xbb\xbfa: 1\r\n", {"a": 1}),
        ],
    )
    def test_it_reads_as_it_looks(self, tmp_path, text, data):
        assert (data, []) == read(tmp_path, text)

    @pytest.mark.parametrize(
        "value", ["no", "yes", "off", "010", "1:30", "1.10", "2026-03-03", "null", "true", "12", ""]
    )
    @pytest.mark.parametrize("quote", ["'", '"'])
    def test_what_is_quoted_is_text(self, tmp_path, value, quote):
        assert ({"a": value}, []) == read(tmp_path, f"a: {quote}{value}{quote}")

    def test_a_block_scalar_is_text_too(self, tmp_path):
        assert read(tmp_path, "a: |\n  no\n") == ({"a": "no\n"}, [])


class TestSurprises:
    @pytest.mark.parametrize("value", ["no", "No", "NO", "yes", "Yes", "on", "Off", "y", "N"])
    def test_words_that_become_booleans_are_refused(self, tmp_path, value):
        what = f"x.yaml:2:4: b: YAML 1.1 reads this as true or false; put it in quotes: '{value}'"

        assert [what] == read(tmp_path, f"a: 1\nb: {value}\n")[1]

    @pytest.mark.parametrize("value", ["010", "0777", "00", "-010", "0_7"])
    def test_octal_numbers_are_refused(self, tmp_path, value):
        what = f"x.yaml:1:4: a: YAML 1.1 reads this as an octal number; put it in quotes: '{value}'"

        assert [what] == read(tmp_path, f"a: {value}")[1]

    @pytest.mark.parametrize("value", ["1:30", "12:30:45", "190:20:30.15", "-1:30"])
    def test_base_60_numbers_are_refused(self, tmp_path, value):
        what = f"x.yaml:1:4: a: YAML 1.1 reads this as a base-60 number; put it in quotes: '{value}'"

        assert [what] == read(tmp_path, f"a: {value}")[1]

    @pytest.mark.parametrize("value", ["1.10", "1.0", ".5", "1.", "-2.50", "1.5e3", "+1.1"])
    def test_numbers_with_a_point_are_refused_since_1_10_is_no_1_1(self, tmp_path, value):
        what = f"x.yaml:1:4: a: a number with a point loses its last zeros; put it in quotes: '{value}'"

        assert [what] == read(tmp_path, f"a: {value}")[1]

    @pytest.mark.parametrize("value", ["2026-03-03", "2026-3-3", "2026-03-03T12:00:00Z", "2026-03-03 12:00:00"])
    def test_dates_are_refused(self, tmp_path, value):
        what = f"x.yaml:1:4: a: YAML 1.1 reads this as a date; put it in quotes: '{value}'"

        assert [what] == read(tmp_path, f"a: {value}")[1]

    def test_a_surprise_inside_a_list_says_which_item(self, tmp_path):
        flaws = read(tmp_path, "a:\n  - ok\n  - b: no\n")[1]

        assert flaws == ["x.yaml:3:8: a.1.b: YAML 1.1 reads this as true or false; put it in quotes: 'no'"]

    @pytest.mark.parametrize("value", ["0x1F", "1_000", "0b11", "True", "TRUE", "Null", "+1"])
    def test_other_scalars_that_yaml_1_1_changes_are_never_changed_silently(self, tmp_path, value):
        _, flaws = read(tmp_path, f"a: {value}")

        assert len(flaws) == 1
        assert flaws[0].endswith(f"; put it in quotes: '{value}'")


class TestStructure:
    def test_a_duplicate_key_is_refused_where_it_stands_again(self, tmp_path):
        assert read(tmp_path, "a:\n  b: 1\n  b: 2\n")[1] == ["x.yaml:3:3: a.b: duplicate key; it stands first at 2:3"]

    def test_a_quoted_key_and_a_plain_one_are_the_same_key(self, tmp_path):
        assert read(tmp_path, "1: a\n'1': b\n")[1] == ["x.yaml:2:1: 1: duplicate key; it stands first at 1:1"]

    def test_anchors_and_aliases_are_refused(self, tmp_path):
        expected = [
            "x.yaml:1:4: a: anchors are not allowed; write the value out",
            "x.yaml:2:4: b: aliases are not allowed; write the value out",
        ]

        assert expected == read(tmp_path, "a: &x 1\nb: *x\n")[1]

    def test_a_billion_laughs_are_refused_unlaughed(self, tmp_path):
        levels = [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 10)]
        data, flaws = read(tmp_path, "\n".join(["l0: &l0 [lol]", *levels]))

        assert sum("anchors are not allowed" in flaw for flaw in flaws) == 10
        assert sum("aliases are not allowed" in flaw for flaw in flaws) == 81
        assert data["l9"] == [None] * 9

    @pytest.mark.parametrize("tag", ["!!str", "!!python/object/apply:os.system", "!own", "!!timestamp"])
    def test_tags_are_refused_and_never_obeyed(self, tmp_path, tag):
        flaws = read(tmp_path, f"a: {tag} [x]")[1]

        assert len(flaws) == 1
        assert flaws[0].startswith("x.yaml:1:4: a: the tag ")

    @pytest.mark.parametrize("text", ["? [a]\n: b", "? {a: b}\n: c"])
    def test_a_key_is_plain_text(self, tmp_path, text):
        assert read(tmp_path, text)[1] == ["x.yaml:1:3: a key must be plain text"]

    @pytest.mark.parametrize("text", ["&k a: 1", "!!str a: 1"])
    def test_anchors_and_tags_on_keys_are_refused_as_well(self, tmp_path, text):
        assert read(tmp_path, text)[1] != []

    def test_two_documents_are_two_even_if_the_first_is_empty(self, tmp_path):
        assert read(tmp_path, "---\n---\na: 1\n")[1] != []

    def test_a_second_document_is_refused(self, tmp_path):
        assert read(tmp_path, "a: 1\n---\nb: 2\n")[1] == ["x.yaml:2:1: a file holds one document"]

    def test_what_is_no_yaml_says_where(self, tmp_path):
        flaws = read(tmp_path, "a: 1\nb: [\n")[1]

        assert len(flaws) == 1
        assert flaws[0].startswith("x.yaml:3:1: is not YAML: ")

    def test_control_characters_are_no_yaml(self, tmp_path):
        flaws = read(tmp_path, b"a: \x01")[1]

        assert len(flaws) == 1
        assert flaws[0].startswith("x.yaml:1:1: is not YAML: unacceptable character")


class TestLimits:
    def test_32_levels_are_read_and_a_33rd_is_not(self, tmp_path):
        assert read(tmp_path, "[" * 32 + "]" * 32)[1] == []
        assert read(tmp_path, "[" * 34 + "]" * 34)[1] == ["x.yaml:1:1: is deeper than 32 or has over 20000 values"]

    @pytest.mark.parametrize("text", ["[" * 5_000, "{" * 5_000, "? " * 5_000, "- " * 5_000, "a: {" * 5_000])
    def test_an_abyss_is_refused_in_time_and_in_words(self, tmp_path, text):
        flaws = read(tmp_path, text)[1]

        assert flaws != []

    def test_20000_values_are_read_and_one_more_is_not(self, tmp_path):
        assert read(tmp_path, "- 1\n" * 19_999)[1] == []
        assert read(tmp_path, "- 1\n" * 20_000)[1] == ["x.yaml:1:1: is deeper than 32 or has over 20000 values"]

    def test_a_file_of_256_kib_is_read_and_one_byte_more_is_not(self, tmp_path):
        assert read(tmp_path, "#" * strictyaml.MAX_BYTES)[1] == []
        assert read(tmp_path, "#" * (strictyaml.MAX_BYTES + 1))[1] == ["x.yaml: is larger than 256 KiB"]

    def test_bytes_that_are_no_utf_8_say_which(self, tmp_path):
        assert read(tmp_path, b"a: \xff")[1] == ["x.yaml:1:4: is not UTF-8 (byte 3)"]

    def test_where_bytes_are_no_utf_8_is_counted_in_lines(self, tmp_path):
        assert read(tmp_path, b"a: 1\nb: \xc3\xa9\xff")[1] == ["x.yaml:2:6: is not UTF-8 (byte 10)"]

    def test_a_key_cannot_look_like_another_mistake(self, tmp_path):
        _, flaws = read(tmp_path, '"a\\n/etc/rules.yaml:1:1: is fine": 1_0\n"\\e[31m": 2_0\n')

        assert [len(flaw.splitlines()) for flaw in flaws] == [1, 1]
        assert all(flaw.isprintable() for flaw in flaws)

    def test_of_a_long_key_the_beginning_is_shown(self, tmp_path):
        _, (flaw,) = strictyaml.read_source(put(tmp_path, f"{'k' * 900}: 1_0"), "x.yaml")

        assert len(flaw.key) == 900
        assert f": {'k' * 200}…: " in str(flaw)

    def test_utf_16_is_no_utf_8(self, tmp_path):
        assert read(tmp_path, "a: 1".encode("utf-16"))[1] == ["x.yaml:1:1: is not UTF-8 (byte 0)"]

    def test_a_file_that_is_gone_is_a_flaw_not_a_crash(self, tmp_path):
        _, flaws = strictyaml.read_source(tmp_path / "gone.yaml", "gone.yaml")

        assert [f"{tmp_path}/gone.yaml: cannot be read: No such file or directory"] == [str(flaw) for flaw in flaws]

    def test_a_number_of_5000_digits_is_a_flaw_not_a_crash(self, tmp_path):
        assert read(tmp_path, "a: " + "9" * 5_000)[1] != []

    @given(st.text(alphabet="ab01:-. \n\t'\"[]{}&*!?#|>,~%@`\\", max_size=60) | st.binary(max_size=40))
    @example("a: &x\n")
    @example("- ? - : {")
    @example("&a *a")
    def test_no_file_crashes_the_reader_and_every_flaw_has_a_place(self, tmp_path_factory, text):
        path = put(tmp_path_factory.getbasetemp(), text, "fuzz.yaml")
        _, flaws = strictyaml.read_source(path, "fuzz.yaml")

        assert [flaw for flaw in flaws if (flaw.line == 0) != (flaw.column == 0) or not flaw.what] == []


@dataclass(frozen=True, slots=True)
class Inner(Strict):
    within: str


@dataclass(frozen=True, slots=True)
class Outer(Strict):
    fault: int
    promises: Annotated[list[Inner], Limit(min_length=1)]


class TestUnderstanding:
    def understand(self, folder, text):
        source, flaws = strictyaml.read_source(put(folder, text), "x.yaml")
        assert flaws == []
        model, flaws = packs.understand(source, Outer)
        return model, [str(flaw).removeprefix(f"{folder}/") for flaw in flaws]

    def test_a_right_file_gives_its_model(self, tmp_path):
        model, flaws = self.understand(tmp_path, "fault: 6\npromises:\n  - within: 10m\n")

        assert (Outer(fault=6, promises=[Inner(within="10m")]), []) == (model, flaws)

    def test_a_misspelt_key_is_shown_with_its_place_and_what_was_meant(self, tmp_path):
        _, flaws = self.understand(tmp_path, "fault: 6\npromises:\n  - within: 10m\n    witin: 10m\n")

        assert flaws == ["x.yaml:4:5: promises.0.witin: unknown key (did you mean 'within'?)"]

    def test_a_key_that_is_like_no_other_gets_no_guess(self, tmp_path):
        _, flaws = self.understand(tmp_path, "fault: 6\nzzzzzz: 1\npromises:\n  - within: 10m\n")

        assert flaws == ["x.yaml:2:1: zzzzzz: unknown key"]

    def test_a_key_of_another_place_is_said_to_be_one(self, tmp_path):
        _, flaws = self.understand(tmp_path, "fault: 6\nwithin: 10m\npromises:\n  - within: 10m\n")

        assert flaws == ["x.yaml:2:1: within: is a key of another place, not of this one"]

    def test_a_missing_key_is_shown_at_the_nearest_place_that_exists(self, tmp_path):
        _, flaws = self.understand(tmp_path, "fault: 6\npromises:\n  - within: 10m\n  - {}\n")

        assert flaws == ["x.yaml:4:5: promises.1.within: is missing"]

    def test_a_wrong_value_is_shown_at_its_key(self, tmp_path):
        _, flaws = self.understand(tmp_path, "promises:\n  - within: 10m\nfault: six\n")

        assert len(flaws) == 1
        assert flaws[0].startswith("x.yaml:3:1: fault: Input should be a valid integer")

    @pytest.mark.parametrize("text", ["", "- 1\n", "hello\n", "# nothing\n"])
    def test_a_file_that_states_no_keys_is_told_so(self, tmp_path, text):
        _, flaws = self.understand(tmp_path, text)

        assert flaws == ["x.yaml:1:1: has to be keys with values, each 'key: value'"]

    def test_all_mistakes_come_at_once(self, tmp_path):
        _, flaws = self.understand(tmp_path, "falt: 6\npromises:\n  - witin: 10m\n")

        assert sorted(flaws, key=lambda flaw: (flaw.split(":")[1], "unknown" in flaw)) == [
            "x.yaml:1:1: falt: unknown key (did you mean 'fault'?)",
            "x.yaml:3:5: promises.0.witin: unknown key (did you mean 'within'?)",
        ]

    @pytest.mark.parametrize("text", ["", "- a", "word"])
    def test_a_file_that_holds_no_mapping_is_one_flaw(self, tmp_path, text):
        model, flaws = self.understand(tmp_path, text)

        assert (model, len(flaws)) == (None, 1)

    def test_what_the_strict_reader_refused_is_not_judged_again(self, tmp_path):
        source, first = strictyaml.read_source(put(tmp_path, "fault: 010\npromises: []\n"), "x.yaml")
        _, second = packs.understand(source, Outer)

        assert [flaw.key for flaw in first] == ["fault"]
        assert [flaw.key for flaw in second] == ["promises"]

    def test_a_merge_key_is_just_an_unknown_key(self, tmp_path):
        _, flaws = self.understand(tmp_path, "<<: {fault: 6}\nfault: 6\npromises:\n  - within: 10m\n")

        assert flaws == ["x.yaml:1:1: <<: unknown key"]


class TestPacks:
    def test_files_are_found_at_any_depth_in_name_order(self, tmp_path):
        for name in ("b.yaml", "a/z.yaml", "a/b/c.yaml", "notes.txt", "README.md"):
            put(tmp_path, "a: 1", name)

        assert [path.relative_to(tmp_path).as_posix() for path in packs.files_of(tmp_path)] == [
            "a/b/c.yaml",
            "a/z.yaml",
            "b.yaml",
        ]

    def test_a_folder_named_like_a_file_is_no_file(self, tmp_path):
        (tmp_path / "folder.yaml").mkdir()

        assert packs.files_of(tmp_path) == []

    def test_a_folder_that_does_not_exist_is_refused_in_words(self, tmp_path):
        with pytest.raises(PackError, match="gone: no such folder; give a folder of YAML files"):
            packs.files_of(tmp_path / "gone")

    def test_a_file_in_place_of_a_folder_is_refused(self, tmp_path):
        with pytest.raises(PackError, match="no such folder"):
            packs.read_pack(put(tmp_path, "a: 1"))

    def test_flaws_of_all_files_come_together_and_good_files_stay(self, tmp_path):
        put(tmp_path, "a: no\nb: 010\n", "a.yaml")
        put(tmp_path, "a: 1\n", "b.yaml")
        put(tmp_path, "a: [", "c.yaml")
        sources, flaws = packs.read_pack(tmp_path)

        assert [source.name for source in sources] == ["a.yaml", "b.yaml"]
        assert [(Path(flaw.path).name, flaw.line) for flaw in flaws] == [("a.yaml", 1), ("a.yaml", 2), ("c.yaml", 2)]

    @pytest.mark.parametrize("name", ["x.yml", "sub/x.yml", "x.YAML"])
    def test_a_file_that_would_be_passed_over_for_its_suffix_is_a_flaw(self, tmp_path, name):
        put(tmp_path, "a: 1", name)
        sources, flaws = packs.read_pack(tmp_path)

        assert (sources, [str(flaw) for flaw in flaws]) == ([], [f"{tmp_path / name}: is not read; name it .yaml"])

    @pytest.mark.parametrize("pack", ["parsers", "rules"])
    def test_the_built_in_packs_are_there_and_flawless(self, pack):
        sources, flaws = packs.read_pack(packs.builtin(pack))

        assert flaws == []
        assert sources != []

    def test_in_a_wheel_the_packs_lie_inside_the_package(self, tmp_path, monkeypatch):
        monkeypatch.setattr(packs, "__file__", str(tmp_path / "site-packages/faultlog/packs.py"))

        assert tmp_path / "site-packages/faultlog/_data/rules" == packs.builtin("rules")


class TestFingerprint:
    def test_it_is_the_same_for_the_same_names_and_bytes(self, tmp_path):
        for folder in ("one", "two"):
            put(tmp_path / folder, "a: 1", "a.yaml")

        assert packs.fingerprint([tmp_path / "one"]) == packs.fingerprint([tmp_path / "two"])

    @pytest.mark.parametrize(("text", "name"), [("a: 2", "a.yaml"), ("a: 1", "b.yaml"), ("a: 1", "sub/a.yaml")])
    def test_another_byte_or_another_name_is_other_knowledge(self, tmp_path, text, name):
        put(tmp_path / "one", "a: 1", "a.yaml")
        put(tmp_path / "two", text, name)

        assert packs.fingerprint([tmp_path / "one"]) != packs.fingerprint([tmp_path / "two"])

    def test_it_is_a_sha_256_in_hex(self, tmp_path):
        assert packs.fingerprint([tmp_path]) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


SURPRISING = st.sampled_from(
    ["no", "y", "010", "1:30", "0x1F", "1.10", "True", "null", "~", "2026-03-03", "", " a", "# b"]
)


@settings(max_examples=EXAMPLES // 2)
@given(text=SURPRISING | st.text(st.characters(exclude_categories=("Cs",)), max_size=20))
@example(text="a\x85b\u2028c\u2029")
@example(text="\x1b[31m: {stamp} 'x' \"y\"\t")
def test_what_is_written_is_read_back_as_it_was(text, tmp_path_factory):
    data = {"title": text, "parts": [{"pattern": text, "fault": 6}, text, text]}
    assert read(tmp_path_factory.mktemp("pack"), strictyaml.written(data)) == (data, [])


def test_a_folder_with_both_packs_stands_for_them_and_any_other_for_itself(tmp_path):
    assert packs.within(tmp_path) == (tmp_path,)
    (tmp_path / "rules").mkdir()
    (tmp_path / "parsers").mkdir()
    assert packs.within(tmp_path) == (tmp_path / "parsers", tmp_path / "rules")
