"""Real servers and workers for tests: processes that can be killed and started again."""

import http.client
import json
import subprocess
import sys
import threading
import time
import urllib.request
from contextlib import suppress
from urllib.parse import quote

PROGRAM = (sys.executable, "-m", "faultlog")
_CHANGED = """
import sys
from importlib import import_module
for name, value in {values}.items():
    module, _, constant = name.rpartition(".")
    setattr(import_module(module), constant, value)
from faultlog.__main__ import main
sys.argv[0] = "faultlog"
main()
"""


def changed(**values):
    """What starts the program with other constants, each named by its module below `faultlog` and `__` for dots."""
    said = {f"faultlog.{name.replace('__', '.')}": value for name, value in values.items()}
    return (sys.executable, "-c", _CHANGED.format(values=said))


def quick(lease_s=4.0, patience_s=60.0):
    """What starts the program with shorter leases, and less patience with a database that does not answer."""
    return changed(
        store__jobs__LEASE_US=int(lease_s * 1e6),
        store__opening__PATIENCE_S=patience_s,
        working__worker__BEAT_S=lease_s / 4,
    )


class Process:
    """One that writes JSON lines to standard error."""

    def __init__(self, *words, program=PROGRAM):
        self.lines = []
        self._process = subprocess.Popen(
            [*program, *map(str, words)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.pid = self._process.pid
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self._process.stderr:
            self.lines.append(line)

    def first_line(self):
        return self._process.stdout.readline().strip()

    def told(self, event):
        lines = [json.loads(one) for one in list(self.lines) if one.startswith("{")]
        return [one for one in lines if one["event"] == event]

    def until(self, event, within_s=60):
        limit = time.monotonic() + within_s
        while time.monotonic() < limit:
            if found := self.told(event):
                return found
            time.sleep(0.05)
        raise AssertionError(f"never told {event}: {''.join(self.lines)[-3000:]}")

    def is_over(self):
        return self._process.poll() is not None

    def signal(self, number):
        self._process.send_signal(number)

    def wait(self, within_s=60):
        code = self._process.wait(within_s)
        self._reader.join(10)
        self._process.stdout.close()
        self._process.stderr.close()
        return code

    def kill(self):
        self._process.kill()
        return self.wait()


class Server(Process):
    """A server; it can be asked once it is made."""

    def __init__(self, data, *words, port=0, program=PROGRAM):
        super().__init__("serve", "--data", data, "--port", port, *words, program=program)
        said = self.first_line()
        if not said.startswith("faultlog serves http://"):
            code = self.wait()
            raise AssertionError(f"{said!r} {code}: {''.join(self.lines)[-3000:]}")
        self.address = said.removeprefix("faultlog serves ").rstrip("/")
        self.port = int(self.address.rpartition(":")[2])

    def get(self, path):
        with urllib.request.urlopen(self.address + path, timeout=60) as answer:  # noqa: S310 (our own)
            return json.loads(answer.read())


def put(port, name, content, within_s=60):
    """Upload; the status and what was answered, or `None` where nothing came."""
    return sent(port, "PUT", f"/api/v1/bundles?name={quote(name)}", content, within_s)


def sent(port, method, path, content=b"", within_s=60):
    """Ask; the status and what was answered, or `None` where nothing came."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=within_s)
    try:
        connection.request(method, path, body=content)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read() or b"null")
    except (OSError, http.client.HTTPException, ValueError):
        return None
    finally:
        with suppress(OSError):
            connection.close()
