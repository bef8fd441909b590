"""What is taken away as a file: a case in every format it is written in, made when somebody asks; a bundle as it is."""

import os
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import PurePath
from threading import Lock
from typing import BinaryIO, Final
from urllib.parse import quote

from fastapi.responses import Response, StreamingResponse

from faultlog.report.charts.kinds import KINDS, Kind
from faultlog.report.document import CaseDocument, to_json
from faultlog.report.exports.formats import FORMATS
from faultlog.report.exports.timeline import Timeline
from faultlog.report.html.case import render_html
from faultlog.store.blobs import place_of
from faultlog.store.opening import Store
from faultlog.values import dataclass
from faultlog.web import deeds
from faultlog.web.problems import ProblemError, not_found
from faultlog.web.site import rules
from faultlog.web.who import Who
from faultlog.wording import Language, Wording

Making = Callable[[CaseDocument, Wording], bytes]
_BLOCK: Final = 1 << 20
"""Bytes of a file that are read at a time. Tool default."""
_DRAWING: Final = Lock()
"""Matplotlib draws one picture at a time."""


@dataclass(frozen=True, slots=True)
class Download:
    """A file that can be made of a case."""

    name: str
    ending: str
    """Of the file's name, after that of the bundle."""
    media: str
    make: Making


def _report(doc: CaseDocument, say: Wording) -> bytes:
    return render_html(doc, say).encode()


def _document(doc: CaseDocument, _say: Wording) -> bytes:
    return to_json(doc).encode()


def _chart(kind: Kind) -> Making:
    def drawn(doc: CaseDocument, say: Wording) -> bytes:
        from faultlog.report.charts.drawing import render_chart

        with _DRAWING:
            return render_chart(doc, say, kind)

    return drawn


def _timeline(name: str) -> Making:
    return lambda doc, say: FORMATS[name].write(Timeline.of(doc, say))


_TIMELINES: Final = (
    ("markdown", ".md", "text/markdown; charset=utf-8"),
    ("table", ".txt", "text/plain; charset=utf-8"),
    ("csv", ".csv", "text/csv; charset=utf-8"),
    ("jsonl", ".jsonl", "application/x-ndjson"),
    ("parquet", ".parquet", "application/vnd.apache.parquet"),
    ("timesketch", ".timesketch.jsonl", "application/x-ndjson"),
    ("ocsf", ".ocsf.jsonl", "application/x-ndjson"),
    ("perfetto", ".perfetto.json", "application/json"),
)
_PICTURES: Final[Mapping[Kind, str]] = {"png": "image/png", "svg": "image/svg+xml", "pdf": "application/pdf"}

DOWNLOADS: Final[Mapping[str, Download]] = {
    one.name: one
    for one in (
        Download("html", ".html", "text/html; charset=utf-8", _report),
        Download("json", ".case.json", "application/json", _document),
        *(Download(kind, f".{kind}", _PICTURES[kind], _chart(kind)) for kind in KINDS),
        *(Download(name, f".timeline{ending}", media, _timeline(name)) for name, ending, media in _TIMELINES),
    )
}
"""By name, in the order in which they are offered."""


_GROUPS: Final[Mapping[str, Collection[str]]] = {
    "report": ("html", "json"),
    "picture": KINDS,
    "timeline": [name for name, _, _ in _TIMELINES],
}


def offered(say: Wording) -> list[tuple[str, list[tuple[str, str]]]]:
    """What can be downloaded, in groups: of each file its name and what it is called."""
    return [
        (say.words(f"web.download.group.{group}"), [(name, say.words(f"web.download.{name}")) for name in names])
        for group, names in _GROUPS.items()
    ]


def attached(download: Download, doc: CaseDocument, language: Language) -> Response:
    """An answer that a browser saves, and does not show; it speaks as at a terminal, since it leaves the site."""
    say = Wording(language, rules(), doc.host.time_zone.name)
    return Response(download.make(doc, say), media_type=download.media, headers=attachment(doc.bundle.name, download))


def attachment(bundle: str, download: Download) -> dict[str, str]:
    """How the file is called: like the bundle, but for its ending."""
    name = PurePath(bundle).name.removesuffix("".join(PurePath(bundle).suffixes[-2:])) or "bundle"
    return saved_as(f"{name}{download.ending}")


def bundle_file(store: Store, who: Who, bundle: str) -> Response:
    """The file of a bundle as it was uploaded; that somebody takes it away is noted.

    Raises:
        ProblemError: there is none, or its file is gone.
    """
    name = store.write(deeds.download, who, bundle)
    if name is None:
        raise not_found()
    try:
        file = place_of(store.folder, bundle).open("rb")
    except OSError:
        raise ProblemError(410, "vanished") from None
    size = os.fstat(file.fileno()).st_size
    headers = saved_as(PurePath(name).name or "bundle") | {"content-length": str(size)}
    return StreamingResponse(_blocks(file), media_type="application/octet-stream", headers=headers)


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while block := file.read(_BLOCK):
            yield block


def saved_as(whole: str) -> dict[str, str]:
    """Have a browser save a file under a name, and not show it: plainly for old programs, then as it is."""
    plain = "".join(one if one.isascii() and (one.isalnum() or one in "._-") else "_" for one in whole)
    return {"content-disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(whole, safe='')}"}
