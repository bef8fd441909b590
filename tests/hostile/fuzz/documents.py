"""Case documents: of strangers, and what the whole pipeline makes of a log of any bytes."""

from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from faultlog.errors import FaultlogError, UsageError
from faultlog.identity import Told
from faultlog.pipeline import Knowledge, Options, analyze_with, load_knowledge
from faultlog.report.document import from_json, to_json

LOG = Path(mkdtemp()) / "ampdaemon.log"
OPTIONS = Options(told=Told(tz="UTC"))


def document(data: bytes) -> None:
    """A saved document: refused with a sentence, or sound, and then the same after it was written."""
    try:
        read = from_json(data.decode("utf-8", "replace"), "x.json")
    except UsageError as error:
        assert str(error).startswith("x.json is ")
        return
    assert from_json(to_json(read)) == read


def case(data: bytes) -> None:
    """Bytes from the log to the document: whatever is said of them is a sound document."""
    LOG.write_bytes(data)
    try:
        made = analyze_with(_knowledge(), [LOG], OPTIONS, lambda _path, _size: None)
    except FaultlogError as error:
        assert str(error)
        return
    text = to_json(made)
    assert to_json(from_json(text)) == text


@cache
def _knowledge() -> Knowledge:
    return load_knowledge(OPTIONS)
