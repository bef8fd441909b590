"""`faultlog formats`: what a log looks like."""

from pathlib import Path
from typing import Annotated

import typer

from faultlog.commands.asked import console, knowledge_of, proven, rules_of, wording_in
from faultlog.commands.params import Lang, Parsers
from faultlog.words import Command, Group

app = typer.Typer(cls=Group, help="What a log looks like: the formats.", no_args_is_help=True, rich_markup_mode=None)


@app.command("list", cls=Command)
def formats_list(lang: Lang = "en", parsers: Parsers = None) -> None:
    """List every format."""
    from faultlog.formats import load_formats
    from faultlog.report.manual import render_formats

    render_formats(load_formats(parsers or ()), wording_in(rules_of(), None, lang), console())


@app.command("show", cls=Command)
def formats_show(
    name: Annotated[str, typer.Argument(help="The format's name.")], lang: Lang = "en", parsers: Parsers = None
) -> None:
    """Show one format: its shape, samples, and where it is known from."""
    from faultlog.formats import load_formats
    from faultlog.report.manual import render_format

    render_format(load_formats(parsers or ()), name, wording_in(rules_of(), None, lang), console())


@app.command("test", cls=Command)
def formats_test(parsers: Parsers = None) -> None:
    """Run the samples and refusals of every format."""
    from faultlog.checks import check_formats
    from faultlog.pipeline import Options

    proven(check_formats(knowledge_of(Options(format_folders=tuple(parsers or ())))))


@app.command("learn", cls=Command)
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
    knowledge = knowledge_of(Options())
    learned = learn(Question(log, output, examples, fault, stamp, name, file), knowledge)
    render_learned(learned, wording_in(knowledge.rules, None, lang), console())
