"""``explain``: why an article is found by a query, or is not."""

from __future__ import annotations

import click

from search_service.cli.context import Context, json_option
from search_service.search.params import SearchParams


@click.command()
@click.argument("query")
@click.argument("id")
@click.option("--match", help="auto, all or any.")
@json_option
@click.pass_obj
def explain(context: Context, query: str, id: str, match: str | None, as_json: bool) -> None:
    """Show why the article ID matches QUERY, or why not, and its score term by term."""
    given = {"q": query, "match": match}
    params = SearchParams.parse({name: value for name, value in given.items() if value}, context.settings)
    explained = context.service.explain(params, id)
    if as_json:
        click.echo(explained.model_dump_json())
        return
    for step in explained.applied:
        click.echo(f"({step.kind}: «{step.from_}» -> «{step.to}»)")
    click.echo(f"{'matches' if explained.matches else 'does not match'}: {explained.title}")
    for line in explained.reason.lines():
        click.echo(line)
