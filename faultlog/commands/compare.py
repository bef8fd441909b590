"""`faultlog compare OLD NEW`: two bundles of one host."""

from typing import Annotated

import typer

from faultlog.commands.asked import console, knowledge_of
from faultlog.commands.params import Full, Jobs, Lang, Os, Parsers, Privacy, Rules, Tz, with_options


@with_options
def compare(
    old: Annotated[str, typer.Argument(metavar="OLD", help="The older bundle, folder or log of the host.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The newer one; lines that stand in both count once.")],
    json: Annotated[
        str | None, typer.Option(metavar="FILE", help="Write the comparison document here; - is standard output.")
    ] = None,
    html: Annotated[
        str | None, typer.Option(metavar="FILE", help="Write the comparison as one page here; - is standard output.")
    ] = None,
    tz: Tz = None,
    lang: Lang = "en",
    taken: Annotated[
        str | None, typer.Option(metavar="DATE", help="When NEW was taken, OLD less than a year before: gives years.")
    ] = None,
    os: Os = None,
    rules: Rules = None,
    parsers: Parsers = None,
    full: Full = False,
    jobs: Jobs = None,
    privacy: Privacy = Privacy(),
) -> None:
    """Say what became of each fault between two bundles of one host.

    New, regressed, persisting or resolved, how well that is known, and what changed on the host meanwhile.
    """
    from rich.console import Console

    from faultlog import asking, outputs
    from faultlog.compare import compare as compare_bundles
    from faultlog.progress import watching
    from faultlog.report.comparing import render_comparison
    from faultlog.report.comparisons import comparison_document, comparison_json
    from faultlog.wording import Wording

    options = asking.options(
        asking.told(tz, taken, os, None, None), rules, parsers, full=full, jobs=jobs, kept=(json, html) != (None, None)
    )
    with privacy.showing([old, new], json, html) as shown:
        outputs.writable(json, [old, new])
        outputs.writable(html, [old, new])
        outputs.apart(json, html)
        knowledge = knowledge_of(options)
        shown.read([old, new], options)
        with watching(Console(stderr=True)) as progress:
            document = comparison_document(compare_bundles(knowledge, old, new, options, shown.progress(progress)))
        document = shown.comparison(document)
        if json is not None:
            outputs.write(json, comparison_json(document))
        asked = asking.words(tz=tz, taken=taken, os=os, rules=rules, parsers=parsers, full=full or None)
        named = shown.command(asked, [new, old])
        wording = Wording(lang, knowledge.rules, document.host.time_zone.name)
        if html is not None:
            from faultlog.report.html.comparison import render_comparison_html

            outputs.write(html, render_comparison_html(document, wording, path=named))
        if "-" not in {json, html}:
            render_comparison(document, wording, console(), path=named)
