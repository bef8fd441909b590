"""Persons by their full names, and what directories call their own; accounts and applications that are no persons."""

import pytest

from .redacted import redacted


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("RealName:\n Kamiro Tarezo\nRecordName: x", "RealName:\n user-zbbb\nRecordName: x"),
        ("RealName: Kamiro Tarezo", "RealName: user-zbbb"),
        ('"fullName": "Kamiro van Tarezo-Shole"', '"fullName": "user-zbbb"'),
        ("gecos: K. O'Tarezo", "gecos: user-zbbb"),
        ("<key>realname</key>\n<string>Kamiro Tarezo</string>", "<key>realname</key>\n<string>user-zbbb</string>"),
        ("Full Name = Kamiro Tarezo, as Kamiro Tarezo says", "Full Name = user-zbbb, as user-zbbb says"),
        ('UserLongName = "Kamiro Tarezo";', 'UserLongName = "user-zbbb";'),
        ("docker:x:998:sholek,root", "docker:x:998:user-zbbb,root"),
        ("GroupMembership: root sholek", "GroupMembership: root user-zbbb"),
        ("전체 이름: 김철수", "전체 이름: user-zbbb"),
        ("sholek:x:1000:1000:Kamiro Tarezo,,,:/home/xy", "user-zbbc:x:1000:1000:user-zbbd,,,:/home/user-zbbb"),
        ("sholek:*:501:20::0:0:Kamiro Tarezo:/srv/x:/bin/zsh", "user-zbbb:*:501:20::0:0:user-zbbc:/srv/x:/bin/zsh"),
        (
            "of CN=Kamiro Tarezo,OU=Staff,DC=ad,DC=shoquin,DC=de",
            "of CN=user-zbbb,OU=Staff,DC=ad,DC=word-zbbb,DC=de",
        ),
        ("CN=KAROBOX77,CN=Computers,DC=shoquin,DC=de", "CN=host-zbbb,CN=Computers,DC=word-zbbb,DC=de"),
        ("uid=sholek,ou=people,dc=shoquin,dc=de", "uid=user-zbbb,ou=people,dc=word-zbbb,dc=de"),
        ("subject=CN = karobox.shoquin.de, O = x", "subject=CN = host-zbbb.domain-zbbb.invalid, O = x"),
        ("/C=DE/CN=*.shoquin.de", "/C=DE/CN=*.domain-zbbb.invalid"),
        ("scutil --set LocalHostName karobox", "scutil --set LocalHostName host-zbbb"),
        ("hostnamectl set-hostname karobox", "hostnamectl set-hostname host-zbbb"),
    ],
)
def test_a_person_or_entry_of_a_directory_is_found(text: str, told: str) -> None:
    assert redacted(text) == told
    assert redacted(told) == told


@pytest.mark.parametrize(
    "text",
    [
        "RealName: World Wide Web Server",
        "RealName:\n System Administrator\n",
        "FullName: Microsoft Word, full name: Cisco Secure Endpoint, full name: unknown",
        '"full_name": "System.IO Stream", "full_name": "kamira/project", real name is kept',
        "root:*:0:0::0:0:System Administrator:/bin/sh",
        "karod:x:105:111:Karo Tarezo,,,:/home/admin:/bin/false\nssl-cert:x:113:postgres,avahi",
        "www-data:x:33:33:Karo Tarezo:/var/www:/usr/sbin/nologin",
        "CN=Domain Admins,CN=Users,DC=corp,DC=local and CN=Users,DC=test,DC=com",
        "subject=/C=US/O=DigiCert Inc/CN=DigiCert Global Root CA, CN=com.apple.systemdefault CN=Apple Root CA",
        "uid=0(root) uid=501 ou=0 gid=20, CN=ocsp.digicert.com",
        "scutil --get ComputerName and --set interval 5",
    ],
)
def test_accounts_and_applications_of_everybody_stay(text: str) -> None:
    assert redacted(text) == text
