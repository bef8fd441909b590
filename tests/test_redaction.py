"""Values in texts: which are found, how they are spelled, what stands there instead, what is left alone."""

import base64
import json
import re
from itertools import islice
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faultlog.errors import UsageError
from faultlog.redaction import tokens
from faultlog.redaction.finding import PIECE, Finder, pieces
from faultlog.redaction.kinds import Value, token_of
from faultlog.redaction.replacing import Replacer
from faultlog.redaction.tokens import SCHEMA, Ledger

from .redacted import redacted, replacer_of

HEAD = "Mar  3 12:40:00 karo-mbp ampdaemon[668]: "


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("exec path=/Users/kamiro/Library/x", "exec path=/Users/user-zbbb/Library/x"),
        ("open /home/kamiro/.bashrc", "open /home/user-zbbb/.bashrc"),
        (r"open C:\Users\Ka Miro\AppData\x", r"open C:\Users\user-zbbb\AppData\x"),
        (r'{"path":"C:\\Users\\kamiro\\x.y.z"}', r'{"path":"C:\\Users\\user-zbbb\\document-zbbb.z"}'),
        ("/Users/김철수/x", "/Users/user-zbbb/document-zbbb"),
        ("Accepted publickey for kamiro from 127.0.0.1", "Accepted publickey for user-zbbb from 127.0.0.1"),
        ("USER=kamiro SHELL=/bin/sh", "USER=user-zbbb SHELL=/bin/sh"),
        ("uid=501(kamiro) gid=20(staff)", "uid=501(user-zbbb) gid=20(staff)"),
        ("user: kamiro@karo-mbp", "user: user-zbbb@host-zbbb"),
        ("login failed for user kamiro-x@karo-mbp now", "login failed for user user-zbbb@host-zbbb now"),
        ("host=kamiro-x@sholen.com now", "host=mail-zbbb@example.invalid now"),
        ("peer karo-mbp.kami.corp up", "peer host-zbbb.kami.corp up"),
        ('"hostname": "karo-mbp"', '"hostname": "host-zbbb"'),
        ("<proxy>gate.kamiro.de</proxy>", "<proxy>host-zbbb.domain-zbbb.de</proxy>"),
        ("to kamiro@sholen.com now", "to mail-zbbb@example.invalid now"),
        ("from 10.43.136.14:443", "from 198.18.0.1:443"),
        ("host-10-43-136-14 leased", "host-198-18-0-1 leased"),
        ("14.136.43.10.in-addr.arpa", "1.0.18.198.in-addr.arpa"),
        ("to fe80::a683:e7ff:fe0b:1c2d", "to 2001:db8::1"),
        ("a4:83:e7:0b:1c:2d A4-83-E7-0B-1C-2D a483.e70b.1c2d", "02:00:00:00:00:01 02-00-00-00-00-01 0200.0000.0001"),
        ('"IOPlatformSerialNumber" = "C02XK0AAJGH5"', '"IOPlatformSerialNumber" = "SERIALZBBB"'),
        ("IOPlatformSerialNumber C02XK0AAJGH5 read", "IOPlatformSerialNumber SERIALZBBB read"),
        ("UDID 00008101-000A1D0E3C02001E", "UDID SERIALZBBB"),
        ("IMEI 490154203237518", "IMEI SERIALZBBB"),
        ("id 19FC6BCF-a6f9-4910-8bfc-df4c8cab2f36", "id 00000000-0000-4000-8000-000000000001"),
        ("Authorization: Bearer abcDEF123456", "Authorization: Bearer secret-zbbb"),
        ("password=hunter22 next", "password=secret-zbbb next"),
        ('"client_secret": "a b!c2d"', '"client_secret": "secret-zbbb"'),
        ("<password>hunter22</password>", "<password>secret-zbbb</password>"),
        ("curl --token abcDEF123456 x", "curl --token secret-zbbb x"),
        ("https://deploy:pa55w0rd@git.example.com/x", "https://user-zbbb:secret-zbbb@git.example.com/x"),
        ("AKIAIOSFODNN7EXAMPLE", "secret-zbbb"),
        ("Cookie: sid=abc123def; lang=en", "Cookie: sid=secret-zbbb; lang=en"),
        ("at /Users/Shared/merger-plan.docx", "at /Users/Shared/document-zbbb.docx"),
        (
            "at /Users/Shared/Merger Talks/Plan of May.docx, done",
            "at /Users/Shared/folder-zbbb/document-zbbb.docx, done",
        ),
    ],
)
def test_a_value_is_found_by_its_shape_or_by_what_names_it(text: str, told: str) -> None:
    if "corp" in text:
        assert re.fullmatch(r"peer host-zbbb\.[\w.-]+ up", redacted(text))
    elif "proxy" in text:
        assert re.fullmatch(r"<proxy>host-zbbb\.domain-zbbb\.invalid</proxy>", redacted(text))
    else:
        assert redacted(text) == told


@pytest.mark.parametrize(
    "text",
    [
        "Connector 1.24.0.997 starting",
        "connector version 1.24.0.97",
        "upgraded from 1.14.1.57 to 1.24.0.97",
        "ampdaemon-1.24.0.97.rpm and libfoo.so.1.2.3.4 and Chrome/120.0.0.0",
        "listening on 127.0.0.1 and ::1 and 0.0.0.0, mask 255.255.255.0",
        "flow 192.0.2.58:8903 -> 198.51.100.58:443, to 2001:db8::7",
        "commit eb5e38600c36ccd2700fa431f5229696eb5e3860",
        "at 12:40:00 on 2026-03-03T12:40:00.123Z",
        "/Users/Shared/.x /Users/Guest/Library and /home/root",
        "Started Session 7 of user root.",
        "Scan service user unavailable",
        "token expired; password: required; secret=none; auth=ok",
        "/Library/Application Support/Cisco/AMP for Endpoints Connector/local.xml /opt/cisco/amp/etc",
        "[fileop]:[debug]-[fileop_processor.c@517]:[204682]: icon@2x.png getty@tty1.service",
        "std::vector<Cafe::Face> AppleThunderboltNHIType2::prePCIWake",
        "mail to nobody@example.com, console.amp.cisco.com",
        "policy fetched, serial 3017, unchanged",
        "zone serial 2026030301 loaded, serial number READONLY, SERIAL NUMBER UNKNOWN-TYPE",
        "Fault Raised: 6 (Major): Scan service restarting frequently",
        "oid 1.3.6.1.4.1.311.2",
    ],
)
def test_what_only_looks_private_is_left_alone(text: str) -> None:
    assert redacted(text) == text


SAMPLES = [
    Value("user", "kamiro"),
    Value("host", "karo-mbp-07"),
    Value("mail", "kamiro+x@sholen.com"),
    Value("ipv4", "10.43.136.14"),
    Value("ipv6", "fe80::a683:e7ff:fe0b:1c2d"),
    Value("mac", "a4:83:e7:0b:1c:2d"),
    Value("guid", "19fc6bcf-a6f9-4910-8bfc-df4c8cab2f36"),
    Value("secret", "a/b+c==d&e'f\"12"),
    Value("document", "Plän für Mai.docx"),
    Value("serial", "C02XK0AAJGH5"),
]

SPELLINGS = {
    "plain": str,
    "capitals": str.upper,
    "url": lambda text: quote(text, safe=""),
    "url twice": lambda text: quote(quote(text, safe=""), safe=""),
    "json": lambda text: json.dumps(text)[1:-1],
    "json in json": lambda text: json.dumps(json.dumps(text)[1:-1])[1:-1],
    "behind a line feed of JSON": lambda text: f"\\n{text}",
    "behind a sign of a URL": lambda text: f"%2F{text}",
    "coloured": lambda text: f"\x1b[31m{text}\x1b[0m",
}


SPELLED = [
    (value, name)
    for value in SAMPLES
    for name in SPELLINGS
    if name != "capitals" or value.kind not in {"document", "secret"}  # `ä` is not `Ä`; a secret has one case
]


@pytest.mark.parametrize(("value", "name"), SPELLED, ids=lambda one: one if isinstance(one, str) else one.kind)
def test_a_known_value_is_replaced_however_it_is_spelled(value: Value, name: str) -> None:
    ledger = Ledger()
    ledger.note(value)
    spelled = SPELLINGS[name](value.text)
    now = replacer_of(ledger=ledger).text(f"see {spelled}, there")
    assert now != f"see {spelled}, there"
    assert value.text.lower() not in now.lower()


@pytest.mark.parametrize("name", ["utf-16", "utf-16-le", "utf-16-be"])
def test_wide_text_is_searched_too(name: str) -> None:
    text = "first line\r\nuser=kamiro of /Users/kamiro/x and /Users/kamiro/d, /Users/Shared/shoquinro.docx\r\n"
    replacer = replacer_of(text.encode(name))
    now = replacer.bytes(text.encode(name))
    told = re.sub(r"document-zbb\w", "document", now.decode(name))
    assert told == text.replace("kamiro", "user-zbbb").replace("/x", "/document").replace("/d,", "/document,").replace(
        "shoquinro", "document"
    )
    assert list(replacer.found([now])) == []


@pytest.mark.parametrize("noughts", [1, 3, 15, 16, 5000])
def test_a_value_with_noughts_in_it_goes_as_it_is_read_without_them(noughts: int) -> None:
    """What was not written when a machine lost its power reads as noughts, also in the middle of a name."""
    hole = b"\0" * noughts
    text = b"user=kam" + hole + b"iro of /Users/kamiro/x by kam" + hole + b"iro\n" * 3
    now = replacer_of(text).bytes(text)
    assert b"/Users/user-z" in now
    assert (b"iro of" in now) == (noughts >= 16)
    assert b"kamiro" not in now.replace(b"\0" * min(noughts, 15), b"")
    assert replacer_of(now).bytes(now) == now


def test_half_of_a_wide_text_in_a_plain_one_is_searched_too() -> None:
    wide = "user=kamiro of /Users/kamiro/x, kamiro".encode("utf-16-le")
    text = b"by " + wide[:31] + b"; mac ampdaemon[71]: " + wide[32:]
    now = replacer_of(text).bytes(text)
    assert b"kamiro" not in now.replace(b"\0", b"")
    assert replacer_of(now).bytes(now) == now


def test_what_base64_says_is_a_secret_where_it_holds_a_value() -> None:
    said, harmless = (base64.b64encode(text).decode() for text in (b"mail kamiro@sholen.com", b"nothing is in here"))
    assert redacted(f"X-A: {said} X-B: {harmless}") == f"X-A: secret-zbbb== X-B: {harmless}"


def test_the_lines_of_a_private_key_go_and_their_number_stays() -> None:
    key = [
        "-----BEGIN RSA PRIVATE KEY-----",
        "MIIEpAIBAAKCAQEA7bq3Zk1T9mS8mMPqW6kJ0Yw1Zf0kQ2hV4y8l",
        "c3Vt+/8=",
        "-----END RSA",
    ]
    now = redacted("\n".join(key)).split("\n")
    assert len(now) == len(key)
    assert [bool(re.fullmatch(r"secret-z\w{3}", line)) for line in now] == [False, True, True, False]


def test_a_value_inside_a_word_is_none() -> None:
    assert redacted("user=alice was in malice, alices, /Users/alice/x.log and alice_x").count("user-zbbb") == 3


def test_a_value_that_is_an_ordinary_word_is_replaced_only_where_it_is_meant() -> None:
    text = f"{HEAD}scan done by /Users/scan/Library/x and user=scan, scan service up"
    assert redacted(text).endswith("scan done by /Users/user-zbbb/Library/x and user=user-zbbb, scan service up")


def test_a_host_is_one_with_and_without_its_domain_in_letters_of_any_case() -> None:
    text = f"{HEAD}hostname=KARO-MBP.sholen.de, karo-mbp.sholen.de, Karo-MBP"
    assert redacted(text).endswith("hostname=host-zbbb.domain-zbbb.invalid, host-zbbb.domain-zbbb.invalid, host-zbbb")
    assert redacted(text).startswith("Mar  3 12:40:00 host-zbbb ampdaemon[668]: ")


def test_words_that_a_person_gives_are_replaced() -> None:
    assert (
        redacted("Project Zebra is late; zebra! zebras", words=("zebra",))
        == "Project word-zbbb is late; word-zbbb! zebras"
    )


@given(
    st.lists(
        st.sampled_from(
            ["kamiro", "10.43.136.14", "%8.43.136.14", "a@sholen.com", "/Users/kamiro/plan-of.docx", " ", "\n", "x"]
        )
    )
)
def test_redacting_again_changes_nothing(parts: list[str]) -> None:
    once = redacted(f"user=kamiro {' '.join(parts)}")
    assert redacted(once) == once


@given(st.integers(0, 900), st.integers(1, 700))
def test_where_a_stream_is_cut_changes_nothing(begin: int, size: int) -> None:
    text = (f"{HEAD}user=kamiro of /Users/kamiro/plan-of-may.docx by kamiro@sholen.com\n" * 60).encode()
    replacer = replacer_of(text)
    cut = [text[:begin], *(text[at : at + size] for at in range(begin, len(text), size))]
    assert b"".join(replacer.replaced(cut)) == replacer.bytes(text)


def test_long_lines_are_read_to_their_end() -> None:
    text = "x" * 3_000_000 + " user=kamiro " + "y" * 3_000_000
    assert redacted(text) == text.replace("kamiro", "user-zbbb")


def test_no_two_values_share_a_token_and_none_takes_what_stands_there() -> None:
    text = "from 198.18.0.1 and 10.1.1.1, /Users/user-zbbb/Library/x and /Users/kamiro/Library/x"
    assert redacted(text) == "from 198.18.0.1 and 198.18.0.2, /Users/user-zbbb/Library/x and /Users/user-zbbc/Library/x"


@pytest.mark.parametrize(
    "kind", ["user", "host", "mail", "ipv4", "ipv6", "mac", "serial", "guid", "secret", "document"]
)
def test_a_token_is_no_value(kind: str) -> None:
    made = {token_of(kind, number, "some name.docx") for number in (*range(300), 8_000, 200_000)}
    assert len(made) == 302
    text = "\n".join(f"user=x {one} /Users/{one}/ password={one} serial: {one} hostname={one}" for one in sorted(made))
    if kind in {"user", "host", "secret", "document", "serial"}:
        assert redacted(text) == text


def test_a_map_keeps_tokens_over_runs() -> None:
    first = Ledger()
    one = replacer_of("/Users/kamiro/Library/x /Users/sholen/Library/x", ledger=first).text("/Users/kamiro/Library/x")
    again = tokens.from_json(tokens.to_json(first), "map")
    two = replacer_of("/Users/dravek/Library/x /Users/kamiro/Library/x", ledger=again)
    assert two.text("/Users/kamiro/Library/x") == one
    assert two.text("/Users/dravek/Library/x") == "/Users/user-zbbd/Library/x"


def test_a_map_is_legible_and_holds_what_is_no_text_too() -> None:
    ledger = Ledger()
    replacer_of("/Users/김철수/Library/x", ledger=ledger)
    assert '"value": "김철수",\n   "token": "user-zbbb"' in tokens.to_json(ledger)
    replacer_of(b"/Users/kam\xffiro/Library/x", ledger=ledger)
    kept = tokens.to_json(ledger).encode().decode()
    assert tokens.from_json(kept, "map").tokens == ledger.tokens


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"schema": "faultlog.redaction-map/2", "values": []}',
        '{"schema": "faultlog.redaction-map/1", "values": [{"kind": "user"}]}',
        json.dumps({"schema": SCHEMA, "values": [{"kind": "pet", "value": "a", "token": "b", "anywhere": True}]}),
        json.dumps({"schema": SCHEMA, "values": [{"kind": "user", "value": "a", "token": "root", "anywhere": True}]}),
        json.dumps(
            {
                "schema": SCHEMA,
                "values": [{"kind": "user", "value": one, "token": "user-zbbb", "anywhere": True} for one in "ab"],
            }
        ),
    ],
)
def test_what_is_no_map_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="redaction-map"):
        tokens.from_json(text, "m.json")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("password: 비밀번호일이삼", "password: secret-zbbb"),
        ("token: 토큰값일이삼사오", "token: secret-zbbb"),
        ("ComputerName=서울본사맥", "ComputerName=host-zbbb"),
        ("ComputerName: 부산지사맥, 부산지사맥", "ComputerName: host-zbbb, host-zbbb"),
        ("“hostname=대전연구소” 대전연구소", "“hostname=host-zbbb” host-zbbb"),
        ("hostname=münchen-mbp", "hostname=host-zbbb"),
        ("login DOMAIN\\유관순 now", "login DOMAIN\\user-zbbb now"),
        ("mail 서연@회사.한국으로", "mail mail-zbbb@example.invalid으로"),
        ("mail info@bücher-haus.de”", "mail mail-zbbb@example.invalid”"),
        ("kim@sholen.com으로", "mail-zbbb@example.invalid으로"),
    ],
)
def test_values_of_every_alphabet_are_found_behind_their_marks(text: str, told: str) -> None:
    assert redacted(text) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("proxy http://proxy.hanbit-corp.co.kr:8080/ GET", "proxy http://proxy.domain-zbbb.invalid:8080/ GET"),
        ("https://buildbox.hanbit.de/x", "https://host-zbbb.domain-zbbb.invalid/x"),
        ("https://hanbit.de/x by www.hanbit.de", "https://domain-zbbb.invalid/x by www.domain-zbbb.invalid"),
        (r'{"u":"https:\/\/wiki7.hanbit.de\/x"}', r'{"u":"https:\/\/host-zbbb.domain-zbbb.invalid\/x"}'),
        ("smb://nasbox8/projekte", "smb://host-zbbb/projekte"),
        ("mount //wonbin@nasbox8/projekte on /Volumes/x", "mount //user-zbbb@host-zbbb/projekte on /Volumes/x"),
        ("mount_smbfs //wonbin:hunter22@nasbox8/p", "mount_smbfs //user-zbbb:secret-zbbb@host-zbbb/p"),
        ("postgresql://nasbox8/x", "postgresql://host-zbbb/x"),
        ("rediss://nasbox8:6379 and", "rediss://host-zbbb:6379 and"),
        ("mongodb+srv://wonbin:hunter22@nasbox8/x", "mongodb+srv://user-zbbb:secret-zbbb@host-zbbb/x"),
        ("resolved fileserver.hanbit.co.kr to", "resolved host-zbbb.domain-zbbb.invalid to"),
        ("connect to vpn.hanbit.de:443 failed", "connect to vpn.domain-zbbb.invalid:443 failed"),
        ("curl -u curluser:curlpass99 https://x.cisco.com", "curl -u user-zbbb:secret-zbbb https://x.cisco.com"),
        ("ssh -p 22 root@bastion77 up", "ssh -p 22 root@host-zbbb up"),
        ("root@penguinhost77:~# ls", "root@host-zbbb:~# ls"),
        ("loginName = zebrauser", "loginName = user-zbbb"),
        ("serial number is C02SERIALX13", "serial number is SERIALZBBB"),
        ("SharedAccessSignature=sig-abc987654", "SharedAccessSignature=secret-zbbb"),
        ("curl -s --user 'fred7:admin77' x", "curl -s --user 'user-zbbb:secret-zbbb' x"),
        (
            "/Users/kamiro/Library/CloudStorage/OneDrive-HanbitGmbH/Budget.xlsx",
            "/Users/user-zbbb/Library/CloudStorage/folder-zbbb/document-zbbb.xlsx",
        ),
    ],
)
def test_hosts_of_addresses_credentials_of_commands_and_documents_of_clouds_are_found(text: str, told: str) -> None:
    assert redacted(text) == told


@pytest.mark.parametrize(
    "text",
    [
        "asked https://cloud-ec.eu.amp.cisco.com:443/x and http://www.apple.com/DTDs/PropertyList-1.0.dtd",
        "GET http://localhost:8080/ and https://console.amp.cisco.com",
        "resolved com.apple.xpc.launchd and connected to org.foo.bar:1",
        "file:///usr/lib/x and http://www.w3.org/2001/XMLSchema",
        "icon@2x.png FAULT\\nNext HKLM\\Software NT AUTHORITY\\SYSTEM",
    ],
)
def test_hosts_of_vendors_in_addresses_stay(text: str) -> None:
    assert redacted(text) == text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("en0: a4:83:e7:12:34:56: up", "en0: 02:00:00:00:00:01: up"),
        ("lladdr:a4:83:e7:12:34:56", "lladdr:02:00:00:00:00:01"),
        ("? (x) at a4:83:e7:2:34:6 on en0", "? (x) at 02:00:00:00:00:01 on en0"),
        ("inet6 addr:2a02:8108:8ac0::1", "inet6 addr:2001:db8::1"),
        ("from ::ffff:0a4d:4237 up", "from 198.18.0.1 up"),
        (r'{"password": "canary\"pw1", "n": 1}', r'{"password": "secret-zbbb", "n": 1}'),
        (r'{"password": "ab\"cdefgh"}', r'{"password": "secret-zbbb"}'),
        ("password => hunter22, password := hunter23", "password => secret-zbbb, password := secret-zbbc"),
        ('{"name":"password","value":"hunter22"}', '{"name":"password","value":"secret-zbbb"}'),
        ('"Cookie": "sid=abc123def"', '"Cookie": "sid=secret-zbbb"'),
        ("of /Users/Jane Roe/Library/x", "of /Users/user-zbbb/Library/x"),
        (r"of /Users/Jane\ Roe/Library/x", "of /Users/user-zbbb/Library/x"),
        ("/Users/jürgencan/Library by JÜRGENCAN", "/Users/user-zbbb/Library by user-zbbb"),
        ("of S-1-5-21-3623811015-3361044348-30300820-1013", "of SERIALZBBB"),
        ("<user>kamiro</user>", "<user>user-zbbb</user>"),
        ("/Users/kamiro/Documents/backup.kamiro", "/Users/user-zbbb/Documents/document-zbbb"),
        (
            "<key>ComputerName</key>\n\t<string>karo-mbp</string>\n<key>password</key>\n<string>hunter22</string>",
            "<key>ComputerName</key>\n\t<string>host-zbbb</string>\n<key>password</key>\n<string>secret-zbbb</string>",
        ),
        (f"Bearer {'aB3' * 1200} on", "Bearer secret-zbbb on"),
        (f'password="{"q7 b!" * 80}" on', 'password="secret-zbbb" on'),
    ],
)
def test_values_are_found_whole_in_whatever_stands_around_them(text: str, told: str) -> None:
    assert redacted(text) == told


@pytest.mark.parametrize("at", [*range(4060, 4100, 3), *range(16_350, 16_400, 3), 40_000])
def test_a_second_value_in_a_long_line_is_found_wherever_it_stands(at: int) -> None:
    for text in ('"password":"hunter22"', "/Users/kamiro/Library/x", "user=kamiro"):
        line = f"user=sholem {'x ' * (at // 2)}{text} {'y ' * 9000}"
        assert not re.search("hunter22|kamiro", redacted(line))


@pytest.mark.parametrize("at", range(0, 2000, 250))
def test_a_private_key_is_found_across_pieces(at: int) -> None:
    key = ["-----BEGIN PRIVATE KEY-----", *(f"MIIEpAIBAAKCAQEA7bq3Zk1T9mS8{n:04}" for n in range(60)), "-----END"]
    text = ("x" * 99 + "\n") * ((1 << 20) // 100 - at // 100) + "\n".join(key) + "\n" + ("y" * 99 + "\n") * 300
    finder = Finder(Ledger())
    finder.file("a", [text.encode()])
    finder.settle()
    assert b"MIIE" not in b"".join(Replacer(finder.ledger).replaced([text.encode()]))


@pytest.mark.parametrize("before", [b"", b"x\n", b"x\n" * 3000])
def test_behind_the_begin_of_a_key_a_line_that_is_too_long_is_read_to_its_end(before: bytes) -> None:
    key = b"-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA7bq3Zk1T9mS8 "
    text = before + key + b"y " * PIECE + b"user=kamiro"
    found = list(islice(pieces([text]), 9))
    assert len(found) < 9
    assert found[-1].endswith(b"user=kamiro")
    now = replacer_of(*found).bytes(text)
    assert b"kamiro" not in now
    assert b"7bq3" not in now


def test_hangul_in_utf_16_is_found_when_it_stands_elsewhere() -> None:
    text = "of 김철수가나다, 말쑥한".encode("utf-16")
    replacer = replacer_of("/Users/김철수가나다/Library/x user=말쑥한이", text)
    assert "김철수가나다" not in replacer.bytes(text).decode("utf-16")


USERS = (
    "user={}", "username: {}", "user name = {}", "logname={}", "login={}", "owner: {}", "account={}", "acct={}",
    'acct="{}"', "account name={}", "uid=501({})", "user=CORP\\{}", "user=corp\\\\{}", "by user {}", "as user '{}'",
    "Accepted publickey for {} from 10.1.2.3", "Failed password for invalid user {} from", "/Users/{}/x.log",
    "C:\\Users\\{}\\x", "%2Fhome%2F{}%2Fx", '{{"user":"{}"}}', "\\/Users\\/{}\\/x", "https://{}:hunter22@x.sholen.com/",
    "user={}@karo-mbp",
)  # fmt: skip
HOSTS = (
    "host={}", "hostname: {}", "<host>{}</host>", "<server>{}</server>", "<proxy> {} </proxy>", "<computer>{}<",
    "<domain>{}</domain>", "local host name={}", "computer name: {}", "ComputerName={}", "nodename={}",
    "netbios name={}", "machine={}", "machine name={}", "fqdn={}", "\\\\{}\\share", "\\\\\\\\{}\\\\share",
    "see {}.local", "see {}.lan,", "at {}.internal", "{}.corp", "Mar  3 12:00:00 {} ampdaemon[1]: x",
    "2026-03-03T12:00:00Z {} ampdaemon[1]: x", "user={}\\karo", "user=karo@{}", "host={}.corp.sholen.com",
    "mail karo@{}.sholen.com",
)  # fmt: skip
DOCUMENTS = ("/Users/karo/{}", "/Users/karo/{}/x.pdf", "/Users/karo/{}.docx", "file:///home/karo/a%20b/{}/c.pdf")
SECRETS = ("password={}", "token: {}", "Authorization: Bearer {}", "--password {}", '"api_key": "{}"', "pwd={}")
WORDS = ("user", "host", "domain", "mail", "secret", "document", "folder", "word", "example", "invalid", "scan", "mac")


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("shapes", [USERS, HOSTS, DOCUMENTS, SECRETS], ids=["users", "hosts", "documents", "secrets"])
def test_an_ordinary_word_or_one_that_tokens_hold_is_found_and_replaced_in_the_same_places(
    word: str, shapes: tuple[str, ...]
) -> None:
    """Else a value would be found in what was written, and nothing could be given away."""
    beside = "\nuser=gilde mail gilde@sholen.org host=karo-mbp.corp.sholen.net /Users/gilde/y/z.docx password=Xk29a\n"
    for shape in shapes:
        text = (shape.format(word) + beside).encode()
        replacer = replacer_of(text)
        now = replacer.bytes(text)
        again = Ledger()
        replacer_of(now, ledger=again)
        assert list(replacer.found([now])) == [], (shape, now)
        assert set(again.values) == set(), (shape, now)


def test_tokens_are_numbered_as_values_are_met_in_every_run() -> None:
    """Not by a hash, which differs from run to run: a link would show other tokens once its server was started anew."""
    hosts = [f"h{chr(97 + number)}sholen" for number in range(20)][::-1]
    text = "".join(f"Mar  3 12:00:00 {host} ampdaemon[1]: x\n" for host in hosts).encode()
    ledger = Ledger()
    replacer_of(text, ledger=ledger)
    assert [one.text for one in ledger.values.values()] == hosts


@pytest.mark.parametrize("gap", [*range(4060, 4110, 5), 8190, 9000, 20_000])
@pytest.mark.parametrize("mark", ["/Users/", '"password":"', "%2FUsers%2F", r"\/Users\/", "user="])
def test_what_lies_between_two_marks_in_a_long_line_hides_neither(gap: int, mark: str) -> None:
    text = f"{mark}kamiro77".ljust(gap, "." if mark == "user=" else " ") + f" {mark}sholen88"
    assert not re.search("kamiro77|sholen88", redacted(text.replace("7 ", '7" ').replace("88", '88" ')))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("<key>ComputerName</key>\n\t<string>Karomac7</string>", "Karomac7"),
        ("<key>UserName</key>\r\n\t<string>kamiro</string>\r\n", "kamiro"),
        ("<key>password</key>\n\t<string>hunter22</string>", "hunter22"),
        ("<key>IOPlatformSerialNumber</key>\n<string>C02XK0AAJGH5</string>", "C02XK0AAJGH5"),
        ("password:\n  hunter22", "hunter22"),
        ("password:\nhunter22\n", "hunter22"),
        ("password: |\n  hunter22\n", "hunter22"),
        ("api_key: >-\n  0c1d2e3f4a5b6c7d\n", "0c1d2e3f4a5b6c7d"),
    ],
)
def test_a_line_may_name_what_stands_in_the_next(text: str, value: str) -> None:
    assert value not in redacted(text)
    assert redacted(text).count("\n") == text.count("\n")


def test_a_line_that_ends_in_a_name_makes_no_value_of_a_log_line_behind_it() -> None:
    text = "asked for a password:\nMar  3 12:40:00 karo ampdaemon[668]: reset77\nand its token:\nnothing77 more\n"
    assert "reset77" in redacted(text)
    assert "nothing77" in redacted(text)


KEY = "\n".join([
    "-----BEGIN RSA PRIVATE KEY-----", *(f"MIIEpAIBAAKCAQEA7bq3{number:044}" for number in range(20)), "abcdefghijkl",
    "Q9==", "-----END RSA PRIVATE KEY-----", "",
])  # fmt: skip


@pytest.mark.parametrize("lines", range(10_475, 10_486, 2))
def test_a_private_key_is_one_wherever_a_file_is_cut_into_pieces(lines: int) -> None:
    text = (("x" * 99 + "\n") * lines + KEY + "end\n").encode()
    finder = Finder(Ledger())
    finder.file("keys.txt", [text])
    finder.settle()
    now = Replacer(finder.ledger).bytes(text)
    assert b"7bq3" not in now
    assert b"abcdefghijkl" not in now
    assert now.count(b"\n") == text.count(b"\n")


LONG_TOKEN = "aB3x" * 600 + "end8"


@pytest.mark.parametrize(
    "text",
    [f"Authorization: Bearer {LONG_TOKEN} x", f"password={LONG_TOKEN}", f'"password": "{LONG_TOKEN}"',
     'password="' + "aB3 x" * 120 + 'end8"', f"X {base64.b64encode(b'mail kamiro@sholen.com ' * 300).decode()} x"],
)  # fmt: skip
@pytest.mark.parametrize("name", ["utf-8", "utf-16-le", "utf-16"])
def test_a_long_secret_goes_to_its_end(text: str, name: str) -> None:
    data = text.encode(name)
    replacer = replacer_of(data)
    now = replacer.bytes(data).decode(name)
    assert not re.search("aB3|end8|bWFpb|a2Ft", now)
    cut = [data[at : at + 301] for at in range(0, len(data), 301)]
    assert b"".join(replacer.replaced(cut)).decode(name) == now
    whole = (("y" * 3_999 + "\n") * 132 + text).encode(name)
    for at in (len(data) - 200, len(data) - 201, len(data) // 2):
        pieces = [whole[: len(whole) - at], whole[len(whole) - at :]]
        assert b"".join(replacer.replaced(pieces)) == replacer.bytes(whole)


def test_of_a_megabyte_of_base64_the_begin_is_looked_at() -> None:
    said = base64.b64encode(b"opened /Users/kamiro/Library/x ?>~" * 20_000).decode()
    text = f"x /Users/kamiro/y\nblob {said} end\n"
    assert re.fullmatch(r"x /Users/user-zbbb/document-zbbb\nblob secret-zbbb=* end\n", redacted(text))


@pytest.mark.parametrize("name", ["utf-16", "utf-16-le", "utf-16-be"])
def test_hangul_is_found_in_wide_text(name: str) -> None:
    text = "hello 한하나 there"
    replacer = replacer_of("opened /Users/한하나/Library/x\n", text.encode(name))
    assert replacer.bytes(text.encode(name)).decode(name) == "hello user-zbbb there"


@pytest.mark.parametrize("said", ["JÜRGENCAN", "jürgencan", "Jürgencan", "JU\u0308RGENCAN"])
def test_letters_beyond_ascii_are_known_in_either_case(said: str) -> None:
    assert redacted(f"/Users/jürgencan/Library/x, hello {said} there").endswith("hello user-zbbb there")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (r'{"password":"canary\"pw1","z":"y"}', '{"password":"secret-zbbb","z":"y"}'),
        (r'{"password":"ab\"pw1"}', '{"password":"secret-zbbb"}'),
        (r'{"password":"pw1abc\\","z":"y"}', '{"password":"secret-zbbb","z":"y"}'),
        (r"{\"password\":\"hun\\\"ter2\",\"z\":1}", r"{\"password\":\"secret-zbbb\",\"z\":1}"),
        ('password="hun\'ter2x"', 'password="secret-zbbb"'),
        ('password="hunter22', 'password="secret-zbbb'),
        ('{"Cookie": "sid=abCD12efGH34; lang=en"}', '{"Cookie": "sid=secret-zbbb; lang=en"}'),
        ("password => hunter22", "password => secret-zbbb"),
        ("password := hunter22", "password := secret-zbbb"),
        ("password==hunter22", "password==secret-zbbb"),
        ('{"name":"password","value":"hunter22"}', '{"name":"password","value":"secret-zbbb"}'),
        ('<add key="password" value="hunter22"/>', '<add key="password" value="secret-zbbb"/>'),
        ('"password":["hunter22"]', '"password":["secret-zbbb"]'),
        ("<password><![CDATA[hunter22]]></password>", "<password><![CDATA[secret-zbbb]]></password>"),
    ],
)
def test_a_secret_is_found_in_every_way_of_writing(text: str, told: str) -> None:
    assert re.sub("secret-zbb[bcd]", "secret-zbbb", redacted(text)) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("en0: a4:83:e7:12:34:56: up", "en0: 02:00:00:00:00:01: up"),
        ("lladdr:a4:83:e7:12:34:56", "lladdr:02:00:00:00:00:01"),
        ("mac:a4:83:e7:12:34:56-x", "mac:02:00:00:00:00:01-x"),
        ("x-a4-83-e7-12-34-56-up", "x-02-00-00-00-00-01-up"),
        ("? at a4:83:e7:2:34:6 on en0", "? at 02:00:00:00:00:01 on en0"),
        ("at 0:1c:42:0:0:18 on en0", "at 02:00:00:00:00:01 on en0"),
        ("inet6 addr:2a02:8109:77::17/64 up", "inet6 addr:2001:db8::1/64 up"),
        ("peer 2a02:8109:1::17: reset", "peer 2001:db8::1: reset"),
        ("from 2a02:8109:1:2:3:4:5:6 x", "from 2001:db8::1 x"),
        ("from 2a02:8109:1::17x", "from 2001:db8::117x"),
        ("from ::ffff:0a4d:4237 x", "from 198.18.0.1 x"),
        ("at 64:ff9b::a09:847 x", "at 198.18.0.1 x"),
        ("SID S-1-5-21-3623811015-3361044348-30300820-1013_Classes", "SID SERIALZBBB_Classes"),
        ("to kamiro@acme.zip", "to mail-zbbb@example.invalid"),
        ("to kamiro@acme.py", "to mail-zbbb@example.invalid"),
    ],
)
def test_what_stands_beside_an_address_does_not_hide_it(text: str, told: str) -> None:
    assert redacted(text) == told


@pytest.mark.parametrize(
    "text",
    [
        "12:40:00:1:2:3 of 1:2:3:4:5:6",
        "sha1 a4:83:e7:12:34:56:a4:83:e7:12:34:56:a4:83:e7:12:34:56:a4:83",
        "std::fade::cafe feed::face 2001::std",
        "icon@2x.zip photo@3x.py a4-83-e7-12-34-56-a4-83",
    ],
)
def test_digits_with_colons_are_no_address_by_themselves(text: str) -> None:
    assert redacted(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "q=%2FUsers%2Fkamiro%2Dsho%2FLibrary",
        "file:///Users/kamiro%2Esho/Library/x",
        "<34>Mar  3 12:40:00 kamiro7 su: x",
        "<34>1 2026-03-03T12:40:00Z kamiro7 su - ID47 - x",
        "a\rMar  3 12:40:00 kamiro7 kernel[0]: x\r",
    ],
)
def test_users_in_addresses_and_hosts_in_heads_are_found_in_every_way_of_writing(text: str) -> None:
    now = redacted(text)
    assert "kamiro" not in now
    assert "sho" not in now
    assert redacted(now) == now
