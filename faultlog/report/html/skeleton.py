"""A page that needs nothing else: style and script stand inside it, it asks nobody for anything, and runs nothing else.

Its content security policy names the only style and the only script by their hash. Whatever a template prints is made
harmless first: control characters and turns of direction are spelled out, then markup is escaped. Every kind of report
that is a page stands on this; the templates lie in `_data/html`.
"""

from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from faultlog.wording import Wording, safe

FOLDER = Path(__file__).resolve().parents[2] / "_data" / "html"
"""Templates, style and script."""


def page(template: str, wording: Wording, **values: object) -> str:
    """A whole page.

    Args:
        template: a file of `_data/html` that extends `page.html`.
        wording: the language of the page, and the zone of its times; `say` in the template.
        values: what the template names.
    """
    style, script = _text("page.css"), _text("page.js")
    return (
        _environment()
        .get_template(template)
        .render(
            say=wording,
            style=Markup(style),  # noqa: S704 (our own)
            script=Markup(script),  # noqa: S704 (our own)
            policy=policy(style, script),
            **values,
        )
    )


def part(name: str, wording: Wording, *values: object) -> Markup:
    """One part of a page by itself, as its macro in `parts.html` draws it: to see how long it is before it is used."""
    macro = getattr(_environment().get_template("parts.html").module, name)
    return Markup(macro(wording, *values))  # noqa: S704 (what autoescaping printed)


def block(template: str, name: str, wording: Wording, **values: object) -> Markup:
    """One block of a page by itself, for another frame; arguments as those of `page`."""
    whole = _environment().get_template(template)
    return Markup("".join(whole.blocks[name](whole.new_context({"say": wording, **values}))))  # noqa: S704 (printed so)


def warm() -> None:
    """Compile every template, which is compiled at its first use."""
    for template in _environment().list_templates(["html"]):
        _environment().get_template(template)


def policy(style: str, script: str) -> str:
    """The content security policy of a page with this style and this script, and nothing from anywhere."""
    return (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


@cache
def _text(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_harmless,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _harmless(value: object) -> object:
    """What a template prints: text without anything that a reader would obey instead of seeing it."""
    return safe(value) if isinstance(value, str) and not isinstance(value, Markup) else value
