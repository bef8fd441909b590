"""What every command does with what it was asked: knowledge, a case, words, a screen, an exit code."""

import gc
import sys
from contextlib import suppress
from io import StringIO
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from faultlog.commands.params import Language
from faultlog.commands.private import Shown
from faultlog.errors import UsageError

if TYPE_CHECKING:
    from rich.console import Console

    from faultlog.checks import Checked
    from faultlog.pipeline import Knowledge, Options
    from faultlog.report.document import CaseDocument
    from faultlog.rulebook import RuleBook
    from faultlog.wording import Wording


def complain(sentence: str) -> None:
    """Say on standard error what is wrong; where nobody listens there, the exit code alone says it."""
    from faultlog.report.refused import REFUSALS, refused

    lines = refused(sentence, language(sys.argv[1:]), *REFUSALS) or ["something went wrong"]
    _tell("faultlog:", "\n".join(lines))


def correct(misuse: typer.BadParameter) -> None:
    """Say on standard error what is wrong with the words of a command, as typer does, which speaks English alone."""
    asked = language(sys.argv[1:])
    if asked == "en":
        misuse.show()
        return
    from faultlog.report.refused import MISUSES, refused

    said = StringIO()
    misuse.show(said)
    _tell("\n".join(refused(said.getvalue(), asked, *MISUSES)))


def language(words: list[str]) -> Language:
    """The language that the words of a command ask for: it is known before they are understood, or where they are not.

    >>> language(["triage", "--lang", "en", "--lang=ko", "--", "--lang=en"])
    'ko'
    """
    options = words[: words.index("--")] if "--" in words else words
    given = [
        after if word == "--lang" else word.removeprefix("--lang=")
        for word, after in zip_longest(options, options[1:])
        if word == "--lang" or word.startswith("--lang=")
    ]
    return "ko" if given[-1:] == ["ko"] else "en"


def _tell(*parts: str) -> None:
    if sys.stderr is None:
        return
    with suppress(OSError):
        print(*parts, file=sys.stderr, flush=True)  # noqa: T201


def knowledge_of(options: "Options") -> "Knowledge":
    """Formats and rules, the built-in ones and those of some options."""
    from faultlog.pipeline import load_knowledge

    settle()
    return load_knowledge(options)


def settle() -> None:
    """Collect garbage again, as the door does not: what was imported stays, and is not looked through each time."""
    gc.freeze()
    gc.enable()


def rules_of(folders: list[Path] | None = None) -> "RuleBook":
    """Every rule, those of some folders of the user's included."""
    from faultlog.rulebook import load_rules

    return load_rules(folders or ())


def analyzed(paths: list[str], options: "Options", shown: Shown) -> "tuple[Knowledge, CaseDocument]":
    """The case of some paths, as a document, with the knowledge that judged it; progress goes to standard error."""
    from rich.console import Console

    from faultlog.pipeline import analyze_with
    from faultlog.progress import watching
    from faultlog.report.document import document

    if "" in paths:
        raise UsageError("an empty path names nothing; give a bundle, a folder, a log, or - for standard input")
    if "-" in paths and sys.stdin is None:
        raise UsageError("standard input is closed; give a path")
    knowledge = knowledge_of(options)
    shown.read(paths, options)
    with watching(Console(stderr=True)) as progress:
        case = analyze_with(knowledge, paths, options, shown.progress(progress))
    return knowledge, document(case)


def documented(paths: list[str], options: "Options", shown: Shown) -> "tuple[RuleBook, CaseDocument]":
    """The case that a saved document holds, or else that of some paths, as it is shown; with the rules that word it.

    Raises:
        UsageError: a document of another version, a document beside something else, or an option that would have
            to analyse it anew.
    """
    from faultlog.identity import Told
    from faultlog.report.document import from_json, saved

    found = {path: text for path in paths if path not in {"", "-"} and (text := saved(path)) is not None}
    if not found:
        knowledge, document = analyzed(paths, options, shown)
        return knowledge.rules, shown.case(document)
    path, text = next(iter(found.items()))
    if len(paths) > 1:
        raise UsageError(f"{path}: is a case document; give it alone, or the bundles it was made of")
    if options.told != Told() or options.full or options.format_folders:
        raise UsageError(f"{path}: is a case document, which is not analysed anew; give the bundle for these options")
    settle()
    return rules_of(list(options.rule_folders)), shown.case(from_json(text, path))


def wording_in(rules: "RuleBook", document: "CaseDocument | None", lang: Language) -> "Wording":
    """Sentences in a language; instants in the zone of a case."""
    from faultlog.wording import Wording

    return Wording(lang, rules, "UTC" if document is None else document.host.time_zone.name)


def console() -> "Console":
    """Where answers go: standard output."""
    from faultlog.report.page import answer_console

    return answer_console()


def leave(document: "CaseDocument", fail_on: str | None) -> None:
    """End with the documented exit code."""
    from faultlog.errors import NothingAnswerable
    from faultlog.model import LEVELS
    from faultlog.report.stopped import stops

    if not any(file.events for file in document.files):
        if stops(document.warnings):
            raise NothingAnswerable(
                f"{document.bundle.name}: reading was stopped by a limit before any line was understood, so nothing "
                "can be said of it; unpack it by hand, where it can be trusted, and give the logs that lie in it"
            )
        if not any(file.bytes for file in document.files):
            raise NothingAnswerable(f"{document.bundle.name}: is empty, or its logs are; take the bundle or log anew")
        raise NothingAnswerable(
            f"{document.bundle.name}: no line of it was understood by any format; is it a connector log? "
            "`faultlog formats list` shows what is understood, `faultlog formats learn LOG` proposes a format for it"
        )
    levels = [*(one.level for one in document.findings), *(one.level for one in document.contradictions)]
    if fail_on is not None and any(LEVELS.index(level) >= LEVELS.index(fail_on) for level in levels):
        raise typer.Exit(1)


def proven(checked: "Checked") -> None:
    """Say how much was proven."""
    from faultlog.errors import PackError

    if checked.flaws:
        raise PackError(checked.flaws)
    typer.echo(f"{checked.files} files, {checked.proofs} proofs, no flaw")
