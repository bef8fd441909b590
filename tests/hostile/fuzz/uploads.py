"""What a browser or a stranger sends: a form cut anywhere, a name, a first page of bytes."""

import logging

from fastapi import Request
from starlette.requests import ClientDisconnect

from faultlog.archives.kinds import container
from faultlog.web import forms, uploadable
from faultlog.web.problems import ProblemError
from tests.hostile.fuzz.texts import pieces

BOUNDARY = "b0"
logging.getLogger("python_multipart").setLevel(logging.CRITICAL)


def form(data: bytes) -> None:
    """A form: the same parts however it arrives, or refused in the same way."""
    chunks, whole = pieces(data)
    read = _read(chunks)
    assert read == _read([whole])
    if isinstance(read, list):
        assert len(read) <= forms.MOST_PARTS
        assert sum(len(content) for _, _, content in read) <= len(whole)


def upload(data: bytes) -> None:
    """A name in the first line, a length and kinds in the next ones, and what the rest begins with."""
    name, _, rest = data.partition(b"\n")
    head, _, body = rest.partition(b"\n")
    try:
        called = uploadable.named(name.decode("utf-8", "replace"))
        assert 0 < len(called) <= uploadable.LONGEST
        assert "/" not in called
        assert "\\" not in called
        assert called not in {".", ".."}
    except ProblemError as error:
        assert error.status_code == 422
    keys = (b"content-type", b"content-length", b"content-encoding")
    headers = list(zip(keys, head.split(b"\t"), strict=False))
    room = uploadable.Room(1000, 500, 100)
    try:
        uploadable.raw(_request(headers, [body]), room)
    except ProblemError as error:
        assert error.status_code in {413, 415}
    try:
        uploadable.fit(body[: uploadable.HEAD])
    except ProblemError as error:
        assert error.status_code in {400, 415}
        assert container(body[:512]) is None


def _read(chunks: list[bytes]) -> object:
    """The parts of a form, or why it is refused; nothing of it waits, so that no loop is needed."""
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    running = _parts(_request([(b"content-type", kind.encode())], chunks))
    try:
        running.send(None)
    except StopIteration as done:
        return done.value
    raise AssertionError("it waits for something")


async def _parts(request: Request) -> object:
    found = []
    try:
        async for part in forms.parts(request):
            found.append((part.name, part.filename, b"".join([some async for some in part.data])))
    except ProblemError as error:
        return error.status_code
    except ClientDisconnect:
        return "gone"
    return found


def _request(headers: list[tuple[bytes, bytes]], chunks: list[bytes]) -> Request:
    waiting = [*chunks]

    async def receive() -> dict[str, object]:
        body = waiting.pop(0) if waiting else b""
        return {"type": "http.request", "body": body, "more_body": bool(waiting)}

    return Request({"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": headers}, receive)
