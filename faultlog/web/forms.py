"""A form with files, read as it comes: no part of it waits in memory or in another file."""

from collections import deque
from collections.abc import AsyncIterator, Mapping
from typing import Final, Literal

from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from faultlog.values import dataclass
from faultlog.web.problems import ProblemError

_MOST_TEXT: Final = 4096
"""Bytes of a field that is no file. Tool default."""
MOST_PARTS: Final = 200
"""Parts of a form. Tool default."""
Kind = Literal["begin", "data", "end"]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a form: a file where it has a file name, which may be empty, else a field."""

    name: str
    filename: str | None
    data: AsyncIterator[bytes]
    """Its bytes; they come once."""

    async def text(self) -> str:
        """What a field holds.

        Raises:
            ProblemError: it is too long.
        """
        held = b""
        async for some in self.data:
            held += some
            if len(held) > _MOST_TEXT:
                raise ProblemError(400, "form")
        return held.decode("utf-8", "replace").strip()


async def parts(request: Request) -> AsyncIterator[Part]:
    """The parts of a form in their order; what is not read of one is passed over when the next is asked for.

    Raises:
        ProblemError: the body is no such form, has too many parts, or ends before its end.
        ClientDisconnect: whoever sends it is gone.
    """
    events, count = _events(request), 0
    async for _, headers in events:
        count += 1
        if count > MOST_PARTS:
            raise ProblemError(400, "form")
        _, said = parse_options_header(headers)
        filename = said.get(b"filename")
        name = said.get(b"name", b"").decode("utf-8", "replace")
        part = Part(name, None if filename is None else filename.decode("utf-8", "replace"), _data(events))
        yield part
        async for _ in part.data:
            pass


async def _data(events: AsyncIterator[tuple[Kind, bytes]]) -> AsyncIterator[bytes]:
    async for kind, some in events:
        if kind == "end":
            return
        yield some


async def _events(request: Request) -> AsyncIterator[tuple[Kind, bytes]]:
    """What the parser finds: a part begins (with its content disposition), some of its bytes, it ends."""
    kind, said = parse_options_header(request.headers.get("content-type", ""))
    if kind != b"multipart/form-data" or b"boundary" not in said:
        raise ProblemError(415, "form")
    found = _Found()
    try:
        parser = MultipartParser(said[b"boundary"], found.callbacks())  # type: ignore[arg-type]
        async for chunk in _begun(request.stream(), b"--" + said[b"boundary"]):
            parser.write(chunk)
            while found.events:
                yield found.events.popleft()
    except FormParserError:
        raise ProblemError(400, "form") from None
    if not found.ended:
        raise ProblemError(400, "aborted")


async def _begun(chunks: AsyncIterator[bytes], boundary: bytes) -> AsyncIterator[bytes]:
    """What comes, from the first boundary on: of what stands before it the parser makes now this, now that.

    Raises:
        ProblemError: it begins with something else.
    """
    held = b""
    async for chunk in chunks:
        held = (held + chunk).lstrip(b"\r\n")
        if len(held) < len(boundary):
            continue
        if not held.startswith(boundary):
            raise ProblemError(400, "form")
        yield held
        break
    async for chunk in chunks:
        yield chunk


class _Found:
    """What a parser has found and nobody has asked for yet."""

    def __init__(self) -> None:
        self.events: deque[tuple[Kind, bytes]] = deque()
        self.ended = False
        self._field, self._value, self._disposition = b"", b"", b""

    def callbacks(self) -> Mapping[str, object]:
        """What the parser calls."""
        return {
            "on_part_begin": self._begun,
            "on_header_field": self._named,
            "on_header_value": self._valued,
            "on_header_end": self._header,
            "on_headers_finished": lambda: self.events.append(("begin", self._disposition)),
            "on_part_data": lambda data, start, end: self.events.append(("data", data[start:end])),
            "on_part_end": lambda: self.events.append(("end", b"")),
            "on_end": self._over,
        }

    def _begun(self) -> None:
        self._field = self._value = self._disposition = b""

    def _named(self, data: bytes, start: int, end: int) -> None:
        self._field += data[start:end]

    def _valued(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header(self) -> None:
        if self._field.lower() == b"content-disposition":
            self._disposition = self._value
        self._field = self._value = b""

    def _over(self) -> None:
        self.ended = True
