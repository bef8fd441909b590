"""Patterns that were written to take forever, each with the piece of text that it chokes on.

Classes as they are known since "ReDoS" has a name: nested quantifiers, alternations that overlap, polynomial ones,
back references, looking around, what `regex` knows beyond others, repeats that are huge when written out.
"""

from itertools import product

NESTED = [
    (f"(?:{inner}){outer}{end}", piece)
    for (inner, piece), outer, end in product(
        [("a+", "a"), ("a*", "a"), ("[a-z]+", "b"), (r"\w+\s?", "a "), ("(?:a|b)+", "ab")],
        ["+", "*", "{2,}", "{1,50}"],
        ["!", "$"],
    )
]
OVERLAPPING = [
    (pattern, piece)
    for piece, patterns in {
        "a": ["(a|a)*!", "(a|aa)+!", "(?:a|a?)+!", "(?:a|[ab]|[a-c])*!", "^(?:aa|a|aaa)*!$", "(a?){40}a{40}!"],
        "ab": ["(?:ab|a|b)+!", "(?:(?:ab)*|[ab])+!", r"(?:\w|[a-z])*!"],
        "1": [r"(?:\d|\d\d|\d\d\d)+!", r"(\d+|[0-9a-f]+)*!", "(?:1|11|111)+2"],
        " ": [r"(?:\s|\t| )*!", r"(\s+|\s*)+!"],
    }.items()
    for pattern in patterns
]
POLYNOMIAL = [
    (r"\s+$", " "),
    (r"[a-z]+\d+!", "a1"),
    (r"\w*\w*\w*\w*!", "a"),
    (r".*.*.*.*!", "a"),
    (r"(.*?,){12}P", "1,"),
    (r"(?:.*;){3}P", ";"),
    (r"a.*b.*c.*d.*!", "abcd"),
    (r"(?P<id>\w+).*(?P<more>\w+)=.*;!", "a=b;"),
    (r"^(.+)\.(.+)\.(.+)\.(.+)!$", "."),
    (r"\"[^\"]*\"\s*:\s*\"[^\"]*\"\s*,\s*!", '"a":"b",'),
    (r"(?:/[^/]+)+/!", "/a"),
    (r"[\w.]+@[\w.]+\.[\w.]+!", "a@a.a"),
    (r"<[^>]*>[^<]*</[^>]*>!", "<a>b</a>"),
    (r"\d+\.?\d*\.?\d*\.?\d*!", "1"),
]
BACK = [
    (r"(a+)\1+!", "a"),
    (r"(\w+)\s+\1\s+\1!", "a "),
    (r"(.+)(.+)\2\1!", "ab"),
    (r"(?:(a*)(b*)\1\2)+!", "ab"),
    (r"(?P<x>\w*)(?P<y>\w*)(?P=x)(?P=y)!", "a"),
    (r"(.*)\1{3}!", "a"),
    (r"^(..+?)\1+$", "a"),
]
AROUND = [
    (r"(?=(a+)+!)a", "a"),
    (r"(?!(?:a|aa)+!)a+!", "a"),
    (r"(?<=(?:a|b)+)!", "ab"),
    (r"(?<!(?:\w+\s?)+)!", "a "),
    (r"(?=.*a)(?=.*b)(?=.*c).*!", "ab"),
    (r"(?:(?=a).)*(?:(?=a).)*!", "a"),
    (r"(?<=a.*b.*)!", "ab"),
    (r"\b(?=\w*!)\w+!", "a"),
]
BEYOND = [
    (r"(?:aaaaaaaa){e<=6}!", "a"),
    (r"(?b)(?:abcdefgh){e<=5}!", "abdh"),
    (r"(?:a(?R)?a)!", "a"),
    (r"(a|\((?1)*\))+!", "(a)"),
    (r"(?r)(?:a+)+!", "a"),
    (r"(?V1)[\w--[b]]+[\w&&[a]]+!", "a"),
    (r"(?:\p{L}+\p{M}*)+!", "a"),
    (r"\X+\X+!", "a"),
    (r"(?|(a+)|(a*))+!", "a"),
    (r"(?>a+|aa)+b", "a"),
    (r"(?:a++|b)*+!", "ab"),
    (r"(?p)(?:a|aa|aaa)+!", "a"),
    (r"(?i)(?:straße|strasse|s)+!", "s"),
    (r"(?(?=a)a+|b+)*!", "ab"),
    (r"\m\w+\M\s*\m\w+\M!", "a "),
    (r"(?:a\K)+!", "a"),
]
HUGE = [
    ("(?:a{1000}){1000}", "a"),
    ("(?#[)(?:a{1000}){1000}]", "a"),
    ("(?x)#[\n(?:a{1000}){1000}]", "a"),
    ("(?i)(?x:#[\n(?:a{1000}){1000}])", "a"),
    ("(?:(?:(?:a{1,90}){1,90}){1,90}){1,90}!", "a"),
    ("a{99999999}", "a"),
    ("a{0,99999999}!", "a"),
    ("(?:a?){19999}!", "a"),
    ("(?:[ab]{1,140}){1,140}!", "ab"),
    ("(" * 200 + "a" + ")" * 200, "a"),
    ("[" * 20_000, "["),
    ("[a" * 20_000, "["),
    ("(?:" * 4_000, "a"),
    ("a|" * 20_000 + "!", "a"),
    ("(?P<a>a)" * 400, "a"),
    ("(" + "|".join(f"a{{{number}}}" for number in range(1, 300)) + ")+!", "a"),
    ("\\", "a"),
    (r"(?P<a>a)(?P<a>b)+!", "ab"),
    (r"\L<words>!", "a"),
    (r"\N{NO SUCH NAME}", "a"),
    (r"(?P<fault_id>\d+)+!", "1"),
    (r"(?<a", "a"),
    (r"*a", "a"),
    (r"(?(9)a|b)!", "a"),
    (r"(?&nobody)", "a"),
]


def _unhinted(pattern: str) -> str:
    """The same without a character that must stand in each match: `regex` looks for such a one first."""
    return f"{pattern[:-1]}[!;]" if pattern.endswith("!") else pattern


EVIL = [
    (_unhinted(pattern), piece)
    for pattern, piece in (*NESTED, *OVERLAPPING, *POLYNOMIAL, *BACK, *AROUND, *BEYOND, *HUGE)
]


def attack(piece: str, size: int) -> list[str]:
    """Texts of these pieces, of many lengths, that almost match; about `size` characters in all.

    Long ones take too long at once; short ones take a little less each, and are many.
    """
    texts = []
    for count in (1, 4, 32, 256, 2048):
        each = size // 5 // count
        texts += [piece * (each // len(piece)) + "?"] * count
    return texts
