"""Secrets: told by the shape that their maker gave them, or by what stands before them."""

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Final

from faultlog.redaction import benign
from faultlog.redaction.addresses import Met
from faultlog.redaction.forms import MOUNTED
from faultlog.redaction.kinds import PASSWORDS, SAYS, TOKEN, Value, secrets_of

_MADE: Final = re.compile(
    rb"(?<![A-Za-z0-9])(?:"
    rb"eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]{4,}){0,3}"  # JSON Web Token
    rb"|(?:AKIA|ASIA|AROA|AIDA|AGPA|ANPA)[A-Z0-9]{16}"  # Amazon
    rb"|gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\w{22,}|glpat-[\w-]{16,}"  # GitHub, GitLab
    rb"|xox[abeoprs]-[\w-]{10,}|xapp-[\w-]{20,}"  # Slack
    rb"|AIza[\w-]{35}|ya29\.[\w-]{20,}"  # Google
    rb"|[rs]k_(?:live|test)_\w{16,}|SG\.[\w-]{16,}\.[\w-]{16,}|SK[0-9a-f]{32}"  # Stripe, SendGrid, Twilio
    rb"|npm_[A-Za-z0-9]{30,}|pypi-[\w-]{32,}|dckr_pat_[\w-]{20,}|hf_[A-Za-z0-9]{30,}|sk-[\w-]{20,}|hvs\.[\w-]{20,}"
    rb")"
)
_HOOK: Final = re.compile(
    rb"(?i)(?:hooks\.slack\.com/(?:services|workflows|triggers)/|discord(?:app)?\.com/api/(?:v\d{1,2}/)?webhooks/"
    rb"|(?:webhook\.office\.com/webhookb2|outlook\.office(?:365)?\.com/webhook)/[\w@-]{1,128}/IncomingWebhook/"
    rb"|(?:logic\.azure|api\.powerplatform)\.com(?::\d{1,5})?/(?:[a-z]{1,32}/){0,4}workflows/"
    rb"|events\.pagerduty\.com/integration/|api\.telegram\.org/(?:file/)?bot)"
    rb"((?:[\w-]{1,80}/){0,3}[\w:-]{20,})"
)
"""Whoever has such an address may write there: its path is the secret, up to its last long part."""
_BOT: Final = re.compile(rb"(?<![A-Za-z0-9])\d{8,10}:AA[\w-]{33}(?![\w-])")
"""A bot of Telegram: its number and its token."""
_PAGER: Final = re.compile(
    rb"(?i)(?:routing|integration|service|genie|ops[_-]?genie|pager[_-]?duty)(?:[_ -]?(?:api|service|integration))?"
    rb"[_ -]?key(?:" + SAYS + rb"(?:\\{0,3}[\"'])?| +)((?=[a-z]{0,31}\d)[0-9a-z]{32})(?![\w-])"
)
"""A key of PagerDuty or Opsgenie: a word alone does not tell it from the key of a queue."""
_DIGEST: Final = re.compile(rb"(?i)(?<![a-z])digest\s+(?=[a-z]+\*?=)([^\r\n]{1,2048})")
_ANSWER: Final = re.compile(rb"(?i)(?<![\w-])(?:c?nonce|response|opaque)=(?:\\{0,3}\")?([\w+/=.:-]{6,256})")
"""What is answered to a server that asks for a password (RFC 7616): whoever has it can try passwords."""
_QUOTED: Final = (
    rb"(?P<deep>\\{0,3})(?P<quote>[\"'])(?P<quoted>(?:(?!(?P=quote))[^\r\n\\]"
    rb"|(?P=deep)\\(?:(?P=deep)(?:(?P=quote)|\\)|[^\r\n\\])){4,})(?P=deep)(?P=quote)"
)
"""What stands in quotes, perhaps with quotes in it that are escaped; of JSON in JSON the quotes are too."""
_BARE: Final = rb"(?P<bare>[^\s\"'<>,;&|)\]}\\\x00-\x1f]{4,})"
_ASSIGNED: Final = re.compile(
    rb"(?i)(?P<name>" + PASSWORDS + rb")\w{0,12}" + SAYS + rb"(?:\[\s*|<!\[CDATA\[)?"
    rb"(?:" + _QUOTED + rb"|(?:\\{0,3}[\"'])?" + _BARE + rb")"
)
_ESCAPE: Final = re.compile(rb"\\+([^\\])|\\\\")
_HEADED: Final = re.compile(
    rb"(?i)(?<![a-z])(?:bearer|basic|negotiate|token|digest)\s+(?![\w-]+=[\w\"'(<\\])([\w+/=.~-]{8,})"
)
_AUTHORIZED: Final = re.compile(
    rb"(?i)authorization[\"']?\s*[:=]\s*[\"']?(?:[a-z]+ +)?(?![\w-]+=[\w\"'(<\\])([\w+/=.~-]{6,})"
)
_OPTION: Final = re.compile(
    rb"(?i)(?:^|[\s\"'])--?(?:pass(?:word|wd|phrase)?|token|secret|api-?key)[ =]+[\"']?([^\s\"']{4,})"
)
_CURL: Final = re.compile(
    rb"(?i)(?<![a-z])(?:curl|wget)\b[^\n]{0,512}?\s(?:-u|--(?:proxy-)?user)[ =]?[\"']?"
    rb"([^\s:\"']{1,64}):([^\s\"']{1,256})"
)
_IN_URL: Final = re.compile(rb"(?i)://([^\s/:@\"'<>]{0,64}):([^\s/@\"'<>]+)@")
_BEFORE_AT: Final = re.compile(rb"://([^\s/:@\"'<>]{1,64})@")
_SIGNED: Final = re.compile(
    rb"(?i)(?:[?&;]|%(?:25)?(?:3f|26)|x-amz-|signedheaders=[\w;-]{1,256}, ?)sig(?:nature)?"
    rb"(?:=|%(?:25)?3d)([\w%+/=~-]{8,256})"
)
_COOKIES: Final = re.compile(rb"(?i)cookie(?:\\{0,3}[\"'])?\s*:\s*(?:\\{0,3}[\"'])?([^\r\n\"']{4,})")
_COOKIE: Final = re.compile(rb"([\w.-]+)=([^\s;,\\]{4,})")
_PEM: Final = re.compile(rb"-----BEGIN [A-Z ]{0,24}PRIVATE KEY(?: BLOCK)?-----")
_PEM_END: Final = re.compile(rb"-----(?:END |BEGIN [A-Z ]{0,24}PRIVATE KEY)")
_PEM_BEGUN: Final = re.compile(rb"-----BEGIN [A-Z ]{0,24}(?:PRIVATE KEY|$)")
_KEY_RUN: Final = re.compile(rb"(?<![A-Za-z0-9+/=])[A-Za-z0-9+/]{5,}={0,2}")
_KEY_ALONE: Final = re.compile(rb"[\\ \t]*(?:[\r\n]|\Z)")
_BEFORE: Final = (b"\n", b"\r", b"]: ")
"""What stands before a line of a key that is nothing but letters, and behind the head of a log's line."""
_KEY_LINE: Final = 40
_NO_SECRET: Final = re.compile(rb"(?i)[$%<{*/]|\./|0x[0-9a-f]*+$")
"""Begins what is put in later, a path, or is a number."""
_TOKEN: Final = 8
"""Characters of a token at least."""
PEM_REACH: Final = 16 << 10
"""Bytes behind the beginning of a private key in which its lines are looked for."""
_ATTRIBUTES: Final = frozenset(b"path domain expires max-age samesite version".split())
HINTS: Final = (
    b"eyj", b"akia", b"asia", b"aroa", b"aida", b"agpa", b"anpa", b"ghp_", b"gho_", b"ghu_", b"ghs_", b"ghr_",
    b"github_pat",
    b"glpat-", b"xox", b"xapp-", b"aiza", b"ya29.", b"k_live", b"k_test", b"sg.", b"npm_", b"pypi-", b"dckr_", b"hf_",
    b"hvs.", b"sk-", b"sk0", b"passw", b"passp", b"passc", b"pass=", b"pass:", b'pass"', b"pwd", b"secret",
    b"token", b"credential", b"apikey",
    b"api_", b"api-",
    b"access_", b"accessk", b"access-", b"auth", b"private_", b"private-", b"privatek", b"session", b"account_",
    b"accountk",
    b"account-", b"sharedaccess", b"shared_access", b"client_", b"client-", b"clients", b"clientid", b"encryption",
    b"license_",
    b"license-", b"licensek", b"bearer", b"basic ", b"cookie", b"negotiate", b"digest ",
    b"//", b"sig=", b"signature", b"sig%", b"--pass", b" -pass",
    b"curl ", b"wget ", b":aa", b"pagerduty", b"pager-duty", b"pager_duty", b"opsgenie", b"geniekey", b"genie key",
    *(f"{word}{sign}key".encode() for word in ("routing", "integration", "service") for sign in ("", "_", "-", " ")),
)  # fmt: skip
"""Of these one stands, in small letters, in the line of every secret."""


def secrets(text: bytes) -> Iterator[Met]:
    """The secrets in a text."""
    for value in _secrets(text):
        yield value, value.text


def _secrets(text: bytes) -> Iterator[Value]:
    for pattern in (_MADE, _BOT) if b":AA" in text else (_MADE,):
        for found in pattern.finditer(text):
            yield from _secret(found[0])
    yield from _assigned(text)
    for found in _CURL.finditer(text):
        yield from _secret(found[2])
        if not benign.is_account(name := found[1].decode("utf-8", "surrogateescape")):
            yield Value("user", name, anywhere=not benign.is_ordinary(name))
    if b"//" in text:
        yield from _in_addresses(text)


def _in_addresses(text: bytes) -> Iterator[Value]:
    """What stands in URLs and before the host of a share."""
    for found in _IN_URL.finditer(text):
        yield from _secret(found[2])
    for pattern in (_IN_URL, _BEFORE_AT):
        for found in pattern.finditer(text):
            name = found[1].decode("utf-8", "surrogateescape")
            if name and not benign.is_account(name):
                yield Value("user", name, anywhere=False)
    for found in _HOOK.finditer(text):
        yield from _secret(found[1])
    for found in MOUNTED.finditer(text):
        if found[2] is not None:
            yield from _secret(found[2])


def _named(text: bytes) -> Iterator[Value]:
    for found in _ASSIGNED.finditer(text):
        strong = re.search(rb"(?i)pass|pwd|secret", found["name"]) is not None
        value = (found["quoted"] or found["bare"]).rstrip(b".")
        if found["name"].lower() == b"pwd" and value.startswith((b"/", b"~")):  # the folder that a shell is in
            continue
        if b"\\" in value:
            yield from _told(_ESCAPE.sub(_unescaped, value), strong=strong)
        yield from _told(value, strong=strong)


def _assigned(text: bytes) -> Iterator[Value]:
    yield from _named(text)
    for pattern in (_HEADED, _AUTHORIZED, _OPTION, _SIGNED, _PAGER):
        for found in pattern.finditer(text):
            yield from _told(found[1], strong=pattern in {_OPTION, _SIGNED})
    for found in _DIGEST.finditer(text):
        for answer in _ANSWER.findall(found[1]) if b"nonce=" in found[1].lower() else ():
            yield from _told(answer, strong=True)
    for found in _COOKIES.finditer(text):
        for name, value in _COOKIE.findall(found[1]):
            if name.lower() not in _ATTRIBUTES:
                yield from _told(value, strong=True)


def _unescaped(found: re.Match[bytes]) -> bytes:
    return found[1] or b"\\"


def _told(value: bytes, *, strong: bool) -> Iterator[Value]:
    """What stands where a secret should, unless it is a word that says something of one."""
    plain = value.decode("utf-8", "surrogateescape").lower().strip("'\"")
    words = re.split(r"[^a-z]+", plain)
    if (
        plain.isascii()
        and all(word in benign.SAID or len(word) < 2 for word in words if word)
        and not re.search(r"\d", plain)
    ):
        return
    if re.fullmatch(r"[\d.,:%*-]*", plain) and not (strong and len(plain) >= 6 and plain.isdecimal()):
        return
    if not strong and _NO_SECRET.match(value) and not _is_base64(value):
        return
    if not strong and (len(plain) < _TOKEN or (value.isalpha() and not _is_mixed(value))):
        return
    yield from _secret(value)


def _is_mixed(value: bytes) -> bool:
    """Whether letters of both cases stand in it as no word has them."""
    return len(value) >= _TOKEN + 4 and re.search(rb"[a-z][A-Z].*[a-z][A-Z]|[A-Z]{2}.*[a-z].*[A-Z]", value) is not None


def _is_base64(value: bytes) -> bool:
    """Whether what begins as a path does is base64, of which one in 64 does."""
    return value.count(b"/") == 1 and re.search(rb"\d", value) is not None and _is_mixed(value[1:])


def _secret(value: bytes) -> Iterator[Value]:
    text = value.decode("utf-8", "surrogateescape")
    if not TOKEN.fullmatch(text) and text.strip("*x. "):
        for one in secrets_of(text):
            yield Value("secret", one.text, anywhere=len(text) >= 6 and not benign.is_ordinary(text))


def keys(text: bytes) -> Iterator[Value]:
    """The lines of private keys: each is a secret, so that a log keeps its lines.

    A text is gone through once: behind a key, that is behind its end, the begin of the next or its reach.
    """
    place = 0
    while begun := _PEM.search(text, place):
        reach = min(len(text), begun.end() + PEM_REACH)
        ended = _PEM_END.search(text, begun.end(), reach)
        place = ended.start() if ended else reach
        body = text[begun.end() : place].replace(b"\\n", b"\n\n").replace(b"\\r", b"\r\r")
        for found in _KEY_RUN.finditer(body):
            whole = (
                ended is not None and _KEY_ALONE.match(body, found.end()) and body.endswith(_BEFORE, 0, found.start())
            )
            if whole or len(found[0]) >= _KEY_LINE or re.search(rb"[0-9+/=]", found[0]):
                yield from _secret(found[0])


def is_open(text: bytes, end: int) -> int | None:
    """Where a private key begins that does not end before a place, so far as one reaches."""
    begun = text.rfind(b"-----BEGIN ", max(0, end - PEM_REACH), end)
    if begun < 0 or not _PEM_BEGUN.match(text, begun) or _PEM_END.search(text, begun + 1, end):
        return None
    return begun


def decoded(text: bytes) -> Iterator[tuple[str, bytes]]:
    """What is written in base64 or as hexadecimal digits and is itself text: as it stands, and what it says."""
    for run in set(text.translate(_RUNS).split()):
        bare = run.rstrip(b"=").lstrip(b"=")
        if len(bare) >= _SHORTEST and _DIGITS.fullmatch(bare):
            words = _in_digits(bare.decode())
            if words is not None:
                yield bare.decode(), words
            continue
        if len(bare) >= _SHORTEST and _ASCII.fullmatch(bare) and not bare.islower():
            said = _said(bare)
            if said is not None:
                yield bare.decode(), said


def _in_digits(bare: str) -> bytes | None:
    """What hexadecimal digits say, where that is text; noughts end the words of a command."""
    words = bytes.fromhex(bare).rstrip(b"\0").replace(b"\0", b" ")
    try:
        return words if words.decode().translate(_BLANKS).isprintable() else None
    except UnicodeDecodeError:
        return None


def _said(bare: bytes) -> bytes | None:
    """What base64 says, where that is text; what is stuck in front, as in `auth=dXNlcg`, was cut off before."""
    try:
        said = base64.b64decode(bare.translate(_URL_SAFE) + b"=" * (-len(bare) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None
    return said if len(said) >= 6 and _TEXT.fullmatch(said) else None


_DIGITS: Final = re.compile(rb"(?:[0-9A-Fa-f]{2})+")
_BLANKS: Final = {9: " ", 10: " ", 13: " "}
_URL_SAFE: Final = bytes.maketrans(b"-_", b"+/")
_SHORTEST: Final = 12
_RUNS: Final = bytes(
    byte if (chr(byte).isalnum() and byte < 128) or byte in b"+/_-=" else 32 for byte in range(256)
).replace(b"=", b" ")
_ASCII: Final = re.compile(rb"(?:[A-Za-f][A-Za-z0-9+/_-]{3})+(?:[A-Za-f][A-Za-z0-9+/_-]{1,2})?")
"""Base64 of text whose letters are ASCII: the first bit of every third byte is nought."""
_TEXT: Final = re.compile(rb"[\t\r\n\x20-\x7e]+")
