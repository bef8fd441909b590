"""Names of users, hosts and documents: told by the paths they stand in, by what names them, by their place in lines."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, Literal
from urllib.parse import unquote

from faultlog.redaction import benign
from faultlog.redaction.addresses import Met, domains, ipv4, registered
from faultlog.redaction.forms import MOUNTED
from faultlog.redaction.kinds import HOMES, IS, KOREAN_HOSTS, KOREAN_USERS, LOCALS, NUMBERED, SEPARATOR, TOKEN, Value


def _each(words: str, signs: str) -> tuple[bytes, ...]:
    return tuple(f"{word}{sign}".encode() for word in words.split() for sign in signs)


HOME_HINTS: Final = (*_each("users home", "/\\%"), b"documents and", b"/media/")
USER_HINTS: Final = (
    b"\\",
    *_each("user logname login owner account acct", "=:\"\\' <>"), b"username", b"user_name",
    b"login_name", b"loginname", b"login name", b"log name", b"log_name",
    *map(str.encode, ("사용자", "계정", "로그인")), b"account_name", b"accountname",
    b"uid=", b"password for", b"accepted ", b"sudo", b"logged ",
)  # fmt: skip
HOST_HINTS: Final = (
    b"\\\\", b"//", b"ssh ", b"scp ", b"sftp ", b":~", b"resolv", b"lookup", b"connect",
    *_each("host server proxy computer domain", ">"), *_each("host", '=:"\\'), b"hostname", b"host name",
    b"host_name", b"computer", b"nodename", b"netbios", b"machine", b"fqdn",
    b".local", b".lan", b".internal", b".corp", b".intranet", *map(str.encode, ("컴퓨터", "호스트", "기기")),
)  # fmt: skip
SERIAL_HINTS: Final = ("일련".encode(), b"s-1-5-21-", b"serial", b"udid", b"imei", b"asset")
"""Of these one stands, in small letters, in the line of everything that is told by what names it."""
_HOME: Final = re.compile(
    rb"(?i)(?:(?:(?<![a-z0-9])|(?<=%2f)|(?<=%5c))(?<!/library)(?<!/local)" + HOMES + SEPARATOR + rb")"
    rb"((?:[^\s/\\\"'<>|:*?%,;&)(\]\[{}$\x00-\x1f]|\\ (?=[^\s/\\])| (?=[a-z.]+\\)"
    rb"| (?=[^\s/\\\"'<>|:*?,;]{1,40}/(?:library|documents|desktop|downloads|pictures|movies|music|public|\.)(?![a-z]))"
    rb"|%20(?=[^\s/\\\"'<>|:*?%,;&]{1,40}(?:/|%(?:25)?2f))|%(?!25|2f|5c|20|[01]|" + NUMBERED + rb")[0-9a-f]{2}){1,64})"
    rb"(" + SEPARATOR + rb"(?:[^\s\"'<>|*?:,;&)\]}\x00-\x1f]|(?<=[a-z\x80-\xff])'(?=[a-z\x80-\xff])"
    rb"|(?<=[a-z\x80-\xff])&(?:amp;)?(?=[a-z\x80-\xff]{1,40}[ .])){1,768}"
    rb"|(?=$|[\s\"'<>|*?:,;&)\]}\x00-\x1f/\\]))"
)
_MORE: Final = re.compile(
    rb"(?i)(?:,? [^\s\"'<>|*?:,;/\\\x00-\x1f]{1,40}){1,11}?(?:[/\\][^\"'<>|*?:,;/\\\x00-\x1f]{1,80}){0,4}?\.(?:docx?"
    rb"|xlsx?|pptx?|pdf|pages|numbers|key|txt|csv|rtf|odt|zip|dmg"
    rb"|jpe?g|png|heic|mov|mp4|pst|eml|md|hwp|app|pkg)(?![a-z0-9])"
)
_QUOTE: Final = re.compile(rb"([\"'])(?:file:/{0,2}|[A-Za-z]:)?[/\\]{1,4}$")
"""What stands before the first folder of a path that stands in quotes."""
_QUOTED: Final = 12
_OTHER: Final = re.compile(rb"[\s,;:|](?:[A-Za-z]:)?[/\\]|[\n\0]")
"""Begins another path within the quotes, or another line."""
_LONGEST: Final = 256
"""Bytes of a name at most (NAME_MAX)."""
_WORDS_OF_LOGS: Final = re.compile(rb"(?i) (?:in|to|by|is|was|at|on|from|after|failed|done|matched|ignored|->) ")
NO_KEY: Final = rb"(?!(?<=\s)[\w.-]{1,64}=)(?![\w.-]{1,64}=[\w\"'(<])"
"""What stands behind is no further key, since the value is empty: `logname= uid=0`."""
_NAMED_USER: Final = re.compile(
    rb"(?i)(?:user(?:[ _]?name)?|log(?:in)?[ _]?name|login|owner|account(?:[ _]?name)?|acct|"
    + KOREAN_USERS
    + rb")"
    + IS
    + NO_KEY
    + rb"(?:([A-Za-z0-9.-]{2,20})\\{1,2})?([a-z0-9_\x80-\xff][\w.\x80-\xff-]{1,63})(?![\w\\])(?:@([\w-]+)(?![\w.-]))?"
    rb"|(?<![a-z0-9])uid=\d+\(([\w.\x80-\xff-]{2,64})\)"
    rb"|(?<![a-z])(?:[aeso]|fs|sa)?uid=\"([a-z_\x80-\xff][\w.\x80-\xff-]{1,63})\""
)
_OF_DOMAIN: Final = re.compile(
    rb"(?<![\w\\:/.%-])(?!HK)([A-Z][A-Z0-9-]{1,14})(?:\\{2}|\\(?![nrtbfux\d]))([A-Za-z\x80-\xff][\w.\x80-\xff-]{2,63})(?![\w\\/])"
)
"""A user with his domain before him; what may be an escaped sign is none."""
_CREDENTIALS: Final = re.compile(rb"\s(?:-u|--(?:proxy-)?user)[ =]?[\"']?[^\s:\"']*$")
"""Stands before a name and its password: what looks as if it were named is the password."""
_SAID_USER: Final = re.compile(
    rb"(?i)(?:(?<=[ \"'])(?:for|by|of|invalid|as) user |(?<![\w/.-])user (?:slice of )?|logged (?:in|on) as "
    rb"|accepted \w+ for (?:user )?"
    rb"|failed password for (?:invalid user )?"
    rb"|sudo(?:\[\d+\])?: +(?=[^\s:]+ : ))[\"']?([a-z0-9_\x80-\xff][\w.\x80-\xff-]{1,63}+)(?!\w)"
    rb"(?:@([\w-]+)(?![\w.-])|(?!@))"
)
_NAMED_HOST: Final = re.compile(
    rb"(?i)<(?:host|hostname|server|proxy|computer|domain)>\s*([a-z0-9\x80-\xff][\w.\x80-\xff-]{1,252})\s*<|"
    rb"(?<![a-z0-9])(?:(?:local|computer|peer|client|server|remote)?[ _]?host(?:[ _]?name)?|computer[ _]?name|nodename"
    rb"|netbios[ _]?name|machine(?:[ _]?name)?|fqdn|"
    + KOREAN_HOSTS
    + rb")"
    + IS
    + NO_KEY
    + rb"([a-z0-9\x80-\xff][\w.\x80-\xff-]{1,252}+)(?![\w\x80-\xff@/])"
)
_HEAD: Final = re.compile(
    rb"(?m)(?:^|\r)(?:<\d{1,3}>(?:1 )?)?"
    rb"(?:[A-Z][a-z]{2} [ \d]?\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S*) +"
    rb"([A-Za-z0-9\x80-\xff][\w.\x80-\xff-]{0,252}) "
    rb"(?:[^\s:\[]+(?:\[\d+\])?:|[\w./-]+ [\w.-]+ [\w.-]+ [\[-])"
)
_LOCAL: Final = re.compile(
    rb"(?i)(?<![\w.-])(?:(?<!/)|(?=[a-z]+(?:[-0-9]"
    rb"|\.[\w-]+\.)))(?!rc\.local)([a-z0-9][\w-]*(?:\.[\w-]+)*)\."
    + LOCALS
    + rb"(?![\w-]|\.(?!(?:txt|log|out|csv|zip|tar|t?gz)(?![a-z]))\w)"
)
_TELLING: Final = 5
"""Letters from which on the first label of a domain's host is replaced wherever it stands."""
_SERIAL_DIGITS: Final = 8
"""Digits of a serial number at least that has no letter."""
_CLOUD: Final = re.compile(rb"(?i)library[/\\](?:mobile(?: |%20|\\ )documents|cloudstorage)[/\\]")
"""What below `Library` holds documents: copies of what lies in a cloud."""
_DASHES_OF_GUIDS: Final = 4
_SERIAL: Final = re.compile(
    rb"(?i)(?:serial(?:[ _-]?(?:number|num|no|nr))?|udid|imei|asset[ _-]?tag|"
    + "일련 ?번호)(?: ?\\((?:system|시스템)\\))?(?:".encode()
    + IS
    + rb"| is |(?<!serial) +(?=(?-i:[A-Z0-9-]{8,40}(?![\w-]))))([a-z0-9][a-z0-9-]{6,40})(?![\w-])"
)
_FAR: Final = re.compile(
    rb"(?i)(?<![a-z])(?:(?:https?|wss?|ftps?|sftp|ssh|smb|cifs|afp|nfs|ldaps?|rdp|vnc|tcp|udp|tls|socks[45]?h?|rsync|git"
    rb"|postgres(?:ql)?|mysql|mariadb|mongodb(?:\+srv)?|rediss?|mssql|sqlserver|amqps?|mqtts?|kafka|nats|grpcs?|telnet"
    rb"|imaps?|pop3s?|smtps?|syslog|webdavs?|davs?|ipps?|sips?|rtsps?|iscsi|svn)"
    rb"://(?:[^\s/@\"'<>]{0,320}@)?([a-z0-9\x80-\xff][\w.\x80-\xff-]{1,252})"
    rb"|(?:resolv(?:e|ed|es|ing)|(?:ns)?lookup)(?: (?:of|for|host|proxy|name))?:? [\"']?"
    rb"([a-z0-9-]+(?:\.[a-z0-9-]+)+)(?![\w.-])"
    rb"|connect(?:ed|ing|ion)? to ([a-z0-9-]+(?:\.[a-z0-9-]+)+)(?::\d| \(\S| port \d)"
    rb"|(?:ssh|scp|sftp) (?:\S{1,40} ){0,6}?[\w.-]{1,64}@([a-z0-9][\w.-]{1,252})|[\w.-]{1,64}@([a-z][\w-]{1,62}):~)"
)
SENTENCES: Final = re.compile(
    r"(?:com|org|net|io|jdk|java)\.|.*\.(?:so|dylib|framework|app|c|h|cc|cpp|py|js|sh|log|xml)$"
)
"""What has points between its words and is no host: a program's name, a file's."""
_LOCALS: Final = frozenset(LOCALS.decode()[3:-1].split("|"))
_SID: Final = re.compile(rb"(?i)(?<![0-9A-Za-z-])s-1-5-21(?:-\d{1,10}){3,4}(?![0-9A-Za-z-])")
_NO_NAME: Final = re.compile(r"[^\w.\-\u0300-\u036f\udc80-\udcff]")
_SHARE: Final = re.compile(rb"(?<![\w\\:.])(?:\\\\|\\{4})([A-Za-z0-9][A-Za-z0-9-]{1,62})\\{1,2}(?=[\w.$-])")
_NO_SHARE: Final = frozenset({"device", "registry", "systemroot", "dosdevices", "pipe", "users", "windows", "volume"})


def homes(text: bytes) -> Iterator[Met]:
    """The users whose home folders are named, and the folders and documents in them."""
    for found in _HOME.finditer(text):
        yield from _at_home(found[1], _whole(text, found.start(), found.end(), found[2]))


@lru_cache(65_536)
def _at_home(user: bytes, path: bytes) -> tuple[Met, ...]:
    name = user.decode("utf-8", "surrogateescape").replace("\\ ", " ").strip(". ")
    own = benign.is_account(name) or TOKEN.fullmatch(name) is not None
    if own and name.lower() not in {"shared", "public"}:
        return ()
    told = unquote(name, errors="surrogateescape")  # a name may be written with more signs than it needs
    return (*(() if own else ((_named("user", told), name),)), *_inside(path))


def _whole(text: bytes, start: int, end: int, path: bytes) -> bytes:
    """A path below a home, with the further words of its last name: up to a quote, or to an extension of documents."""
    quote = _QUOTE.search(text, max(0, start - _QUOTED), start)
    until = text.find(quote[1], end, end + _LONGEST) if quote is not None and path else -1
    if until >= 0 and not _OTHER.search(text, end, until):
        return path + text[end:until]
    last = re.split(SEPARATOR, path)[-1]
    if b"." in last[1:-1]:
        return path
    more = _MORE.match(text, end)
    return path if more is None or _WORDS_OF_LOGS.search(more[0] + b" ") else path + more[0]


def _inside(path: bytes) -> Iterator[Met]:
    parts = [one for one in re.split(b"(?i)" + SEPARATOR, path) if one]
    own = {b"library", b"appdata"} if _CLOUD.search(path) is None else {}
    if not parts or parts[0].lower() in own:
        return
    *folders, last = (one.decode("utf-8", "surrogateescape") for one in parts)
    if any(one.startswith(".") for one in (*folders, last)):
        return
    for folder in folders:
        if folder.lower() not in benign.FOLDERS and not TOKEN.fullmatch(folder):
            yield Value("folder", folder, anywhere=False), folder
    last = last.rstrip(".")
    if last.lower() in benign.FOLDERS or TOKEN.fullmatch(last) or benign.is_log(last) or not last:
        return
    yield Value("document", last, anywhere=len(last) >= 8 and "." in last and not benign.is_ordinary(last)), last


def _named(kind: Literal["user", "host"], name: str) -> Value:
    return Value(kind, name, anywhere=not benign.is_ordinary(name))


def users(text: bytes) -> Iterator[Met]:
    """The users that something names as such."""
    for found in _NAMED_USER.finditer(text):
        if _CREDENTIALS.search(text, max(0, found.start() - 64), found.start()):
            continue
        name = (found[2] or found[4] or found[5]).decode("utf-8", "surrogateescape").rstrip(".-")
        if found[1] is not None and not benign.is_domain(found[1].decode()):
            yield from host(found[1].decode())
        if found[3] is not None:
            yield from host(found[3].decode())
        yield from user(name)
    for found in _OF_DOMAIN.finditer(text):
        yield from account(found[2])
    yield from _said(text)


def _said(text: bytes) -> Iterator[Met]:
    for found in _SAID_USER.finditer(text):
        name = found[1].decode("utf-8", "surrogateescape").rstrip(".-")
        if found[2] is not None:
            yield from host(found[2].decode())
        if not benign.is_ordinary(name):
            yield from user(name)


def account(written: bytes) -> Iterator[Met]:
    """A user by his name as it is written, where it is a person's."""
    yield from user(word(written.decode("utf-8", "surrogateescape")).rstrip(".-"))


def user(name: str) -> Iterator[Met]:
    """A user by his name, where it is a person's."""
    if len(name) < 2 or name.isdecimal() or name.lower() in benign.SAID:
        return
    if not benign.is_account(name) and not TOKEN.fullmatch(name):
        yield _named("user", name), name


def writers(text: bytes) -> Iterator[Met]:
    """The hosts that stand in the heads of lines."""
    for name in dict.fromkeys(_HEAD.findall(text)):
        yield from host(name.decode("utf-8", "surrogateescape"))


def hosts(text: bytes) -> Iterator[Met]:
    """The hosts that something else names as such."""
    for found in _NAMED_HOST.finditer(text):
        name = (found[1] or found[2]).decode("utf-8", "surrogateescape")
        if name.lower() not in benign.SAID:
            yield from host(name)
    for found in _SHARE.finditer(text):
        if found[1].decode().lower() not in _NO_SHARE:
            yield from host(found[1].decode())
    yield from _asked(text)
    for found in MOUNTED.finditer(text):
        yield from account(found[1])
        yield from station(found[3])
    for found in _LOCAL.finditer(text):
        if not found[1].lower().startswith((b"com.", b"org.", b"net.", b"io.", b"jdk.", b"java.")):
            yield from host(found[1].decode("utf-8", "surrogateescape"))


def word(name: str) -> str:
    """A name up to a sign that is none of a name's: those of other alphabets too, which bytes do not tell."""
    return _NO_NAME.split(name, maxsplit=1)[0]


def _asked(text: bytes) -> Iterator[Met]:
    """The hosts that something is asked of."""
    for found in _FAR.finditer(text):
        name = _station(found[found.lastindex or 0])
        if found.lastindex not in {2, 3} or not SENTENCES.match(name):
            yield from far(name)


def station(written: bytes) -> Iterator[Met]:
    """A host that something is asked of, by its name as it is written."""
    yield from far(_station(written))


def _station(written: bytes) -> str:
    return word(written.decode("utf-8", "surrogateescape")).rstrip(".-_").lower()


def far(name: str) -> Iterator[Met]:
    """A host that something is asked of, in whatever domain: its name is a word where it is one of many."""
    labels = name.split(".")
    if len(labels) == 1 or labels[-1] in _LOCALS or labels[-1].isdecimal():
        if name not in benign.ROLES:
            yield from host(name)
        return
    if benign.is_domain(name):
        return
    short = labels[0]
    if len(labels) <= registered(labels):
        yield from domains(name)
        return
    if len(short) > 1 and short not in benign.ROLES and not short.isdecimal() and not TOKEN.fullmatch(short):
        telling = len(short) >= _TELLING or re.search(r"[\d-]", short) is not None
        yield Value("host", short, anywhere=telling and not benign.is_ordinary(short)), short
    yield from domains(".".join(labels[1:]))


def host(name: str) -> Iterator[Met]:
    """A host by its name: the first part of it, and the domain behind it."""
    name = word(name).rstrip(".-_")
    if re.fullmatch(r"[\d.]+", name):
        yield from ipv4(name, name)
        return
    short, _, domain = name.partition(".")
    if short.lower() in {"localhost", *benign.SAID} or TOKEN.fullmatch(short) or short.isdecimal():
        return
    if domain and benign.is_domain(domain) and domain.lower() not in {"local", "lan", "localdomain"}:
        return
    if len(short) > 1:
        yield _named("host", short), short
    if "." in domain:
        yield from domains(domain)


def serials(text: bytes) -> Iterator[Met]:
    """The serial numbers that something names as such, and the identifiers that Windows gives accounts."""
    for found in _SID.finditer(text):
        yield Value("serial", found[0].decode()), found[0].decode()
    for found in _SERIAL.finditer(text):
        number = found[1].decode()
        told = re.search("[A-Za-z]", number) is not None or len(number) >= _SERIAL_DIGITS
        if told and re.search(r"\d", number) and number.count("-") != _DASHES_OF_GUIDS:
            yield Value("serial", number), number
