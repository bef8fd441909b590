"""What may be uploaded at all, told before it is kept: as what it is sent, what it is called, what it begins with."""

from typing import Final

from fastapi import Request
from sqlalchemy import Connection

from faultlog.archives.kinds import container, foreign
from faultlog.store import bundles, people
from faultlog.values import dataclass
from faultlog.web.doors import busy
from faultlog.web.problems import ProblemError
from faultlog.web.security import sent_as

HEAD: Final = 4096
"""First bytes of an upload, by which its kind is told. Tool default."""
LONGEST: Final = 255
"""Characters of a bundle's name. Tool default."""
_NULS: Final = 0.5
"""Share of NUL bytes from which a file is no text, UTF-16 included. Tool default."""
_CONTROLS: Final = 0.05
"""Share of bytes that no text holds from which a file is none. Tool default."""
_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
"""What UTF-16 begins with: any byte may follow."""
_NO_TEXT: Final = bytes(set(range(1, 32)) - set(b"\b\t\n\v\f\r\x1b"))


@dataclass(frozen=True, slots=True)
class Room:
    """How much a team may send at once."""

    most: int
    """Bytes of any bundle."""
    quota: int | None
    """Bytes that the team may keep; any number where `None`."""
    used: int
    """Bytes that it keeps."""

    def need(self, size: int) -> None:
        """Refuse what is too large, or can neither be kept under the quota nor be there already.

        Raises:
            ProblemError: it has more bytes.
        """
        if size > self.most:
            raise ProblemError(413, "too_large", most=self.most)
        if self.quota is not None and size > max(self.quota, self.used):
            raise ProblemError(413, "quota", quota=self.quota, used=self.used)

    def share(self, together: int) -> None:
        """Refuse, for now, what there is no room for beside all else that the team sends.

        Raises:
            ProblemError: together that has more bytes.
        """
        if self.quota is not None and together > max(self.quota, self.used):
            raise busy()


def room_of(db: Connection, team: int, most_bytes: int) -> Room:
    """How much a team may send, on a server that takes so many bytes of a bundle."""
    return Room(most_bytes, people.team(db, team).quota_bytes, bundles.used(db, team))


def raw(request: Request, room: Room) -> None:
    """Refuse a body that is not the bundle as it is, or that says itself that it is too large.

    Raises:
        ProblemError: it is a form, it is encoded, or it is too large.
    """
    encoded = request.headers.get("content-encoding", "identity").strip().lower()
    on_the_way = request.headers.get("transfer-encoding", "chunked").strip().lower()  # the server undoes no other
    if sent_as(request) == "multipart/form-data" or encoded not in {"", "identity"} or on_the_way != "chunked":
        raise ProblemError(415, "raw")
    length = request.headers.get("content-length", "")
    if length.isdecimal():
        room.need(int(length))


def named(name: str) -> str:
    r"""What a bundle is called: without the folders it was in, and no longer than is kept, its ending left.

    >>> named("C:\\logs\\a.zip"), named("../../etc/ampdaemon.log")
    ('a.zip', 'ampdaemon.log')

    Raises:
        ProblemError: nothing is left.
    """
    base = name.replace("\\", "/").rstrip("/").rpartition("/")[2].strip()[-LONGEST:]
    if not base.strip(".") or not any(one.isprintable() and not one.isspace() for one in base):
        raise ProblemError(422, "name")
    return base


def fit(head: bytes) -> None:
    """Refuse what begins like no bundle.

    Raises:
        ProblemError: it is empty, of a kind that is not opened, or neither an archive nor a text.
    """
    if not head:
        raise ProblemError(400, "empty")
    if container(head[:512]) is not None:
        return
    label = foreign(head)
    if label is not None:
        raise ProblemError(415, "foreign", label=label)
    strange = len(head) - len(head.translate(None, _NO_TEXT))
    is_text = head.startswith(_MARKS) or strange <= _CONTROLS * len(head)
    if not is_text or head.count(0) > _NULS * len(head):
        raise ProblemError(415, "kind")
