"""A bundle sent to a server of `faultlog serve`: streamed, with the standard library alone."""

import http.client
import io
import json
import os
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, BinaryIO, Final
from urllib.parse import SplitResult, urlencode, urlsplit

from faultlog.errors import FaultlogError, UsageError
from faultlog.values import dataclass

VARIABLE: Final = "FAULTLOG_TOKEN"
"""Of the environment: where the token is, unless a file is named."""
_WAITS_S: Final = 60.0
"""Seconds that the server may be silent while it is sent to, and then take for all of its answer. Tool default."""
_BLOCK: Final = 1 << 20
_MOST: Final = 1 << 20
"""Bytes of an answer that are read."""
_LOGIN: Final = f"make a token on the page /account, and put it into {VARIABLE} or into a file for --token-file"

Tell = Callable[[str, int], None]


class PushError(FaultlogError):
    """A server that cannot be reached, or that refuses."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where bundles are sent, and by whom."""

    address: str
    """As it was given."""
    token: str | None

    @property
    def parts(self) -> SplitResult:
        """The address in its parts."""
        return urlsplit(self.address if "://" in self.address else f"http://{self.address}")


@dataclass(frozen=True, slots=True)
class Pushed:
    """A bundle that a server has."""

    page: str
    """The address of its page."""
    is_new: bool
    """Whether the server had not the same bytes before."""


def target_of(address: str, token_file: Path | None, environment: Mapping[str, str]) -> Target:
    """Where bundles are to be sent.

    Raises:
        UsageError: the address is none, or the token cannot be one.
    """
    try:
        token = environment.get(VARIABLE) if token_file is None else token_file.read_text("ascii")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it holds no token"
        raise UsageError(f"--token-file {token_file}: cannot be read: {why}") from None
    token = (token or "").strip() or None
    if token is not None and not (token.isascii() and token.isprintable() and " " not in token):
        raise UsageError(f"the token is none, it has blanks or strange characters; {_LOGIN}")
    target = Target(address, token)
    _checked(target)
    return target


def _checked(target: Target) -> None:
    try:
        parts = target.parts
        known = parts.scheme in {"http", "https"} and parts.hostname and (parts.port or 1) > 0
    except ValueError:
        known = False
    if not known or not target.address.isascii() or not target.address.isprintable() or " " in target.address:
        raise UsageError(f"--push {target.address}: is no address; it looks like https://faultlog.example")


def sendable(path: str) -> Path:
    """A path that can be sent.

    Raises:
        UsageError: it is standard input, a folder, or not there.
    """
    place = Path(path)
    if path == "-":
        raise UsageError("--push sends files; standard input has no name, write it into a file")
    if place.is_dir():
        raise UsageError(f"{path}: --push sends files, and this is a folder; pack it: tar czf bundle.tar.gz {path}")
    if not place.is_file():
        raise UsageError(f"{path}: no such file; check the path")
    return place


def push(path: Path, target: Target, asked: Mapping[str, str], tell: Tell) -> Pushed:
    """Send a bundle.

    Args:
        path: of the bundle.
        target: where to, and by whom.
        asked: options of its analysis: `tz`, `taken`.
        tell: told the bytes that were sent since the last call.

    Raises:
        PushError: the server cannot be reached, or refuses; says what to do.
        UsageError: the file cannot be read.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from None
    with file, closing(_connection(target)) as connection:
        status, headers, said = _answer(connection, target, path, file, asked, tell)
    if status in {200, 201}:
        return Pushed(_page(target, said), status == 201)
    raise PushError(_refused(target, path, status, headers, said))


def _connection(target: Target) -> http.client.HTTPConnection:
    parts = target.parts
    host, port = parts.hostname or "", parts.port
    if parts.scheme == "https":
        context = ssl.create_default_context()
        return _SafeConnection(host, port, timeout=_WAITS_S, blocksize=_BLOCK, context=context)
    return _Connection(host, port, timeout=_WAITS_S, blocksize=_BLOCK)


class _Until(io.RawIOBase):
    """What comes from a socket until a time, however it comes."""

    def __init__(self, sock: socket.socket, content: io.RawIOBase, until: float) -> None:
        self._sock, self._content, self._until = sock, content, until

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: Any) -> int | None:  # noqa: ANN401 (whatever holds bytes)
        """Some bytes.

        Raises:
            TimeoutError: it is later.
        """
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._sock.settimeout(left)
        return self._content.readinto(buffer)

    def close(self) -> None:
        """Let the socket go too."""
        self._content.close()
        super().close()


class _Answer(http.client.HTTPResponse):
    """An answer that has so much time as a whole: the library's own limit is for each part that comes."""

    def __init__(self, sock: socket.socket, *args: Any, **more: Any) -> None:  # noqa: ANN401 (the library's)
        super().__init__(sock, *args, **more)
        self.fp = io.BufferedReader(_Until(sock, self.fp.detach(), time.monotonic() + _WAITS_S))


class _Connection(http.client.HTTPConnection):
    response_class = _Answer


class _SafeConnection(http.client.HTTPSConnection):
    response_class = _Answer


class _Told:
    """A file that tells how much of it was read."""

    def __init__(self, file: BinaryIO, name: str, tell: Tell) -> None:
        self._file, self._name, self._tell = file, name, tell

    def read(self, size: int = -1) -> bytes:
        """Some bytes."""
        part = self._file.read(size)
        self._tell(self._name, len(part))
        return part


def _answer(
    connection: http.client.HTTPConnection,
    target: Target,
    path: Path,
    file: BinaryIO,
    asked: Mapping[str, str],
    tell: Tell,
) -> tuple[int, Mapping[str, str], Any]:
    """The status, the headers and the JSON of the server's answer; a server may refuse before it has read all."""
    place = f"{target.parts.path.rstrip('/')}/api/v1/bundles?{urlencode({'name': path.name, **asked})}"
    size = os.fstat(file.fileno()).st_size
    headers = {"content-length": str(size), "content-type": "application/octet-stream", "accept": "application/json"}
    headers |= {} if target.token is None else {"authorization": f"Bearer {target.token}"}
    try:
        connection.connect()
        with suppress(BrokenPipeError, ConnectionResetError):
            connection.request("PUT", place, body=_Told(file, path.name, tell), headers=headers)
        response = connection.getresponse()
        text = response.read(_MOST)
    except (OSError, http.client.HTTPException) as error:
        raise PushError(f"{target.address}: {_unreachable(error)}") from None
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        said = None
    return response.status, dict(response.getheaders()), said if isinstance(said, dict) else {}


def _unreachable(error: Exception) -> str:
    match error:
        case ssl.SSLCertVerificationError():
            return f"its certificate is not trusted ({error.verify_message}); nothing was sent"
        case ssl.SSLError():
            return "it speaks no TLS; does it begin with http:// instead?"
        case TimeoutError():
            return f"no whole answer in {_WAITS_S:.0f} s; try again, or ask whoever runs the server"
        case ConnectionResetError() | BrokenPipeError() | http.client.RemoteDisconnected():
            return "the server ended the connection before it answered; try again"
        case OSError():
            return f"cannot be reached ({error.strerror or error}); check the address, and that the server runs"
        case _:
            return "what answers there is no faultlog server; check the address"


def _page(target: Target, said: Mapping[str, Any]) -> str:
    links = said.get("links")
    page = links.get("page") if isinstance(links, dict) else None
    if not isinstance(page, str) or not page.startswith("/"):
        raise PushError(f"{target.address}: what answers there is no faultlog server; check the address")
    parts = target.parts
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path.rstrip('/')}{page}"


def _refused(target: Target, path: Path, status: int, headers: Mapping[str, str], said: Mapping[str, Any]) -> str:
    """Why a server refuses, and what to do, in its words where it has some."""
    where = f"{target.address}: {path.name} was not taken"
    if 300 <= status < 400:
        there = next((value for name, value in headers.items() if name.lower() == "location"), "another address")
        return f"{where}: the server sends to {there}; give that address"
    title, detail = said.get("title"), said.get("detail")
    if not isinstance(title, str) or not isinstance(detail, str):
        return f"{where}: status {status} from what is perhaps no faultlog server; check the address"
    if status == 401:
        known = "nobody is known by this token" if target.token is not None else "the server asks who sends"
        return f"{where}: {known}; {_LOGIN}"
    return f"{where} (status {status}). {title}: {detail}"
