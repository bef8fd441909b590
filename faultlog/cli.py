"""The command line: options → one config value → one library call → render → exit code. Nothing is decided here.

Answers go to standard output, everything else to standard error. Exit codes: 0 done, 1 a finding at or above
`--fail-on`, 2 usage, 3 nothing answerable.
"""

import gc
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from faultlog.errors import FaultlogError, UsageError
from faultlog.release import VERSION
from faultlog.words import Command, Group

if TYPE_CHECKING:
    from rich.console import Console

    from faultlog.checks import Checked
    from faultlog.pipeline import Knowledge, Options
    from faultlog.report.document import CaseDocument
    from faultlog.rulebook import RuleBook
    from faultlog.wording import Wording

app = typer.Typer(
    cls=Group,
    help="Says which faults a Cisco Secure Endpoint connector raised, for how long, and what to do now.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
rules_app = typer.Typer(cls=Group, help="What a fault is: the rules.", no_args_is_help=True, rich_markup_mode=None)
formats_app = typer.Typer(
    cls=Group, help="What a log looks like: the formats.", no_args_is_help=True, rich_markup_mode=None
)
app.add_typer(rules_app, name="rules")
app.add_typer(formats_app, name="formats")

Language = Literal["en", "ko"]
Paths = Annotated[
    list[str], typer.Argument(metavar="PATH", help="Bundles, folders or logs of one host; - is standard input.")
]
Tz = Annotated[str | None, typer.Option(metavar="ZONE", help="Zone of stamps that state none, e.g. Asia/Seoul.")]
Taken = Annotated[
    str | None,
    typer.Option(
        metavar="DATE", help="When the bundle was taken, e.g. 2026-03-09: gives lines without year their year."
    ),
]
Os = Annotated[Literal["macos", "linux"] | None, typer.Option(help="The host's system, where the bundle does not say.")]
OsVersion = Annotated[str | None, typer.Option(metavar="VERSION", help="Its version, e.g. 10.15.7: chooses advice.")]
Connector = Annotated[
    str | None, typer.Option(metavar="VERSION", help="The connector's version, e.g. 1.14.1: chooses the advice.")
]
Rules = Annotated[list[Path] | None, typer.Option(metavar="DIR", help="Your own rules, beside the built-in ones.")]
Parsers = Annotated[list[Path] | None, typer.Option(metavar="DIR", help="Your own formats, beside the built-in ones.")]
Lang = Annotated[Language, typer.Option(help="Language of the report.")]
Since = Annotated[str | None, typer.Option(metavar="TIME", help="Show what lies after this; all is analysed.")]
Until = Annotated[str | None, typer.Option(metavar="TIME", help="Show what lies before this; all is analysed.")]
Full = Annotated[
    bool, typer.Option("--full", help="Read every line, of the largest logs as well: times may be known better.")
]
Jobs = Annotated[
    int | None, typer.Option(metavar="N", min=1, max=64, help="Threads that work at once; else one for each core.")
]
FailOn = Annotated[
    Literal["info", "warning", "critical"] | None,
    typer.Option(help="Exit with 1 if a finding is at least this severe."),
]


def main() -> None:
    """Run the command line; a mistake of the user's ends in one sentence, never in a traceback."""
    if sys.stdout is None:
        complain("standard output is closed; the answer has nowhere to go")
        sys.exit(2)
    try:
        app(standalone_mode=True)
    except FaultlogError as error:
        complain(str(error))
        sys.exit(error.exit_code)


def complain(sentence: str) -> None:
    """Say on standard error what is wrong."""
    from faultlog.wording import safe

    lines = [safe(line) for line in sentence.splitlines()] or ["something went wrong"]
    print("faultlog:", "\n".join(lines), file=sys.stderr)  # noqa: T201


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"faultlog {VERSION}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    del version


@app.command(cls=Command)
def triage(
    paths: Paths,
    json: Annotated[
        str | None, typer.Option(metavar="FILE", help="Write the case document here; - is standard output.")
    ] = None,
    tz: Tz = None,
    lang: Lang = "en",
    taken: Taken = None,
    os: Os = None,
    os_version: OsVersion = None,
    connector: Connector = None,
    rules: Rules = None,
    parsers: Parsers = None,
    since: Since = None,
    until: Until = None,
    full: Full = False,
    jobs: Jobs = None,
    fail_on: FailOn = None,
) -> None:
    """Say what went wrong on one host, in one screen."""
    from faultlog import asking, outputs
    from faultlog.report.document import to_json
    from faultlog.report.text import render_text

    known = asking.told(tz, taken, os, os_version, connector)
    options = asking.options(known, rules, parsers, full=full, jobs=jobs, kept=json is not None)
    window = asking.window(since, until)
    outputs.writable(json, paths)
    knowledge, document = _analyzed(paths, options)
    if json is not None:
        outputs.write(json, to_json(document))
    if json != "-":
        asked = asking.words(
            tz=tz,
            taken=taken,
            os=os,
            os_version=os_version,
            connector=connector,
            rules=rules,
            parsers=parsers,
            full=full or None,
        )
        named = shlex.join([*asked, *paths])
        render_text(document, _wording(knowledge.rules, document, lang), _console(), path=named, window=window)
    _leave(document, fail_on)


@app.command(cls=Command)
def explain(
    paths: Annotated[
        list[str],
        typer.Argument(metavar="PATH... ID", help="The bundle as for triage, then the id of what to explain."),
    ],
    tz: Tz = None,
    lang: Lang = "en",
    taken: Taken = None,
    os: Os = None,
    os_version: OsVersion = None,
    connector: Connector = None,
    rules: Rules = None,
    parsers: Parsers = None,
    full: Full = False,
    jobs: Jobs = None,
) -> None:
    """Show the chain of evidence of one id.

    The id is that of an interval (f6-1), a finding, a remedy or a pattern; each step names file and line and shows it.
    """
    from faultlog import asking
    from faultlog.report.explaining import render_explanation

    if len(paths) < 2:
        raise UsageError("explain takes a bundle and an id, e.g. faultlog explain bundle.zip f6-1")
    known = asking.told(tz, taken, os, os_version, connector)
    options = asking.options(known, rules, parsers, full=full, jobs=jobs, kept=False)
    knowledge, document = _analyzed(paths[:-1], options)
    render_explanation(document, paths[-1], _wording(knowledge.rules, document, lang), _console())


@app.command(cls=Command)
def check(
    folders: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="DIR", help="Folders of your own rules, formats or both; without any, only the built-in ones."
        ),
    ] = None,
) -> None:
    """Let every rule and format file prove itself.

    Says all mistakes at once, each with its place.
    """
    from faultlog.checks import check as check_all
    from faultlog.packs import within
    from faultlog.pipeline import Options

    packs = [pack for folder in folders or () for pack in within(folder)]
    formats = tuple(pack for pack in packs if _holds_formats(pack))
    rules = tuple(pack for pack in packs if pack not in formats)
    _proven(check_all(_knowledge(Options(rule_folders=rules, format_folders=formats))))


@app.command(cls=Command)
def simulate(
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="DIR", help="Folder for the bundles and their truth.")
    ],
    scenario: Annotated[
        str,
        typer.Option(metavar="NAME", help="What happens; `random` lets the seed decide, an unknown name lists all."),
    ] = "fault6-breached",
    seed: Annotated[int, typer.Option(help="Same seed, same bytes.")] = 1,
    size: Annotated[int | None, typer.Option(min=1, max=64 << 30, help="Approximate bytes of the live log.")] = None,
    hosts: Annotated[int, typer.Option(min=1, help="Number of bundles.")] = 1,
) -> None:
    """Write synthetic bundles whose truth is known.

    Prints their paths.
    """
    from faultlog.simulating import simulate as write
    from faultlog.wording import safe

    _settled()
    for path in write(output, scenario, seed, size, hosts):
        typer.echo(safe(str(path)))


@rules_app.command("list", cls=Command)
def rules_list(lang: Lang = "en", rules: Rules = None) -> None:
    """List every fault there is a rule for."""
    from faultlog.report.manual import render_rules

    book = _rules(rules)
    render_rules(book, _wording(book, None, lang), _console())


@rules_app.command("show", cls=Command)
def rules_show(
    fault: Annotated[int, typer.Argument(metavar="ID", help="The fault's id.")],
    os: Os = None,
    lang: Lang = "en",
    rules: Rules = None,
) -> None:
    """Show all that is known of one fault, like a manual page."""
    from faultlog.report.manual import render_rule

    book = _rules(rules)
    render_rule(book, fault, os, _wording(book, None, lang), _console())


@rules_app.command("test", cls=Command)
def rules_test(rules: Rules = None) -> None:
    """Run the samples and inline tests of every rule."""
    from faultlog.checks import check_rules
    from faultlog.pipeline import Options

    _proven(check_rules(_knowledge(Options(rule_folders=tuple(rules or ())))))


@formats_app.command("list", cls=Command)
def formats_list(lang: Lang = "en", parsers: Parsers = None) -> None:
    """List every format."""
    from faultlog.formats import load_formats
    from faultlog.report.manual import render_formats

    render_formats(load_formats(parsers or ()), _wording(_rules(), None, lang), _console())


@formats_app.command("show", cls=Command)
def formats_show(
    name: Annotated[str, typer.Argument(help="The format's name.")], lang: Lang = "en", parsers: Parsers = None
) -> None:
    """Show one format: its shape, samples, and where it is known from."""
    from faultlog.formats import load_formats
    from faultlog.report.manual import render_format

    render_format(load_formats(parsers or ()), name, _wording(_rules(), None, lang), _console())


@formats_app.command("test", cls=Command)
def formats_test(parsers: Parsers = None) -> None:
    """Run the samples and refusals of every format."""
    from faultlog.checks import check_formats
    from faultlog.pipeline import Options

    _proven(check_formats(_knowledge(Options(format_folders=tuple(parsers or ())))))


@formats_app.command("learn", cls=Command)
def formats_learn(
    log: Annotated[str, typer.Argument(metavar="LOG", help="A log that no format understands; - is standard input.")],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="DIR", help="Folder for what is learned; new or empty.")
    ] = Path("learned"),
    raised: Annotated[
        list[str] | None,
        typer.Option("--raise", metavar="LINE", help="A line that raises a fault: all its text or number; repeatable."),
    ] = None,
    cleared: Annotated[
        list[str] | None,
        typer.Option("--clear", metavar="LINE", help="A line that clears one: all its text or number; repeatable."),
    ] = None,
    start: Annotated[
        str | None,
        typer.Option(metavar="LINE", help="A line in which the connector starts: text or number."),
    ] = None,
    fault: Annotated[
        int | None, typer.Option(min=0, max=99_999, metavar="ID", help="The fault that these lines mean.")
    ] = None,
    stamp: Annotated[
        str | None, typer.Option(metavar="PATTERN", help="How stamps are written, e.g. '%d.%m.%Y %H:%M:%S'.")
    ] = None,
    name: Annotated[
        str | None, typer.Option(metavar="NAME", help="What to call the format; else it is named after the log.")
    ] = None,
    file: Annotated[
        str | None, typer.Option(metavar="PATH", help="Which log of an archive or folder is meant.")
    ] = None,
    lang: Lang = "en",
) -> None:
    """Propose a format for a log that looks different.

    With --raise and --clear also rules for how it words faults; all of it proves itself.
    """
    from faultlog.learn import Question, learn
    from faultlog.pipeline import Options
    from faultlog.report.learning import render_learned

    given = {"--raise": raised, "--clear": cleared, "--start": None if start is None else [start]}
    examples = {option: tuple(lines) for option, lines in given.items() if lines}
    knowledge = _knowledge(Options())
    learned = learn(Question(log, output, examples, fault, stamp, name, file), knowledge)
    render_learned(learned, _wording(knowledge.rules, None, lang), _console())


def _proven(checked: "Checked") -> None:
    from faultlog.errors import PackError

    if checked.flaws:
        raise PackError(checked.flaws)
    typer.echo(f"{checked.files} files, {checked.proofs} proofs, no flaw")


def _holds_formats(folder: Path) -> bool:
    """Whether a folder holds formats, which lie flat, and not rules, which lie under product and system."""
    return any(folder.glob("*.yaml"))


def _knowledge(options: "Options") -> "Knowledge":
    from faultlog.pipeline import load_knowledge

    _settled()
    return load_knowledge(options)


def _settled() -> None:
    """Collect garbage again, as the door does not: what was imported stays, and is not looked through each time."""
    gc.freeze()
    gc.enable()


def _rules(folders: list[Path] | None = None) -> "RuleBook":
    from faultlog.rulebook import load_rules

    return load_rules(folders or ())


def _analyzed(paths: list[str], options: "Options") -> "tuple[Knowledge, CaseDocument]":
    from rich.console import Console

    from faultlog.pipeline import analyze_with
    from faultlog.progress import watching
    from faultlog.report.document import document

    if "" in paths:
        raise UsageError("an empty path names nothing; give a bundle, a folder, a log, or - for standard input")
    if "-" in paths and sys.stdin is None:
        raise UsageError("standard input is closed; give a path")
    knowledge = _knowledge(options)
    with watching(Console(stderr=True)) as progress:
        case = analyze_with(knowledge, paths, options, progress)
    return knowledge, document(case)


def _wording(rules: "RuleBook", document: "CaseDocument | None", lang: Language) -> "Wording":
    from faultlog.wording import Wording

    return Wording(lang, rules, "UTC" if document is None else document.host.time_zone.name)


def _console() -> "Console":
    from faultlog.report.page import answer_console

    return answer_console()


def _leave(document: "CaseDocument", fail_on: str | None) -> None:
    """End with the documented exit code."""
    from faultlog.errors import NothingAnswerable
    from faultlog.model import LEVELS

    if not any(file.events for file in document.files):
        raise NothingAnswerable(
            f"{document.bundle.name}: no line of it was understood by any format; is it a connector log? "
            "`faultlog formats list` shows what is understood, `faultlog formats learn LOG` proposes a format for it"
        )
    levels = [*(one.level for one in document.findings), *(one.level for one in document.contradictions)]
    if fail_on is not None and any(LEVELS.index(level) >= LEVELS.index(fail_on) for level in levels):
        raise typer.Exit(1)
