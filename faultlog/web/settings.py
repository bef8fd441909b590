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
    """Whether nobody but this machine reaches it: then whoever does may do everything, until there is an account."""
    https: bool = False
    """Whether people reach it by https, through a proxy that does not say so itself."""
    metrics_key: str | None = None
    """What shows that somebody may read `/metrics` who is none of this machine."""
    allowed_hosts: tuple[str, ...] = ()
    """Names by which it may be reached, in small letters, beside those of this machine."""
