"""What the API answers with, as its OpenAPI document says it."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from faultlog.store.bundles import Bundle
from faultlog.store.comparisons import Comparison
from faultlog.store.jobs import Job, State
from faultlog.web.shown import written


class Shape(BaseModel):
    """Of every answer: nothing but what is declared."""

    model_config = ConfigDict(extra="forbid")


class ProblemShape(Shape):
    """What went wrong (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str


class JobShape(Shape):
    """The analysis of one bundle, or of all bundles of a host together, or a comparison of two."""

    id: str
    bundle: str | None = Field(description="Which is analysed.")
    host: str | None = Field(description="Of which all bundles are analysed together, as `guid:…` or `name:…`.")
    comparison: str | None = Field(description="Which is made.")
    name: str | None = Field(description="Of the bundle.")
    state: State
    stopping: bool = Field(description="Whether somebody wants it cancelled.")
    tries: int
    done_bytes: int = Field(description="Of the bundle's files, unpacked, that were read.")
    reading: str | None = Field(description="Which file is being read.")
    reason: str | None = Field(description="Why there is no case.")
    detail: str | None
    queued_at: str
    started_at: str | None
    ended_at: str | None
    links: dict[str, str]


class ComparisonShape(Shape):
    """Two bundles of one host that somebody wants compared."""

    id: str
    old: str = Field(description="The older bundle.")
    new: str = Field(description="The newer bundle.")
    asked_by: str
    asked_at: str
    state: State | None = Field(description="Of its newest job.")
    is_made: bool = Field(description="Whether there is a document.")
    links: dict[str, str]


class BundleShape(Shape):
    """A bundle that was uploaded."""

    id: str
    name: str
    size: int = Field(description="Bytes.")
    sha256: str = Field(description="Of an archive its bytes; of a log its name too.")
    uploaded_by: str
    uploaded_at: str
    state: Literal["queued", "leased", "done", "failed", "quarantined", "cancelled"] | None
    links: dict[str, str]


def _maybe(at: int | None) -> str | None:
    return None if at is None else written(at)


def job_shape(job: Job) -> JobShape:
    """A job as it is answered."""
    of = {"bundle": job.bundle, "comparison": job.comparison}
    links = {key: f"/api/v1/{key}s/{name}" for key, name in of.items() if name is not None}
    return JobShape(
        id=job.id,
        **of,
        host=job.host,
        name=job.name,
        state=job.state,
        stopping=job.stop,
        tries=job.tries,
        done_bytes=job.done_bytes,
        reading=job.reading,
        reason=job.reason,
        detail=job.detail,
        queued_at=written(job.queued_at),
        started_at=_maybe(job.started_at),
        ended_at=_maybe(job.ended_at),
        links={"self": f"/api/v1/jobs/{job.id}", **links},
    )


def comparison_shape(one: Comparison) -> ComparisonShape:
    """A comparison as it is answered, with its newest job."""
    links = {
        "self": f"/api/v1/comparisons/{one.id}",
        "document": f"/api/v1/comparisons/{one.id}/document",
        "page": f"/comparisons/{one.id}",
    }
    return ComparisonShape(
        id=one.id,
        old=one.old.id,
        new=one.new.id,
        asked_by=one.asked_by,
        asked_at=written(one.asked_at),
        state=None if one.job is None else one.job.state,
        is_made=one.is_made,
        links=links if one.job is None else links | {"job": f"/api/v1/jobs/{one.job.id}"},
    )


def bundle_shape(bundle: Bundle, job: Job | None) -> BundleShape:
    """A bundle as it is answered, with its newest job."""
    links = {
        "self": f"/api/v1/bundles/{bundle.id}",
        "case": f"/api/v1/cases/{bundle.id}",
        "page": f"/cases/{bundle.id}",
    }
    return BundleShape(
        id=bundle.id,
        name=bundle.name,
        size=bundle.size,
        sha256=bundle.sha256,
        uploaded_by=bundle.uploaded_by,
        uploaded_at=written(bundle.uploaded_at),
        state=None if job is None else job.state,
        links=links if job is None else links | {"job": f"/api/v1/jobs/{job.id}"},
    )
