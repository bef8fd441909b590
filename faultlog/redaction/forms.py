"""What commands print and systems say in a fixed form, written once: it finds a name, and it tells of one what it is.

In a form `NAME` is a user, `HOST` a host, `SOME` either, `FULL` a host with its domain. Behind `(?#so)` stands what is
needed to find a name, and not to tell what one is that is known already.
"""

import re
from typing import Final

HERE: Final = b"\0"
"""Where the value stands, between what is before and behind it."""

_FORMS: Final = (
    rb"(?<![\w-])[-dlbcps](?:[-r][-w][-xsStT]){3}[.+@]? +\d+ +NAME(?#so) +[\w.-]+ +\d",  # ls -l
    rb"^NAME (?: *pts/\d| +ttys?\d)",  # who, last
    rb"^NAME  +console (?#so).{0,40}(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ",
    rb"mounted by NAME(?#so)(?![\w.-])",
    rb"(?i:(?:ana)?cron(?:d|tab)?)\[\d+\]: \(NAME(?#so)\) [A-Z]",
    rb"(?<![a-z])su(?:\[\d+\])?: (?:(?:FAILED SU|BAD SU) )?\(to SOME\) NAME(?#so) on ",
    rb"(?<![a-z])su(?:\[\d+\])?: (?:(?:FAILED SU|BAD SU) )?NAME(?#so) to SOME on ",
    rb"uccessful su for SOME by NAME(?#so)(?![\w.-])",
    rb" by NAME\(uid=(?#so)\d",  # PAM
    rb"(?i:password changed) for NAME(?#so)(?![\w.-])",
    rb"LOGIN ON \S{1,20} BY NAME",
    rb"FAILED LOGIN \S{1,12} FROM \S{1,20} FOR NAME",
    rb"(?:added|removed) by NAME(?#so) (?:to|from) group",
    rb"(?<!\w)USER_ID=NAME",  # journal
    rb"UserShortName = \"?NAME",  # profiles
    rb"\[NAME@HOST(?#so) ~?[^\]\s]{0,64}\][$#]",  # prompts of bash, on Linux and a Mac, and of zsh
    rb"^HOST:~\S{0,64} NAME[$#] ",
    rb"^NAME@HOST(?#so) ~\S{0,64} %",
    rb"(?i:\"user\": *\{ *\"name\": *\")NAME(?#so)\"",  # events of Elastic's schema
    rb"(?<![\w.])user\.name\"?[=:] *\"?NAME",
    rb"(?i:\"host\": *\{ *\"name\": *\")HOST(?#so)\"",
    rb"(?<![\w.])host\.name\"?[=:] *\"?HOST",
    rb"(?<![\w.-])(?:Linux|Darwin) (?!kernel |version )HOST \d(?#so)\d*\.\d+\S* (?:#\d|Darwin Kernel)",  # uname -a
    rb"^HOST \(\d(?#so)[\d.]*\) at ",  # arp -a
    rb"^127\.0\.1\.1[ \t]+HOST",
    rb"(?i:host ?name)(?: changed)?(?: set)?(?: to| from)? [<\"']HOST[>\"'] to [<\"']HOST(?#so)[>\"']",
    rb"(?i:host ?name)(?: changed)?(?: set)?(?: to| from)? [<\"']HOST(?#so)[>\"']",
    rb"(?:set-hostname|--set (?:(?:Local)?Host|Computer)Name) [\"']?HOST",  # hostnamectl, scutil
    rb"(?<![a-z])rhost=HOST",  # PAM
    rb"(?:^|\s)node=HOST(?#so) type=",  # audit
    rb"getaddrinfo for FULL(?#so) \[",  # sshd
    rb"\d maps to FULL(?#so), but",
    rb"nfs: server HOST(?#so) (?:not responding|OK)",
    rb"ttempting to mount //HOST",
    rb"query: FULL(?#so) IN ",  # name servers
    rb"query\[[A-Z]{1,6}\] FULL(?#so) from ",
    rb"Selected source \S{1,45} \(FULL(?#so)\)",  # chrony
    rb"ontacting FULL(?#so)\.?(?:\s|\Z)",  # Cisco's VPN
    rb"^tcp6? +\d+ +\d+ HOST:[\w*-]+ +HOST:(?#so)[\w*-]+ +[A-Z]",  # netstat of Linux
    rb"(?i:(?:https?|socks|ftp|rtsp)proxy)\"? *[:=] *\"?HOST",  # scutil --proxy
    rb"(?i:proxy[_-]?(?:server|host|addr(?:ess)?))(?:>|\"? *[:=] *\"?)HOST",
    rb"(?<![\w:/.])//HOST(?#so)/[^\n]{0,256}? on /[^\n(]{1,64}?(?:\(| type )",  # mount
    rb"^HOST:/(?#so)(?!/)[^\n]{0,256}? on /[^\n(]{1,64}?(?:\(| type )",
)
PROCESSES: Final = (
    rb"^NAME\+? +\d+ +(?:\d{1,3}\.\d +\d{1,3}\.\d +\d+ +\d+ "
    rb"|\d+ +\d{1,3} +(?:\d\d:\d\d|[A-Z][a-z]{2}\d\d) +\S{1,12} +\d\d:\d\d:\d\d )"
)
"""A line of `ps aux`, in which behind a number stand two shares and two sizes, or of `ps -ef`. No word hints at it."""
_SOME: Final = rb"[\w.\x80-\xff-]{1,253}"
_SHAPES: Final = (
    (b"NAME", rb"([A-Za-z0-9_\x80-\xff][\w.\x80-\xff-]{0,63})"),
    (b"HOST", rb"([A-Za-z0-9\x80-\xff][\w.\x80-\xff-]{1,252})"),
    (b"FULL", rb"([A-Za-z0-9][A-Za-z0-9-]{0,62}(?:\.[A-Za-z0-9-]{1,63}){1,16})"),
    (b"SOME", _SOME),
    (b"ADDRESS", rb"(?:\d{1,3}\.){3}\d{1,3}"),
)
_USER: Final = re.compile(rb"NAME")
_STATION: Final = re.compile(rb"HOST|FULL")
_CAPITAL: Final = re.compile(rb"(?<!\\)[A-Z]")
_APART: Final = re.compile(rb"^\(\?<![^)]*\)")
"""What may not stand before a form, which matters only where names are found."""

MOUNTED: Final = re.compile(
    rb"(?<![\w:/.])//([^\s/:;@\"'<>]{1,64})(?::([^\s/@\"'<>]{1,256}))?@([A-Za-z0-9\x80-\xff][\w.\x80-\xff-]{1,252})(?=/)"
)
"""A share as macOS lists and mounts it: a user, perhaps his password, a host."""


def finding(*forms: bytes) -> re.Pattern[bytes]:
    """What finds the names that are marked in some forms."""
    whole = b"(?m)" + b"|".join(forms)
    for name, shape in _SHAPES:
        whole = whole.replace(name, shape)
    return re.compile(whole)


def _marking(name: re.Pattern[bytes], other: re.Pattern[bytes]) -> tuple[bytes, ...]:
    return tuple(other.sub(b"SOME", form) for form in _FORMS if name.search(form))


def _telling(name: re.Pattern[bytes], forms: tuple[bytes, ...]) -> bytes:
    """In small letters, what stands around a known name in any of some forms; those that begin a line are one."""
    anywhere, begins = list[bytes](), list[bytes]()
    for form in forms:
        short = _APART.sub(b"", form.partition(b"(?#so)")[0]).replace(b"(?i:", b"(?:")
        for found in name.finditer(short):
            around = name.sub(b"SOME", short[: found.start()]) + HERE + name.sub(b"SOME", short[found.end() :])
            low = _CAPITAL.sub(lambda sign: sign[0].lower(), around.replace(b"SOME", _SOME))
            (begins if low.startswith(b"^") else anywhere).append(low.removeprefix(b"^"))
    return b"|".join(anywhere) + b"|(?:^|\n)(?:" + b"|".join(begins) + b")"


USERS: Final = _marking(_USER, _STATION)
HOSTS: Final = _marking(_STATION, _USER)
"""The forms that mark a user, or a host."""
ABOUT_USERS: Final = _telling(_USER, (*USERS, PROCESSES)) + b"|//" + HERE + rb"(?::[^\s@/]{0,64})?@"
ABOUT_HOSTS: Final = _telling(_STATION, HOSTS)
"""In small letters, what stands around a user or a host in one of them."""
