"""JSON, one object a line: every row with all its columns."""

import json
from collections.abc import Iterable, Mapping

from faultlog.report.document import harmless
from faultlog.report.exports.timeline import Timeline


def jsonl_of(timeline: Timeline) -> bytes:
    """The rows as JSON lines, UTF-8; `null` is unknown or does not apply."""
    return lines(row.cells() for row in timeline.rows)


def lines(objects: Iterable[Mapping[str, object]]) -> bytes:
    """Objects as JSON, each on a line of its own, with nothing raw in it that a terminal may obey."""
    return "".join(harmless(json.dumps(one, ensure_ascii=False)) + "\n" for one in objects).encode()
