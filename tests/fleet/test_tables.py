"""The rows that a case gives to the lake, where they are more than the document's."""

import subprocess
import sys

from faultlog.fleet.tables import TABLES, filled
from faultlog.report.document import document
from tests.logs import case_of, log

RAISE = "Fault Raised: 6 (Major): Scan service restarting frequently"


def rows(name, members):
    table = next(one for one in TABLES if one.name == name)
    return filled(table, "case", ["bundle"], document(case_of(members))).to_pylist()


def bundle():
    daemon = log("10:00:00 connector started", f"10:05:00 {RAISE}", "11:00:00 hash cache 1")
    system = log("06:00:00 kernel| booted", "18:00:00 kernel| still here")
    return {"Library/Logs/Cisco/ampdaemon.log": daemon, "var/log/system.log": system}


def test_observed_time_is_that_of_the_logs_that_carry_fault_lines():
    (host,) = rows("hosts", bundle())
    assert (host["observed_s"], host["blind_s"]) == (3600, 0)


def test_coverage_says_of_each_span_whether_faults_are_counted_against_it():
    found = {(one["file"].rpartition("/")[2], one["of_faults"]) for one in rows("coverage", bundle())}
    assert found == {("ampdaemon.log", True), ("system.log", False)}


def test_time_that_two_logs_cover_is_observed_once():
    daemon = bundle()["Library/Logs/Cisco/ampdaemon.log"]
    (host,) = rows("hosts", {"a/ampdaemon.log": daemon, "b/ampdaemon.log.1": log("09:30:00 hash", "10:30:00 hash 2")})
    assert host["observed_s"] == 5400


def test_statistics_load_pandas_and_scipy_where_they_are_used():
    says = "import sys, faultlog.fleet.statistics.written; print(*{'pandas', 'scipy', 'pyarrow'} & {*sys.modules})"
    assert subprocess.run([sys.executable, "-c", says], capture_output=True, text=True, check=True).stdout == "\n"
