"""What may be uploaded at all, told before it is kept: as what it is sent, what it is called, what it begins with."""

from typing import Final

from fastapi import Request

from faultlog.archives.kinds import container, foreign
from faultlog.web.problems import ProblemError

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


def raw(request: Request, most_bytes: int) -> None:
    """Refuse a body that is not the bundle as it is, or that says itself that it is too large.

    Raises:
        ProblemError: it is a form, it is encoded, or it is too large.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    encoded = request.headers.get("content-encoding", "identity").strip().lower()
    if kind == "multipart/form-data" or encoded not in {"", "identity"}:
        raise ProblemError(415, "raw")
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > most_bytes:
        raise ProblemError(413, "too_large", most=most_bytes)


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
