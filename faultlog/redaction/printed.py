"""Names in what commands print and systems say in a fixed form: listings, processes, sessions, mounts, connections.

A column or a sentence that is always the same says what stands in it, although no word beside it does.
"""

import re
from collections.abc import Iterator
from typing import Final

from faultlog.redaction import benign
from faultlog.redaction.addresses import Met, domains, ipv4
from faultlog.redaction.forms import HOSTS, PROCESSES, USERS, finding
from faultlog.redaction.kinds import Value
from faultlog.redaction.names import SENTENCES, account, far, station

HINTS: Final = (
    b"rwx", b"rw-", b"r-x", b"r--", b" pts/", b" tty", b" console", b"linux ", b"darwin ", b") at ", b"search",
    b"domain", b" on /", b"mounted by ", b"tcp4", b"udp4", b" ~", b":~", b"hostname", b"host name", b"--set ",
    b"rhost=", b"node=", b"getaddrinfo for ", b" maps to ", b"proxy", b"127.0.1.1", b"cron", b"su[", b"su:", b" su ",
    b"(uid=", b"password changed", b"login on ", b"failed login ", b"added by ", b"removed by ", b"user_id=",
    b"usershortname", b"nfs: server ", b"mount //", b"ssid", b"query", b"selected source ", b"contacting ",
    b"tcp    ", b"tcp6   ",
    b"user name", "사용자".encode(), b'"user":', b'"host":', b"user.name", b"host.name",
)  # fmt: skip
"""Of these one stands, in small letters, in the line of everything that is told so; but for processes."""

_USERS: Final = finding(*USERS)
_PERSONS: Final = finding("(?:User Name|사용자 이름): ([^\n()]{2,64}) \\(NAME\\)".encode())  # system_profiler
_LINES: Final = finding(
    PROCESSES,
    rb"^(ADDRESS)[ \t]+FULL((?:[ \t]+[\w.-]+){0,8})[ \t]*\r?$",  # a file of hosts
)
_HOSTS: Final = finding(*HOSTS)
_DOMAINS: Final = finding(
    rb"^(?:search|domain)[ \t]+([\w. \t-]{3,512})$",  # resolv.conf
    rb"domain[_-]name +(?:=> +)?[\"']([\w.-]{3,253})[\"']",  # DHCP
    rb"^ *(?:search )?domain(?:\[\d+\])? *: *([\w.-]{3,253})\s*$",  # scutil --dns
)
_CONNECTED: Final = finding(rb"^(?:tcp|udp)46?[ \t]+\d+[ \t]+\d+[ \t]+(\S+)[ \t]+(\S+)")  # netstat of BSD
_NETWORKS: Final = re.compile(
    rb"(?i)(?<![a-z])ssid(?:=|[\"']?\s?: ?)[\"']?([^\r\n\"'(),<>=:;]{4,32}+)(?=[\r\n\"')]|\Z)"
)
"""A wireless network whose name is more than a word: `Office` would go everywhere."""
_WITH_PORT: Final = finding(rb"(ADDRESS)\.(?:\d{1,5}|\*)")


def lines(text: bytes) -> Iterator[Met]:
    """The users whose processes are listed, and the hosts whose addresses are: no word hints at these."""
    for found in _LINES.finditer(text):
        if found[2] is None:
            yield from account(found[1])
        elif _is_listed(*map(bytes.decode, found.group(2, 3, 4))):
            yield from far(found[3].decode())


def _is_listed(address: str, name: str, others: str) -> bool:
    """Whether it is a host's address that a name stands behind: other names are its own, in short, or are whole."""
    short = name.partition(".")[0]
    named = not SENTENCES.match(name) and all(one == short or "." in one for one in others.split())
    return named and any(ipv4(address, address))


def names(text: bytes) -> Iterator[Met]:
    """The users, hosts, domains and addresses in what else is printed so."""
    for found in _USERS.finditer(text):
        yield from account(found[found.lastindex or 0])
    for found in _PERSONS.finditer(text):
        accounts = list(account(found[2]))
        person = found[1].decode("utf-8", "surrogateescape")
        if accounts and " " in person:
            yield Value("user", person), person
        yield from accounts
    for found in _HOSTS.finditer(text):
        for name in filter(None, found.groups()):
            if not SENTENCES.match(name.decode("utf-8", "surrogateescape").lower()):
                yield from station(name)
    yield from _networks(text)
    yield from _searched(text)
    yield from _connected(text)


def _networks(text: bytes) -> Iterator[Met]:
    """The wireless networks."""
    for found in _NETWORKS.finditer(text):
        name = found[1].decode("utf-8", "surrogateescape").strip()
        if not benign.is_ordinary(name) and re.search(r"\d|_|[a-z][A-Z]", name):
            yield Value("word", name), name


def _searched(text: bytes) -> Iterator[Met]:
    """The domains in which names are looked for."""
    for found in _DOMAINS.finditer(text):
        for name in found[found.lastindex or 0].decode().split():
            if re.fullmatch(r"[\w-]+(?:\.[\w-]+)+", name):
                yield from domains(name.lower())


def _connected(text: bytes) -> Iterator[Met]:
    """The addresses behind which a port stands as if it were a part of them."""
    for found in _CONNECTED.finditer(text):
        for end in filter(None, map(_WITH_PORT.fullmatch, found.groups())):
            yield from ipv4(end[1].decode(), end[1].decode())
