"""What stands over and under a picture: the headline, whose it is, and what it rests on."""

from faultlog.report import about
from faultlog.report.charts.canvas import MARGIN, WIDTH, Canvas
from faultlog.report.charts.palette import INK, LEVELS, SOFT
from faultlog.report.document import CaseDocument
from faultlog.report.rows import Text
from faultlog.report.sources import listed_only
from faultlog.report.verdicts import ended_words, kept_words, nothing_raised, unkept, urgent
from faultlog.report.view import FINE, Seen, by_fault, judged, pattern_words, recurs
from faultlog.report.window import Ends

INSIDE = WIDTH - 2 * MARGIN
LONGEST, LONGEST_BESIDE = 640.0, 400.0
"""Pixels of a name in the headline and beside others: a long one does not push out what stands behind it."""


def heading(canvas: Canvas, view: Seen, window: Ends) -> str:
    """Write the headline and whose case it is; returns the headline."""
    mark, said = headline(view)
    word = canvas.wording.words(f"mark.{mark}")
    first = canvas.write(word, (MARGIN, canvas.top + 5), 15, 180, LEVELS.get(mark, SOFT)) + 12
    lines = canvas.wrapped(_shortened(canvas, view, said), 20, INSIDE - first, 2)
    for line in lines:
        canvas.write(line, (MARGIN + first, canvas.top), 20, INSIDE - first, INK)
        canvas.top += 27
    canvas.top += 2
    whose = (*about.host(view), view.doc.bundle.name)
    beside = " · ".join(canvas.cut(canvas.metrics.shown(one), 13, LONGEST_BESIDE) for one in whose)
    canvas.write(beside, (MARGIN, canvas.top), 13, INSIDE, SOFT)
    canvas.top += 24
    if window != (None, None):
        canvas.write(about.window(view, window), (MARGIN, canvas.top - 4), 12, INSIDE, SOFT)
        canvas.top += 18
    return f"{word}: {said}"


def _shortened(canvas: Canvas, view: Seen, said: str) -> str:
    for name in {view.name_of(one) for one in view.doc.intervals}:
        said = said.replace(name, canvas.cut(canvas.metrics.shown(name), 20, LONGEST))
    return said


def headline(view: Seen) -> tuple[str, str]:
    """The mark and the sentence of what is worst."""
    groups = by_fault(judged(view))
    listed = next(iter(listed_only(view)), None)
    if listed is not None and not urgent(groups):
        return "open", listed.said
    if not groups:
        outside = len(view.whole.intervals)
        return ("none_raised", view.wording.counted("headline.outside", outside)) if outside else nothing_raised(view)
    group = groups[0]
    worst = min(group, key=lambda row: row.rank)
    if worst.rank < FINE:
        return next(iter(unkept(view, worst)))
    recurring = [one for one in view.doc.patterns if recurs(view, one)]
    if recurring:
        return "note", pattern_words(view, recurring[0])
    kept = next(iter(kept_words(view, group)), None)
    return ("cleared", ended_words(view, group) or "") if kept is None else ("met", kept)


def footing(canvas: Canvas, doc: CaseDocument) -> None:
    """Write what the picture rests on, and which program and rules drew it."""
    say, keys = canvas.wording, {one.key for one in doc.assumptions}
    rests = [say.counted("chart.rests", len(keys))] if keys else []
    if "assumption.redacted" in keys:
        rests.insert(0, say.words("chart.redacted"))
    if "assumption.wording" in keys:
        rests.append(say.say(Text(key="assumption.wording", params={})))
    tool = say.words("chart.tool", version=doc.tool.version, rules=doc.tool.rules_sha256[:8])
    wide = canvas.width(tool, 11)
    canvas.write(" ".join(rests), (MARGIN, canvas.top), 11, INSIDE - wide - 20, SOFT)
    canvas.write(tool, (WIDTH - MARGIN - wide, canvas.top), 11, wide + 4, SOFT)
    canvas.top += 15
