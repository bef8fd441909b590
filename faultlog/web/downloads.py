"""What is taken away as a file: a case, which a press makes when somebody asks; a bundle as it is."""

import os
from collections.abc import Collection, Iterator, Mapping
from pathlib import PurePath
from typing import BinaryIO, Final
from urllib.parse import quote

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response, StreamingResponse

from faultlog.report.charts.kinds import KINDS, Kind
from faultlog.store import cases
from faultlog.store.blobs import place_of
from faultlog.store.opening import Store
from faultlog.values import dataclass
from faultlog.web import deeds
from faultlog.web.presses import Made, Presses, waited
from faultlog.web.problems import ProblemError, not_found
from faultlog.web.redacting import redacted
from faultlog.web.site import language_of
from faultlog.web.who import Who
from faultlog.wording import Wording
from faultlog.working.orders import Order

_BLOCK: Final = 1 << 20
"""Bytes of a file that are read at a time. Tool default."""


@dataclass(frozen=True, slots=True)
class Download:
    """A file that can be made of a case; `working.exporting` makes the one of this name."""

    name: str
    ending: str
    """Of the file's name, after that of the bundle."""
    media: str


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
        Download("html", ".html", "text/html; charset=utf-8"),
        Download("json", ".case.json", "application/json"),
        *(Download(kind, f".{kind}", _PICTURES[kind]) for kind in KINDS),
        *(Download(name, f".timeline{ending}", media) for name, ending, media in _TIMELINES),
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


async def attached(request: Request, who: Who, store: Store, case: str, name: str, *, redact: bool) -> Response:
    """An answer that a browser saves, and does not show; `redact`: names are tokens in it.

    Raises:
        ProblemError: there is no such case or file, it could not be made, or too many wait.
    """
    download = DOWNLOADS.get(name)
    if download is None or await run_in_threadpool(store.read, cases.place_of, who.team, case) is None:
        raise not_found()
    if redact and await redacted(request, store, who.team, "case", case) is None:
        raise not_found()
    presses: Presses = request.app.state.presses
    order = Order("export", who.team, language_of(request), case, name, redact)
    made: Made = await waited(presses.ask(store, order, lambda made: made))
    if "bundle" not in made.head:
        raise not_found()
    headers = attachment(made.head["bundle"], download) | {"content-length": str(made.head["size"])}
    return StreamingResponse(made.parts(), media_type=download.media, headers=headers)


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
