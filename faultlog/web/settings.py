"""What a server is told when it starts."""

from faultlog.store.opening import Store
from faultlog.values import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """A server's store, and what it allows."""

    store: Store
    most_bytes: int = 8 << 30
    """Bytes of one upload. Tool default."""
    open: bool = True
    """Whether whoever reaches it may do everything, as the team `local`: only where nobody else reaches it."""
