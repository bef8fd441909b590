"""An object store like S3 on this machine: moto's server, as a process of its own."""

import json
import os
import random
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import botocore.session

from faultlog.values import dataclass


@dataclass(frozen=True, slots=True)
class Store:
    """A store that answers."""

    port: int

    @property
    def environment(self) -> dict[str, str]:
        """What whoever may do everything has in the environment."""
        return surroundings(self.port, "root", "of all")

    def client(self, service: str = "s3"):
        """One who may do everything."""
        told = self.environment
        return botocore.session.get_session().create_client(
            service,
            endpoint_url=told["AWS_ENDPOINT_URL"],
            aws_access_key_id=told["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=told["AWS_SECRET_ACCESS_KEY"],
            region_name=told["AWS_DEFAULT_REGION"],
        )

    def reader(self, denied: str) -> dict[str, str]:
        """What somebody has in the environment who may read all but one object; from now on the store asks."""
        iam = self.client("iam")
        iam.create_user(UserName="reader")
        key = iam.create_access_key(UserName="reader")["AccessKey"]
        may = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
        may_not = {"Effect": "Deny", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{denied}"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [may, may_not]})
        iam.put_user_policy(UserName="reader", PolicyName="reads", PolicyDocument=policy)
        self.ask_who_it_is("0")
        return surroundings(self.port, key["AccessKeyId"], key["SecretAccessKey"])

    def ask_who_it_is(self, after: str) -> None:
        """Have the store ask for permission after so many requests."""
        urllib.request.urlopen(
            urllib.request.Request(
                f"http://127.0.0.1:{self.port}/moto-api/reset-auth",
                data=after.encode(),
                headers={"Content-Type": "text/plain"},
                method="POST",
            ),
            timeout=30,
        ).close()


def surroundings(port: int, key: str, secret: str) -> dict[str, str]:
    """The environment of who uses a store."""
    return {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": key,
        "AWS_SECRET_ACCESS_KEY": secret,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }


@contextmanager
def store() -> Iterator[Store]:
    """A store, for a while."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **surroundings(port, "root", "of all")},
    )
    try:
        listens(port)
        yield Store(port)
    finally:
        process.kill()
        process.wait()


def free_port() -> int:
    """A port of this machine that nobody listens at, and that the system gives to nobody who asks for any."""
    first = 20_000 + 1_000 * int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    for port in random.SystemRandom().sample(range(first, first + 1_000), 1_000):
        with suppress(OSError), socket.socket() as one:
            one.bind(("127.0.0.1", port))
            return port
    raise OSError("no port is free")


def listens(port: int, within_s: float = 60) -> None:
    """Wait until somebody listens at a port."""
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise TimeoutError(f"nobody listens at port {port}")
