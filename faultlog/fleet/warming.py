"""A nursery warmed: what is compiled or loaded at its first use is used once, so that no child has to.

What it reads are the samples that formats and rules prove themselves with.
"""

import io
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from faultlog.archives.streams import DamageError
from faultlog.errors import FaultlogError
from faultlog.fleet.tables import TABLES, filled
from faultlog.formats import LineSample
from faultlog.pipeline import Knowledge, Options, analyze_with
from faultlog.report.document import document, to_json

_LINE = "2026-03-03T12:{:02}:{:02}Z warm ampdaemon[71]: {}\n"


def warm(knowledge: Knowledge, options: Options) -> None:
    """Answer something once."""
    import pyarrow.parquet as pq  # type: ignore[import-untyped]

    with TemporaryDirectory() as place:
        for name, text in _logs(knowledge).items():
            Path(place, name).write_text(text, encoding="utf-8", errors="replace")
            with suppress(FaultlogError, DamageError):
                doc = document(analyze_with(knowledge, [Path(place, name)], options, lambda _path, _size: None))
                to_json(doc)
                for table in TABLES:
                    pq.write_table(filled(table, "warm", ["warm"], doc), io.BytesIO(), compression="zstd")


def _logs(knowledge: Knowledge) -> dict[str, str]:
    """A log in each format, and one that says all that a rule recognises."""
    said = [sample.message for rule in knowledge.rules.signals for sample in rule.file.accepts]
    heard = "".join(_LINE.format(at // 60 % 60, at % 60, one) for at, one in enumerate(said))
    written = {
        f"ampdaemon.log.{at}": "".join(f"{one.line}\n" for one in each.file.samples if isinstance(one, LineSample))
        for at, each in enumerate(knowledge.formats, 1)
    }
    return {"ampdaemon.log": heard, **written}
