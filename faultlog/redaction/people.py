"""Full names of persons, where accounts and directories state them in a fixed form, and what a directory calls its own.

A name is a person's if it is two to five words with a capital, or Hangul, of which none is a word of such logs or a
vendor: system accounts (`World Wide Web Server`) and applications have such names as well.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from faultlog.redaction import benign
from faultlog.redaction.addresses import Met
from faultlog.redaction.forms import finding
from faultlog.redaction.kinds import IS, LOCALS, Value
from faultlog.redaction.names import SENTENCES, account, far, station, user

HINTS: Final = (
    b"realname", b"real name", b"real_name", b"full name", b"fullname", b"full_name", b"gecos", b"userlongname",
    "전체".encode(), b":/home/", b":/users/", b":/bin/", b":x:", b":*:",
    b"groupmembership", b"cn=", b"cn =", b",dc=", b", dc=",
)  # fmt: skip
"""Of these one stands, in small letters, in the line of everything that is told so."""
_SAID: Final = re.compile(
    rb"(?i)(?<![a-z])(?:(?:real|full|userlong)[ _]?name|gecos|" + "전체 ?이름".encode() + rb")" + IS
    + rb"((?:[^\n\r\"'<>:;,=\\(){}\[\]/|]|(?<=[a-z\x80-\xff])'(?=[a-z\x80-\xff])){2,64}+)(?=[\n\r\"'<,\\;(]|\Z)"
)  # fmt: skip
_LISTED: Final = re.compile(
    rb"(?mi)^([a-z_][\w.-]{0,63}):[^:\n]{0,128}:(?!65534:)(?:[5-9]\d\d|\d{4,10}):\d+:(?:[^:\n]{0,64}:\d+:\d+:)?([^:,\n]{2,64})(?:,[^:\n]{0,128})?:/"
)
"""A line of accounts: of Linux, or as a Mac has it, with three fields more; numbers below 500 are of services."""
_MEMBERS: Final = re.compile(
    rb"(?m)^[A-Za-z_][\w.-]{0,63}:[x*!]?:\d+:([\w.,-]{2,4096}+)\r?$|^GroupMembership: ([\w. -]{2,4096}+)\r?$"
)
"""The members of a group, of Linux and of a Mac."""
_ENTRY: Final = re.compile(
    rb"(?i)(?<![a-z])(cn|uid) ?= ?([^,;=\n\r\"'<>/\\]{2,64}+)(?=, ?(?:ou|cn|dc|o) ?= ?([\w-]{1,64}))"
)
"""An entry of a directory (RFC 4514), and what it lies below."""
_PARTS: Final = re.compile(rb"(?i)(?<![a-z])dc ?= ?([\w-]{1,63})(?=, ?dc ?=)")
_SUBJECT: Final = finding(rb"(?i:(?<![a-z])cn) ?= ?(?:\*\.)?FULL(?=[\s,/\"'<]|\Z)")
_WORD: Final = re.compile(
    r"[^\W\d_a-z][^\W\d_]*(?:['’-][^\W\d_]+)*|(?:[A-Z]\.)+|van|von|de[rln]?|d[aiu]|l[ae]|bin|al|zu"
)
_HANGUL: Final = re.compile("[가-힣]{3,5}")
_MOST: Final = 5
"""Words of a name."""
_TELLING: Final = 4
"""Letters from which on a part of a domain is somebody's."""


def names(text: bytes) -> Iterator[Met]:
    """The persons, and the users, hosts and domains of directories, in a text."""
    for found in _SAID.finditer(text):
        yield from _person(found[1])
    for found in _LISTED.finditer(text):
        if any(account(found[1])):
            yield from account(found[1])
            yield from _person(found[2])
    for found in _MEMBERS.finditer(text):
        for name in re.split(rb"[, ]", found[1] or found[2]):
            yield from account(name)
    yield from _directory(text)


def _directory(text: bytes) -> Iterator[Met]:
    """What entries of a directory and subjects of certificates name."""
    for found in _ENTRY.finditer(text):
        if found[1].lower() == b"uid":
            yield from account(found[2])
        elif found[3].lower() == b"computers":
            yield from station(found[2])
        else:
            yield from _person(found[2])
    for found in _PARTS.finditer(text):
        part = found[1].decode("utf-8", "surrogateescape")
        if len(part) >= _TELLING and part.lower() not in _nobody():
            yield Value("word", part), part
    for found in _SUBJECT.finditer(text):
        name = found[1].decode().lower()
        if not SENTENCES.match(name):
            yield from far(name)


def _person(written: bytes) -> Iterator[Met]:
    """A person by his full name."""
    name = written.decode("utf-8", "surrogateescape").strip()
    words = name.split()
    if _HANGUL.fullmatch(name):
        yield from user(name)
    elif 1 < len(words) <= _MOST and all(map(_WORD.fullmatch, words)) and _nobody().isdisjoint(name.lower().split()):
        yield Value("user", name), name


@cache
def _nobody() -> frozenset[str]:
    """Words of which no person's name is made here, in small letters."""
    vendors = {one.partition(".")[0] for one in (*benign.OURS, *benign.EXAMPLES)}
    return benign.vocabulary() | benign.ACCOUNTS | benign.ROLES | vendors | set(LOCALS.decode()[3:-1].split("|"))
