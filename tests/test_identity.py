"""Who this is: each fact from where it is stated, hostile files become warnings, two hosts are refused."""

import plistlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faultlog.case import Host
from faultlog.errors import UsageError
from faultlog.identity import Clues, Told, date_in_name, identify, is_clue
from faultlog.model import TimeZone, Warn

UTC = TimeZone("UTC", "assumed")
NOTHING_TOLD = Told()
GLOBAL = b"<Signature><Object><config><agent><version>1.14.1.800</version></agent></config></Object></Signature>"
LAUGHS = b"""<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>
<config><agent><uuid>&c;</uuid></agent></config>"""


def local(guid):
    return f"<config><agent><uuid>{guid}</uuid></agent></config>".encode()


def clues(*files):
    found = Clues()
    for base, content in files:
        found.file(f"bundle/{base}", base, content)
    return found


def host(found, told=NOTHING_TOLD, **lines):
    return identify(found, lines, told, UTC)


class TestFiles:
    @pytest.mark.parametrize(
        ("base", "content", "stated"),
        [
            ("global.xml", GLOBAL, {"connector_version": ["1.14.1.800"]}),
            ("GLOBAL.XML", GLOBAL, {"connector_version": ["1.14.1.800"]}),
            (
                "global.xml",
                GLOBAL.replace(b"<Signature>", b'<Signature xmlns="urn:x">'),
                {"connector_version": ["1.14.1.800"]},
            ),
            ("local.xml", local(" g-1 \n"), {"guid": ["g-1"]}),
            ("local.xml", local("g-1").decode().encode("utf-16"), {"guid": ["g-1"]}),
            (
                "SystemVersion.plist",
                plistlib.dumps({"ProductVersion": "11.2.3"}),
                {"os": ["macos"], "os_version": ["11.2.3"]},
            ),
            (
                "SystemVersion.plist",
                plistlib.dumps({"ProductVersion": "11.2.3"}, fmt=plistlib.FMT_BINARY),
                {"os": ["macos"], "os_version": ["11.2.3"]},
            ),
            ("os-release", b'NAME="Rocky Linux"\nVERSION_ID="9.4"\n', {"os": ["linux"], "os_version": ["9.4"]}),
            ("os-release", b"VERSION_ID=12\n", {"os": ["linux"], "os_version": ["12"]}),
            (
                "sw_vers.txt",
                b"ProductName:\tmacOS\nProductVersion:\t14.4.1\n",
                {"os": ["macos"], "os_version": ["14.4.1"]},
            ),
            ("timezone", b"Asia/Seoul\n", {"zone": ["Asia/Seoul"]}),
            ("hostname", b" mac-7\n", {"host": ["mac-7"]}),
        ],
    )
    def test_each_file_states_its_facts(self, base, content, stated):
        found = clues((base, content))

        assert (stated, []) == (found.found, found.warnings)

    @pytest.mark.parametrize(
        ("base", "content", "stated"),
        [
            ("global.xml", b"<a/>", {}),
            ("global.xml", b"<Signature><Object/></Signature>", {}),
            ("global.xml", b"<x>" + GLOBAL + b"</x>", {}),
            ("local.xml", local(""), {}),
            ("local.xml", local("  "), {}),
            ("SystemVersion.plist", plistlib.dumps({}), {"os": ["macos"]}),
            ("SystemVersion.plist", plistlib.dumps([1]), {"os": ["macos"]}),
            ("SystemVersion.plist", plistlib.dumps({"ProductVersion": 11}), {"os": ["macos"]}),
            ("SystemVersion.plist", plistlib.dumps({"ProductVersion": "eleven"}), {"os": ["macos"]}),
            ("os-release", b"", {"os": ["linux"]}),
            ("os-release", b"VERSION_ID=rolling", {"os": ["linux"]}),
            ("sw_vers.txt", b"\xff\xfe", {"os": ["macos"]}),
            ("timezone", b"", {}),
            ("hostname", b"\n", {}),
        ],
    )
    def test_a_field_that_is_missing_states_nothing(self, base, content, stated):
        found = clues((base, content))

        assert (stated, []) == (found.found, found.warnings)

    @pytest.mark.parametrize(
        ("base", "content", "why"),
        [
            ("local.xml", LAUGHS, "EntitiesForbidden"),
            ("global.xml", b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', "EntitiesForbidden"),
            ("global.xml", b"", "ParseError"),
            ("global.xml", b"<a><b></a>", "ParseError"),
            ("global.xml", b"\0\0\0", "ParseError"),
            ("global.xml", b'<?xml version="1.0" encoding="utf-7"?><a/>', "ValueError"),
            ("SystemVersion.plist", b"", "InvalidFileException"),
            ("SystemVersion.plist", b"bplist00" + b"\xff" * 40, "InvalidFileException"),
            (
                "SystemVersion.plist",
                b'<!DOCTYPE a [<!ENTITY b "c">]><plist><string>&b;</string></plist>',
                "InvalidFileException",
            ),
            ("SystemVersion.plist", b"<plist>" + b"<array>" * 50_000, "ExpatError"),
        ],
    )
    def test_a_hostile_or_broken_file_is_a_warning(self, base, content, why):
        found = clues((base, content))

        assert ({}, [Warn("identity_unreadable", f"bundle/{base}", f"{base} cannot be read: {why}")]) == (
            found.found,
            found.warnings,
        )

    @pytest.mark.parametrize(
        ("base", "content"),
        [
            ("SystemVersion.plist", b"<plist><dict><key>a</key><date>x</date></dict></plist>"),
            ("SystemVersion.plist", b"<plist><key>a</key></plist>"),
            ("global.xml", b'<?xml version="1.0" encoding="foo"?><a/>'),
            ("global.xml", b'<?xml version="1.0" encoding="hex"?><a/>'),
        ],
    )
    def test_other_broken_files_are_warnings_too(self, base, content):
        assert [warning.code for warning in clues((base, content)).warnings] == ["identity_unreadable"]

    @pytest.mark.parametrize("content", [b"VERSION_ID='9.4'\n", b'VERSION_ID="9.4"\r\n'])
    def test_os_release_may_be_written_in_other_ways(self, content):
        assert clues(("os-release", content)).found.get("os_version") == ["9.4"]

    def test_a_deep_file_is_read_or_warned_of(self):
        found = clues(("global.xml", b"<a>" * 50_000 + b"</a>" * 50_000))

        assert found.found == {}

    def test_a_value_is_cut_to_a_length_that_can_be_shown(self):
        assert clues(("local.xml", local("g" * 5_000))).found["guid"] == ["g" * 255]

    def test_a_broken_file_hides_no_other(self):
        found = clues(("local.xml", b"<"), ("global.xml", GLOBAL))

        assert found.first("connector_version") == "1.14.1.800"

    @given(st.sampled_from(["os-release", "sw_vers.txt", "timezone", "hostname"]), st.binary(max_size=60))
    def test_no_text_file_crashes_it(self, base, content):
        assert clues((base, content)).warnings == []

    @given(st.sampled_from(["global.xml", "local.xml"]), st.binary(max_size=60))
    def test_no_xml_of_random_bytes_crashes_it(self, base, content):
        assert clues((base, content)).found == {}

    @pytest.mark.parametrize(
        ("base", "clue"),
        [("Global.xml", True), ("hostname", True), ("global.xml.bak", False), ("ampdaemon.log", False)],
    )
    def test_only_some_names_may_say_who_this_is(self, base, clue):
        assert clue == is_clue(base)


class TestPlaces:
    @pytest.mark.parametrize(
        ("path", "system"),
        [
            ("Library/Logs/Cisco/ampdaemon.log", "macos"),
            ("x.zip!/Library/Application Support/Cisco/AMP for Endpoints Connector/global.xml", "macos"),
            ("private/var/log/cisco/ampdaemon.log", "macos"),
            ("bundle/private/var/log/cisco/ampdaemon.log", "macos"),
            ("var/log/cisco/ampdaemon.log", "linux"),
            ("bundle/var/log/cisco/ampdaemon.log", "linux"),
            ("ampdaemon.log", None),
            ("MyLibrary/Logs/Cisco/x", None),
        ],
    )
    def test_a_path_may_say_the_system(self, path, system):
        found = Clues()
        found.path(path)

        assert system == host(found).os

    @pytest.mark.parametrize(
        ("message", "system"),
        [
            ("Darwin Kernel Version 20.1.0: Sat Oct 31", "macos"),
            ("BOOT_TIME 1774447617 0", "macos"),
            ("Linux version 5.14.0-70.el9", "linux"),
            ("Linux versions differ", None),
            ("see BOOT_TIME 1", None),
        ],
    )
    def test_a_kernels_words_say_the_system(self, message, system):
        found = Clues()
        found.message(message)

        assert system == host(found).os


class TestPuttingTogether:
    def test_nothing_known_is_none_not_invented(self):
        assert Host(None, None, None, None, None, UTC) == host(Clues())

    def test_everything_known(self):
        found = clues(
            ("global.xml", GLOBAL),
            ("local.xml", local("g-1")),
            ("SystemVersion.plist", plistlib.dumps({"ProductVersion": "11.2.3"})),
        )

        assert Host("mac-7", "g-1", "macos", "11.2.3", "1.14.1.800", UTC) == host(found, **{"mac-7": 3})

    def test_what_is_longer_than_any_host_name_is_none(self):
        assert host(Clues(), **{"m" * 256: 3, "m" * 255: 2}).name == "m" * 255
        assert host(Clues(), **{"m" * 6000: 3}).name is None

    def test_two_guids_are_two_hosts_and_refused_by_name(self):
        with pytest.raises(
            UsageError, match=r"these are 2 connectors, not one: GUIDs g-1, g-2; triage them one by one"
        ):
            host(clues(("local.xml", local("g-1")), ("local.xml", local("g-2"))))

    def test_the_same_guid_twice_is_one_host(self):
        assert host(clues(("local.xml", local("g-1")), ("local.xml", local("g-1")))).guid == "g-1"

    def test_the_name_is_that_of_most_lines(self):
        assert host(Clues(), a=2, b=3).name == "b"

    def test_where_lines_name_nobody_the_bundle_does(self):
        assert host(clues(("hostname", b"mac-9"))).name == "mac-9"

    def test_a_tie_is_decided_the_same_way_every_time(self):
        assert host(Clues(), a=1, b=1).name == host(Clues(), b=1, a=1).name

    def test_what_the_person_says_wins(self):
        found = clues(("global.xml", GLOBAL), ("os-release", b"VERSION_ID=9\n"))
        told = Told(os="macos", os_version="12.1", connector="1.20")

        known = host(found, told)
        assert (known.os, known.os_version, known.connector_version) == ("macos", "12.1", "1.20")

    def test_the_version_of_another_system_than_told_is_not_taken(self):
        assert host(clues(("os-release", b"VERSION_ID=9\n")), Told(os="macos")).os_version is None

    def test_a_file_that_states_the_system_wins_over_kernel_and_place(self):
        found = clues(("os-release", b"VERSION_ID=9\n"))
        found.message("Darwin Kernel Version 20.1.0")
        found.path("Library/Logs/Cisco/ampdaemon.log")

        assert (host(found).os, host(found).os_version) == ("linux", "9")

    def test_sources_that_contradict_each_other_leave_it_open(self):
        found = clues(("os-release", b"VERSION_ID=9\n"), ("sw_vers.txt", b"ProductVersion: 14\n"))

        assert (host(found).os, host(found).os_version) == (None, None)


class TestDateInName:
    @pytest.mark.parametrize(
        ("name", "date"),
        [
            ("bundle-2026-03-09.zip", "2026-03-09T23:59:59Z"),
            ("AMP_Support_2026_03_09_12_00_00.zip", "2026-03-09T23:59:59Z"),
            ("x20260309.tgz", "2026-03-09T23:59:59Z"),
            ("2026.03.09", "2026-03-09T23:59:59Z"),
            ("a-2026-02-31-b-2026-03-01", "2026-03-01T23:59:59Z"),
            ("bundle-2026-02-31.zip", None),
            ("bundle-1999-03-09.zip", None),
            ("120260309", None),
            ("202603091", None),
            ("bundle.zip", None),
            ("", None),
        ],
    )
    def test_it_is_the_end_of_the_day_the_name_states(self, name, date):
        found = date_in_name(name)

        assert date == (str(found) if found else None)

    @given(st.text(alphabet="0123-_.x2", max_size=16))
    def test_no_name_crashes_it(self, name):
        found = date_in_name(name)

        assert found is None or str(found).startswith("20")
