"""Secrets that an address holds, and keys that only a word beside them marks; and what only looks like these."""

import json
from urllib.parse import quote

import pytest

from .redacted import redacted

HEX = "0123456789abcdef0123456789abcdef"
ROOM = "5a1b2c3d-1111-4222-8333-abcdefabcdef@6b1b2c3d-1111-4222-8333-abcdefabcdef"
BOT = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1"
DISCORD = "123456789012345678/aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789-_aBcDeFgHiJkLmNoPqRsTuVwXyZ01234567"
HOOKS = {
    f"https://kamira.webhook.office.com/webhookb2/{ROOM}/IncomingWebhook/HOOK": f"{HEX}/{ROOM[:36]}",
    f"https://outlook.office.com/webhook/{ROOM}/IncomingWebhook/HOOK": f"{HEX}/{ROOM[:36]}",
    f"https://x.webhook.office.com/webhookb2/{ROOM}/IncomingWebhook/HOOK ": f"{HEX}/{ROOM[:36]}/V2ab-CD_ef0123456789xy",
    "https://prod-17.westeurope.logic.azure.com:443/workflows/HOOK/triggers/manual/paths/invoke?sv=1.0": HEX,
    "https://x.06.environment.api.powerplatform.com:443/powerautomate/automations/direct/workflows/HOOK/x": HEX,
    "https://discord.com/api/webhooks/HOOK": DISCORD,
    "https://discordapp.com/api/v10/webhooks/HOOK?wait=true": DISCORD,
    "https://api.telegram.org/botHOOK/sendMessage": BOT,
    "https://api.telegram.org/file/botHOOK/x": BOT,
    "https://events.pagerduty.com/integration/HOOK/enqueue": HEX,
    "https://hooks.slack.com/services/HOOK": "T0ABCDEFG/B0ABCDEFG/aBcDeFgHiJkLmNoPqRsTuVwX",
}


@pytest.mark.parametrize("shape", HOOKS)
def test_what_lets_anybody_write_is_a_secret(shape: str) -> None:
    secret = HOOKS[shape]
    address = shape.replace("HOOK", secret)
    for text in (address, quote(address, safe=""), json.dumps(address).replace("/", "\\/")):
        now = redacted(f"POST {text} answered")
        assert all(part not in now for part in secret.replace(":", "/").split("/"))
        assert "secret-zbbb" in now
        assert now.endswith(" answered")
        assert redacted(now) == now


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Bearer 0xr9j9NJ7eXqMqK44yP0SB", "Bearer secret-zbbb"),
        ("Bearer /r9j9NJ7eXqMqK44yP0SB+", "Bearer secret-zbbb"),
        (f"bot {BOT} is up", "bot secret-zbbb is up"),
        (f"routing_key: {HEX}", "routing_key: secret-zbbb"),
        (f'{{"service_key":"{HEX}"}}', '{"service_key":"secret-zbbb"}'),
        ("integration key R0ABCDEFGH0123456789ABCDEFGH0123", "integration key secret-zbbb"),
        (f"PAGERDUTY_SERVICE_KEY={HEX}", "PAGERDUTY_SERVICE_KEY=secret-zbbb"),
        (f"OPSGENIE_API_KEY={HEX}", "OPSGENIE_API_KEY=secret-zbbb"),
        (f"GenieKey {HEX}", "GenieKey secret-zbbb"),
        (
            'Digest username="kamiro", realm="x", nonce="dcd98b", cnonce="0a4f11", response="6629fa", opaque="5ccc06"',
            'Digest username="user-zbbb", realm="x", nonce="secret-zbbb", cnonce="secret-zbbc", response="secret-zbbd", opaque="secret-zbbf"',  # noqa: E501
        ),
        (
            r'{"h":"Digest username=\"kamiro\", nonce=\"dcd98b7102dd\", response=\"6629fae49393a053\""}',
            r'{"h":"Digest username=\"user-zbbb\", nonce=\"secret-zbbb\", response=\"secret-zbbc\""}',
        ),
    ],
)
def test_keys_that_a_word_marks_are_secrets(text: str, told: str) -> None:
    assert redacted(text) == told


@pytest.mark.parametrize(
    "text",
    [
        "routing_key=events.scan.done service_key=ampdaemon integration key missing, service key changed",
        f"routing key of {HEX}, key {HEX}, cache_key={HEX}",
        "digest algorithm=md5 response=delivered state=idle, message digest realm=internal response=complete",
        "a4:83:e7:AA:bb:cc is no bot, nor is 12345678:AAbb",
        "asked https://console.amp.cisco.com/api/v1/workflows/list and /api/webhooks/",
        "token=0x7ffeedbeefcafe00 token: /var/run/token7 token=/Users/Shared/aB3/xQ7/aB9y",
        f"response={HEX} nonce is {HEX}",
    ],
)
def test_what_only_looks_like_a_key_stays(text: str) -> None:
    assert "secret" not in redacted(text)
