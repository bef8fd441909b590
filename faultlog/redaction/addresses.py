"""Addresses, GUIDs and mails: values that are told by their own shape."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import Final

from faultlog.redaction import benign
from faultlog.redaction.kinds import Value

BARE_HINTS: Final = (
    b"mac=", b"mac:", b"mac ", b'mac"', b"mac'", b"macaddr", b"mac_addr", b"mac-addr", b"mac addr", b"hwaddr",
    b"ether", b"guid", b"uuid", b"machine_id", b"machine-id", b"machine id",
)  # fmt: skip
"""Of these one stands, in small letters, in the line of an address or GUID that is mere digits."""

Met = tuple[Value, str]
"""A value, and how it is spelled here."""

_DOTS: Final = re.compile(rb"\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]")
_COLONS: Final = re.compile(rb":(?::|[0-9a-f]{1,4}:[0-9a-f]{1,4}:[0-9a-f]{1,4}:[0-9a-f])")
_DASHES: Final = re.compile(rb"-[0-9a-f]{1,4}-[0-9a-f]{1,4}-[0-9a-f]{1,12}")
_MAC_DOTS: Final = re.compile(rb"\.[0-9a-f]{4}\.[0-9a-f]{4}(?![0-9a-z])")
"""What such values hold: a search that begins with one sign is ten times as fast as one that begins with any digit."""
_IPV4: Final = re.compile(rb"(?<![0-9])(?<![0-9]\.)(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?![0-9])(?!\.[0-9])")
_REVERSED: Final = re.compile(rb"(?<![0-9.])((?:[0-9]{1,3}\.){4})in-addr\.arpa")
_DASHED: Final = re.compile(rb"(?<=[a-z][_-])[0-9]{1,3}(?:-[0-9]{1,3}){3}(?![0-9]|-[0-9])")
_VERSION: Final = re.compile(
    rb"(?:vers(?:ion)?s?|release|build|revision|firmware|upgrad\w*|updat\w*|downgrad\w*|migrat\w*|install\w*|rpm"
    rb"|deb|pkg"
    rb"|package|connector|engine|definitions?|signatures?|sdk|kernel|product|agent/?)(?:[^\w\n]{1,4}(?:is|from|to"
    rb"|of|number|v|ver"
    rb"|[\d.]+\W{1,4}(?:to|->|=>)))*[^\w\n]{1,4}v?$"
    rb"|[a-z)][/_-]$|(?<![a-z])[vr]\.?$|\.so\.$|ver\W{0,3}$"
)
"""What in small letters stands before numbers with points that are a version."""
_OF_A_NETWORK: Final = re.compile(rb"192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.")
"""Begins addresses of private networks, and hardly a version."""
_PORT: Final = re.compile(rb":\d{1,5}(?!\d)|/\d\d?(?![\d.])")
"""What stands behind an address and behind no version."""
_NO_VERSION: Final = re.compile(
    rb"(?:addr\w*|ip|host|server|client|peer|proxy|gateway|at|via|://|src|dst|connect\w*)\W*$|@$|(?<![a-z])ip[-_]$"
)
_HEX: Final = b"0123456789abcdef:"
_HEX_RUN: Final = re.compile(rb"[0-9a-f:]*")
_MOST_HEX: Final = 64
"""Digits and colons beyond which they are no address."""
_PAIRS: Final = re.compile(r"[0-9a-f]{1,2}(?::[0-9a-f]{1,2}){5}")
_FRAME: Final = re.compile(r"[0-9a-f]{2}(?::[0-9a-f]{2}){11}:(?:08:0[06]|86:dd)")
"""The head of a frame as the kernel logs it: to whom, from whom, of which type."""
_IPV6: Final = re.compile(r"(?:^|:)((?:[23][0-9a-f]{3}|f[cd][0-9a-f]{2}|fe[89ab][0-9a-f]):[0-9a-f:]{2,40}$)")
_MAPPED: Final = re.compile(r"^(?:0*:)*:?(?:ffff|64:ff9b:):([0-9a-f]{1,4}):([0-9a-f]{1,4})$")
"""An IPv4 address as two groups of an IPv6 address (RFC 4291, RFC 6052)."""
_NAMES_MAC: Final = re.compile(
    rb"(?:physical|ethernet|hardware|mac|hw)[ _-]?addr[^\n]*$|(?<![a-z])(?:mac|ether)\W{1,4}$"
)
_NEAR: Final = 48
"""Bytes before digits that could be a time, in which they may be called an address."""
_AT_MAC: Final = re.compile(rb"(?:\bat|\bether|lladdr|\bmac|address)\W{1,2}$")
_MAC: Final = re.compile(
    rb"(?<![0-9a-z:])(?<!(?<![0-9a-z])[0-9a-f]{2}-)[0-9a-f]{2}(?:-[0-9a-f]{2}){5}(?![0-9a-z])(?!-[0-9a-f]{1,2}(?![0-9a-z]))"
    rb"|(?<![0-9a-z.])[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}(?![0-9a-z]|\.[0-9a-f])"
)
_BARE_MAC: Final = re.compile(
    rb"(?:(?<![a-z])mac(?:[ _-]?addr(?:ess)?)?|hwaddr|ether)[\"']?\s*[=: ]\s*[\"']?([0-9a-f]{12})(?![0-9a-z])"
)
_GUID: Final = re.compile(rb"(?<![0-9a-z])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![0-9a-z])")
_BARE_GUID: Final = re.compile(
    rb"(?:(?:g|(?<![a-z])u)uid|machine[_ -]id)[\"']?\s*[=:>]\s*[\"']?([0-9a-f]{32})(?![0-9a-z])"
)
_ENDING: Final = rb"(?:[a-z]{2,24}(?![a-z0-9])|" + "한국".encode() + rb"|[\x80-\xff]{2,72}(?![a-z0-9]))"
"""What a domain ends in; a word may stand right behind it, as in Korean."""
_DOMAIN: Final = rb"((?:[a-z0-9\x80-\xff](?:[a-z0-9\x80-\xff-]{0,61}[a-z0-9\x80-\xff])?\.){1,126}" + _ENDING + rb")"
"""As many labels as a domain may have (RFC 1035)."""
_AT: Final = re.compile(rb"@" + _DOMAIN)
_OTHER_AT: Final = re.compile(rb"(?:%(?:25)?40|&#64;|\\u0040)" + _DOMAIN)
_HIDDEN_AT: Final = re.compile(rb"40[a-z0-9]|&#64;")
_LOCAL: Final = re.compile(rb"[a-z0-9\x80-\xff](?:[a-z0-9._+\x80-\xff-]|%(?:25)?2b){0,63}$")
_NO_NAME: Final = re.compile(r"[^\w.+%\-\u0300-\u036f\udc80-\udcff]")
"""What stands in no name of any alphabet."""
_IN_URL: Final = re.compile(rb"://[^\s/@]*$")
_SECOND: Final = frozenset({"co", "com", "ac", "or", "go", "ne", "re", "org", "net", "gov", "edu"})
_COUNTRY: Final = 2
"""Letters of a country's domain, in which names are registered below such a second one: `co.kr`."""
_NO_DOMAIN: Final = re.compile(
    r"(?:\.(?:png|jpe?g|gif|svg|webp|service|socket|timer|mount|target|slice|path|scope|device|c|h|cc|cpp|py|js|ts|mm?|swift|go|rs"
    r"|java|json|xml|plist|log|txt|dylib|gz|zip|tar|csv|html?|eml|msg|pdf|docx|bak|out))+$"
)
"""What ends a file's name rather than a domain, although `@` stands in it: `icon@2x.png`, `getty@tty1.service`."""

_DOMAIN_LIKE_A_FILE: Final = re.compile(r"[a-z][a-z0-9-]+\.(?:zip|py|rs|cc|mm)")
"""A domain all the same: these are registered as well, and `2x.zip` is none."""


def addresses(text: bytes) -> Iterator[Met]:
    """The addresses, GUIDs and mails in text that is in small letters."""
    for anchor, before, patterns in _SHAPES:
        end = 0
        for hit in anchor.finditer(text):
            if hit.start() < end:
                continue
            for pattern, tell in patterns:
                found = _around(pattern, text, hit.start(), before)
                if found is not None:
                    end = found.end()
                    yield from tell(text, found)
                    break
    yield from _colons(text)
    yield from _backwards(text)
    yield from mails(text)


def _backwards(text: bytes) -> Iterator[Met]:
    """The addresses that are written backwards."""
    for found in _REVERSED.finditer(text) if b"in-addr.arpa" in text else ():
        whole = ".".join(reversed(found[1].decode().rstrip(".").split(".")))
        yield from ipv4(whole, whole)


def _around(pattern: re.Pattern[bytes], text: bytes, place: int, before: int) -> re.Match[bytes] | None:
    """Where a pattern fits that begins at most so many bytes before a place, or right behind it."""
    for start in range(max(0, place - before), place + 2):
        found = pattern.match(text, start)
        if found is not None and found.end() > place:
            return found
    return None


def _ipv4(text: bytes, found: re.Match[bytes]) -> Iterator[Met]:
    if not text.startswith(b".in-addr", found.end()) and not _is_version(text, found.start(), found[0]):
        yield from ipv4(found[0].decode(), found[0].decode())


def _dashed(_text: bytes, found: re.Match[bytes]) -> Iterator[Met]:
    numbers = found[0].split(b"-")
    if any(len(one) > 1 for one in numbers) and not any(one[:1] == b"0" and one != b"0" for one in numbers):
        yield from ipv4(found[0].replace(b"-", b".").decode(), found[0].decode())


def ipv4(text: str, spelled: str) -> Iterator[Met]:
    """The address, where it is one that is somebody's."""
    if _is_ones(text):
        yield Value("ipv4", text), spelled


@lru_cache(65_536)
def _is_ones(text: str) -> bool:
    try:
        return not benign.is_address(str(IPv4Address(text)))
    except AddressValueError:
        return False


def _is_version(text: bytes, start: int, found: bytes) -> bool:
    """Whether numbers with points are a version, by what stands before them."""
    before = text[max(0, start - 64) : start]
    if _PORT.match(text, start + len(found)) or _OF_A_NETWORK.match(found):
        return False
    if found.count(b"0") >= 2 and found.endswith(b".0.0"):
        return True
    return _VERSION.search(before) is not None and _NO_VERSION.search(before) is None


def ipv6(text: str) -> Iterator[Met]:
    """The address, where it is one that is somebody's."""
    try:
        address = IPv6Address(text.rstrip(":") if not text.endswith("::") else text)
    except AddressValueError:
        return
    if not benign.is_address(str(address)):
        yield Value("ipv6", str(address)), text


def _colons(text: bytes) -> Iterator[Met]:
    """The addresses with colons: of each run of digits and colons the groups, but for those that are parts of words."""
    end = 0
    for hit in _COLONS.finditer(text):
        if hit.start() < end:
            continue
        before = text[max(end, hit.start() - _MOST_HEX) : hit.start()]
        start = hit.start() - len(before) + len(before.rstrip(_HEX))
        end = _HEX_RUN.match(text, hit.start()).end()  # type: ignore[union-attr]  # it fits everywhere
        if end - start <= _MOST_HEX:
            yield from _grouped(text, start, end)


def _grouped(text: bytes, start: int, end: int) -> Iterator[Met]:
    run = text[start:end].decode()
    if text[start - 1 : start].isalnum():
        run = run.partition(":")[2]
    if text[end : end + 1].isalnum():
        run = run.rpartition(":")[0] + ":"
    bare = run.strip(":")
    if _PAIRS.fullmatch(bare):
        if all(len(one) == 2 for one in bare.split(":")) or _AT_MAC.search(
            text[max(0, start - 16) : text.find(bare.encode(), start)]
        ):
            yield from _mac(bare)
        return
    if _FRAME.fullmatch(bare):
        yield from _mac(bare[:17])
        yield from _mac(bare[18:35])
        return
    mapped = _MAPPED.match(run.rstrip(":"))
    if mapped is not None:
        number = int(mapped[1], 16) << 16 | int(mapped[2], 16)
        yield from ipv4(str(IPv4Address(number)), mapped[0])
    found = _IPV6.search(run)
    if found is not None:
        yield from ipv6(found[1] if found[1].endswith("::") else found[1].rstrip(":"))


def _mac_found(text: bytes, found: re.Match[bytes]) -> Iterator[Met]:
    named = _NAMES_MAC.search(text, max(0, found.start() - _NEAR), found.start())
    if found[0][2:3] != b"-" or named is not None or re.search(rb"[a-f]", found[0]):
        yield from _mac(found[0].decode())


def _mac(spelled: str) -> Iterator[Met]:
    digits = "".join(one.zfill(2) for one in re.split("[^0-9a-f]", spelled))
    if len(set(digits)) > 1 and not digits.startswith(("0200", "01005e", "3333", "0180c2")):
        yield Value("mac", ":".join(digits[at : at + 2] for at in range(0, 12, 2))), spelled


def _guid(_text: bytes, found: re.Match[bytes]) -> Iterator[Met]:
    if not found[0].startswith(b"00000000-0000-"):
        yield Value("guid", found[0].decode()), found[0].decode()


_SHAPES: Final = (
    (_DOTS, 3, ((_IPV4, _ipv4),)),
    (_DASHES, 8, ((_GUID, _guid), (_MAC, _mac_found), (_DASHED, _dashed))),
    (_MAC_DOTS, 4, ((_MAC, _mac_found),)),
)


def bare(text: bytes) -> Iterator[Met]:
    """The GUIDs and MAC addresses that are written as mere digits, in text that names them."""
    text = text.lower()
    for found in _BARE_MAC.finditer(text):
        yield from _mac(found[1].decode())
    for found in _BARE_GUID.finditer(text):
        digits = found[1].decode()
        parts = (digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:])
        yield Value("guid", "-".join(parts)), digits


def mails(text: bytes) -> Iterator[Met]:
    """The mail addresses, and the domains that they name where those are of somebody's network."""
    for found in (*_AT.finditer(text), *(_OTHER_AT.finditer(text) if _HIDDEN_AT.search(text) else ())):
        domain = _NO_NAME.split(found[1].decode("utf-8", "surrogateescape"), maxsplit=1)[0]
        if not _DOMAIN_LIKE_A_FILE.fullmatch(domain):
            domain = _NO_DOMAIN.sub("", domain)
        local = _LOCAL.search(text, max(0, found.start() - 96), found.start())
        if local is None or "." not in domain:
            continue
        if (
            domain.startswith("example.invalid")
            or domain.endswith((".invalid", ".example"))
            or domain in benign.EXAMPLES
        ):
            continue
        start = local.start()
        written = local[0][1:] if text[start - 1 : start] == b"\\" and local[0][:1] in b"nrt" else local[0]
        if text[start - 1 : start] == b"%" and re.match(rb"[0-9a-f]{2}", written):
            written = written[2:]
        if not written or _IN_URL.search(text, max(0, start - 96), start):
            yield from domains(domain)
            continue
        name = _NO_NAME.split(re.sub(rb"%(?:25)?2b", b"+", written).decode("utf-8", "surrogateescape"))[-1]
        yield Value("mail", f"{name}@{domain}"), f"{name}@{domain}"
        yield from domains(domain)


def registered(labels: Sequence[str]) -> int:
    """How many labels, from the last, make the domain that somebody registered: `firm.de`, `firm.co.kr`."""
    return 3 if len(labels) > 1 and labels[-2] in _SECOND and len(labels[-1]) == _COUNTRY else 2


def domains(name: str) -> Iterator[Met]:
    """A domain and the one that it was registered in, where they are somebody's."""
    if benign.is_domain(name):
        return
    yield Value("domain", name), name
    labels = name.split(".")
    own = registered(labels)
    if len(labels) > own:
        yield Value("domain", ".".join(labels[-own:])), ".".join(labels[-own:])
