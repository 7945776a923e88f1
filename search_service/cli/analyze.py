"""``analyze``: how a text is read."""

from __future__ import annotations

import click

from search_service.cli.context import Context, json_option, print_json
from search_service.text.analyzer import Analyzer


@click.command()
@click.argument("text")
@json_option
@click.pass_obj
def analyze(context: Context, text: str, as_json: bool) -> None:
    """Show the terms that TEXT is searched by."""
    analyzer = Analyzer.default(context.settings.cache)
    tokens = analyzer.analyze(text)
    if as_json:
        print_json(
            [
                {"text": token.text, "start": token.start, "end": token.end, "terms": dict(token.terms)}
                for token in tokens
            ]
        )
        return
    for token in tokens:
        terms = "  ".join(f"{stream}={term}" for stream, term in token.terms.items())
        click.echo(f"{token.position:4}  {token.start:5}–{token.end:<5}  {token.text}  {terms}")
