"""The kinds of values that are replaced: what stands for one, where one may begin and end, and in which places.

A value that is also an ordinary word of connector logs (a user `scan`, a password `fault`) is replaced only where the
text says what it is: behind the **context** of its kind. All others are replaced wherever they stand.
"""

import re
from collections.abc import Callable, Iterator
from ipaddress import IPv4Address, IPv6Address
from typing import Final, Literal
from unicodedata import normalize

from faultlog.redaction.forms import ABOUT_HOSTS, ABOUT_USERS, HERE
from faultlog.values import dataclass

Kind = Literal[
    "user", "host", "domain", "mail", "ipv4", "ipv6", "mac", "serial", "guid", "secret", "document", "folder", "word"
]
"""What a value is."""

Edge = Literal["word", "number", "none", "run"]
"""What may not stand beside a value: a letter or digit, a further number of an address, or nothing is forbidden.

A `run` goes on as far as its characters do: only the begin of the value is known.
"""

_LETTERS: Final = "bcdfghjklmnpqrstvwxz"
"""Of these no English word is made, and no template takes them for a number, as it would take digits."""
_PLACES: Final = 3
"""Letters of a token at least, behind the `z` that all begin with: `host-mgmt` may be a host, `host-zmgm` is none."""
_MOST_PLACES: Final = 5
"""Letters that number more values than there may be; `password-zxcvbnm` holds no token."""
LETTERED: Final[tuple[Kind, ...]] = ("user", "host", "domain", "mail", "secret", "document", "folder", "word")
"""Kinds whose tokens are the kind and letters."""
TOKEN: Final = re.compile(
    rf"(?<![a-z0-9])(?:(?:{'|'.join(LETTERED)})-|SERIAL)z[{_LETTERS}]{{{_PLACES},{_MOST_PLACES}}}(?![{_LETTERS}0-9])(?:\.[\w.]+)?",
    re.IGNORECASE,
)
"""What is a token of these kinds: never a value."""
NUMBERED: Final = (
    rb"198\.1[89]\.\d{1,3}\.\d{1,3}|24\d\.\d{1,3}\.\d{1,3}\.\d{1,3}|2001:db8:[0-9a-f:]*"
    rb"|02:00(?::[0-9a-f]{2}){4}|00000000-0000-4000-8000-[0-9a-f]{12}"
)
"""What is a token of the other kinds; behind a percent sign its first two digits quote no character."""

SEPARATOR: Final = rb"(?:[/\\]+|%(?:25)?2f|%(?:25)?5c)"
"""What stands between folders, also URL-encoded, in small letters."""
HOMES: Final = rb"(?:users|home|documents and settings|run/media|(?<=/)(?<![\w/]/)media(?=/[^/\s\"']{1,64}/))"
"""Folders that hold the home folders of users, in small letters."""
_NEXT_KEY: Final = rb",?\s*(?:\\{0,3}[\"'])?value(?:\\{0,3}[\"'])?\s*[=:]|</(?:key|name)>\s*<string>"
"""What stands there where the value has a name of its own: `"name": "password", "value": "x"`."""
SAYS: Final = (
    rb"(?:\\{0,3}[\"']|%22)?\s*(?:={1,3}>?|:=?|->|>|%(?:25)?3[da]|" + _NEXT_KEY
    + rb")\s*(?:[|>][+-]?\d?\s*\n\s*)?"
)  # fmt: skip
"""What stands between a name and its value, perhaps in quotes, in every way of writing."""
IS: Final = SAYS + rb"(?:\\{0,3}[\"']|%22)?"
"""The same, and the quote in front of the value."""
PASSWORDS: Final = (
    rb"(?:pass(?:word|wd|phrase|code|(?=\\?[\"']?\s*[=:]))|(?<![a-z])pwd|secret(?:[_-]?key)?|credential|(?:api|access|auth|private"
    rb"|session|account"
    rb"|shared[_-]?access|client|encryption|license)[_-]?(?:key|token|secret|signature|id(?=\W))|(?<![a-z])token"
    rb"|(?<![a-z])apikey)"
)
"""What names a secret, in small letters."""
_AT_URL: Final = rb"(?::(?:\\{0,3}/){2}|%(?:25)?3a%(?:25)?2f%(?:25)?2f)"
LOCALS: Final = rb"(?:local|lan|internal|corp|intranet|localdomain)"
"""Domains that begin and end at home."""
_ROOT: Final = rb"(?:^|[^a-z0-9]|%(?:25)?(?:2f|5c)|\\u00(?:2f|5c))"
"""What stands before a folder; the last two end in a letter or a digit."""
KOREAN_USERS: Final = "(?:사용자|계정|로그인) ?(?:이름|명|아이디)".encode()
KOREAN_HOSTS: Final = "(?:컴퓨터|호스트|기기) ?(?:이름|명)".encode()
"""What a Korean system calls them."""
_USER_NAMES: Final = (
    rb"(?:user(?:[ _]?name)?|log(?:in)?[ _]?name|login|owner|account(?:[ _]?name)?|acct|" + KOREAN_USERS + rb")"
)
_HOST_NAMES: Final = (
    rb"(?:host(?:[ _]?name)?|computer(?:[ _]?name)?|nodename|netbios[ _]?name|machine(?:[ _]?name)?|fqdn|"
    + KOREAN_HOSTS
    + rb")"
)
_CONTEXTS: Final[dict[Kind, bytes]] = {
    "user": rb"(?:" + _ROOT + HOMES + SEPARATOR + rb"|" + _USER_NAMES + IS
    + rb"|(?:user|for) [\"']?|\d\(|[\w.-]\\{1,2}|\s(?:-u|--(?:proxy-)?user)[ =]?[\"']?|" + _AT_URL
    + rb"|uid=\"|logged (?:in|on) as |slice of )" + HERE
    + rb"|" + ABOUT_USERS,
    "host": rb"(?:(?<![a-z0-9])(?:[a-z]{3} [ \d]?\d|\d{4}-\d\d-\d\d)[ t]\d\d:\d\d:\d\d\S* +"
    rb"|" + _HOST_NAMES + IS + rb"|(?:server|proxy|domain)>\s*|@|(?:^|[^\w\\:.])\\{2}(?:\\{2})?"
    + rb"|(?<![a-z])host(?:[ _]?name)? [\"']?|" + _AT_URL + rb")" + HERE
    + rb"|" + HERE + rb"(?:\.[\w-]+)*\." + LOCALS + rb"(?![\w-])"
    + rb"|" + _USER_NAMES + IS + HERE + rb"\\|(?:^|\n)" + HERE + rb"[ \t]*\n"
    + rb"|" + ABOUT_HOSTS,
    "secret": rb"(?:(?:" + PASSWORDS + rb"\w{0,12}" + IS
    + rb"|(?:bearer|basic|token|negotiate) +|" + _AT_URL + rb"[^\s/:@]*(?::|%(?:25)?3a)|--?(?:pass(?:word)?|token"
    rb"|secret|api-key)[ =]+"
    rb"|cookie: [^\r\n]*=))" + HERE,
    "document": _ROOT + HOMES + SEPARATOR + rb"[^\n\"'<>|\0]*" + SEPARATOR + HERE,
    "folder": _ROOT + HOMES + SEPARATOR + rb"[^\n\"'<>|\0]*" + SEPARATOR + HERE,
}  # fmt: skip
CONTEXT: Final = {kind: re.compile(pattern) for kind, pattern in _CONTEXTS.items()}
"""By kind: what the text in small letters says around a value of it that is an ordinary word."""
REACH: Final = 512
"""Bytes before a value that are looked at for its context."""
NEAR: Final[dict[Kind, int]] = {"user": 160, "host": 160}
"""Of kinds whose context is never as long, how many bytes."""
BEHIND: Final = 80
"""Bytes behind it that are."""
_TOKEN_END: Final = f"-z[{_LETTERS}]{{{_PLACES},}}".encode()
PARTS: Final = re.compile(
    HERE + _TOKEN_END + rb"|mail" + _TOKEN_END + rb"@" + HERE + rb"\.invalid"
    + rb"|(?:mail" + _TOKEN_END + rb"@example|domain" + _TOKEN_END
    + rb"|document" + _TOKEN_END + rb"(?:\.tar)?)\." + HERE
)  # fmt: skip
"""Where a word stands that is a part of a token, which is no value."""
EDGES: Final[dict[Kind, Edge]] = {
    "mail": "none", "ipv6": "word", "mac": "word", "guid": "word", "ipv4": "number",
}  # fmt: skip
"""What may not stand beside a value of a kind; `word` for those that are not named."""
LONG: Final = 12
"""Characters from which on a secret is replaced whatever stands beside it."""
LONGEST: Final = 256
"""Characters of a run that are looked for: what searches for all values has to fit into memory."""
_MOST: Final = 4096
"""Characters of any other secret that are looked for as one."""
_RUN: Final = re.compile(r"[A-Za-z0-9+/=_.~%-]+")
RUN: Final = re.compile(rb"(?:[a-z0-9+/=_.~-]|%(?:25)?(?:2[bdef]|3d|5f|7e)|\\+/)*")
"""How a run goes on, in small letters: in base64 and its like, also URL-encoded and escaped as in JSON."""
WIDE_RUN: Final = re.compile(rb"(?:\0[a-z0-9+/=_.~%-])*")
"""The same in UTF-16, behind the last character."""


@dataclass(frozen=True, slots=True)
class Value:
    """Something that is replaced, in the spelling that all others are told from."""

    kind: Kind
    text: str
    anywhere: bool = True
    """Whether it is replaced wherever it stands, or only behind the context of its kind."""

    @property
    def key(self) -> tuple[Kind, str]:
        """What makes two values one: letters of either case are alike, but for secrets."""
        return self.kind, self.text if self.kind == "secret" else normalize("NFC", self.text).lower()


def letters(number: int) -> str:
    """A number, from 0, in letters.

    >>> letters(0), letters(21), letters(8_000)
    ('zbbb', 'zbcc', 'zcbbb')
    """
    found = ""
    while number or len(found) < _PLACES:
        number, rest = divmod(number, len(_LETTERS))
        found = _LETTERS[rest] + found
    return f"z{found}"


_BENCH: Final = int(IPv4Address("198.18.0.1"))
_BENCHES: Final = 2**17 - 2
_RESERVED: Final = int(IPv4Address("240.0.0.1"))
_DOCUMENTATION: Final = int(IPv6Address("2001:db8::1"))


def token_of(kind: Kind, number: int, text: str) -> str:
    """What stands for the value of a number, from 0, among those of its kind.

    It has the shape that formats and rules read (a host is a word, a document keeps its extension), and is itself
    nothing that would be replaced.

    >>> token_of("user", 0, "alice"), token_of("ipv4", 256, "10.0.0.1"), token_of("document", 1, "a b.docx")
    ('user-zbbb', '198.18.1.1', 'document-zbbc.docx')
    """
    if kind in _COUNTED:
        return _COUNTED[kind](number)
    if kind == "document":
        return f"document-{letters(number)}{extension(text)}"
    return f"{kind}-{letters(number)}"


def _ipv4(number: int) -> str:
    """An address for benchmarks (RFC 2544), or when there are no more of these one that nobody ever has."""
    return str(IPv4Address(_BENCH + number if number < _BENCHES else _RESERVED + number - _BENCHES))


_COUNTED: Final[dict[Kind, Callable[[int], str]]] = {
    "ipv4": _ipv4,
    "ipv6": lambda number: str(IPv6Address(_DOCUMENTATION + number)),
    "mac": lambda number: "02:00:" + (number + 1).to_bytes(4, "big").hex(":"),
    "guid": lambda number: f"00000000-0000-4000-8000-{number + 1:012x}",
    "serial": lambda number: f"SERIAL{letters(number).upper()}",
    "mail": lambda number: f"mail-{letters(number)}@example.invalid",
    "domain": lambda number: f"domain-{letters(number)}.invalid",
}


_TYPES: Final = (
    "doc docx docm dot dotx xls xlsx xlsm ppt pptx pdf pages numbers key txt csv tsv rtf odt ods odp hwp hwpx md tex "
    "zip tar gz tgz bz2 xz zst tbz tbz2 txz rar iso dmg pkg app exe dll msi deb rpm jar apk ipa so dylib "
    "jpg jpeg png gif heic svg bmp tif tiff webp psd ai mov avi mkv mp3 wav pst ost eml msg ics vcf "
    "html htm xml json yaml yml toml plist cfg conf ini log out err bak tmp swp lock db sqlite dat bin "
    "sh bat cmd py js ts java c h cc cpp cs go rs rb php pl swift m sql ipynb mp4 7z ps1 m4a m4v z y x"
)
_EXTENSIONS: Final = frozenset(_TYPES.split())
"""Extensions that say a type and nothing of whose a file is."""
WORDS: Final = (
    frozenset(kind.encode() for kind in LETTERED) | {b"example", b"invalid"} | {one.encode() for one in _EXTENSIONS}
)
"""The words of tokens, which may be values where they stand elsewhere: a host is called `mail`."""


def extension(name: str) -> str:
    """The last extension of a file name, with its point; none where it would say more than a type.

    >>> extension("report.final.docx"), extension("no extension"), extension("for.acme-corporation")
    ('.docx', '', '')
    >>> extension("a.tar.gz")
    '.tar.gz'
    """
    found = re.search(r"(?<=.)(?:\.tar)?\.([A-Za-z][A-Za-z0-9]{0,6})$", name, re.IGNORECASE)
    return found[0].lower() if found and found[1].lower() in _EXTENSIONS else ""


def secrets_of(text: str) -> Iterator[Value]:
    """A secret as values that are short enough to be looked for: of a run its begin, of all else part after part.

    >>> [[len(one.text) for one in secrets_of(text * 2_000)] for text in ("aB3x", "aB3 ")]
    [[256], [4000, 4000]]
    """
    if len(text) > LONGEST and _RUN.fullmatch(text):
        yield Value("secret", text[:LONGEST])
        return
    size = -(-len(text) // max(1, -(-len(text) // _MOST)))
    for at in range(0, len(text), size or 1):
        yield Value("secret", text[at : at + size])


def edge_of(value: Value) -> Edge:
    """What may not stand beside a value."""
    if value.kind == "secret" and len(value.text) >= LONG:
        return "run" if len(value.text) == LONGEST and _RUN.fullmatch(value.text) else "none"
    return EDGES.get(value.kind, "word")
