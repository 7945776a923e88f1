"""``queries``: what readers search for, and what they do not find."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta

import click

from search_service.article import TEHRAN, now
from search_service.cli.context import Context, json_option, print_json
from search_service.web.query_log import report


@click.command()
@click.option("--days", type=click.IntRange(1, 3660), default=30, show_default=True, help="Of how many days.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=50, show_default=True, help="At most so many.")
@click.option("--without-hits", is_flag=True, help="Only what last found nothing.")
@json_option
@click.pass_obj
def queries(context: Context, days: int, limit: int, without_hits: bool, as_json: bool) -> None:
    """List what is searched for most, from SEARCH_QUERY_LOG_MIN_COUNT times on."""
    settings = context.settings
    since = now().astimezone(TEHRAN).date() - timedelta(days=days - 1)
    found = report(settings.index, since, settings.query_log_min_count, limit, without_hits=without_hits)
    if as_json:
        print_json([asdict(asked) for asked in found])
        return
    for asked in found:
        click.echo(f"{asked.count:8}  {asked.hits:8} hits  {asked.last}  {asked.query}")
