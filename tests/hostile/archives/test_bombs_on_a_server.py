"""While a server's workers are at bombs, others upload, read pages and get their cases; each bomb ends as one."""

import time
import urllib.request

import pytest

from tests.hostile.archives.bombs import BOMBS
from tests.logs import log
from tests.serving import Process, Server, changed, put

SLOW = ("tar_of_nested_zips", "tar_of_a_million_members")
"""What takes the longest: seconds of a processor each."""
QUICK = ("zip_overlap_quoted", "zip_like_42", "zip_of_itself", "gz_of_a_million_streams")
PAGES = ("", "bundles", "jobs", "hosts", "api/v1/bundles", "healthz")
SECONDS = 250.0
"""That all must be over; of processor it takes a fifteenth, and others work here too."""
PROMPT = changed(working__worker__LOOK_S=0.05)
pytestmark = pytest.mark.timeout(600)


@pytest.fixture
def site(tmp_path):
    server = Server(tmp_path / "data", "--workers", 0)
    workers = [Process("worker", "--data", tmp_path / "data", program=PROMPT) for _ in range(2)]
    try:
        for one in workers:
            one.until("worker started")
        yield Site(server, workers)
    finally:
        for one in (*workers, server):
            one.signal(15)
            one.wait()


class Site:
    """A server and two workers; its pages are read in turn whenever somebody waits for something; none may fail."""

    def __init__(self, server, workers):
        self.server, self.workers, self.slowest, self.read = server, workers, 0.0, 0
        self._until = time.monotonic() + SECONDS

    def upload(self, name, content):
        status, about = put(self.server.port, name, content)
        assert status == 201
        return about["id"]

    def state(self, bundle):
        return self.server.get(f"/api/v1/bundles/{bundle}")["state"]

    def wait(self, bundle, *states):
        """Read pages until a bundle is so; its state."""
        while (now := self.state(bundle)) not in states and time.monotonic() < self._until:
            begun, page = time.monotonic(), PAGES[self.read % len(PAGES)]
            with urllib.request.urlopen(f"{self.server.address}/{page}", timeout=60) as answer:  # noqa: S310 (our own)
                assert answer.status == 200
                answer.read()
            self.slowest = max(self.slowest, time.monotonic() - begun)
            self.read += 1
            time.sleep(0.02)
        return now

    def ended(self):
        """Bundles, in the order in which their analyses ended."""
        told = [line for one in self.workers for line in one.told("job")]
        return [line["bundle"] for line in sorted(told, key=lambda line: line["at"])]


def honest(host):
    lines = ("09:00:00 connector started", "10:00:00 Fault Raised: 6", "10:20:00 Fault Cleared: 6", "11:00:00 quiet")
    return log(*lines).replace(" mac ", f" {host} ").encode()


def test_bombs_keep_nobody_waiting(site, figure):
    bombs, others, done = [], [], []
    for name in SLOW:
        bombs.append(site.upload(name, b"".join(BOMBS[name][0]())))
        assert site.wait(bombs[-1], "leased") == "leased"
        others.append(site.upload(f"{name}.log", honest(name.replace("_", "-"))))
        done.append(site.wait(others[-1], "done", "failed", "quarantined"))
    bombs += [site.upload(name, b"".join(BOMBS[name][0]())) for name in QUICK]
    ends = [site.wait(one, "quarantined", "failed", "done") for one in bombs]
    held = ends.count("quarantined") + done.count("done")
    figure("T2", "bombs on a server, and bundles beside them", tried=len(bombs) + len(done), held=held, s=site.slowest)
    assert ends == ["quarantined"] * len(bombs)
    assert done == ["done"] * len(done)
    ended = site.ended()
    for bomb, other in zip(bombs, others, strict=False):
        assert ended.index(other) < ended.index(bomb)  # the bomb was still at work when the case was there
    assert [one.told("failed") for one in (site.server, *site.workers)] == [[]] * 3
