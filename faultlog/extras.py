"""Libraries that only some answers need, and that are installed as an extra of the package."""

from importlib.util import find_spec

from faultlog.errors import UsageError


def needed(what: str, extra: str, *libraries: str) -> None:
    """Make sure that libraries are installed; none is loaded.

    Args:
        what: what needs them, as a person asked for it.
        extra: the extra of the package that they belong to.
        libraries: by the names they are imported by.

    Raises:
        UsageError: some are not; says which, and how to get them.
    """
    missing = [name for name in libraries if find_spec(name) is None]
    if missing:
        verb = "is" if len(missing) == 1 else "are"
        raise UsageError(
            f"{what} needs {', '.join(missing)}, which {verb} not installed: pip install 'faultlog[{extra}]'"
        )
