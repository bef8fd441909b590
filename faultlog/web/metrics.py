"""What is counted of a server, and how the store stands, as Prometheus reads them.

Requests are counted by route, never by address, so that their number is bounded whatever is asked for.
"""

from collections.abc import Iterator
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric

from faultlog.release import VERSION
from faultlog.store.opening import Store
from faultlog.store.schema import STATES
from faultlog.store.standing import standing

_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"})
_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600)
TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"


class Counts:
    """What one server counts, from its start."""

    def __init__(self, store: Store) -> None:
        """Begin at nothing."""
        self._registry = counted = CollectorRegistry()
        by = ("method", "route", "status")
        self._requests = Counter("faultlog_http_requests", "Requests that were answered.", by, registry=counted)
        self._seconds = Histogram(
            "faultlog_http_request_duration_seconds",
            "How long that took.",
            ("route",),
            buckets=_SECONDS,
            registry=counted,
        )
        self._received = Counter(
            "faultlog_http_received_bytes", "Bytes of bodies that came.", ("route",), registry=counted
        )
        self._registry.register(_Standing(store))
        ProcessCollector(registry=self._registry)

    def request(self, method: str, route: str, status: int, seconds: float, received: int) -> None:
        """Count a request; status 0 is one that was broken off."""
        self._requests.labels(method if method in _METHODS else "other", route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)
        if received:
            self._received.labels(route).inc(received)

    def text(self) -> bytes:
        """All of it.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: the database does not answer.
        """
        return generate_latest(self._registry)


class _Standing:
    """How the store stands, read when it is asked for."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def describe(self) -> list[Metric]:
        """Nothing: what there is is known when it is asked for."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Gauges of it."""
        told = self._store.read(standing)
        jobs = GaugeMetricFamily("faultlog_jobs", "Analyses that the store knows.", labels=("state", "reason"))
        known = {state for state, _, _ in told.jobs}
        for state, reason, number in (*told.jobs, *((one, "", 0) for one in STATES if one not in known)):
            jobs.add_metric((state, reason), number)
        yield jobs
        yield _gauge("faultlog_queue_oldest_seconds", "How long the oldest job waits.", told.waiting_s)
        yield _gauge("faultlog_workers", "Workers that were heard of lately.", told.workers)
        yield _gauge("faultlog_bundles", "Bundles that are kept.", told.bundles)
        yield _gauge("faultlog_bundle_bytes", "Bytes of their files.", told.stored_bytes)
        build = GaugeMetricFamily("faultlog_build_info", "Which faultlog this is.", labels=("version", "database"))
        build.add_metric((VERSION, self._store.engine.dialect.name), 1)
        yield build


def _gauge(name: str, about: str, value: float) -> Metric:
    return GaugeMetricFamily(name, about, value)
