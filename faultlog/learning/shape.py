r"""The shape of stamped lines: a line pattern with `{stamp}`, the fields that stand around it, and the message.

Three ways to find the message are tried, most telling first: its key (`msg="…"`), its column (`… | … | …`), and else
what remains once fields are peeled off. Fields are a comfort; that every stamped line is read comes first.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from faultlog.learning.fields import KEYS, PATTERNS, fits, group, of_values
from faultlog.learning.peeling import ENOUGH, literal, peel
from faultlog.learning.stampfinding import Hit
from faultlog.templates import mask

MARK = "\0"
"""Stands for the stamp in a line; no text holds it."""
_DELIMITERS = ('","', "|", "\t", ";", ",")
_MESSAGE = "(?P<message>.*)"
_KEY = re.compile(rf'(?P<q>"?)\b(?:{"|".join(sorted(KEYS["message"]))})(?P=q)(?:\s*=\s*|(?<=")\s*:\s*)(?P<v>"?)')


def shapes(texts: Sequence[str], hits: Sequence[Hit]) -> Iterator[str]:
    """Line patterns that may describe the lines, the most telling first; the last reads whatever carries the stamp."""
    marked = [texts[hit.index][: hit.start] + MARK + texts[hit.index][hit.end :] for hit in hits]
    for find in (_by_key, _by_column, _by_peeling):
        pattern = find(marked)
        if pattern is not None:
            yield pattern.replace("\\\t", r"\t")
    yield from _plain(marked)


def _around(texts: Sequence[str]) -> str:
    """Parts of lines that hold nothing but fields, perhaps with the stamp among them."""
    if not all(MARK in text for text in texts):
        return peel(texts, until_end=True).pattern
    before, after = zip(*(text.split(MARK, 1) for text in texts), strict=True)
    return _before(before) + "{stamp}" + peel(after, until_end=True).pattern


def _before(texts: Sequence[str]) -> str:
    """What stands before the stamp: the letter of a level right at it, or fields."""
    if len(set(texts)) == 1:
        return literal(texts[0])
    if all(len(text) == 1 for text in texts) and fits("level", texts):
        return group("level", "[A-Z]")
    return peel(texts, until_end=True).pattern


def _by_key(marked: Sequence[str]) -> str | None:
    """Lines that name their message."""
    found = [(text, key) for text in marked if (key := _KEY.search(text)) is not None]
    if len(found) < ENOUGH * len(marked):
        return None
    head, quote = Counter((key[0], key["v"]) for _, key in found).most_common(1)[0][0]
    inside = r'(?P<message>(?:[^"\\]|\\.)*)' if quote else _MESSAGE
    befores, afters = [], []
    for text, key in found:
        body = re.match(r'(?:[^"\\]|\\.)*"' if quote else r".*", text[key.end() :])
        if key[0] == head and body is not None:
            befores.append(text[: key.start()])
            afters.append(text[key.end() + body.end() :])
    if len(befores) < ENOUGH * len(marked):
        return None
    first = sum(MARK in text for text in befores)
    if first in {0, len(befores)} and (quote or first):
        return _around(befores) + literal(head) + inside + quote + (_around(afters) if quote else "")
    return rf"(?=.*?{{stamp}}).*?{literal(head)}{inside}{quote}.*" if quote else None


def _by_column(marked: Sequence[str]) -> str | None:
    """Lines of columns: as many delimiters in each, or more of them only in the message at the end."""
    for delimiter in _DELIMITERS:
        counts = Counter(text.count(delimiter) for text in marked)
        least = min(counts)
        if least < (3 if delimiter == "," else 2):
            continue
        rows = [text.split(delimiter, least) for text in marked]
        place = _message_column(rows)
        loose = len(counts) > 1
        if place is None or (loose and (place < least or delimiter == ",")):
            continue
        columns = [_column(column, delimiter, place == index) for index, column in enumerate(zip(*rows, strict=True))]
        return re.escape(delimiter).join(_once(columns))
    return None


def _message_column(rows: Sequence[Sequence[str]]) -> int | None:
    """The column that says most: the most different words; `None` where none says anything."""
    worth = []
    for index, column in enumerate(zip(*rows, strict=True)):
        words = {word for text in column for word in re.findall(r"[^\W\d_]{2,}", mask(text))}
        worth.append((-1 if MARK in column[0] else len(words), sum(map(len, column)), index))
    best = max(worth)
    return best[2] if best[0] > 1 else None


def _column(column: Sequence[str], delimiter: str, message: bool) -> str:  # noqa: FBT001 (a fact of the column)
    if all(MARK in text for text in column):
        before, after = zip(*(text.split(MARK, 1) for text in column), strict=True)
        return _before(before) + "{stamp}" + peel(after, until_end=True).pattern
    quote = '"' if all(text.endswith('"') for text in column) and delimiter == '","' else ""
    inside = ".*?" if delimiter == '","' else rf"[^{re.escape(delimiter)}]*?"
    if message:
        return rf"\s*(?P<message>.*?)\s*{quote}"
    bare = [text.strip().strip('"') for text in column]
    name = of_values(bare)
    return rf"\s*{group(name, PATTERNS[name])}\s*{quote}" if name is not None else inside + quote


def _once(columns: Sequence[str]) -> Iterator[str]:
    """Columns in which each field is named once, in the first that has it."""
    seen: set[str] = set()
    for column in columns:
        names = set(re.findall(r"\(\?P<(\w+)>", column))
        yield re.sub(r"\?P<\w+>", "?:", column) if names & seen else column
        seen |= names


def _by_peeling(marked: Sequence[str]) -> str | None:
    """Fields peeled off; the message is what remains, before the stamp or behind it."""
    before, after = zip(*(text.split(MARK, 1) for text in marked), strict=True)
    if len(set(map(mask, before))) > len(set(map(mask, after))):
        return _message_first(before, after)
    return _before(before) + "{stamp}" + peel(after, until_end=False).pattern + _MESSAGE


def _message_first(before: Sequence[str], after: Sequence[str]) -> str:
    head = peel(before, until_end=False)
    last = common_end(head.rests)
    return head.pattern + r"(?P<message>.*?)" + literal(last) + "{stamp}" + peel(after, until_end=True).pattern


def common_end(texts: Sequence[str]) -> str:
    """The longest end of blanks, separators and opening brackets that texts share.

    >>> common_end(["fault 6 raised @ [", "idle @ ["])
    ' @ ['
    """
    ends = [re.search(r"[\s@|,;:\[(<{\"'\u2013\u2014-]*$", text) for text in texts]
    shortest = min((found[0] for found in ends if found is not None), key=len, default="")
    while shortest and not all(text.endswith(shortest) for text in texts):
        shortest = shortest[1:]
    return shortest


def _plain(marked: Sequence[str]) -> Iterator[str]:
    """Shapes for lines that differ too much: fields where they are, and at last the stamp alone."""
    before, after = zip(*(text.split(MARK, 1) for text in marked), strict=True)
    first = len(set(map(mask, before))) > len(set(map(mask, after)))
    if first:
        yield "(?P<message>.*?{stamp}.*)"
        return
    front = _before(before)
    fields = peel(after, until_end=False).pattern
    if fields:
        yield rf"{front}{{stamp}}(?:{fields}|\s*){_MESSAGE}"
    yield rf"{front}{{stamp}}\s*{_MESSAGE}"
    yield "(?P<message>.*?{stamp}.*)"
