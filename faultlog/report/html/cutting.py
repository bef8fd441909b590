"""Texts of a bundle, as long as a page can bear."""

MOST_TEXT = 400
"""Characters of a shape of lines, or of a path. Tool default."""


def cut(text: str, most: int = MOST_TEXT) -> str:
    """A text of the bundle, at most so many characters of it."""
    return text if len(text) <= most else f"{text[: most - 1]}…"
