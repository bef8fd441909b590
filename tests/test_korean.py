"""Who asks with `--lang ko` is refused in Korean, whoever refuses; the exit code is the same in every language."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from faultlog.redaction.replacing import Replacer
from tests.doors import faultlog

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "sample_logs" / "fault6-breached-0001.zip"
LOG = "2026-03-03T12:00:00Z mac ampdaemon[71]: user=kamiro Fault Raised: 6\n"


def refused(*words: object, code: int) -> str:
    """What is said on standard error to who asks in Korean; who asks in English is told something else."""
    korean, english = faultlog(*words, "--lang", "ko"), faultlog(*words)
    assert (korean.returncode, english.returncode) == (code, code), korean.stderr
    assert english.stderr.isascii()
    assert not korean.stderr.isascii()
    assert "Traceback" not in korean.stderr
    return korean.stderr


@pytest.mark.parametrize(
    ("command", "code"), [("triage", 3), ("timeline", 3), ("formats learn", 3), ("fleet report --lake", 2)]
)
def test_a_missing_path_is_named(command: str, code: int, tmp_path: Path) -> None:
    assert f"faultlog: {tmp_path / 'no.zip'}: " in refused(*command.split(), tmp_path / "no.zip", code=code)


def test_what_is_no_bundle_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.7z").write_bytes(b"7z\xbc\xaf\x27\x1c" + bytes(100))
    assert "a.7z" in refused("triage", tmp_path / "a.7z", code=3)
    (tmp_path / "cut.zip").write_bytes(SAMPLE.read_bytes()[:40_000])
    assert refused("triage", tmp_path / "cut.zip", code=3) == (
        "faultlog: cut.zip: 잘린 zip이라 목록이 없습니다. 다시 복사하세요\n"
    )


def test_an_encrypted_archive_has_no_line_that_is_understood(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "locked.zip", "w") as bundle:
        bundle.writestr("ampdaemon.log", LOG)
    raw = bytearray((tmp_path / "locked.zip").read_bytes())
    raw[6] |= 1
    raw[raw.find(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "locked.zip").write_bytes(bytes(raw))
    sentence = refused("triage", tmp_path / "locked.zip", code=3)
    assert sentence.startswith("faultlog: locked.zip: 커넥터 로그가 없습니다.")
    assert "(ampdaemon.log: 암호화되어 있습니다. 암호로 풀어서 그 폴더를 지정하세요)" in sentence


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("rules", "show", 77, "--os", "linux"), "결함 77: Linux에서는 설명하는 규칙이 없습니다."),
        (("formats", "show", "nope"), "'nope': 그런 로그 형식이 없습니다."),
        (("triage", SAMPLE, "--tz", "Foo/Bar"), "'Foo/Bar': 알 수 없는 시간대입니다."),
        (("triage", SAMPLE, "--taken", "03/04/2026"), "두 가지 날짜로 읽힐 수 있습니다."),
        (("triage", SAMPLE, "--connector", "x"), "--connector: 'x': 버전이 아닙니다."),
        (("triage", SAMPLE, "--since", "2026-03-03", "--until", "2026-03-02"), "서로 바꾸세요"),
        (("triage", SAMPLE, "--json", SAMPLE), "번들 자체입니다."),
        (
            ("triage", SAMPLE, "--html", "nosuch/x.html"),
            "nosuch 폴더가 없으니 먼저 만드세요",
        ),
        (("triage", SAMPLE, "--map", "m.json"), "--map은 --redact와 함께 씁니다."),
        (("triage", SAMPLE, "--push", "a b"), "주소가 아닙니다."),
        (("explain", SAMPLE, "f7-1"), "'f7-1': fault6-breached-0001.zip에 그런 id가 없습니다."),
        (("chart", SAMPLE, "-o", "x.gif"), "x.gif: 그림은"),
        (("timeline", SAMPLE, "-o", "x.odd"), "확장자 .odd에 맞는 형식이 없습니다."),
        (("compare", SAMPLE, "-"), "표준 입력은 한 번만 읽을 수 있는데"),
        (("redact", SAMPLE, "-o", "-"), "-o에 파일이나 폴더를 지정하세요"),
        (("fleet", "compact", "--lake", "nosuch"), "nosuch: 레이크가 아닙니다."),
    ],
)
def test_a_question_that_cannot_be_asked_is_answered_in_korean(words: tuple[object, ...], said: str) -> None:
    sentence = refused(*words, code=2)
    assert sentence.startswith("faultlog: ")
    assert said in sentence


def test_logs_that_no_format_understands_are_said_to_be_such(tmp_path: Path) -> None:
    (tmp_path / "ampdaemon.log").write_text("one\ntwo\n" * 20)
    assert "어느 형식으로도 이해한 줄이 없습니다" in refused("triage", tmp_path, code=3)


def test_a_value_that_is_left_is_a_leak_in_korean_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Replacer, "replaced", lambda _self, chunks, *_told: iter(chunks))
    (tmp_path / "a.log").write_text(LOG)
    sentence = refused("redact", tmp_path / "a.log", "-o", tmp_path / "b.log", code=5)
    assert "쓴 파일에 값이 남아 있어 아무것도 보관하지 않았습니다" in sentence
    assert not (tmp_path / "b.log").exists()


def test_why_a_copy_was_not_compared_is_told_in_korean(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "notes.txt").write_text("one\n")
    done = faultlog("redact", tmp_path / "in", "-o", tmp_path / "out", "--lang", "ko")
    assert done.returncode == 0
    assert "원본을 분석할 수 없어 비교하지 않았습니다: in: 커넥터 로그가 없습니다." in done.stdout


def test_a_refusal_that_shows_tokens_shows_no_name_in_korean_either(tmp_path: Path) -> None:
    (tmp_path / "kamiro.log").write_text("user=kamiro\n" * 20)
    sentence = refused("triage", tmp_path / "kamiro.log", "--redact", "--json", "-", code=3)
    assert "이해한 줄이 없습니다" in sentence
    assert str(tmp_path) not in sentence


def test_a_name_that_steers_a_terminal_is_spelled_out(tmp_path: Path) -> None:
    assert "\\x1b[31m.zip: 그런 파일이나 폴더가 없습니다." in refused("triage", tmp_path / "\x1b[31m.zip", code=3)


def process(*words: object, closed: str = "", **streams: object) -> subprocess.CompletedProcess[str]:
    """A process of its own, with some streams closed."""
    asked = ["sh", "-c", f'exec "$0" -m faultlog "$@" {closed}', sys.executable, *map(str, words), "--lang", "ko"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams}
    return subprocess.run(
        asked, check=False, cwd=ROOT, encoding="utf-8", env={**os.environ, "PYTHONUTF8": "1"}, **pipes
    )


def test_closed_streams_are_told_in_korean() -> None:
    done = process("triage", "-", closed="<&-")
    assert (done.returncode, done.stderr) == (2, "faultlog: 표준 입력이 닫혀 있습니다. 경로를 지정하세요\n")
    done = process("triage", SAMPLE, closed=">&-")
    assert (done.returncode, done.stderr) == (2, "faultlog: 표준 출력이 닫혀 있어 답을 내보낼 곳이 없습니다\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_an_answer_for_which_there_is_no_space_is_told_in_korean() -> None:
    with open("/dev/full", "w") as full:  # noqa: PTH123 (a device)
        done = process("rules", "list", stdout=full)
    assert done.returncode == 2
    assert "장치에 남은 공간이 없음" in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("triage",), "오류: 필요한 인자가 없습니다: 'PATH'"),
        (("triage", SAMPLE, "--ful"), "오류: --ful: 그런 옵션이 없습니다. 비슷한 옵션: "),
        (("triage", SAMPLE, "--jobs", "99"), "오류: '--jobs': 올바른 값이 아닙니다. 64 이하여야 합니다"),
        (("triage", SAMPLE, "--jobs", "x"), "오류: '--jobs': 올바른 값이 아닙니다. 정수여야 합니다"),
        (("triage", SAMPLE, "--full=1"), "오류: 옵션 '--full'에는 값을 지정하지 않습니다."),
        (
            ("rules", "show", "1", "--os", "dos"),
            "오류: '--os': 'dos' 값은 쓸 수 없습니다. 다음 가운데 하나여야 ",
        ),
        (("rules", "show", "1", "2"), "오류: 쓰이지 않는 인자가 있습니다(2)"),
        (("redact", SAMPLE), "오류: 필요한 옵션이 없습니다: '--output' / '-o'"),
        (("triag", SAMPLE), "오류: 'triag': 그런 명령이 없습니다. 혹시 'triage' 명령입니까?"),
        (("fleet", "nope"), "오류: 'nope': 그런 명령이 없습니다."),
    ],
)
def test_words_that_mean_nothing_are_told_in_korean(words: tuple[object, ...], said: str) -> None:
    sentence = refused(*words, code=2)
    assert said in sentence
    assert "Usage" not in sentence


def test_an_option_without_its_value_is_told_in_the_language_that_was_asked_before() -> None:
    assert "오류: 옵션 '--tz'에 값이 필요합니다." in faultlog("triage", SAMPLE, "--lang", "ko", "--tz").stderr


def test_the_language_that_is_asked_last_is_spoken_and_a_path_asks_for_none() -> None:
    assert faultlog("triage", "no.zip", "--lang=ko", "--lang=en").stderr.isascii()
    assert not faultlog("triage", "no.zip", "--lang=en", "--lang=ko").stderr.isascii()
    assert faultlog("triage", "no.zip", "--", "--lang=ko").stderr.isascii()


def test_mistakes_of_a_rule_file_come_all_at_once_in_korean(tmp_path: Path) -> None:
    folder = tmp_path / "cisco-secure-endpoint" / "macos"
    folder.mkdir(parents=True)
    whole = (ROOT / "rules/cisco-secure-endpoint/macos/6-scan-service-restarting.yaml").read_text()
    wrong = whole.replace(", within: 10m", ", witin: 10m", 1).replace("fault: 6", "fault: 010", 1)
    (folder / "6-mine.yaml").write_text(wrong)
    lines = refused("triage", SAMPLE, "--rules", tmp_path, code=2).splitlines()
    assert any("YAML 1.1은 이것을 8진수로 읽습니다. 따옴표로 묶으세요: '010'" in line for line in lines)
    assert any(line.endswith(".witin: 알 수 없는 키입니다 (혹시 'within'입니까?)") for line in lines)


def test_a_flawed_format_is_refused_in_korean(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("format: mine\nline: '(?P<message'\n")
    assert refused("triage", SAMPLE, "--parsers", tmp_path, code=2).count("빠져 있습니다") > 2
