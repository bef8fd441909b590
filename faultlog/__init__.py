"""faultlog reads the logs of Cisco Secure Endpoint connectors: which faults were raised, for how long, what to do now.

A **bundle** opens into **log files**, whose lines a **log format** turns into **events**, which the **rules** turn into
*raised* and *cleared* **signals**, which **pairing** joins into **fault intervals**, which **expectations** judge; with
everything unread, unpaired and unobserved they make a **case** that **reports** draw and a **fleet** counts.

>>> import faultlog
>>> case = faultlog.analyze(["sample_logs/fault6-breached-0001.zip"])
>>> [(finding.interval, finding.verdict, finding.margin_s) for finding in case.findings]
[('f6-1', 'breached', -897.0), ('f6-1', 'breached', -862.0)]
"""

from faultlog.lazily import offering

TYPE_CHECKING = False
if TYPE_CHECKING:
    from faultlog.formats import load_formats
    from faultlog.pipeline import Options, analyze
    from faultlog.report.document import to_json
    from faultlog.report.tables import intervals_frame
    from faultlog.rulebook import load_rules
    from faultlog.simulating import simulate

__all__ = ["Options", "analyze", "intervals_frame", "load_formats", "load_rules", "simulate", "to_json"]
__getattr__ = offering(
    __name__,
    {
        "Options": "faultlog.pipeline",
        "analyze": "faultlog.pipeline",
        "intervals_frame": "faultlog.report.tables",
        "load_formats": "faultlog.formats",
        "load_rules": "faultlog.rulebook",
        "simulate": "faultlog.simulating",
        "to_json": "faultlog.report.document",
    },
)
