"""`faultlog serve` and `faultlog worker`: bundles uploaded to a page, and who analyses them."""

from pathlib import Path
from typing import Annotated

import typer

from faultlog.commands.asked import settle
from faultlog.commands.params import Parsers, Rules
from faultlog.errors import UsageError

Data = Annotated[
    Path, typer.Option("--data", metavar="DIR", help="Where bundles and, without --database, rows are kept.")
]
Database = Annotated[
    str | None, typer.Option("--database", metavar="URL", help="A PostgreSQL database, postgresql://user@host/name.")
]


def bytes_told(option: str, size: str) -> int:
    """A size in bytes.

    Raises:
        UsageError: it is none.
    """
    from faultlog.store.bounds import bytes_of

    count = bytes_of(size)
    if count is None:
        raise UsageError(
            f"{option} {size}: is no size; it is a whole number from 1 on, of k, M, G or T bytes: 500M, 20G"
        )
    return count


def needed() -> None:
    """Make sure that what a server is made of is installed.

    Raises:
        UsageError: something is not.
    """
    from faultlog import extras

    names = ("fastapi", "uvicorn", "sqlalchemy", "alembic", "argon2", "python_multipart", "prometheus_client")
    extras.needed("faultlog serve", "web", *names)


def serve(
    host: Annotated[str, typer.Option(metavar="ADDRESS", help="Where to listen.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(metavar="N", min=0, max=65535, help="The port; 0 is any that is free.")] = 8321,
    data: Data = Path("faultlog-data"),
    database: Database = None,
    workers: Annotated[int, typer.Option(metavar="N", min=0, max=64, help="Bundles analysed at a time.")] = 1,
    https: Annotated[bool, typer.Option("--https", help="People reach it by https, through a proxy.")] = False,
    trusted_proxy: Annotated[
        list[str] | None,
        typer.Option(metavar="ADDRESS", help="A proxy that says who asks: X-Forwarded-For, X-Forwarded-Proto."),
    ] = None,
    allowed_host: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="A name by which it is reached, beside this machine's.")
    ] = None,
    most: Annotated[
        str, typer.Option(metavar="BYTES", help="The largest bundle that may be uploaded, such as 500M or 8G.")
    ] = "8G",
    metrics_token: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Who shows what this file holds may read /metrics.")
    ] = None,
    rules: Rules = None,
    parsers: Parsers = None,
) -> None:
    """Let people upload bundles to a page and read there what went wrong."""
    needed()
    settle()
    from faultlog.asking import words
    from faultlog.web.serving import Reached, Serving, serve

    reached = Reached(https, tuple(trusted_proxy or ()), tuple(name.lower() for name in allowed_host or ()))
    more = tuple(words(rules=rules, parsers=parsers))
    serve(Serving(host, port, data, database, workers, reached, bytes_told("--most", most), metrics_token, more))


def worker(
    data: Data = Path("faultlog-data"),
    database: Database = None,
    rules: Rules = None,
    parsers: Parsers = None,
    tied: Annotated[bool, typer.Option("--tied", hidden=True, help="End when standard input does.")] = False,
) -> None:
    """Analyse what was uploaded to a server; on as many machines as see its folder and its database."""
    needed()
    settle()
    import os
    import signal
    from threading import Event

    for threads in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ.setdefault(threads, "1")  # a process that forks has one thread
    from faultlog import asking
    from faultlog.child import is_input_over
    from faultlog.working.labour import labour

    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    options = asking.options(asking.told(None, None, None, None, None), rules, parsers, full=False, jobs=1, kept=False)
    labour(data, database, options, (lambda: stop.is_set() or is_input_over()) if tied else stop.is_set)
