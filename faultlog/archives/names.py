"""Names that strangers gave to files: shown so that they cannot hurt, and never used to open anything."""

import re

from faultlog.archives.streams import Limits
from faultlog.values import dataclass

_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?|.*[. ]", re.IGNORECASE)
_PLAIN = re.compile(
    r"(?:(?!(?:con|prn|aux|nul|com\d|lpt\d)(?:[./]|$))[\w-](?:[\w.-]*[\w-])?(?:/(?!$)|$))+", re.ASCII | re.IGNORECASE
)
"""A name that is what it looks like: most are, and need no closer look."""
_ABSOLUTE = re.compile(r"/|\\|[A-Za-z]:")
_SUFFIX = re.compile(r"\.(gz|bz2|xz)$", re.IGNORECASE)
_SEPARATOR = re.compile(r"[/\\]")


@dataclass(frozen=True, slots=True)
class Shown:
    """A name fit to be printed."""

    text: str
    r"""`/`-separated, without empty and `.` components; control, invisible and bidirectional characters and
    bytes that are no text are written as `\xNN` or `U+NNNN`; a long one has lost its beginning."""
    suspicious: str | None
    """Why an honest packer would not have written it; `None` for most names."""


def shown(name: str, limits: Limits) -> Shown:
    r"""A name as an archive or a folder writes it, undecodable bytes as surrogates.

    >>> shown("./var/log/\x1b[2Jsystem.log", Limits())
    Shown(text='var/log/\\x1b[2Jsystem.log', suspicious='control or invisible characters')
    """
    if len(name) <= min(limits.component_bytes, limits.name_bytes) and _PLAIN.fullmatch(name):
        return Shown(name, None)
    parts = [part for part in name.split("/") if part not in ("", ".")]
    text = ("/" if name.startswith("/") else "") + "/".join(parts)
    if len(text) > limits.name_bytes:
        text = "…" + text[-limits.name_bytes :]
    return Shown(escaped(text) or "(no name)", _suspicion(name, limits))


def escaped(text: str) -> str:
    r"""Text without a character that a terminal or a browser would act upon.

    >>> escaped("a\x07\u202eb\udcff")
    'a\\x07U+202Eb\\xff'
    """
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else _code(ord(char)) for char in text)


def base_of(path: str) -> str:
    """The last component, by either kind of slash."""
    return _SEPARATOR.split(path)[-1]


def without_compression(base: str) -> str:
    """The name without the suffix of a compression.

    >>> without_compression("system.log.1.gz")
    'system.log.1'
    """
    return _SUFFIX.sub("", base)


def is_finder_litter(name: str) -> bool:
    """Whether macOS made it to carry metadata of another file: `._name`, or below `__MACOSX`."""
    *folders, last = name.split("/")
    return last.startswith("._") or "__MACOSX" in folders


def _code(point: int) -> str:
    if 0xDC80 <= point <= 0xDCFF:  # how an undecodable byte is carried in text
        point -= 0xDC00
    return f"\\x{point:02x}" if point < 0x100 else f"U+{point:04X}"


def _suspicion(name: str, limits: Limits) -> str | None:
    parts = _SEPARATOR.split(name.removeprefix("./"))
    longest = max(len(part.encode("utf-8", "surrogatepass")) for part in parts)
    length = len(name.encode("utf-8", "surrogatepass"))
    found = {
        "no name": not name.strip("./"),
        "control or invisible characters": not re.sub(r"[\udc80-\udcff\xa0]", "", name).isprintable(),
        "it leads out of the folder": ".." in parts,
        "an absolute path": _ABSOLUTE.match(name) is not None,
        "a backslash": "\\" in name,
        "the name of a folder": name.endswith("/"),
        "a very long name": longest > limits.component_bytes or length > limits.name_bytes,
        "a name that some systems reserve": any(_RESERVED.fullmatch(part) for part in parts),
    }
    return next((why for why, holds in found.items() if holds), None)
