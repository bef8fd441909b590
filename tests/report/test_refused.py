"""What a command refuses is said in Korean to who asked in Korean, although the code states it in English."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import typer

from faultlog import packs, strictyaml
from faultlog.cli import app
from faultlog.report.recognised import recognised
from faultlog.report.refused import MISUSES, REFUSALS, refused
from faultlog.wording import catalogue

from .sentences import Module, called

ROOT = Path(__file__).parents[2] / "faultlog"
UNASKED = {
    "serve", "worker", "backup", "restore", "simulate", "check", "rules test", "formats test",
    "user add", "user disable", "user enable", "user list", "user password", "user team", "user token",
}  # fmt: skip
"""Commands that take no `--lang`: nobody asks them anything in Korean."""
THEIRS = ("store/", "web/", "working/", "simulating.py", *(f"commands/{one}.py" for one in ("backup", "serve", "user")))
"""Where only those refuse."""
NAMES = re.compile(
    r"`.*?`|[\w.]+\*|--executor dask|--protocol tls|faultlog \w+( \w+)?( SOURCE| BUNDLE)?( --\w+)*|--[\w-]+|/\w+|https?://[\w.]*|tls://[\w:]*|\w+/README\.md"
    r"|tar czf [\w.]+"
    r"|[\w-]+\.(?:zip|gz)|'any'|\bfaultlog\b|\b[A-Z]\w*\b|\b(?:ids?|csv|jsonl|files|kind|null|within_s)\b"
    r"|\b(?:triage|explain|watch|redact|zip|tar|deflate|stored)\b|\b(?:at|raised|cleared|first_at|from)\b|Asia/Seoul",
    re.ASCII,
)
"""What a Korean sentence may name as it is written: commands, options, paths, formats, keys."""
KEYS = frozenset(
    """clears_after clears_within chatters decoder events fault fields line line_of new_pid pattern process recurs_with
    severity_changes stamp stands text wordings wordings_of true false""".split()  # noqa: SIM905 (as they are listed)
)
"""Of files of rules and formats, and what they may hold."""


@cache
def stated() -> frozenset[str]:
    """Every sentence that is refused where somebody may have asked in Korean."""
    modules = {path: Module(path) for path in sorted(ROOT.rglob("*.py"))}
    bases = [
        (one.name, {called(base) for base in one.bases})
        for module in modules.values()
        for one in ast.walk(module.tree)
        if isinstance(one, ast.ClassDef)
    ]
    kinds = {"FaultlogError"}
    while more := {name for name, of in bases if of & kinds} - kinds:
        kinds |= more
    assert {"UsageError", "UnknownName", "BundleError", "LeakError", "PushError"} <= kinds
    stating = {*kinds, "complain", "damaged", "refusal"} - {"PackError"}
    asked = (one for path, one in modules.items() if not path.relative_to(ROOT).as_posix().startswith(THEIRS))
    return frozenset(text for module in asked for text in module.sentences(stating))


FLAWED = {"packs.py", "strictyaml.py", "rulebook.py", "rulefiles.py", "formats.py", "layouts.py"}
"""Where rules and formats are loaded; what only `faultlog check` finds is said to who asked in no language."""


def test_every_flaw_of_a_rule_or_format_that_is_loaded_is_in_the_catalogues() -> None:
    stating = {"Flaw", "flaw", "ValueError"}
    flaws = {text for name in FLAWED for text in Module(ROOT / name).sentences(stating) if text[0] != "7"}
    assert len(flaws) >= 40
    unknown = [
        text for text in (*flaws, *packs._WHAT.values()) if recognised(f"a.yaml:7:1: key: {text}", *REFUSALS) is None
    ]
    assert [text for text in unknown if recognised(text, *REFUSALS) is None] == []
    excesses = Module(ROOT / "patternsize.py")
    found = {text for one in ("too_long", "too_large") for text in excesses.returned(one)}
    assert len(found) == 4
    assert [text for text in found if recognised(text, *REFUSALS) is None] == []
    surprises = {f"A:7:1: {what}; put it in quotes: '7'" for _, what in strictyaml._SURPRISES}
    assert [text for text in surprises if english(refused(text, "ko", *REFUSALS)[0])] == []


def english(said: str) -> list[str]:
    """English words of a sentence that are no names."""
    bare = NAMES.sub("", re.sub(r"<\w+>[\w/-]*|\(\?P<message>…\)|\.yaml", "", said))
    return [word for word in re.findall(r"[a-z_]{2,}", bare) if word not in KEYS]


def commands(group: typer.core.TyperGroup, before: str = "") -> Iterator[tuple[str, set[str]]]:
    for name, one in group.commands.items():
        if isinstance(one, typer.core.TyperGroup):
            yield from commands(one, f"{before}{name} ")
        else:
            yield before + name, {str(each.name) for each in one.params}


def test_every_refusal_of_a_command_that_can_be_asked_in_korean_is_in_the_catalogues() -> None:
    sentences = stated()
    assert len(sentences) > 150
    assert [text for text in sorted(sentences) if recognised(text, *REFUSALS) is None] == []


def test_who_refuses_elsewhere_cannot_be_asked_in_korean() -> None:
    group = typer.main.get_command(app)
    assert isinstance(group, typer.core.TyperGroup)
    assert {name for name, params in commands(group) if "lang" not in params} == UNASKED


@pytest.mark.parametrize(
    "key", [key for key in catalogue("en") if key.startswith(tuple(f"{one}." for one in ("refusal", "flaw", *MISUSES)))]
)
def test_a_sentence_of_the_catalogue_is_recognised_as_itself_and_said_without_english(key: str) -> None:
    families = MISUSES if key.startswith("click.") else REFUSALS
    text = re.sub(r"\{\w+\}", "7", catalogue("en")[key])
    found = recognised(text, *families)
    assert found is not None
    assert found[0] == key
    assert english(refused(text, "ko", *families)[0]) == []
    assert refused(text, "en", *families) == [text]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "/x/y.json: Permission denied; check the path and the space left",
            "/x/y.json: 읽거나 쓰지 못했습니다(권한이 없음). 경로와 남은 공간을 확인하세요",
        ),
        (
            "cannot read a.zip: Input/output error - check the disk",
            "a.zip: 읽을 수 없습니다(입출력 오류). 디스크를 확인하세요",
        ),
        (
            "w.txt: is no file; give a text file, one word or name a line",
            "w.txt: 파일이 아닙니다. 한 줄에 단어나 이름이 하나씩 있는 텍스트 파일을 지정하세요",
        ),
        (
            "m is no faultlog.map/1 map: it has more than 64 MiB; give one that `faultlog redact` wrote",
            "m: faultlog.map/1 대응표가 아닙니다(64MiB를 넘습니다). `faultlog redact`가 쓴 것을 지정하세요",
        ),
        ("--stamp: '%d %m' says one part twice", "--stamp: '%d %m': 같은 부분을 두 번 씁니다"),
        (
            "--tls-ca ca.pem: no certificate, as PEM: [SSL] PEM lib",
            "--tls-ca ca.pem: 인증서가 없습니다. PEM 형식이어야 합니다([SSL] PEM lib)",
        ),
        (
            (
                "a.zip: nothing in it can be copied (it is no text); only text can, in archives that open: give the "
                "logs that lie in it"
            ),
            (
                "a.zip: 복사할 수 있는 것이 없습니다(텍스트가 아님). 열리는 압축 파일 속의 텍스트만 복사하니 "
                "그 안의 로그를 지정하세요"
            ),
        ),
        (
            "https://x: a.zip was not taken: the server sends to /there; give that address",
            "https://x: a.zip 번들을 받지 않았습니다. 서버가 다른 주소를 가리킵니다: /there. 그 주소를 지정하세요",
        ),
        (
            "no rule describes fault 77 on macOS; known faults on macOS: none at all",
            "결함 77: macOS에서는 설명하는 규칙이 없습니다. macOS에서 알려진 결함: 없음",
        ),
    ],
)
def test_what_stands_in_a_sentence_is_said_in_korean_too(text: str, said: str) -> None:
    assert refused(text, "ko", *REFUSALS) == [said]


def missing(name: str) -> str:
    return f"no such file or directory: {name} - check the path"


@pytest.mark.parametrize(
    "name",
    [
        "is a folder; give the path of a file",
        "more than 7 files",
        "x: is a folder; give the path of a file",
        "no such file or directory: y",
        "a: a: a: ",
        "{name}",
        "결함",
    ],
)
def test_a_name_that_reads_like_a_sentence_stays_as_it_is(name: str) -> None:
    assert refused(missing(name), "ko", *REFUSALS) == [f"{name}: 그런 파일이나 폴더가 없습니다. 경로를 확인하세요"]


@pytest.mark.parametrize(
    "text",
    [
        "a: cannot be written, there is no folder b: cannot be written, there is no folder c; make it first",
        "--since 1 is after --until 2 is after --until 3: nothing lies between them; exchange the two",
        "x: Permission denied: y; check the path and the space left",
        "a is a b, which is not opened; unpack it and pass the folder: is a folder; give the path of a file: is odd",
        "p: --push sends files, and this is a folder; pack it: tar czf bundle.tar.gz q",
    ],
)
def test_what_can_be_read_in_two_ways_stays_english(text: str) -> None:
    assert refused(text, "ko", *REFUSALS) == [text]


def test_names_are_spelled_out_as_they_are_in_english() -> None:
    said = refused(missing("a\x1b[31m\u202eb"), "ko", *REFUSALS)
    assert said == ["a\\x1b[31mU+202Eb: 그런 파일이나 폴더가 없습니다. 경로를 확인하세요"]
    assert len(refused(missing("a\nb"), "ko", *REFUSALS)) == len(refused(missing("a\nb"), "en", *REFUSALS)) == 2


@pytest.mark.parametrize(
    "part", ["a: ", "a: is a folder; give ", " of a is given to b and to ", " is after --until ", "cannot read a: "]
)
def test_a_name_without_end_is_compared_with_every_sentence_in_the_time_it_takes_to_read_it(part: str) -> None:
    text = part * (100_000 // len(part))  # looked at in every way, 10^10 of them for two blanks, it would never end
    assert recognised(text, *REFUSALS) is None
    assert recognised(f"line {text}, but it means one thing; leave it out where it is wrong", *REFUSALS) is None
    assert refused(missing(text), "ko", *REFUSALS) == [f"{text}: 그런 파일이나 폴더가 없습니다. 경로를 확인하세요"]


def test_each_sentence_of_a_list_is_said_in_korean_and_what_it_is_about_stays() -> None:
    begin = catalogue("en")["refusal.no_log.hindered"].format(name="a.zip", whys="{}")
    locked = "encrypted; unpack it with its password and pass the folder"
    [said] = refused(
        begin.format(f"x.log: {locked}; y: y.log: {locked}; no name: odd; z.log: no name"), "ko", *REFUSALS
    )
    inside = said.partition("콘솔 이벤트를 찾았습니다")[2]
    korean = "암호화되어 있습니다. 암호로 풀어서 그 폴더를 지정하세요"
    assert inside == f"(x.log: {korean}; y: y.log: {locked}; no name: odd; z.log: 이름이 없습니다)"
    assert refused(begin.format("; " * 50_000), "ko", *REFUSALS)[0].endswith("; ; )")
