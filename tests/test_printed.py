"""Names in what commands print and systems say in a fixed form; and the words beside them that are no names."""

from pathlib import Path

import pytest

from .redacted import bundle_of, redacted

HEAD = "Mar  3 12:40:00 karo-mbp "


def placed(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('AUID="kamiro" UID="root" EUID="kamiro"', 'AUID="user-zbbb" UID="root" EUID="user-zbbb"'),
        ("node=karobox type=SYSCALL", "node=host-zbbb type=SYSCALL"),
        (
            "Linux karobox 5.15.0-91-generic #101-Ubuntu SMP x86_64",
            "Linux host-zbbb 5.15.0-91-generic #101-Ubuntu SMP x86_64",
        ),
        (
            "Darwin Karos-MBP 19.6.0 Darwin Kernel Version 19.6.0",
            "Darwin host-zbbb 19.6.0 Darwin Kernel Version 19.6.0",
        ),
        (
            "kamiro     501   0.0  0.1  4268  1234   ??  S 1:00PM",
            "user-zbbb     501   0.0  0.1  4268  1234   ??  S 1:00PM",
        ),
        ("drwxr-xr-x@ 12 kamiro  staff  384 Mar  3 12:00 x", "drwxr-xr-x@ 12 user-zbbb  staff  384 Mar  3 12:00 x"),
        ("kamiro   pts/0        2026-03-03 12:00", "user-zbbb   pts/0        2026-03-03 12:00"),
        ("CRON[12]: (kamiro) CMD (/usr/bin/true)", "CRON[12]: (user-zbbb) CMD (/usr/bin/true)"),
        ("systemd[1]: Created slice User Slice of kamiro.", "systemd[1]: Created slice User Slice of user-zbbb."),
        ("su: (to root) kamiro on pts/0", "su: (to root) user-zbbb on pts/0"),
        ("su[12]: Successful su for root by kamiro", "su[12]: Successful su for root by user-zbbb"),
        ("logged in as kamiro", "logged in as user-zbbb"),
        ("ruser= rhost=karobox.kamira.de  user=kamiro", "ruser= rhost=host-zbbb.domain-zbbb.invalid  user=user-zbbb"),
        (
            "Address 10.4.3.2 maps to karobox.kamira.de, but",
            "Address 198.18.0.1 maps to host-zbbb.domain-zbbb.invalid, but",
        ),
        ('hostname changed from "karobox" to "karomac"', 'hostname changed from "host-zbbb" to "host-zbbc"'),
        ("systemd[1]: Hostname set to <karobox>.", "systemd[1]: Hostname set to <host-zbbb>."),
        ("search kamira.de", "search domain-zbbb.invalid"),
        ("127.0.1.1 karobox", "127.0.1.1 host-zbbb"),
        ("10.4.3.2\tkarobox.kamira.de karobox", "198.18.0.1\thost-zbbb.domain-zbbb.invalid host-zbbb"),
        ("karobox (10.4.3.2) at a4:83:e7:0b:1c:2d on en0", "host-zbbb (198.18.0.1) at 02:00:00:00:00:01 on en0"),
        (
            "tcp4  0  0  10.4.3.2.52345  93.184.216.34.443  LISTEN",
            "tcp4  0  0  198.18.0.1.52345  198.18.0.2.443  LISTEN",
        ),
        ("Physical Address. . . : 00-50-56-12-34-56", "Physical Address. . . : 02-00-00-00-00-01"),
        ("sent to 192.168.3.4 by update 192.168.3.4", "sent to 198.18.0.1 by update 198.18.0.1"),
        ("HTTPProxy : karogate.kamira.de", "HTTPProxy : host-zbbb.domain-zbbb.invalid"),
        ("<proxy_server>karogate</proxy_server>", "<proxy_server>host-zbbb</proxy_server>"),
        ("Couldn't resolve proxy 'karogate.kamira.de'", "Couldn't resolve proxy 'host-zbbb.domain-zbbb.invalid'"),
        (
            "Failed to connect to karogate.kamira.de port 443",
            "Failed to connect to host-zbbb.domain-zbbb.invalid port 443",
        ),
        (
            "//tarezo@karonas/x on /Volumes/x (smbfs, mounted by kamiro)",
            "//user-zbbb@host-zbbb/x on /Volumes/x (smbfs, mounted by user-zbbc)",
        ),
        ("//김철수:hunter22@철수서버/x on /mnt type cifs", "//user-zbbb:secret-zbbb@host-zbbb/x on /mnt type cifs"),
        ("karonas:/export on /mnt/x type nfs", "host-zbbb:/export on /mnt/x type nfs"),
        ("opened for user root by kamiro(uid=1000)", "opened for user root by user-zbbb(uid=1000)"),
        ("password changed for kamiro", "password changed for user-zbbb"),
        ("LOGIN ON tty1 BY kamiro", "LOGIN ON tty1 BY user-zbbb"),
        ("FAILED LOGIN 1 FROM tty1 FOR kamiro, x", "FAILED LOGIN 1 FROM tty1 FOR user-zbbb, x"),
        ("member added by kamiro to group sudo", "member added by user-zbbb to group sudo"),
        ("USER_ID=kamiro", "USER_ID=user-zbbb"),
        ("UserShortName = kamiro;", "UserShortName = user-zbbb;"),
        ("nfs: server karonas not responding, still trying", "nfs: server host-zbbb not responding, still trying"),
        ("CIFS: Attempting to mount //karonas/x", "CIFS: Attempting to mount //host-zbbb/x"),
        ("query: karobox.kamira.de IN A", "query: host-zbbb.domain-zbbb.invalid IN A"),
        ("query[A] karobox.kamira.de from ::1", "query[A] host-zbbb.domain-zbbb.invalid from ::1"),
        ("Selected source 10.4.3.2 (karontp.kamira.de)", "Selected source 198.18.0.1 (host-zbbb.domain-zbbb.invalid)"),
        ("Contacting karogate.kamira.de.", "Contacting host-zbbb.domain-zbbb.invalid."),
        ("tcp        0   0 karobox:ssh karomac:5102   OPEN", "tcp        0   0 host-zbbb:ssh host-zbbc:5102   OPEN"),
        ("kamiro   12     1  0 12:00 pts/0    00:00:00 sh", "user-zbbb   12     1  0 12:00 pts/0    00:00:00 sh"),
        ('option domain-name "kamira.de";', 'option domain-name "domain-zbbb.invalid";'),
        ("SSID='KamiraHome' freq=5180", "SSID='word-zbbb' freq=5180"),
        ("  SSID: Kamira 5G", "  SSID: word-zbbb"),
        ("_MACHINE_ID=0123456789abcdef0123456789abcde1", "_MACHINE_ID=00000000000040008000000000000001"),
        (
            "MAC=a4:83:e7:11:22:37:00:50:56:aa:bb:cc:08:00 SRC=127.0.0.1",
            "MAC=02:00:00:00:00:01:02:00:00:00:00:02:08:00 SRC=127.0.0.1",
        ),
        ("smb://kamiro@karonas/x", "smb://user-zbbb@host-zbbb/x"),
        ("[kamiro@karobox ~]$ ls", "[user-zbbb@host-zbbb ~]$ ls"),
        ("Karos-MBP:~ kamiro$ ls", "host-zbbb:~ user-zbbb$ ls"),
        ("kamiro@Karos-MBP ~ % ls", "user-zbbb@host-zbbb ~ % ls"),
        ("/run/media/kamiro/STICK/x.docx", "/run/media/user-zbbb/folder-zbbb/document-zbbb.docx"),
        ("at /media/kamiro/STICK/x.docx", "at /media/user-zbbb/folder-zbbb/document-zbbb.docx"),
        ("file:///Users/kamiro%20tarezo/x", "file:///Users/user-zbbb/document-zbbb"),
        ("/Users/Shared/Kamira's contract.docx", "/Users/Shared/document-zbbb.docx"),
        ("/Users/Shared/Kamira, Karo - contract.docx", "/Users/Shared/document-zbbb.docx"),
        (
            '{"user": {"name": "kamiro"}, "host": {"name": "karobox"}}',
            '{"user": {"name": "user-zbbb"}, "host": {"name": "host-zbbb"}}',
        ),
        ("user.name=kamiro host.name=karobox", "user.name=user-zbbb host.name=host-zbbb"),
        ("user 'kamiro' and (user tarezo)", "user 'user-zbbb' and (user user-zbbc)"),
        ("사용자 이름: 김철수 (kamiro)", "사용자 이름: user-zbbb (user-zbbc)"),
        ("User Name: Tarezo Shole (kamiro)", "User Name: user-zbbc (user-zbbd)"),
        ("컴퓨터 이름: 철수의 MacBook Pro", "컴퓨터 이름: host-zbbb MacBook Pro"),
        ("호스트명=karobox 로그인 아이디: kamiro", "호스트명=host-zbbb 로그인 아이디: user-zbbb"),
        ("일련 번호(시스템): C02XK0AAJGH5", "일련 번호(시스템): SERIALZBBB"),
        ("sAMAccountName: kamiro", "sAMAccountName: user-zbbb"),
        ("mysql://root@karodb:3306/x", "mysql://root@host-zbbb:3306/x"),
        ("https://s3.amazonaws.com/x?X-Amz-Signature=abcdef0123456789&y=1", "https://s3.amazonaws.com/x?X-Amz-Signature=secret-zbbb&y=1"),
        ("https://x.azure.com/y?sig=abcDEF%2F12%3D&se=2026", "https://x.azure.com/y?sig=secret-zbbb&se=2026"),
        ("SignedHeaders=host;range, Signature=fe5f80f77d5fa3be", "SignedHeaders=host;range, Signature=secret-zbbb"),
        ('Proxy-Authorization: Digest username="kamiro"', 'Proxy-Authorization: Digest username="user-zbbb"'),
        ('{"path":"/Users/Shared/Kamira; and Karo","x":"y"}', '{"path":"/Users/Shared/document-zbbb","x":"y"}'),
        ("open '/home/tarezo/Kamira's plan [x]' 'y'", "open '/home/user-zbbb/document-zbbb' 'y'"),
        ('"/Users/Shared/kamira, /Users/Shared/karo"', '"/Users/Shared/document-zbbb, /Users/Shared/document-zbbc"'),
        ('"/Users/Shared/kamira and no end', '"/Users/Shared/document-zbbb and no end'),
        ("at /Users/Shared/Talks & more.docx", "at /Users/Shared/document-zbbb.docx"),
        ("at /Users/Shared/R&D of Kamira.docx", "at /Users/Shared/document-zbbb.docx"),
        ("at /Users/Shared/Protocol of the meeting with Karo about Kamira.docx", "at /Users/Shared/document-zbbb.docx"),
        ("login password=password-zxcvbnm now", "login password=secret-zbbb now"),
    ],
)  # fmt: skip
def test_a_fixed_form_says_what_stands_in_it(text: str, told: str) -> None:
    assert redacted(text) == told


@pytest.mark.parametrize("text", ["cat\0/home/kamiro/x", "kamiro went", "/home/kamiro/Plän für Mai.txt"])
@pytest.mark.parametrize("upper", [False, True])
def test_hexadecimal_digits_that_say_a_value_are_a_secret(text: str, *, upper: bool) -> None:
    digits = text.encode().hex()
    line = f"proctitle={digits.upper() if upper else digits} exe=/bin/cat"
    assert redacted(line, "opened /home/kamiro/y") == "proctitle=secret-zbbb exe=/bin/cat"


@pytest.mark.parametrize(
    "text",
    [
        "sshd[1]: authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=  user=root",
        "Created slice User Slice of UID 1000.",
        "Starting User Runtime Directory /run/user/1000...",
        "Started User Manager for UID 1000.",
        "Reached target User and Group Name Lookups.",
        "Starting Permit User Sessions...",
        "Listening on D-Bus User Message Bus Socket.",
        "user interface started, user account locked, user session 3, user notification shown, user policy, user agent",
        "sudo: pam_unix(sudo:session): session closed for user root",
        "su[12]: Successful su for root by root",
        "(CRON) INFO (No MTA installed)",
        "hostname= addr= terminal=cron res=success",
        "Linux version 5.15.0-91-generic (gcc) #101-Ubuntu",
        "tcp4       0      0  *.22                   *.*                    LISTEN",
        "built on 26-03-03-12-30-05",
        "sha256 6a09e667f3bcc908bb67ae8584caa73b6a09e667f3bcc908bb67ae8584caa73b",
        "host=auto, -rw-r--r--  1 root  wheel  12 Mar  3 12:00 x",
        "upgraded to 1.24.0.997.5",
        "proxy: none, proxy_server=default, HTTPEnable : 0",
        "search path: /usr/lib; domain users",
        "Linux kernel 5.15.0 #1, 5 maps to x.y, so",
        "1.24.0.997 connector.updated to",
        "10.0.0.0 com.cisco.amp",
        "http://example.com/x on /y //comment/x on /path",
        "see /media/x and https://a.example.com/media/foo/bar",
        "kernel   console   x, 사용자 이름: 관리자",
        "got token type=refresh12, token lifetime=3600sec, Basic realm=internal",
        "pam_unix(passwd:chauthtok): password changed for root; LOGIN ON tty1 BY root",
        "session opened for user root by (uid=0), FAILED LOGIN 1 FROM tty1 FOR (unknown), User not known",
        "tcp        0      0 localhost:631    0.0.0.0:*   LISTEN, Contacting support. SSID: <private> BSSID: none",
        "SSID: not associated; ssid=hidden; query: failed IN 3 ms; Selected source 127.0.0.1 (2.debian.pool.ntp.org)",
        "User Name: System Administrator (root), 사용자 이름: 없음",
        "Starting Cleanup of User Directories, user defined signal 1, Login: refused",
        'msg="API listen" host=unix x-info="https://www.rsyslog.com"',
    ],
)
def test_what_systems_say_of_no_name_is_left_alone(text: str) -> None:
    assert redacted(text) == text


@pytest.mark.parametrize("word", ["scan", "cisco", "fault", "Library", "log", "uid"])
@pytest.mark.parametrize(
    "form",
    [
        'AUID="{}" ok', "CRON[12]: ({}) CMD (x)", "drwxr-xr-x  2 {}  staff  68 Mar  3 12:00 x", "mounted by {} now",
        "//{}@김철수/x on /Volumes/x (smbfs)", "/media/{}/STICK/a", "rhost={} ok", "Hostname set to <{}>.",
        "su: (to root) {} on pts/0", "su: BAD SU {} to root on /dev/ttys000", "[{}@karo-mbp ~]$ ls",
        'hostname changed from "a1" to "{}"',
    ],
)  # fmt: skip
def test_an_ordinary_word_goes_only_where_a_fixed_form_says_what_it_is(word: str, form: str, tmp_path: Path) -> None:
    log = f"{HEAD}ampdaemon[1]: {form.replace('{}', word)}\n{HEAD}ampdaemon[1]: the {word} of it\n"
    bundle_of(placed(tmp_path / "ampdaemon.log", log), to=tmp_path / "b.log")
    first, second = (tmp_path / "b.log").read_text().splitlines()
    assert word not in first.partition("ampdaemon[1]: ")[2]
    assert f"the {word} of it" in second


def test_a_word_that_only_a_token_beside_it_marks_as_a_name_goes_everywhere(tmp_path: Path) -> None:
    log = f"{HEAD}ampdaemon[1]: /Users/scan/Library/x /Users/김철수/Library/x 김철수\\scan and scan\n"
    bundle_of(placed(tmp_path / "ampdaemon.log", log), to=tmp_path / "b.log")
    assert "user-zbbc\\user-zbbb and user-zbbb\n" in (tmp_path / "b.log").read_text()


@pytest.mark.parametrize("user", ["txt", "swift", "doc", "app"])
def test_a_user_who_is_called_as_documents_end_can_be_given_away(user: str, tmp_path: Path) -> None:
    log = f"{HEAD}ampdaemon[1]: opened /Users/{user}/karo-plan.{user} and /Users/{user}/Library/x\n"
    bundle_of(placed(tmp_path / "ampdaemon.log", log), to=tmp_path / "b.log")
    assert f"/Users/user-zbbb/document-zbbb.{user} and" in (tmp_path / "b.log").read_text()
