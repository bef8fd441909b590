"""What names nobody, though it looks as if: well-known accounts, folders, addresses, hosts; words of connector logs."""

import re
from functools import cache, lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network
from pathlib import Path
from typing import Final

from faultlog import packs
from faultlog.rotation import role_of


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ACCOUNTS: Final = _words(
    "root daemon nobody admin administrator system guest shared public default all users user username localhost local "
    "bin sys sync games man lp mail news uucp proxy www-data backup list irc gnats operator adm ftp sshd syslog "
    "messagebus dbus polkitd chrony ntp systemd-network systemd-resolve systemd-timesync _www _mdnsresponder "
    "_spotlight _windowserver _locationd _coreaudiod _netbios _usbmuxd _softwareupdate cisco-amp-scan-svc "
    "ciscoampscansvc csco deleted unknown none null nil true false default_user defaultuser0 wdagutilityaccount "
    "git cdrom usb floppy 관리자 "
    "sysadmin service postgres mysql avahi apache nginx tomcat redis mongodb rabbitmq haproxy jenkins gdm sddm lightdm "
    "colord rtkit pulse saned usbmux geoclue tss whoopsie kernoops hplip dnsmasq libvirt-qemu statd rpc nscd named "
    "bind postfix dovecot zabbix prometheus sssd"
)
"""Accounts that every machine has, or that no person is, in small letters; also all that begin with `_`."""
FOLDERS: Final = _words(
    "library desktop documents downloads movies music pictures public applications sites templates videos snap bin "
    "src work tmp temp appdata local roaming locallow programs microsoft windows shared projects repos git code dev "
    "cloudstorage com~apple~clouddocs trash logs caches preferences containers node_modules build dist target"
)
"""Folders below a home that say nothing of whose it is, in small letters; also all that begin with a point."""
OURS: Final = _words(
    "cisco.com immunet.com sourcefire.com talosintelligence.com apple.com icloud.com microsoft.com windows.com "
    "ubuntu.com debian.org redhat.com centos.org rockylinux.org fedoraproject.org amazonaws.com github.com google.com "
    "gmail.com googlemail.com outlook.com hotmail.com live.com yahoo.com naver.com daum.net hanmail.net kakao.com "
    "me.com mac.com gmx.de web.de proton.me protonmail.com w3.org localdomain local lan "
    "opendns.com umbrella.com duosecurity.com webex.com snort.org clamav.net virustotal.com digicert.com verisign.com "
    "entrust.net globalsign.com letsencrypt.org lencr.org sectigo.com identrust.com godaddy.com "
    "akamai.net akamaiedge.net cloudfront.net cloudflare.com azure.com azureedge.net windows.net gstatic.com "
    "googleapis.com mozilla.org gnu.org kernel.org python.org curl.se openssl.org sqlite.org freedesktop.org ietf.org "
    "oracle.com suse.com opensuse.org archlinux.org gitlab.com bitbucket.org docker.com docker.io "
    "rsyslog.com canonical.com snapcraft.io launchpad.net nginx.org postfix.org ntp.org"
)
"""Domains of vendors and of providers for everybody: of no one's network."""
EXAMPLES: Final = ("example", "example.com", "example.org", "example.net", "invalid", "test", "localhost")
"""Domains that RFC 2606 and 6761 keep for examples."""
ROLES: Final = _words(
    "www api mail smtp imap pop vpn git ftp intranet intra portal proxy cdn static login sso auth update updates "
    "download downloads ns dns ntp dev test stage prod app apps web ldap gateway gw host server localhost internal "
    "ip6-localhost ip6-loopback"
)
"""What hosts of any firm are called: it tells nothing of whose they are, if their domain does not."""
SAID: Final = _words(
    "true false null none nil yes no ok on off set unset empty required expired invalid valid missing unknown "
    "undefined failed failure success changed unchanged refreshed rejected accepted granted denied error default "
    "disabled enabled hidden redacted removed masked provided present absent not is was has and for the cannot could "
    "will must policy string bytes str int bool object value name length count type id ready done pending "
    "active revoked rotated chauthtok auto refused unix 없음"
)
"""What stands behind `password:` or `token=` and is no secret, in small letters."""

_NETWORKS4: Final = tuple(
    (int(one.network_address), int(one.netmask))
    for one in map(
        IPv4Network,
        (
            "0.0.0.0/8",
            "127.0.0.0/8",
            "192.0.2.0/24",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "198.18.0.0/15",
            "224.0.0.0/3",
        ),
    )
)
_NETWORKS6: Final = tuple(map(IPv6Network, ("::/127", "2001:db8::/32", "ff00::/8")))
_WORD: Final = re.compile(r"[A-Za-z][a-z]+|[A-Z]{2,}|[A-Za-z_][\w.-]+")
_PROCESSES: Final = _words(
    "kernel launchd loginwindow windowserver syslogd mds mdworker powerd coreaudiod configd securityd systemd sshd "
    "cron rsyslogd networkmanager dbus ampdaemon ampscansvc ampcli ampinsthelper ampsupport spotlight mac macos linux "
    "darwin macbook imac server client laptop desktop host report index photo build config readme main test data notes "
    "draft amp cisco endpoint connector secure faultlog sim simulated synthetic kernel_task pam_unix"
)
_TECHNICAL: Final = _words(
    "account accounts action actions activity agent agents application application's approval authentication "
    "authorized cancelled certificate certificates clicked configuration configured consent context created "
    "credentials data database databases default defaults defined deleted device devices died directories directory "
    "does domain environment error errors event events exited experience failures field gid group groups has home "
    "id identity ids information initiated input interface level list locked logged login logins logon logout "
    "lookup lookups management manager message messages mode name names namespace not notfound notification "
    "notifications object paths permission permissions pid policy preferences privileges process processes profile "
    "profiles prompt quota record records refused request requested rights runtime service services session "
    "sessions setting settings shell slice space space's state status store successful switching time token type "
    "types uid uids unix without zone"
)
"""What stands behind the word user in sentences and titles, and is no name."""


@cache
def vocabulary() -> frozenset[str]:
    """Words, in small letters, of the rules and formats, of process names and of the logs that are read."""
    found = {*_PROCESSES, *_TECHNICAL}
    for pack in ("rules", "parsers"):
        for path in sorted(Path(packs.builtin(pack)).rglob("*.yaml")):
            found.update(word.lower() for word in _WORD.findall(path.read_text(encoding="utf-8")))
    return frozenset(found)


@lru_cache(65_536)
def is_ordinary(text: str) -> bool:
    """Whether a text may stand anywhere without meaning the user, host or document of that name."""
    stem = text.lower().rpartition(".")[0] or text.lower()
    return len(text) < 3 or text.isdecimal() or text.lower() in vocabulary() or stem in vocabulary()


def is_account(name: str) -> bool:
    """Whether an account is no person's."""
    return name.lower() in ACCOUNTS or name.startswith("_") or not re.search(r"[^\W_]", name)


def is_address(text: str) -> bool:
    """Whether an IPv4 or IPv6 address is nobody's: unspecified, loopback, documentation, group or mask."""
    if ":" in text:
        sixth = IPv6Address(text)
        return any(sixth in one for one in _NETWORKS6)
    number = int.from_bytes(bytes(map(int, text.split("."))), "big")
    return any(number & mask == network for network, mask in _NETWORKS4)


def is_domain(name: str) -> bool:
    """Whether a domain is a vendor's, a provider's or an example."""
    name = name.lower().rstrip(".")
    return any(name == one or name.endswith(f".{one}") for one in (*OURS, *EXAMPLES))


@lru_cache(65_536)
def is_log(name: str) -> bool:
    """Whether a file of this name is a log or states facts: no document, wherever it lies."""
    return role_of(re.sub(r"\.(gz|bz2|xz)$", "", name)) is not None
