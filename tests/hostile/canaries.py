"""Canaries: made-up values of 25 kinds, written into bundles in ten ways; and lines that only look as if they held one.

Everything is decided by a seed. A canary that is found in what was redacted is a leak; a line of the other sort that was
changed is a false alarm.
"""

import base64
import gzip
import io
import json
import random
import string
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

SYLLABLES = "ka ro mi ta ne vu sho le dra po zen gil mor sa quin bel tor wex yan hol fri jun".split()
STAMP = "Mar  3 12:40:00 {host} ampdaemon[668]: "


class Maker:
    """Random values, each new."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
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
    groups = [make.rng.choice(["2a02", "2001", "fd12", "2607"]), *(f"{make.rng.randint(4096, 65535):x}" for _ in range(3))]
    return make.new(lambda: ":".join(groups) + "::" + f"{make.rng.randint(4096, 65535):x}")


def mac(make: Maker) -> str:
    return make.new(lambda: "a4:83:" + ":".join(make.hex(2) for _ in range(4)))


def guid(make: Maker) -> str:
    return make.new(lambda: "-".join([make.hex(8), make.hex(4), "4" + make.hex(3), "a" + make.hex(3), make.hex(12)]))


def jwt(make: Maker) -> str:
    head = base64.urlsafe_b64encode(b'{"alg":"HS256"}').decode().rstrip("=")
    body = base64.urlsafe_b64encode(json.dumps({"sub": make.name()}).encode()).decode().rstrip("=")
    return make.new(lambda: f"{head}.{body}.{make.mixed(43, '-_')}")


@dataclass(frozen=True)
class Kind:
    """One of the 25 kinds."""

    name: str
    must: bool
    value: Callable[[Maker], str]
    text: str
    """How it stands in a text; `{}` is the value."""
    secret: Callable[[str], str] = str
    """What of the value has to go: the whole of it, unless it says otherwise."""


KINDS = [
    Kind("user of a Mac", True, lambda m: m.name(), "opened /Users/{}/Library/Logs/app.out"),
    Kind("user of Linux", True, lambda m: m.name(), "opened /home/{}/.cache/thing"),
    Kind("user of Windows", True, lambda m: m.name().title(), "opened C:\\Users\\{}\\AppData\\x"),
    Kind("user that is named", True, lambda m: m.name(), "session opened for user {} by (uid=0)"),
    Kind("user=", True, lambda m: m.name(), "authenticated user={} ok"),
    Kind("host=", True, lambda m: f"{m.name()}-{m.rng.choice(['mbp', 'ws', 'srv'])}-{m.rng.randint(1, 99):02}", "hostname={} up"),
    Kind("host with its domain", True, lambda m: f"{m.name()}.{m.name()}.corp", "peer {} answered", lambda v: v.split(".")[0]),
    Kind("host in .local", False, lambda m: f"{m.name().title()}s-MacBook-Pro", "bonjour {}.local found"),
    Kind("mail", True, lambda m: f"{m.name()}.{m.rng.choice(SYLLABLES)}@{m.name()}.com", "notice sent to {} now"),
    Kind("IPv4", True, ipv4, "connected from {} in 3 ms"),
    Kind("IPv4 with dashes", False, ipv4, "lease of host-{} ends", lambda v: v.replace(".", "-")),
    Kind("IPv6", True, ipv6, "flow to {} allowed"),
    Kind("MAC", True, mac, "interface en0 has {} now"),
    Kind("serial", True, lambda m: m.new(lambda: "C02" + m.chars(string.ascii_uppercase + string.digits, 8) + "7"), "Serial Number: {} read"),
    Kind("GUID", True, guid, "policy {} applied"),
    Kind("JWT", True, jwt, "sent {} along"),
    Kind("AWS key", True, lambda m: m.new(lambda: "AKIA" + m.chars(string.ascii_uppercase + string.digits, 16)), "used {} for it"),
    Kind("GitHub token", True, lambda m: m.new(lambda: "ghp_" + m.mixed(36)), "cloned with {} today"),
    Kind("Slack token", True, lambda m: m.new(lambda: f"xoxb-{m.chars(string.digits, 12)}-{m.mixed(24)}"), "posted with {} now"),
    Kind("password=", True, lambda m: m.new(lambda: m.mixed(12, "!#")), "login password={} tried"),
    Kind("Bearer", True, lambda m: m.new(lambda: m.mixed(40)), "Authorization: Bearer {}"),
    Kind("token in an address", False, lambda m: m.new(lambda: m.mixed(24)), "GET /v1/x?access_token={} 200"),
    Kind("credentials in a URL", True, lambda m: m.new(lambda: m.mixed(14)), "fetch https://deploy:{}@git.example.com/x"),
    Kind("cookie", False, lambda m: m.new(lambda: m.mixed(26)), "Cookie: session={}; lang=en"),
    Kind("document", True, lambda m: f"{m.name()}-{m.rng.choice(['plan', 'offer', 'pay'])}.{m.rng.choice(['docx', 'pdf', 'xlsx'])}", "scanned /Users/Shared/{} in 4 ms"),
]  # fmt: skip

IN_NAMES = {
    "user of a Mac": "Users/{}/Library/note.txt", "user of Linux": "home/{}/note.txt", "user of Windows": "C/Users/{}/note.txt",
    "host=": "hostname={}.txt", "host with its domain": "{}.txt", "host in .local": "{}.local.txt", "mail": "from-{}.txt",
    "IPv4": "peer-ip-{}.txt", "IPv6": "peer {} .txt", "MAC": "en0 {} .txt", "GUID": "{}.xml", "serial": "serial={}.txt",
    "document": "Users/Shared/{}", "user=": "user={}.txt", "AWS key": "key {}.txt", "GitHub token": "{}.txt",
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
    split = 0
    for one in found:
        match one.placement:
            case "line" | "environment" | "url" | "base64":
                files.line(f"var/{one.placement}.out", head + written(one) if one.placement == "line" else written(one))
            case "json" | "yaml":
                files.line(f"var/{one.placement}.{one.placement}", written(one))
            case "name" if one.kind.name in IN_NAMES:
                files.line(IN_NAMES[one.kind.name].replace("{}", one.value), f"file {one.number}")
            case "nested":
                files.content[f"old/{one.number}.tar.gz"] = _nested(one)
            case "rotated":
                split += 1
                older, newer = _split(head + written(one))
                files.content[f"rot{split}/messages.1"] = f"{head}before\n{older}".encode()
                files.content[f"rot{split}/messages"] = f"{newer}\n{head}after\n".encode()
            case "utf-16":
                name = "utf-16" if one.number % 2 else "utf-16-le"
                files.content[f"wide/{one.number}.txt"] = f"first line of it\r\n{written(one)}\r\nlast line\r\n".encode(name)
            case _:
                files.line("var/other.out", written(one))
        if one.twice:
            files.line("var/twice-a.out", f"{head}{one.plain}")
            files.line("var/twice-b.out", f"{head}{one.plain}")
    return files


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
    shapes: list[Callable[[], str]] = [
        lambda: f"commit {make.hex(40)} merged",
        lambda: f"at {make.hex(rng.choice([7, 8, 10, 12]))} (HEAD -> main)",
        lambda: f"hash cache hit sha256={make.hex(64)} age={rng.randint(1, 9999)}s",
        lambda: f"md5 {make.hex(32)} of the file",
        lambda: f"Connector 1.{rng.randint(10, 30)}.{rng.randint(0, 9)}.{rng.randint(256, 999)} starting",
        lambda: f"connector version {rng.randint(1, 9)}.{rng.randint(0, 30)}.{rng.randint(0, 9)}.{rng.randint(1, 255)} ({rng.randint(1, 9)})",
        lambda: f"upgraded from 1.{rng.randint(1, 29)}.{rng.randint(0, 9)}.{rng.randint(1, 250)} to 1.{rng.randint(1, 29)}.2.{rng.randint(1, 250)}",
        lambda: f"ampdaemon-1.{rng.randint(1, 29)}.{rng.randint(0, 9)}.{rng.randint(1, 250)}.rpm installed",
        lambda: f"stamp 2026-03-{rng.randint(1, 28):02}T{rng.randint(0, 23):02}:{rng.randint(0, 59):02}:{rng.randint(0, 59):02}.{rng.randint(0, 999):03}Z seen",
        lambda: f"at {rng.randint(0, 23):02}:{rng.randint(0, 59):02}:{rng.randint(0, 59):02} plus {rng.randint(1, 9)} s",
        lambda: f"Fault Raised: {rng.randint(1, 30)} (Major): number {rng.randint(1, 10**6)}",
        lambda: f"{rng.choice(['mds_stores', 'kernel', 'launchd', 'ampscansvc', 'systemd', 'rsyslogd'])}[{rng.randint(1, 99999)}]: idle {rng.randint(1, 10**6)}",
        lambda: f"std::vector<Scan::Item{rng.randint(1, 10**6)}>::push_back at 0x{make.hex(12)}",
        lambda: f"loaded /usr/lib/libz{rng.randint(1, 10**6)}.so.1.2.{rng.randint(1, 20)}",
        lambda: f"reading /opt/cisco/amp/etc/policy{rng.randint(1, 10**6)}.xml",
        lambda: f"wrote /Library/Application Support/Cisco/AMP for Endpoints Connector/cache{rng.randint(1, 10**6)}.db",
        lambda: f"asked cloud-{rng.randint(1, 10**6)}.amp.cisco.com in {rng.randint(1, 900)} ms",
        lambda: f"listening on 127.0.0.{rng.randint(1, 254)}:{rng.randint(1024, 65535)} and 0.0.0.0",
        lambda: f"flow 192.0.2.{rng.randint(1, 254)}:{rng.randint(1024, 65535)} -> 198.51.100.{rng.randint(1, 254)}:443",
        lambda: f"token expired after {rng.randint(1, 10**6)} s; token: none, password: required",
        lambda: f"login failed {rng.randint(1, 10**6)} times for user root",
        lambda: f"Started Session {rng.randint(1, 10**6)} of user root.",
        lambda: f"/Users/Shared/.cache-{rng.randint(1, 10**6)} and /Users/Guest/Library/x{rng.randint(1, 99)}",
        lambda: f"icon{rng.randint(1, 10**6)}@2x.png and getty@tty{rng.randint(1, 10**6)}.service",
        lambda: f"policy fetched, serial {rng.randint(1, 10**6)}, unchanged",
        lambda: f"serial port ttyS{rng.randint(0, 10**6)} ready",
        lambda: f"[fileop]:[debug]-[fileop_processor.c@{rng.randint(1, 2000)}]:[{rng.randint(1, 10**6)}]: queue depth",
        lambda: f"User-Agent: Mozilla/5.0 Chrome/{rng.randint(90, 130)}.0.{rng.randint(1000, 9999)}.{rng.randint(1, 250)}",
        lambda: f"netmask 255.255.{rng.randint(0, 255)}.0 group 239.{rng.randint(0, 255)}.0.1",
        lambda: f"AppleThunderboltNHIType{rng.randint(1, 10**6)}::prePCIWake - took {rng.randint(1, 9999)} us",
        lambda: f"auth=ok session=active key=value{rng.randint(1, 10**6)} id={rng.randint(1, 10**6)}",
        lambda: f"sent mail to nobody@example.com number {rng.randint(1, 10**6)}",
        lambda: f"com.apple.WindowServer.displays.{rng.randint(1, 10**6)} changed",
        lambda: f"oid 1.3.6.1.4.1.{rng.randint(1, 99999)}.{rng.randint(1, 255)} read",
        lambda: f"build 20{rng.choice('ABCDEFG')}{rng.randint(100, 999)} of macOS 11.{rng.randint(0, 7)}.{rng.randint(0, 9)}",
        lambda: f"pid {rng.randint(1, 99999)} parent of pid {rng.randint(1, 99999)} resolved in {rng.randint(1, 900)} us",
    ]  # fmt: skip
    for number in range(count):
        yield make.new(shapes[number % len(shapes)])
