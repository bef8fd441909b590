"""Canaries: made-up values of 29 kinds, written into bundles in ten ways; and lines that only look as if they held one.

Everything is decided by a seed. A canary that is found in what was redacted is a leak; a line of the other sort that
was changed is a false alarm.
"""

import base64
import gzip
import io
import json
import random
import re
import string
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

_SYLLABLES = "ka ro mi ta ne vu sho le dra po zen gil mor sa quin bel tor wex yan hol fri jun"
SYLLABLES = _SYLLABLES.split()
STAMP = "Mar  3 12:40:00 {host} ampdaemon[668]: "


class Maker:
    """Random values, each new."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)  # noqa: S311 (the same on every machine)
        self.used: set[str] = set()

    def new(self, make: Callable[[], str]) -> str:
        while (value := make()).lower() in self.used:
            pass
        self.used.add(value.lower())
        return value

    def name(self) -> str:
        return self.new(lambda: "".join(self.rng.choices(SYLLABLES, k=3)))

    def chars(self, alphabet: str, length: int) -> str:
        return "".join(self.rng.choices(alphabet, k=length))

    def hex(self, length: int) -> str:
        return self.chars("0123456789abcdef", length)

    def mixed(self, length: int, more: str = "") -> str:
        """Letters of both cases and digits, some of each."""
        return self.chars(string.ascii_letters + string.digits + more, length - 3) + "aZ7"


def ipv4(make: Maker) -> str:
    first = make.rng.choice(["10", "172.16", "192.168", "141.30", "8.34", "93.184"])
    rest = [str(make.rng.randint(1, 254)) for _ in range(4 - first.count(".") - 1)]
    return make.new(lambda: ".".join([*first.split("."), *rest[:-1], str(make.rng.randint(1, 254))]))


def ipv6(make: Maker) -> str:
    groups = [
        make.rng.choice(["2a02", "2001", "fd12", "2607"]),
        *(f"{make.rng.randint(4096, 65535):x}" for _ in range(3)),
    ]
    return make.new(lambda: ":".join(groups) + "::" + f"{make.rng.randint(4096, 65535):x}")


def mac(make: Maker) -> str:
    return make.new(lambda: "a4:83:" + ":".join(make.hex(2) for _ in range(4)))


def guid(make: Maker) -> str:
    return make.new(lambda: "-".join([make.hex(8), make.hex(4), "4" + make.hex(3), "a" + make.hex(3), make.hex(12)]))


def jwt(make: Maker) -> str:
    head = base64.urlsafe_b64encode(b'{"alg":"HS256"}').decode().rstrip("=")
    body = base64.urlsafe_b64encode(json.dumps({"sub": make.name()}).encode()).decode().rstrip("=")
    return make.new(lambda: f"{head}.{body}.{make.mixed(43, '-_')}")


def first(value: str) -> str:
    """The name of a host without its domain."""
    return value.split(".", maxsplit=1)[0]


@dataclass(frozen=True)
class Kind:
    """One of the 29 kinds."""

    name: str
    must: bool
    value: Callable[[Maker], str]
    text: str
    """How it stands in a text; `{}` is the value."""
    secret: Callable[[str], str] = str
    """What of the value has to go: the whole of it, unless it says otherwise."""


_ROOM = "00000000-0000-4000-8000-abcdefabcdef@00000000-0000-4000-8000-abcdefabcdef"
CAPITALS = string.ascii_uppercase + string.digits


def host(make: Maker) -> str:
    return f"{make.name()}-{make.rng.choice(['mbp', 'ws', 'srv'])}-{make.rng.randint(1, 99):02}"


def mail(make: Maker) -> str:
    return f"{make.name()}.{make.rng.choice(SYLLABLES)}@{make.name()}.com"


def made(shape: str, length: int, alphabet: str = "") -> Callable[[Maker], str]:
    """Values that begin as tokens of some maker do, and go on at random."""
    return lambda make: make.new(lambda: shape + (make.chars(alphabet, length) if alphabet else make.mixed(length)))


def answer(make: Maker) -> str:
    return make.new(lambda: make.hex(32))


def document(make: Maker) -> str:
    return f"{make.name()}-{make.rng.choice(['plan', 'offer', 'pay'])}.{make.rng.choice(['docx', 'pdf', 'xlsx'])}"


KINDS = [
    Kind("user of a Mac", True, Maker.name, "opened /Users/{}/Library/Logs/app.out"),
    Kind("user of Linux", True, Maker.name, "opened /home/{}/.cache/thing"),
    Kind("user of Windows", True, lambda make: make.name().title(), "opened C:\\Users\\{}\\AppData\\x"),
    Kind("user that is named", True, Maker.name, "session opened for user {} by (uid=0)"),
    Kind("user=", True, Maker.name, "authenticated user={} ok"),
    Kind("host=", True, host, "hostname={} up"),
    Kind("host with its domain", True, lambda make: f"{make.name()}.{make.name()}.corp", "peer {} answered", first),
    Kind("host in .local", False, lambda make: f"{make.name().title()}s-MacBook-Pro", "bonjour {}.local found"),
    Kind("mail", True, mail, "notice sent to {} now"),
    Kind("IPv4", True, ipv4, "connected from {} in 3 ms"),
    Kind("IPv4 with dashes", False, ipv4, "lease of host-{} ends", lambda value: value.replace(".", "-")),
    Kind("IPv6", True, ipv6, "flow to {} allowed"),
    Kind("MAC", True, mac, "interface en0 has {} now"),
    Kind("serial", True, made("C02", 9, CAPITALS), "Serial Number: {} read"),
    Kind("GUID", True, guid, "policy {} applied"),
    Kind("JWT", True, jwt, "sent {} along"),
    Kind("AWS key", True, made("AKIA", 16, CAPITALS), "used {} for it"),
    Kind("GitHub token", True, made("ghp_", 36), "cloned with {} today"),
    Kind("Slack token", True, made("xoxb-055101165019-", 24), "posted with {} now"),
    Kind("password=", True, made("", 12), "login password={} tried"),
    Kind("Bearer", True, made("", 40), "Authorization: Bearer {}"),
    Kind("token in an address", False, made("", 24), "GET /v1/x?access_token={} 200"),
    Kind("credentials in a URL", True, made("", 14), "fetch https://deploy:{}@git.example.com/x"),
    Kind("cookie", False, made("", 26), "Cookie: session={}; lang=en"),
    Kind(
        "webhook of Teams", False, answer, f"POST https://x.webhook.office.com/webhookb2/{_ROOM}/IncomingWebhook/{{}}/x"
    ),
    Kind("webhook of Discord", False, made("", 68), "POST https://discord.com/api/webhooks/123456789012345678/{} 204"),
    Kind("bot", False, made("55105516:AA", 33), "GET https://api.telegram.org/bot{}/getMe"),
    Kind("Digest", False, answer, 'Authorization: Digest username="root", nonce="c0ffee12", response="{}"'),
    Kind("document", True, document, "scanned /Users/Shared/{} in 4 ms"),
]

IN_NAMES = {
    "user of a Mac": "Users/{}/Library/note.txt", "user of Linux": "home/{}/note.txt",
    "user of Windows": "C/Users/{}/note.txt", "user=": "user={}.txt",
    "host=": "hostname={}.txt", "host with its domain": "{}.txt", "host in .local": "{}.local.txt",
    "mail": "from-{}.txt",
    "IPv4": "peer-ip-{}.txt", "IPv6": "peer {} .txt", "MAC": "en0 {} .txt", "GUID": "{}.xml", "serial": "serial={}.txt",
    "document": "Users/Shared/{}", "AWS key": "key {}.txt", "GitHub token": "{}.txt",
}  # fmt: skip
"""How a value of a kind stands in the name of a file, where such values do."""

PLACEMENTS = ["line", "url", "json", "yaml", "environment", "base64", "name", "nested", "rotated", "utf-16"]


@dataclass(frozen=True)
class Canary:
    """A value somewhere in a bundle."""

    number: int
    kind: Kind
    value: str
    placement: str
    twice: bool
    """Whether it also stands in a plain line, twice."""

    @property
    def secret(self) -> str:
        return self.kind.secret(self.value)

    @property
    def text(self) -> str:
        shown = self.value.replace(".", "-") if self.kind.name == "IPv4 with dashes" else self.value
        return self.kind.text.replace("{}", shown)

    @property
    def plain(self) -> str:
        return f"ref c{self.number:04}: {self.text}"


def canaries(seed: int, count: int) -> list[Canary]:
    make = Maker(seed)
    found = []
    for number in range(count):
        kind = KINDS[number % len(KINDS)]
        placement = PLACEMENTS[number // len(KINDS) % len(PLACEMENTS)]
        found.append(Canary(number, kind, kind.value(make), placement, make.rng.random() < 0.5))
    return found


def written(canary: Canary) -> str:
    """A canary as one line of a text file."""
    text = canary.plain
    match canary.placement:
        case "url":
            return f"GET /?q={quote(canary.text, safe='')}&n=1"
        case "json":
            return json.dumps({"n": canary.number, "message": text, "inner": json.dumps({"m": canary.text})})
        case "yaml":
            return f"- number: {canary.number}\n  message: '{text}'"
        case "environment":
            return f"MESSAGE_{canary.number}={canary.text}"
        case "base64":
            return f"X-Context: {base64.b64encode(canary.text.encode()).decode()}"
    return text


@dataclass
class Files:
    """The files that canaries of one bundle stand in."""

    host: str
    content: dict[str, bytes]

    def line(self, path: str, text: str) -> None:
        self.content[path] = self.content.get(path, b"") + text.encode() + b"\n"


def hidden(found: list[Canary], host: str) -> Files:
    """The files of a bundle that hold canaries; each once, some of them twice more in plain lines."""
    files = Files(host, {})
    head = STAMP.format(host=host)
    for one in found:
        _hide(one, files, head)
        if one.twice:
            files.line("var/twice-a.out", f"{head}{one.plain}")
            files.line("var/twice-b.out", f"{head}{one.plain}")
    return files


def _hide(one: Canary, files: Files, head: str) -> None:
    match one.placement:
        case "line":
            files.line("var/line.out", head + written(one))
        case "name" if one.kind.name in IN_NAMES:
            files.line(IN_NAMES[one.kind.name].replace("{}", one.value), f"file {one.number}")
        case "nested":
            files.content[f"old/{one.number}.tar.gz"] = _nested(one)
        case "rotated":
            older, newer = _split(head + written(one))
            files.content[f"rot{one.number}/messages.1"] = f"{head}before\n{older}".encode()
            files.content[f"rot{one.number}/messages"] = f"{newer}\n{head}after\n".encode()
        case "utf-16":
            name = "utf-16" if one.number % 2 else "utf-16-le"
            files.content[f"wide/{one.number}.txt"] = f"first line\r\n{written(one)}\r\nlast line\r\n".encode(name)
        case _:
            files.line(f"var/{one.placement}.out", written(one))


def _split(line: str) -> tuple[str, str]:
    """A line in two, within its last word but one or so: where a value stands."""
    at = len(line) - len(line) // 4
    return line[:at], line[at:]


def _nested(one: Canary) -> bytes:
    """A tar.gz with a gzip in it."""
    inner, outer = gzip.compress(f"head\n{written(one)}\n".encode(), mtime=0), io.BytesIO()
    with tarfile.open(fileobj=outer, mode="w:gz") as archive:
        info = tarfile.TarInfo(f"{one.number}.log.gz")
        info.size, info.mtime = len(inner), 1_772_500_000
        archive.addfile(info, io.BytesIO(inner))
    return outer.getvalue()


def put_into(bundle: Path, target: Path, files: Files) -> None:
    """A zip with the files of another one and these."""
    with zipfile.ZipFile(bundle) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            new.writestr(info, old.read(info))
        root = old.namelist()[0].split("/")[0]
        for path, content in files.content.items():
            info = zipfile.ZipInfo(f"{root}/{path}", (2026, 3, 3, 12, 50, 0))
            new.writestr(info, content, zipfile.ZIP_DEFLATED)


def benign(seed: int, count: int) -> Iterator[str]:
    """Lines that hold nothing private, each different."""
    make = Maker(seed)
    rng = make.rng

    def fill(found: re.Match[str]) -> str:
        kind, size = found[1], int(found[2] or 0)
        if kind == "x":
            return make.hex(size)
        if kind == "d":
            return f"{rng.randint(0, 10**size - 1):0{size}}"
        return str({"n": rng.randint(1, 10**6), "v": rng.randint(1, 250), "s": rng.randint(0, 9)}[kind])

    for number in range(count):
        shape = _LOOKALIKES[number % len(_LOOKALIKES)]
        yield make.new(lambda shape=shape: re.sub(r"\{([xdnvs])(\d*)\}", fill, shape))


_LOOKALIKES = [
    "commit {x40} merged",
    "at {x7} (HEAD -> main)",
    "at {x12} {s}",
    "hash cache hit sha256={x64} age={n}s",
    "md5 {x32} of the file",
    "Connector 1.{v}.{s}.{d3}7 starting",
    "connector version {s}.{s}.{s}.{v} ({s})",
    "upgraded from 1.{s}.{s}.{v} to 1.{v}.2.{v}",
    "ampdaemon-1.{s}.{s}.{v}.rpm installed",
    "stamp 2026-03-1{s}T0{s}:1{s}:2{s}.{d3}Z seen",
    "at 1{s}:2{s}:3{s} plus {n} s",
    "Fault Raised: {s} (Major): number {n}",
    "mds_stores[{n}]: idle {n}",
    "ampscansvc[{n}]: idle {n}",
    "std::vector<Scan::Item{n}>::push_back at 0x{x12}",
    "loaded /usr/lib/libz{n}.so.1.2.{s}",
    "reading /opt/cisco/amp/etc/policy{n}.xml",
    "wrote /Library/Application Support/Cisco/AMP for Endpoints Connector/cache{n}.db",
    "asked cloud-{n}.amp.cisco.com in {v} ms",
    "listening on 127.0.0.{v}:{n} and 0.0.0.0",
    "flow 192.0.2.{v}:{n} -> 198.51.100.{v}:443",
    "token expired after {n} s; token: none, password: required",
    "login failed {n} times for user root",
    "Started Session {n} of user root.",
    "/Users/Shared/.cache-{n} and /Users/Guest/Library/x{s}",
    "icon{n}@2x.png and getty@tty{n}.service",
    "policy fetched, serial {n}, unchanged",
    "serial port ttyS{n} ready",
    "[fileop]:[debug]-[fileop_processor.c@{v}]:[{n}]: queue depth",
    "User-Agent: Mozilla/5.0 Chrome/1{s}.0.{d4}.{v}",
    "netmask 255.255.{v}.0 group 239.{v}.0.1",
    "pam_unix(sshd:auth): authentication failure; logname= uid={s} euid={s} tty=ssh ruser= rhost=  user=root {n}",
    "Created slice User Slice of UID {n}.",
    "Started User Manager for UID {n}.",
    "Finished User Runtime Directory /run/user/{n}.",
    "Listening on D-Bus User Message Bus Socket {n}.",
    "pam_unix(sudo:session): session closed for user root {n}",
    "USER_ACCT pid={n} uid={s} auid=4294967295 msg='op=PAM:accounting acct=\"root\" hostname=? addr=? res=success'",
    "-rw-r--r--  1 root  wheel  {n} Mar  {s} 12:00 x{s}",
    "root       {n}   0.{s}  0.{s}  {n}  {n} ??  Ss   1:00PM   0:0{s} x",
    "user interface {n} started, user notification {s} shown, user account locked, user defined signal",
    "built on 26-03-0{s}-12-30-0{s} as {n}",
    "proxy: none, http proxy disabled {n} times, host interface {s}",
    "AppleThunderboltNHIType{n}::prePCIWake - took {v} us",
    "auth=ok session=active key=value{n} id={n}",
    "sent mail to nobody@example.com number {n}",
    "com.apple.WindowServer.displays.{n} changed",
    "oid 1.3.6.1.4.1.{n}.{v} read",
    "build 20E{d3} of macOS 11.{s}.{s} {n}",
    "pid {n} parent of pid {n} resolved in {v} us",
]
