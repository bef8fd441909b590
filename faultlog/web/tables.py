"""Every table of the site: its columns, and by what its rows can be chosen."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import ColumnElement, func, select

from faultlog.comparison import CHANGES
from faultlog.model import LEVELS
from faultlog.store.hosts import APART, OF_STRANGERS, STRANGERS
from faultlog.store.schema import BUNDLES, CASE_TABLES, CASES, COMPARISONS, JOBS, STATES, VERDICTS
from faultlog.web import naming
from faultlog.web.governing import AUDIT_LIST, USERS_LIST
from faultlog.web.listing import Column, Filter, Listing

_HOSTS: Final = CASE_TABLES["hosts"]
_COUNTED: Final = CASES.c.joined_id.is_(None)
"""Which cases are counted: those for which no other stands."""
_STATES: Final = ("cleared", "open", "unknown")
_OF_INTERVALS: Final = "state"
_OF_JOBS: Final = "web.state"
_OF_VERDICTS: Final = "export.verdict"
_OF_LEVELS: Final = "web.level"
_OF_SYSTEMS: Final = "web.os"


def _case(source: ColumnElement[Any]) -> Column:
    return Column("case", "text", source, "The case; its page is /cases/{case}.", hidden=True, filled=True)


def _verdict(source: ColumnElement[Any], about: str, *, filled: bool = False) -> Column:
    return Column("verdict", "text", source, about, words=_OF_VERDICTS, filled=filled, values=VERDICTS)


def _level(source: ColumnElement[Any], about: str, *, filled: bool = False) -> Column:
    return Column("level", "text", source, about, words=_OF_LEVELS, filled=filled, values=LEVELS)


def _of_case(source: ColumnElement[Any]) -> Filter:
    return Filter("case", source, "Of one case, also one that another stands for.", hidden=True)


def _of_host(source: ColumnElement[Any]) -> Filter:
    return Filter("host", source, "Of one host, as `guid:…` or `name:…`.", hidden=True)


def _of_fault(source: ColumnElement[Any]) -> Filter:
    return Filter("fault", source, "Of one fault, by its number.", kind="integer")


def _since(source: ColumnElement[Any], what: str) -> tuple[Filter, Filter]:
    return (
        Filter("since", source, f"{what} at or after this instant.", "since"),
        Filter("until", source, f"{what} before this instant.", "until"),
    )


_newer = JOBS.alias()
_latest = (
    select(_newer.c.id)
    .where(_newer.c.bundle_id == BUNDLES.c.id)
    .order_by(_newer.c.queued_at.desc(), _newer.c.id)
    .limit(1)
    .correlate(BUNDLES)
    .scalar_subquery()
)
_host_name = (
    select(func.max(_HOSTS.c.name))
    .join(CASES, CASES.c.id == _HOSTS.c.case_id)
    .where(CASES.c.team_id == JOBS.c.team_id, CASES.c.host == JOBS.c.host)
    .correlate(JOBS)
    .scalar_subquery()
)
_STATE: Final = Column("state", "text", JOBS.c.state, "Of its newest job.", words=_OF_JOBS, values=STATES)

BUNDLES_LIST: Final = Listing(
    "bundles",
    "A bundle that was uploaded, how far its analysis is, and what it says by itself.",
    BUNDLES.outerjoin(JOBS, JOBS.c.id == _latest)
    .outerjoin(CASES, CASES.c.bundle_id == BUNDLES.c.id)
    .outerjoin(_HOSTS, _HOSTS.c.case_id == CASES.c.id),
    BUNDLES.c.team_id,
    BUNDLES.c.id,
    (
        Column("id", "text", BUNDLES.c.id, "The bundle, and its case.", hidden=True, filled=True),
        Column("name", "text", BUNDLES.c.name, "What it is called.", link="/cases/{id}", filled=True, names="bundle"),
        naming.host_key(CASES.c.host),
        naming.host_name(_HOSTS.c.name),
        _STATE,
        naming.mark(CASES.c.mark, filled=False),
        naming.headline(CASES.c.headline, filled=False),
        naming.as_of(_HOSTS.c.last_at),
        Column("open_faults", "numbers", CASES.c.open_faults, "Faults that were seen open at the end."),
        Column("size", "bytes", BUNDLES.c.size, "Bytes.", filled=True),
        Column("uploaded_by", "text", BUNDLES.c.uploaded_by, "Who uploaded it.", filled=True, names="user"),
        Column("uploaded_at", "instant", BUNDLES.c.uploaded_at, "When it was uploaded.", filled=True),
    ),
    (
        Filter("name", BUNDLES.c.name, "Whose name holds this.", "contains"),
        Filter("state", JOBS.c.state, "Whose newest job is in this state.", values=STATES, words=_OF_JOBS),
        naming.marked(CASES.c.mark),
        _of_host(CASES.c.host),
        *_since(BUNDLES.c.uploaded_at, "Uploaded"),
    ),
    "-uploaded_at",
    has_tokens=True,
)

_OLD, _NEW = BUNDLES.alias(), BUNDLES.alias()
_OF_CHANGES: Final = "compare.change"

JOBS_LIST: Final = Listing(
    "jobs",
    "An analysis: of one bundle, or of all bundles of a host together; or a comparison of two.",
    JOBS.outerjoin(COMPARISONS, COMPARISONS.c.id == JOBS.c.comparison_id)
    .outerjoin(BUNDLES, BUNDLES.c.id == func.coalesce(JOBS.c.bundle_id, COMPARISONS.c.new_id))
    .outerjoin(_OLD, _OLD.c.id == COMPARISONS.c.old_id),
    JOBS.c.team_id,
    JOBS.c.id,
    (
        Column("id", "text", JOBS.c.id, "The job.", hidden=True, filled=True),
        Column("bundle", "text", JOBS.c.bundle_id, "Its bundle, where it is of one.", hidden=True),
        Column("comparison", "text", JOBS.c.comparison_id, "The comparison, where it is one.", hidden=True),
        Column(
            "name", "text", BUNDLES.c.name, "What the bundle, or the newer of two, is called.", link="/cases/{bundle}"
        ),
        Column("compared", "text", _OLD.c.name, "The older of two.", link="/comparisons/{comparison}"),
        Column("host", "text", JOBS.c.host, "The host, where it is of all its bundles.", hidden=True),
        Column("host_name", "text", _host_name, "What that host is called.", link="/hosts/{host_id}"),
        Column("state", "text", JOBS.c.state, "How far it is.", words=_OF_JOBS, filled=True, values=STATES),
        Column("done_bytes", "bytes", JOBS.c.done_bytes, "Of the files, unpacked, that were read.", filled=True),
        Column("tries", "integer", JOBS.c.tries, "How often a worker took it.", filled=True),
        Column("reason", "text", JOBS.c.reason, "Why there is no case, in a word.", called="web.why"),
        Column("detail", "text", JOBS.c.detail, "Why there is no case.", hidden=True),
        Column("queued_at", "instant", JOBS.c.queued_at, "When it was queued.", filled=True),
        Column("started_at", "instant", JOBS.c.started_at, "When a worker took it last."),
        Column("ended_at", "instant", JOBS.c.ended_at, "When it ended."),
    ),
    (
        Filter("state", JOBS.c.state, "In this state.", values=STATES, words=_OF_JOBS),
        Filter("bundle", JOBS.c.bundle_id, "Of this bundle.", hidden=True),
        Filter("comparison", JOBS.c.comparison_id, "Of this comparison.", hidden=True),
        _of_host(JOBS.c.host),
        *_since(JOBS.c.queued_at, "Queued"),
    ),
    "-queued_at",
)

_newest = JOBS.alias()
_latest_of = (
    select(_newest.c.id)
    .where(_newest.c.comparison_id == COMPARISONS.c.id)
    .order_by(_newest.c.queued_at.desc(), _newest.c.id)
    .limit(1)
    .correlate(COMPARISONS)
    .scalar_subquery()
)
_C: Final = COMPARISONS.c

COMPARISONS_LIST: Final = Listing(
    "comparisons",
    "Two bundles of one host that somebody had compared.",
    COMPARISONS.join(_OLD, _OLD.c.id == _C.old_id)
    .join(_NEW, _NEW.c.id == _C.new_id)
    .outerjoin(JOBS, JOBS.c.id == _latest_of)
    .outerjoin(CASES, CASES.c.bundle_id == _C.new_id)
    .outerjoin(_HOSTS, _HOSTS.c.case_id == CASES.c.id),
    _C.team_id,
    _C.id,
    (
        Column("id", "text", _C.id, "The comparison; its page is /comparisons/{id}.", hidden=True, filled=True),
        Column("old", "text", _C.old_id, "The older bundle.", hidden=True, filled=True),
        Column("new", "text", _C.new_id, "The newer bundle.", hidden=True, filled=True),
        naming.host_key(CASES.c.host),
        naming.compared("new_name", _NEW.c.name, "What the newer bundle is called."),
        naming.compared("old_name", _OLD.c.name, "What the older one is called."),
        naming.host_name(_HOSTS.c.name, "/hosts/{host_id}"),
        _STATE,
        Column(
            "change",
            "text",
            _C.change,
            "What most asks for attention of what became of faults.",
            words=_OF_CHANGES,
            values=CHANGES,
        ),
        Column("faults", "numbers", _C.faults, "The faults of which that is true."),
        Column("asked_by", "text", _C.asked_by, "Who wanted it.", filled=True, names="user"),
        Column("asked_at", "instant", _C.asked_at, "When he did.", filled=True),
    ),
    (
        Filter("name", _HOSTS.c.name, "Whose host's name holds this.", "contains"),
        Filter("state", JOBS.c.state, "Whose newest job is in this state.", values=STATES, words=_OF_JOBS),
        Filter("change", _C.change, "Of which this most asks for attention.", values=CHANGES, words=_OF_CHANGES),
        _of_host(CASES.c.host),
        *_since(_C.asked_at, "Wanted"),
    ),
    "-asked_at",
    has_tokens=True,
)

CASES_LIST: Final = Listing(
    "cases",
    "What came of a bundle, or of all bundles of a host together, which then stands for theirs.",
    CASES.join(_HOSTS, _HOSTS.c.case_id == CASES.c.id).outerjoin(BUNDLES, BUNDLES.c.id == CASES.c.bundle_id),
    CASES.c.team_id,
    CASES.c.id,
    (
        _case(CASES.c.id),
        naming.host_key(CASES.c.host),
        naming.named(naming.named_so(_HOSTS.c.name, CASES.c.host), "host_name", "/cases/{case}"),
        naming.bundle_name(BUNDLES.c.name, "What its bundle is called."),
        Column("bundle", "text", CASES.c.bundle_id, "Its bundle; none where it is of all of a host.", hidden=True),
        Column("joined", "text", CASES.c.joined_id, "The case that stands for it.", hidden=True),
        Column("sha256", "text", CASES.c.sha256, "What names it in a fleet.", hidden=True, filled=True),
        naming.mark(CASES.c.mark),
        naming.headline(CASES.c.headline),
        naming.as_of(_HOSTS.c.last_at),
        Column("faults", "numbers", CASES.c.faults, "Faults that were raised.", filled=True),
        Column("open_faults", "numbers", CASES.c.open_faults, "Faults seen open at the end.", filled=True),
        Column("connector_version", "text", _HOSTS.c.connector_version, "Of the connector."),
        Column("first_at", "instant", _HOSTS.c.first_at, "Its first line."),
        Column("lines", "integer", _HOSTS.c.lines, "Lines of its files."),
        Column("analysed_at", "instant", CASES.c.analysed_at, "When it was analysed.", filled=True),
    ),
    (
        Filter("name", _HOSTS.c.name, "Whose host's name holds this.", "contains"),
        naming.marked(CASES.c.mark),
        _of_case(CASES.c.id),
        _of_host(CASES.c.host),
        *_since(CASES.c.analysed_at, "Analysed"),
    ),
    "-analysed_at",
    _COUNTED,
    has_tokens=True,
)

_I: Final = CASE_TABLES["intervals"]
_F: Final = CASE_TABLES["findings"]
_E: Final = CASE_TABLES["events"]
_BEGUN: Final = func.coalesce(_I.c.raised_at, _I.c.raised_until)

INTERVALS_LIST: Final = Listing(
    "intervals",
    "A stay of a fault, in all cases that are counted: lines of two bundles of a host count once.",
    _I.join(CASES, CASES.c.id == _I.c.case_id).join(_HOSTS, _HOSTS.c.case_id == CASES.c.id),
    _I.c.team_id,
    _I.c.row,
    (
        _case(_I.c.case_id),
        naming.host_key(_I.c.host),
        naming.host_name(_HOSTS.c.name),
        Column("id", "text", _I.c.id, "Of the interval in its case.", link="/cases/{case}#{id}", filled=True),
        Column("fault_id", "integer", _I.c.fault_id, "The fault.", filled=True, link="/rules/{fault_id}"),
        Column("severity", "text", _I.c.severity, "The last one that was told."),
        Column("state", "text", _I.c.state, "How it ended.", words=_OF_INTERVALS, filled=True, values=_STATES),
        Column(
            "raised_kind", "text", _I.c.raised_kind, "`observed`, `between`, `not_after`.", hidden=True, filled=True
        ),
        Column("raised_at", "instant", _I.c.raised_at, "When it was raised, or the earliest it may have been."),
        Column("raised_until", "instant", _I.c.raised_until, "The latest, where it was not observed."),
        Column(
            "cleared_kind", "text", _I.c.cleared_kind, "`observed`, `between`, `not_before`.", hidden=True, filled=True
        ),
        Column("cleared_at", "instant", _I.c.cleared_at, "When it was cleared, or until when it was seen open."),
        Column("cleared_until", "instant", _I.c.cleared_until, "The latest, where it was not observed.", hidden=True),
        Column("duration_min_s", "duration", _I.c.duration_min_s, "Seconds that it lasted at least."),
        Column("duration_max_s", "duration", _I.c.duration_max_s, "Seconds that it lasted at most; none: unbounded."),
        Column(
            "duplicate_raises", "integer", _I.c.duplicate_raises, "Further raises while it was raised.", hidden=True
        ),
        Column("may_be_several", "flag", _I.c.may_be_several, "Whether it may be several.", hidden=True),
        Column("connector_version", "text", _I.c.connector_version, "Of the connector when it was raised."),
    ),
    (
        _of_fault(_I.c.fault_id),
        Filter("state", _I.c.state, "That ended so.", values=_STATES, words=_OF_INTERVALS),
        Filter("name", _HOSTS.c.name, "Whose host's name holds this.", "contains"),
        _of_case(_I.c.case_id),
        _of_host(_I.c.host),
        *_since(_BEGUN, "Raised"),
    ),
    "-raised_at",
    _COUNTED,
    has_tokens=True,
)

FINDINGS_LIST: Final = Listing(
    "findings",
    "A promise that was kept or broken, in all cases that are counted.",
    _F.join(CASES, CASES.c.id == _F.c.case_id).join(_HOSTS, _HOSTS.c.case_id == CASES.c.id),
    _F.c.team_id,
    _F.c.row,
    (
        _case(_F.c.case_id),
        naming.host_key(_F.c.host),
        naming.host_name(_HOSTS.c.name),
        Column("id", "text", _F.c.id, "Of the finding in its case.", link="/cases/{case}#{interval}", filled=True),
        Column("fault_id", "integer", _F.c.fault_id, "The fault.", filled=True, link="/rules/{fault_id}"),
        Column("interval", "text", _F.c.interval, "The interval that it is about.", hidden=True),
        Column("expectation", "text", _F.c.expectation, "`clears_within` or `clears_after`.", hidden=True, filled=True),
        Column("after", "text", _F.c.after, "What its time begins with.", hidden=True),
        Column("within_s", "duration", _F.c.within_s, "Seconds that were promised."),
        Column("source", "text", _F.c.source, "Who promises it.", hidden=True),
        _verdict(_F.c.verdict, "Whether it was kept.", filled=True),
        _level(_F.c.level, "How urgent it is.", filled=True),
        Column("deadline_at", "instant", _F.c.deadline_at, "When its time was over."),
        Column("margin_s", "duration", _F.c.margin_s, "Seconds to spare; negative is late."),
        Column("breaches", "integer", _F.c.breaches, "Deadlines that passed.", filled=True),
    ),
    (
        Filter("verdict", _F.c.verdict, "With this verdict.", values=VERDICTS, words=_OF_VERDICTS),
        Filter("level", _F.c.level, "As urgent as this.", values=LEVELS, words=_OF_LEVELS),
        _of_fault(_F.c.fault_id),
        Filter("name", _HOSTS.c.name, "Whose host's name holds this.", "contains"),
        _of_case(_F.c.case_id),
        _of_host(_F.c.host),
        *_since(_F.c.deadline_at, "Whose deadline is"),
    ),
    "-deadline_at",
    _COUNTED,
    has_tokens=True,
)

EVENTS_LIST: Final = Listing(
    "events",
    "A line that says something of faults, starts or changes: the evidence of all cases that are counted.",
    _E.join(CASES, CASES.c.id == _E.c.case_id).join(_HOSTS, _HOSTS.c.case_id == CASES.c.id),
    _E.c.team_id,
    _E.c.row,
    (
        _case(_E.c.case_id),
        naming.host_key(_E.c.host),
        Column("at", "instant", _E.c.at, "When it was."),
        naming.host_name(_HOSTS.c.name),
        Column("kind", "text", _E.c.kind, "What it says.", called="signal", filled=True),
        Column("fault_id", "integer", _E.c.fault_id, "The fault.", link="/rules/{fault_id}"),
        Column("severity", "text", _E.c.severity, "Of the fault."),
        Column("before", "text", _E.c.before, "What changed, before.", hidden=True),
        Column("after", "text", _E.c.after, "What changed, after.", hidden=True),
        Column("file", "text", _E.c.file, "The file in the bundle.", hidden=True),
        Column("line", "integer", _E.c.line, "Number of the line in the file.", hidden=True),
        Column("text", "text", _E.c.text, "The line as it is written.", link="/cases/{case}"),
    ),
    (
        Filter("text", _E.c.folded, "Whose line holds this.", "folded"),
        Filter("kind", _E.c.kind, "Of this kind."),
        _of_fault(_E.c.fault_id),
        Filter("name", _HOSTS.c.name, "Whose host's name holds this.", "contains"),
        _of_case(_E.c.case_id),
        _of_host(_E.c.host),
        *_since(_E.c.at, "That was"),
    ),
    "-at",
    _COUNTED,
)

_by_name = (CASES.c.team_id, _HOSTS.c.name)
_by_host = (CASES.c.team_id, CASES.c.host, APART)
_ranked = (
    select(
        CASES.c.team_id,
        CASES.c.id.label("case"),
        CASES.c.host,
        CASES.c.mark,
        CASES.c.headline,
        BUNDLES.c.name.label("bundle_name"),
        (
            func.min(CASES.c.host).over(partition_by=_by_name) != func.max(CASES.c.host).over(partition_by=_by_name)
        ).label("shared_name"),
        CASES.c.open_faults,
        *(_HOSTS.c[name] for name in ("name", "os", "os_version", "connector_version", "last_at")),
        func.row_number()
        .over(
            partition_by=_by_host,
            order_by=(CASES.c.joined_id.is_not(None), _HOSTS.c.last_at.desc().nulls_last(), CASES.c.id),
        )
        .label("rank"),
        func.count(CASES.c.bundle_id).over(partition_by=_by_host).label("bundles"),
        func.min(_HOSTS.c.first_at).over(partition_by=_by_host).label("first_at"),
        func.max(BUNDLES.c.uploaded_at).over(partition_by=_by_host).label("uploaded_at"),
    )
    .select_from(
        CASES.join(_HOSTS, _HOSTS.c.case_id == CASES.c.id)
        .outerjoin(BUNDLES, BUNDLES.c.id == CASES.c.bundle_id)
        .outerjoin(STRANGERS, OF_STRANGERS)
    )
    .subquery()
)
_R: Final = _ranked.c

HOSTS_LIST: Final = Listing(
    "hosts",
    "A host, by its newest case that is counted; one of each bundle where they only have its name.",
    _ranked,
    _R.team_id,
    _R.case,
    (
        _case(_R.case),
        replace(naming.host_key(_R.host), filled=True),
        naming.named(naming.named_so(_R.name, _R.host), "name", "/hosts/{host_id}"),
        Column("shared_name", "flag", _R.shared_name, "Whether other hosts are called so.", hidden=True),
        naming.bundle_name(_R.bundle_name, "What the bundle of its case is called."),
        Column("bundles", "integer", _R.bundles, "How many bundles of it there are.", filled=True),
        naming.mark(_R.mark),
        naming.headline(_R.headline),
        naming.as_of(_R.last_at),
        Column("open_faults", "numbers", _R.open_faults, "Faults seen open at the end.", filled=True),
        Column("connector_version", "text", _R.connector_version, "Of the connector."),
        Column("os", "text", _R.os, "`macos` or `linux`.", called=_OF_SYSTEMS),
        Column("os_version", "text", _R.os_version, "Of the system."),
        Column("first_at", "instant", _R.first_at, "The first line of all its bundles.", hidden=True),
        Column("uploaded_at", "instant", _R.uploaded_at, "When its last bundle was uploaded."),
    ),
    (
        Filter("name", func.coalesce(_R.name, _R.host), "Whose name holds this.", "contains"),
        naming.marked(_R.mark),
        Filter("os", _R.os, "With this system.", values=("macos", "linux"), words=_OF_SYSTEMS),
        _of_host(_R.host),
        *_since(_R.last_at, "Whose last line is"),
    ),
    "-last_at",
    _R.rank == 1,
    has_tokens=True,
)

LISTINGS: Final[Mapping[str, Listing]] = {
    one.name: one
    for one in (
        BUNDLES_LIST,
        HOSTS_LIST,
        CASES_LIST,
        INTERVALS_LIST,
        FINDINGS_LIST,
        EVENTS_LIST,
        COMPARISONS_LIST,
        JOBS_LIST,
        AUDIT_LIST,
        USERS_LIST,
    )
}
"""By name."""
