"""What was learned of a log, shown: its stamp, its shape, what it understands, what is not sure, what to do next."""

import shlex
from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from faultlog.learning.proposal import Learned, LearnedFormat
from faultlog.learning.worded import LearnedWording
from faultlog.model import Template
from faultlog.report.page import DIM, Page, cut
from faultlog.wording import Wording, safe

MOST_UNREAD = 5
"""Unread shapes that are shown. Tool default."""
MOST_SAMPLES = 3
"""Examples that are shown with their fields. Tool default."""


def render_learned(learned: Learned, wording: Wording, console: Console) -> None:
    """Print what was learned."""
    page = Page(console, wording)
    looked = "learn.looked.whole" if learned.whole else "learn.looked.sample"
    page.hang("", Text(safe(learned.path), style="bold"))
    page.hang("", wording.words(looked, count=f"{learned.looked_at:,}"))
    if learned.format is not None:
        _format(page, learned.format)
    _understood(page, learned)
    if learned.wordings:
        page.heading(wording.words("learn.title.wordings"))
        for one in learned.wordings:
            _wording(page, one)
    _unexplained(page, learned)
    _sure(page, learned)
    _next(page, learned)


def _format(page: Page, form: LearnedFormat) -> None:
    say = page.wording
    page.heading(say.words("learn.title.format"), form.name)
    names = [name for one in form.samples for name in one.fields]
    for label, text in (
        ("stamp", f"{form.layout}   {say.words('learn.such_as', text=form.samples[0].fields['stamp'])}"),
        ("fields", ", ".join(dict.fromkeys(names))),
        ("line", form.line),
    ):
        page.hang(f"  {say.words(f'learn.label.{label}')}  ", safe(text))
    for sample in form.samples[:MOST_SAMPLES]:
        page.quote(sample.line, 2)
        page.hang("    ", safe(", ".join(f"{name}={value}" for name, value in sample.fields.items())), DIM)


def _understood(page: Page, learned: Learned) -> None:
    say, found = page.wording, learned.understood
    page.heading(say.words("learn.title.understood"))
    share = f"{100 * found.share:.0f} %" if found.share in {0.0, 1.0} else f"{min(99.9, 100 * found.share):.1f} %"
    page.hang(
        "  ", say.words("learn.understood", share=share, count=f"{found.lines:,}", formats=", ".join(found.formats))
    )
    for one in found.unread[:MOST_UNREAD]:
        head = f"  {one.count:,} × "
        page.line(Text.assemble(head, cut(one.template, page.width - len(head))))
    _further(page, found.unread[MOST_UNREAD:])


def _wording(page: Page, one: LearnedWording) -> None:
    say = page.wording
    page.hang("  ", Text(say.words(f"signal.{one.signal}"), style="bold"))
    for proof in one.accepts:
        page.quote(proof.message, 4)
    page.hang("    ", safe(one.pattern), DIM)
    page.hang("    ", say.counted("learn.seen", one.seen))
    if one.fixed is not None:
        page.hang("    ", say.words("learn.fault.fixed", fault=one.fixed))
    elif one.accepts[0].fault is not None:
        faults = ", ".join(str(fault) for fault in one.faults)
        page.hang("    ", say.words("learn.fault.read", fault=one.accepts[0].fault, faults=faults))
    if one.widened:
        page.hang("    ", say.counted("learn.widened", len(one.widened)))
    for message in list(dict.fromkeys(one.widened))[:MOST_SAMPLES]:
        page.quote(message, 6)


def _unexplained(page: Page, learned: Learned) -> None:
    """What may concern faults and is explained by nothing; that there is nothing is said as well."""
    say, left = page.wording, learned.unexplained
    note = say.words("unexplained.total", count=f"{left.lines:,}", shapes=len(left.shapes)) if left.shapes else ""
    page.heading(say.words("learn.title.unexplained"), note)
    if not left.complete:
        page.hang("  ", say.words("learn.unexplained.part"))
    if not left.shapes:
        page.hang("  ", say.words("learn.unexplained.none"))
        return
    for one in left.shapes[:MOST_UNREAD]:
        head = f"  {one.count:,} × "
        page.line(Text.assemble(head, cut(one.template, page.width - len(head))))
        page.hang("    ", safe(f"{one.example.file}:{one.example.line}"), DIM)
        page.quote(one.example.text, 4)
    _further(page, left.shapes[MOST_UNREAD:])
    page.hang("  ", say.words("learn.unexplained.again"))
    page.line(f"  {safe(shlex.join(learned.again))}")


def _further(page: Page, rest: Sequence[Template]) -> None:
    if rest:
        count = f"{sum(one.count for one in rest):,}"
        page.hang("  ", page.wording.words("templates.more", count=count, shapes=len(rest)), DIM)


def _sure(page: Page, learned: Learned) -> None:
    """How ambiguities were decided, and what stays open."""
    say = page.wording
    notes = [] if learned.format is None else [say.say(note) for note in learned.format.notes]
    if learned.format is not None and learned.understood.share < 1.0:
        notes.append(say.words("learn.unread"))
    if learned.files and not any(one.signal == "connector_started" for one in learned.wordings):
        notes.append(say.words("learn.start.builtin"))
    if learned.files and not {"fault_raised", "fault_cleared"} & {one.signal for one in learned.wordings}:
        notes.append(say.words("learn.wordings.builtin"))
    if notes:
        page.heading(say.words("learn.title.sure"))
    for number, note in enumerate(notes, 1):
        page.hang(f"  {number}. ", note)


def _next(page: Page, learned: Learned) -> None:
    say = page.wording
    if not learned.files:
        page.heading(say.words("learn.title.nothing"))
        page.hang("  ", say.words("learn.nothing", formats=", ".join(learned.understood.formats)))
        return
    page.heading(say.words("learn.title.written"))
    for path in learned.files:
        page.line(f"  {safe(path)}")
    page.heading(say.words("learn.title.next"))
    page.line(f"  {safe(shlex.join(learned.command))}")
    page.hang("  ", say.words("learn.correct", command=shlex.join(("faultlog", "check", learned.folder))), DIM)
