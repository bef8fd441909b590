"""How often a fault has come to a host by the time since it was first observed."""

from faultlog.fleet.statistics.observed import Observed
from faultlog.fleet.statistics.raises import Raises
from faultlog.fleet.statistics.recurrence import Recurrence, Unit, mean_cumulative


def returning(raised: Raises, seen: Observed) -> Recurrence:
    """The mean cumulative function of the new raises.

    Time runs from the first observed instant of each host, not from when it was set up: what a log says of a host's
    first days is in it only where the log goes back so far.
    """
    return mean_cumulative([_unit(spans[0][0], host, raised, seen) for host, spans in seen.spans.items()])


def _unit(first: float, host: str, raised: Raises, seen: Observed) -> Unit:
    spans = [(round(begin - first, 6), round(end - first, 6)) for begin, end in seen.spans[host]]
    return Unit(spans, tuple(round(at - first, 6) for at in raised.at.get(host, ())))
