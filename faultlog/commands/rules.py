"""`faultlog rules`: what a fault is."""

from typing import Annotated

import typer

from faultlog.commands.asked import console, knowledge_of, proven, rules_of, wording_in
from faultlog.commands.params import Lang, Os, Rules
from faultlog.words import Command, Group

app = typer.Typer(cls=Group, help="What a fault is: the rules.", no_args_is_help=True, rich_markup_mode=None)


@app.command("list", cls=Command)
def rules_list(lang: Lang = "en", rules: Rules = None) -> None:
    """List every fault there is a rule for."""
    from faultlog.report.manual import render_rules

    book = rules_of(rules)
    render_rules(book, wording_in(book, None, lang), console())


@app.command("show", cls=Command)
def rules_show(
    fault: Annotated[int, typer.Argument(metavar="ID", help="The fault's id.")],
    os: Os = None,
    lang: Lang = "en",
    rules: Rules = None,
) -> None:
    """Show all that is known of one fault, like a manual page."""
    from faultlog.report.manual import render_rule

    book = rules_of(rules)
    render_rule(book, fault, os, wording_in(book, None, lang), console())


@app.command("test", cls=Command)
def rules_test(rules: Rules = None) -> None:
    """Run the samples and inline tests of every rule."""
    from faultlog.checks import check_rules
    from faultlog.pipeline import Options

    proven(check_rules(knowledge_of(Options(rule_folders=tuple(rules or ())))))
