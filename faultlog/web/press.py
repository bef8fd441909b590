"""The press beside a server, `python -m faultlog.web.press`: it makes lists with tokens too, which the site knows."""

from pathlib import Path

from faultlog.store.opening import Store
from faultlog.working import press
from faultlog.working.orders import Order
from faultlog.working.press import Head


class Lists:
    """Makes lists with tokens."""

    def warm(self) -> None:
        """Load what is loaded at its first use."""
        from faultlog.redaction import benign
        from faultlog.web import tokened  # noqa: F401

        benign.vocabulary()

    def made(self, store: Store, order: Order, own: Path) -> tuple[Head, bytes]:
        """What is said of a list, and the list."""
        from faultlog.web import tokened

        return tokened.listed(store, order, own / "list")


if __name__ == "__main__":
    press.begin({"list": Lists()})
