"""Texts of strangers in which something begins again and again, and ends nowhere: each is read for names once."""

import time
from itertools import product
from pathlib import Path

import pytest

from faultlog.redaction.rewriting import Rewriter
from tests.redacted import OPTIONS, redacted, replacer_of

MOST_S = 10.0
"""Seconds of processor time; where each begin looked through the rest it would be minutes."""
TEXTS = {
    "private keys": "-----BEGIN RSA PRIVATE KEY-----\nabcd\n" * 5_000,
    "private keys of one line": "-----BEGIN PRIVATE KEY-----MIIE1 " * 2_000,
    "begins of private keys": "-----BEGIN PRIVATE KEY-----\n" * 2_000,
    "words for private keys": "PRIVATE KEY " * 2_000,
    "colons": ":" * 300_000,
    "addresses": "2a02::1" * 40_000,
    "digits with colons": "1:" * 150_000,
    "letters with colons": "f::" * 100_000,
    "labels of a domain": "a@" + "png." * 30_000 + "zz",
    "homes": "/Users/a b" * 20_000,
    "homes with points": "/Users/a/b ." * 20_000,
    "digests": "digest a=nonce=" * 20_000,
    "webhooks": "discord.com/api/webhooks/a/b/c/" * 10_000,
    "webhooks of Teams": "webhook.office.com/webhookb2/" * 10_000,
    "bots": "12345678:AA" * 30_000,
    "keys of pagers": "service key " * 30_000,
    "entries of directories": "cn=a b, dc=a, " * 20_000,
    "accounts": "a:b:1:1:" * 40_000 + ":/home/x",
    "persons": "real name: a " * 30_000,
    "members of a group": ("a:x:1:" + "b," * 2_000) * 100,
    "members": "GroupMembership: " + "a " * 100_000,
    "connections": "tcp  0 0 a:1 " * 20_000,
    "networks": "ssid: a " * 40_000,
    "base64": f"blob {'b3BlbmVkIC9Vc2Vycy9r' * 40_000} end",
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_without_end_is_read_once(name, figure):
    begun = time.process_time()
    redacted(TEXTS[name])
    _told(figure, begun)


def test_names_that_become_one_are_told_apart_at_once(figure):
    letters = "abcdefghijklmn"
    cases = ("".join(pair) for pair in product(*zip(letters, letters.upper(), strict=True)))
    rewriter = Rewriter(replacer_of(f"/Users/{letters}/x"), OPTIONS.limits, Path())
    begun = time.process_time()
    assert len(rewriter.names(f"Users/{user}.log" for user in cases)) == 1 << len(letters)
    _told(figure, begun)


def _told(figure, begun):
    took = time.process_time() - begun
    figure("T11", f"texts without end, read for names within {MOST_S:.0f} s", tried=1, held=took < MOST_S, s=took)
    assert took < MOST_S
