"""Secrets that stand for somebody: made of 256 random bits, shown once, kept as their SHA-256 only."""

import hashlib
import secrets


def new_key(prefix: str = "") -> str:
    """A secret that nobody guesses, as letters that any address and header takes."""
    return prefix + secrets.token_urlsafe(32)


def hash_of(key: str) -> str:
    """What is kept of it. No salt and no stretching: it is as long as its hash, and not chosen by a person."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
