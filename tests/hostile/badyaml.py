"""Rule and format files as a stranger, an accident or an enemy would write them; each by a name."""

from collections.abc import Iterator

RULE = """fault: 77
name: {en: x, ko: x}
provenance: user
source: mine
summary: {en: x, ko: x}
logs: [ampdaemon.log]
advice: [{id: a, source: mine, text: {en: x, ko: x}}]
tests: [{name: x, log: x, expect: {}}]
"""
SIGNAL = """signal: connector_started
summary: {en: x, ko: x}
wordings: [{pattern: hallo welt, provenance: user, source: mine}]
accepts: [{message: hallo welt}]
refuses: [{message: x}]
"""
FORMAT = """format: mine
title: x
description: x
provenance: user
source: mine
stamp: iso
line: '{stamp} Q (?P<message>.*)'
samples: [{line: x, fields: {}}, {line: x, fields: {}}, {line: x, fields: {}}]
refuses: [x]
"""
GOOD = {"rule": RULE, "signal": SIGNAL, "format": FORMAT}
LAUGHS = "\n".join(["l0: &l0 [lol]", *(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 10))])
TAGS = [
    "!!python/object/apply:os.system ['touch pwned']",
    "!!python/object/new:os.system [x]",
    "!!python/name:os.system",
    "!!python/module:os",
    "!!python/object:os.Popen {}",
    "!!python/tuple [1]",
    "!!binary aGk=",
    "!!set {a}",
    "!!omap []",
    "!!timestamp 2026-03-03",
    "!!float 1",
    "!!int '7'",
    "!!str x",
    "!own x",
    "!<tag:yaml.org,2002:python/name:os> x",
    "!!merge x",
    "!include /etc/passwd",
    "!!js/function 'x'",
    "!ruby/object:Gem::Installer {}",
    "!!java.lang.X []",
]
SCALARS = [
    "no",
    "NO",
    "on",
    "off",
    "y",
    "010",
    "0x1F",
    "0b11",
    "1:30",
    "190:20:30",
    "1.10",
    ".inf",
    "-.INF",
    ".NaN",
    "1_000",
    "+1",
    "2026-03-03",
    "2026-03-03T12:00:00Z",
    "True",
    "NULL",
    "9" * 19,
    "9" * 5_000,
    "-" + "9" * 400,
]
BROKEN = {
    "an unclosed list": "a: [",
    "an unclosed mapping": "a: {",
    "an unclosed quote": "a: 'x",
    "an unclosed double quote": 'a: "x',
    "a tab for a blank": "a:\n\tb: 1",
    "a tab behind blanks": "a:\n  \tb: 1\n  c: 2",
    "an undefined alias": "a: *nobody",
    "an alias of itself": "a: &a [*a]",
    "a mapping that holds itself": "a: &a {b: *a}",
    "a key that is an alias": "a: &a x\n*a : y",
    "a merge key": "a: &a {b: 1}\nc: {<<: *a}",
    "a merge key of a list": "<<: [{a: 1}, {b: 2}]",
    "a billion laughs": LAUGHS,
    "a duplicate key": "fault: 1\nfault: 2",
    "a duplicate key in quotes": "fault: 1\n'fault': 2\n\"fault\": 3",
    "a duplicate key deep inside": "name: {en: a, en: b, ko: c}",
    "a list for a key": "? [a]\n: b",
    "a mapping for a key": "? {a: b}\n: c",
    "no key": "? \n: b",
    "two documents": "a: 1\n---\nb: 2",
    "many documents": "---\n" * 5_000,
    "an ended document": "a: 1\n...\nb: 2",
    "a directive": "%YAML 9.9\n---\na: 1",
    "a directive nobody knows": "%FOO bar\n%FOO bar\n---\na: 1",
    "a tag directive": "%TAG ! tag:yaml.org,2002:python/\n---\na: !name:os x",
    "a reserved sign": "a: @x",
    "a backtick": "a: `x`",
    "a percent sign": "a: %x",
    "an escape nobody knows": 'a: "\\q"',
    "an escape of a surrogate": 'a: "\\ud800"',
    "an escape beyond Unicode": 'a: "\\UFFFFFFFF"',
    "a colon too many": "a: b: c: d",
    "a wrong indentation": "a:\n    b: 1\n  c: 2",
    "a comment only": "# nothing",
    "nothing": "",
    "blanks": " \n \n",
    "a scalar": "hallo",
    "a number": "7",
    "a list": "- a\n- b",
    "null": "~",
    "lists inside lists": "[" * 5_000,
    "closed lists inside lists": "a: " + "[" * 200 + "]" * 200,
    "mappings inside mappings": "a: " + "{a: " * 200 + "1" + "}" * 200,
    "dashes": "- " * 5_000 + "x",
    "question marks": "? " * 5_000 + "x",
    "indented abyss": "\n".join(" " * depth + "a:" for depth in range(300)),
    "a hundred thousand lists": "[" * 100_000,
    "a hundred thousand mappings": "{" * 100_000,
    "too many values": "a:\n" + "- 1\n" * 30_000,
    "too many keys": "".join(f"k{n}: 1\n" for n in range(15_000)),
    "a long key": "k" * 200_000 + ": 1",
    "a long value": "fault: " + "x" * 200_000,
    "a long line of words": "a: " + "word " * 50_000,
    "a long quote": "a: '" + "''" * 120_000 + "'",
    "a long escape": 'a: "' + "\\x41" * 60_000 + '"',
    "a line of 10 MB": "a: " + "x" * 10_000_000,
    "10 MB of comments": "# x\n" * 2_500_000,
    "a line break of Unicode": "a: x\u2028b: y",
    "an escape sequence": 'a: "\\e[31m"\n"\\e]0;x\\a": 1\n"\\u202e": 2',
    "a name in another direction": 'fault: 77\n"\u202efault": 78',
    "a key that looks like another": "f\u0430ult: 77",
    "an invisible character in a key": "fau\u200blt: 77",
    "full-width digits": "fault: ７７",
    "a huge number of zeros": "fault: " + "0" * 100_000,
    "a fraction": "fault: 7.5",
    "minus": "fault: -77",
    "a list for a number": "fault: [77]",
    "a mapping for a text": "source: {a: 1}",
    "a text for a list": "logs: ampdaemon.log",
    "an empty list": "logs: []",
    "a code": "source: __import__('os').system('touch pwned')\nextra: 1",
    "a template": "source: '{{ 7*7 }}'\nextra: '{0.__class__}'",
    "a path": "../../../etc/passwd: 1",
}
BYTES = {
    "UTF-16 with a mark": RULE.encode("utf-16"),
    "UTF-16, big end first": RULE.encode("utf-16-be"),
    "UTF-32": RULE.encode("utf-32"),
    "UTF-7": b"+ADw-script+AD4-: 1",
    "invalid UTF-8": b"a: \xff\xfe",
    "invalid UTF-8 at the end": RULE.encode() + b"# \xc3",
    "an overlong form": b"a: \xc0\xaf",
    "a surrogate": b"a: \xed\xa0\x80",
    "beyond Unicode": b"a: \xf4\x90\x80\x80",
    "Latin-1": "name: Überlauf".encode("latin-1"),
    "EUC-KR": "name: 결함".encode("euc-kr"),
    "a mark in the middle": b"a: 1\n\xef\xbb\xbfb: 2",
    "two marks": b"\xef\xbb\xbf\xef\xbb\xbfa: 1",
    "NUL": b"a: \x00",
    "many NUL": b"\x00" * 100_000,
    "a control character": b"a: \x01\x02",
    "an escape": b"a: \x1b[31m",
    "C1": "a: \x9b31m".encode(),
    "DEL": b"a: \x7f",
    "carriage returns only": RULE.replace("\n", "\r").encode() + b"\rextra: 1",
    "noise": bytes(range(256)) * 100,
    "gzip": b"\x1f\x8b\x08\x00" + b"\x00" * 100,
    "ELF": b"\x7fELF" + b"\x00" * 100,
}
MISTAKES = {
    "rule": [
        ("fault: 77", "fault: 78"),
        ("fault: 77", "fault: '77x'"),
        ("fault: 77", "falt: 77"),
        ("ko: x", "de: x"),
        ("provenance: user", "provenance: root"),
        ("logs:", "Logs:"),
        ("id: a", "id: A B"),
        ("id: a", "id: ../a"),
        ("expect: {}", "expect: {intervals: x}"),
        ("expect: {}", "expect: []"),
        ("tests:", "test:"),
        ("source: mine\n", "source: mine\nremedies: [{id: a, event: boot, settle: 99999999999999d, source: x}]\n"),
        ("source: mine\n", "source: mine\nremedies: [{id: a, event: boot, when: {macos: '>=1;rm'}, source: x}]\n"),
        ("source: mine\n", "source: mine\nremedies: [{id: a, event: boot, otherwise: nobody, source: x}]\n"),
        ("source: mine\n", "source: mine\npatterns: [{id: a, stands: 1h, chatters: {}, source: x}]\n"),
        ("source: mine\n", f"source: mine\ntexts: [{', '.join(f'text {n}' for n in range(5_000))}]\n"),
        ("source: mine\n", f"source: mine\ntexts: ['{'x' * 100_000}']\n"),
        ("source: mine\n", "source: mine\ntexts: [' ']\n"),
    ],
    "signal": [
        ("hallo welt", "'(a'"),
        ("hallo welt", "'*'"),
        ("hallo welt", "'(?P<a>x)(?P<a'"),
        ("hallo welt", "'a{99999999}'"),
        ("hallo welt", "'(?:a{1000}){1000}'"),
        ("hallo welt", "'(?#[)(?:a{1000}){1000}]'"),
        ("hallo welt", "'(?x)a # ['"),
        ("hallo welt", f"'{'(' * 120_000}'"),
        ("hallo welt", f"'{'[' * 120_000}'"),
        ("hallo welt", f"'{'a|' * 60_000}'"),
        ("hallo welt", r"'\N{NOBODY}'"),
        ("hallo welt", r"'\p{Nobody}'"),
        ("hallo welt", "'(?&nobody)'"),
        ("hallo welt", "'(?(9)a|b)'"),
        ("pattern: hallo welt", "new_pid: true"),
        ("pattern:", "patern:"),
        ("connector_started", "nobody_knows"),
        ("provenance: user", "provenance: user, fault: 100000"),
        ("provenance: user", "provenance: user, process: ampdaemon"),
        ("accepts:", "accept:"),
        ("refuses: [{message: x}]", "refuses: []"),
        ("accepts: [{message: hallo welt}]", "accepts: [{message: 7}]"),
    ],
    "format": [
        ("format: mine", "format: yours"),
        ("format: mine", "format: ../mine"),
        ("stamp: iso", "stamp: nobody"),
        ("stamp: iso", "stamp: '%Q'"),
        ("stamp: iso", f"stamp: '{'%Y' * 5_000}'"),
        ("stamp: iso\n", ""),
        ("{stamp} Q", "Q"),
        ("(?P<message>.*)", "(.*)"),
        ("(?P<message>.*)", "(?P<message>.*"),
        ("Q (?P<message>.*)", "(?:a{1000}){1000}(?P<message>.*)"),
        ("Q (?P<message>.*)", f"{'[' * 120_000}"),
        ("Q (?P<message>.*)", f"{'a' * 120_000}(?P<message>.*)"),
        ("line:", "lines:"),
        ("line: '", "line_of: '"),
        ("refuses: [x]", "refuses: []"),
        ("refuses: [x]", "refuses: x"),
        ("refuses: [x]", "refuses: [x]\ndecoder: eval"),
        ("refuses: [x]", "refuses: [x]\nspecializes: [mine]"),
        ("refuses: [x]", "refuses: [x]\nyields_to: [nobody]"),
        ("provenance: user", "provenance: [user]"),
        ("fields: {}}]", "fields: {a: [b]}}]"),
        ("samples: [{line: x, fields: {}}, ", "samples: ["),
        ("fields: {}}]", "fields: {}, text: x}]"),
    ],
}


def files() -> Iterator[tuple[str, str, bytes]]:
    """Every bad file: its name, its kind, its bytes."""
    for kind, good in GOOD.items():
        if kind != "signal":
            yield from ((f"{name} in a {kind}", kind, f"{text}\n".encode()) for name, text in BROKEN.items())
        for name, old, new in _replaced(kind):
            if old not in good:
                raise AssertionError(f"{old!r} is in no {kind}")
            yield name, kind, good.replace(old, new, 1).encode()
    yield from ((name, "rule", raw) for name, raw in BYTES.items())


def _replaced(kind: str) -> Iterator[tuple[str, str, str]]:
    for tag in TAGS if kind == "rule" else ():
        yield f"the tag {tag} in a {kind}", "source: mine", f"source: {tag}"
    for value in SCALARS if kind == "rule" else ():
        yield f"{value[:20]} in a {kind}", "source: mine", f"source: {value}"
    for number, (old, new) in enumerate(MISTAKES[kind]):
        yield f"mistake {number} in a {kind}: {new[:40]}", old, new
