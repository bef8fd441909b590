"""Bundles that were uploaded, for tests of the store."""

from faultlog.store import bundles
from faultlog.store.blobs import receiving


def received(store, file, asked=None):
    content = file.read_bytes()
    with receiving(store.folder) as incoming:
        incoming.write(content)
        sha256 = incoming.named(file.name, content[:512])
        incoming.durable()
        incoming.close()
        return bundles.Received(incoming.id, sha256, file.name, len(content), asked or {})


def uploaded(store, team, file, asked=None):
    return store.write(bundles.keep, team, received(store, file, asked), "tester")
