"""`faultlog redact`: a bundle that can be shared."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from faultlog.commands.asked import knowledge_of
from faultlog.commands.params import CaseOptions, with_options

if TYPE_CHECKING:
    from collections.abc import Mapping

    from faultlog.redaction.bundles import Redacted
    from faultlog.redaction.kinds import Kind
    from faultlog.wording import Wording

UNPROVEN = 4
"""Exit code: the bundle holds no value, but its analysis says otherwise than that of the original."""
_MOST_NAMED = 10


@with_options
def redact(
    paths: Annotated[list[str], typer.Argument(metavar="PATH", help="Bundles, folders or logs of one host.")],
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FILE", help="The bundle to write, or the folder to write it into.")
    ],
    map: Annotated[  # noqa: A002 (the option's name)
        str | None,
        typer.Option(
            metavar="FILE", help="The private map: read if it is there, then written; else beside the bundle."
        ),
    ] = None,
    word: Annotated[
        list[str] | None, typer.Option(metavar="TEXT", help="Replace this as well, wherever it stands; again for more.")
    ] = None,
    words: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Replace what stands in this file as well, one a line.")
    ] = None,
    asked: CaseOptions = CaseOptions(),
) -> None:
    """Write a bundle that can be shared: names, addresses and secrets are replaced by tokens, the same everywhere.

    Exit code 4: the analysis of it differs; 5: a value would have been left, nothing is kept.
    """
    from dataclasses import replace

    from faultlog.redaction import bundles, mapfile
    from faultlog.wording import Wording

    options = replace(asked.options(), hashed=False)
    knowledge = knowledge_of(options)
    ledger, held = mapfile.opened(map)
    wanted = bundles.Wanted(tuple(paths), Path(output), (*(word or ()), *mapfile.words_of(words)), options)
    done = bundles.redact(wanted, ledger, knowledge, mapfile.Keeper(held, tuple(paths)))
    wording = Wording(asked.lang, knowledge.rules)
    for sentence in _said(done, wording):
        typer.echo(sentence)
    if not done.is_proved:
        raise typer.Exit(UNPROVEN)


def _said(done: "Redacted", wording: "Wording") -> list[str]:
    """What was done, what was proved, what is not in it."""
    from faultlog.redaction.bundles import why_left

    found, nothing = _kinds(done.counts, wording), wording.words("redact.nothing")
    places = wording.counted("redact.places", done.replaced)
    left_out = [(one.path, why_left(one.code, wording.language)) for one in done.left_out[:_MOST_NAMED]]
    said = [
        wording.counted("redact.done", done.files, target=done.target, places=places),
        *([wording.words("redact.found", kinds=found), _private(done, wording)] if found else [nothing]),
        _proof(done, wording),
        wording.words("redact.map", map=done.map),
        wording.words("redact.unmarked"),
    ]
    said += [wording.words("redact.left_out", path=path, why=why) for path, why in left_out]
    if done.unread:
        said.append(wording.words("redact.unread"))
    if done.outside:
        said.append(wording.counted("redact.outside", done.outside))
    if len(done.left_out) > _MOST_NAMED:
        said.append(wording.counted("redact.more_left_out", len(done.left_out) - _MOST_NAMED))
    return said


def _private(done: "Redacted", wording: "Wording") -> str:
    if not done.places:
        return wording.words("redact.private")
    return wording.counted("redact.stays", done.places, kinds=_kinds(done.stays, wording))


def _kinds(counts: "Mapping[Kind, int]", wording: "Wording") -> str:
    return ", ".join(wording.counted(f"redact.kind.{kind}", count) for kind, count in sorted(counts.items()) if count)


def _proof(done: "Redacted", wording: "Wording") -> str:
    from faultlog.report.recognised import told
    from faultlog.report.refused import REFUSALS

    if not done.is_proved:
        said = wording.words("redact.differs", keys=", ".join(done.differences))
        return f"{said} {wording.words('redact.date')}" if "bundle.taken_at" in done.differences else said
    if done.differences:
        return wording.words("redact.counted", keys=", ".join(done.differences))
    if done.unanswerable is not None:
        return wording.words("redact.unanswerable", why=told(wording, done.unanswerable, *REFUSALS))
    return wording.words("redact.same")
