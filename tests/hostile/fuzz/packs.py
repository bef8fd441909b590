"""Rule and format files of strangers: read or refused with a place, and nothing else."""

from contextlib import suppress
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from faultlog import formats, packs, strictyaml
from faultlog.errors import Flaw
from faultlog.formats import FormatFile, LogFormat
from faultlog.rulebook import SignalRule, expand
from faultlog.rulefiles import FaultFile, SignalFile
from faultlog.source import Source

FOLDER = Path(mkdtemp())
LINE = "Mar  3 14:47:34 mac ampdaemon[71]: Fault Raised: 6"


def yaml(data: bytes) -> None:
    """Any file: flaws have places, and what has none can be written and read again."""
    source, flaws = _source(data)
    _are_placed(flaws, data)
    if flaws or not isinstance(source.data, dict) or not all(isinstance(key, str) for key in source.data):
        return
    again, wrong = _source(strictyaml.written(source.data).encode())
    assert (again.data, wrong) == (source.data, [])


def rules(data: bytes) -> None:
    """A file of rules, as one of a fault and as one of a signal; the patterns of a signal are compiled."""
    source, flaws = _source(data)
    for model in (FaultFile, SignalFile):
        file, wrong = packs.understand(source, model) if source.whole else (None, [])
        _are_placed([*flaws, *wrong], data)
        if isinstance(file, SignalFile):
            rule = SignalRule("x/signals/x.yaml", file, source)
            _are_placed(_compiled(rule), data)


def parsers(data: bytes) -> None:
    """A file of a format: its pattern is compiled and asked about a line."""
    source, flaws = _source(data)
    if not source.whole:
        return
    file, wrong = packs.understand(source, FormatFile)
    _are_placed([*flaws, *wrong], data)
    if file is None:
        return
    flaws = [*formats._unknown_names({file.format: (source, file)})]
    one = formats._compile(source, file, {**_shipped(), file.format: (source, file)}, flaws)
    _are_placed(flaws, data)
    if isinstance(one, LogFormat):
        for line in (LINE, *(sample.line for sample in file.samples if hasattr(sample, "line"))):
            _ask(one, line)


def _ask(one: LogFormat, line: str) -> None:
    with suppress(TimeoutError):  # it takes too long, which whoever reads a log is told
        one.read(line)


def _compiled(rule: SignalRule) -> list[Flaw]:
    from faultlog import rulebook

    flaws: list[Flaw] = []
    texts = frozenset({"scan service is offline"})
    for wording in rulebook._wordings(rule, [rule], texts, flaws):
        assert wording.pattern is None or expand("{gap}", "fault_raised", texts)
    return flaws


@cache
def _shipped() -> dict[str, tuple[Source, FormatFile]]:
    return {one.name: (one.source, one.file) for one in formats.load_formats()}


def _source(data: bytes) -> tuple[Source, list[Flaw]]:
    path = FOLDER / "x.yaml"
    path.write_bytes(data)
    return strictyaml.read_source(path, "x.yaml")


def _are_placed(flaws: list[Flaw], data: bytes) -> None:
    rows = len(data.decode("utf-8", "replace").splitlines()) + 1
    for one in flaws:
        assert one.what
        assert 0 <= one.line <= rows
        assert str(one)
