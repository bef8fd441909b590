"""A whole text to events, by the decoder that understands it: snapshots, console events."""

from collections.abc import Iterable, Sequence

from faultlog import decoders
from faultlog.filereading import FileReading
from faultlog.formats import LogFormat
from faultlog.lines import Line, split
from faultlog.model import Event, Evidence, LogFile, Mark


def decode(log: LogFile, chunks: Iterable[bytes], formats: Sequence[LogFormat]) -> FileReading | None:
    """Read a whole text by the decoder that understands it; `None` where none does, or the text is too large."""
    raw = bytearray()
    for chunk in chunks:
        raw += chunk
        if len(raw) > decoders.MAX_BYTES:
            return None
    text = raw.decode("utf-8-sig", "replace")
    for one in formats:
        found = decoders.TABLE[one.decoder](text) if one.decoder is not None else None
        if found is not None:
            return _decoded(log, bytes(raw), one, found)
    return None


def _decoded(log: LogFile, raw: bytes, one: LogFormat, found: Sequence[decoders.Decoded]) -> FileReading:
    result = FileReading(log, bytes=len(raw))
    starts = {event.line for event in found}
    result.formats[one.name] = len(starts)
    rows: dict[int, Line] = {}
    for row in split([raw]):
        result.lines = row.number
        if row.number in starts:
            rows[row.number] = row
    result.continuations = result.lines - len(starts)
    result.sampled = result.understood = result.lines
    for event in found:
        evidence = Evidence(log.path, event.line, rows[event.line].offset, rows[event.line].text)
        if event.stamp is not None:
            mark = Mark(event.line, event.stamp)
            result.first = result.first or mark
            result.trail.add(mark)
        result.hosts.update([event.host] if event.host else [])
        result.events.append(
            Event(
                evidence, one.name, event.message, event.stamp, host=event.host,
                fault_ids=event.fault_ids, severities=event.severities, unnamed=event.unnamed, guid=event.guid,
            )
        )  # fmt: skip
    return result
