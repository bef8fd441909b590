"""What went wrong with a bundle is said in Korean to who reads Korean, although the code states it in English."""

import ast
import re
from pathlib import Path

import pytest

from faultlog.report.recognised import recognised
from faultlog.report.rows import Warn
from faultlog.report.stopped import warned
from faultlog.rulebook import load_rules
from faultlog.wording import Wording, catalogue

ROOT = Path(__file__).parents[2] / "faultlog"
RULES = load_rules(())
EN, KO = (Wording(language, RULES, "UTC") for language in ("en", "ko"))
STATING = {"DamageError", "BundleError", "Warn", "warn", "_note", "_end", "_inconsistent", "_leave"}
"""What takes a sentence about a bundle as an argument."""


def sample(node: ast.AST) -> str | None:
    """A string of the code, with a number in each of its blanks; `None` where it is none."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in node.values)
    return None


def stated() -> set[str]:
    """Every sentence that the code states of a bundle: more than one word, for one is a code."""
    found = set()
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            texts = node.args if isinstance(node, ast.Call) and called(node.func) in STATING else ()
            found |= {text for one in texts if (text := sample(one)) is not None and " " in text}
    return found


def called(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def test_every_sentence_that_the_code_states_of_a_bundle_is_in_the_catalogues() -> None:
    sentences = stated()
    assert len(sentences) > 40
    assert [text for text in sorted(sentences) if recognised(text, "detail") is None] == []


@pytest.mark.parametrize("key", [key for key in catalogue("en") if key.startswith("detail.")])
def test_a_sentence_of_the_catalogue_is_recognised_as_itself_and_said_without_english(key: str) -> None:
    text = re.sub(r"\{\w+\}", "7", catalogue("en")[key])
    found = recognised(text, "detail")
    assert found is not None
    assert found[0] == key
    said = warned(KO, Warn("x", None, text)).removesuffix(" [x]")
    for word in ("faultlog triage --json", "faultlog compare --json", "stored", "deflate", "OLD", "NEW", "zip64"):
        said = said.replace(word, "")
    assert re.findall("[a-z]{3,}", re.sub("zip|tar", "", said)) == []


@pytest.mark.parametrize(
    ("code", "detail", "said"),
    [
        (
            "zip_inconsistent",
            "a.zip contradicts itself: it states 3 members and lists 2; make the zip again",
            "a.zip: zip의 내용이 서로 모순됩니다(항목이 3개라면서 2개만 나열함). zip을 다시 만드세요",
        ),
        (
            "bomb_members",
            "more than 7 files",
            "여는 수보다 많은 파일이 들어 있어, 나머지는 열지 않았습니다 (파일이 7개보다 많습니다)",
        ),
        ("odd", "nobody knows this", "nobody knows this"),
    ],
)
def test_what_is_known_stands_behind_what_it_means(code: str, detail: str, said: str) -> None:
    assert warned(KO, Warn(code, None, detail)) == f"{said} [{code}]"
    assert detail in warned(EN, Warn(code, None, detail))
