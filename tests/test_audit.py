"""What an audit says of an answer, and with which status: whoever was not asked about has not passed."""

import json

import pytest

from tests.hostile.audit import told

FINE = {"name": "regex", "version": "2026.1", "vulns": []}
BAD = {"name": "jinja2", "version": "3.1", "vulns": [{"id": "CVE-1"}]}
UNKNOWN = {"name": "tzdata", "skip_reason": "not found"}


@pytest.mark.parametrize(
    ("rows", "status", "said"),
    [
        ([FINE], 0, "1 packages were asked about; none of them has a known flaw"),
        ([FINE, BAD], 1, "FLAWS: 2 packages were asked about; jinja2 3.1: CVE-1"),
        ([FINE, UNKNOWN], 3, "NOT AUDITED: 1 packages were asked about; none of them has a known flaw; the source of "),
        ([UNKNOWN], 3, "NOT AUDITED: no package was asked about; the source of advisories does not know tzdata"),
        (
            [BAD, UNKNOWN],
            1,
            "FLAWS: 1 packages were asked about; jinja2 3.1: CVE-1; the source of advisories does not ",
        ),
    ],
)
def test_a_package_that_was_not_asked_about_is_no_pass_and_stops_no_other(rows, status, said):
    found = told(json.dumps({"dependencies": rows}), "")
    assert found.status == status
    assert found.said.startswith(said)


def test_where_nobody_answered_the_reason_is_said():
    found = told("", "WARNING: x\nERROR: no connection\n")
    assert (found.status, found.said) == (3, "NOT AUDITED: no package was asked about: ERROR: no connection")
