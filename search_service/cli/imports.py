"""``import``: articles from a WordPress site or a feed into the archive, searchable when the command returns."""

from __future__ import annotations

from collections.abc import Callable

import click

from search_service.article import TEHRAN, now
from search_service.cli.add import finish, show
from search_service.cli.context import Context, json_option
from search_service.cli.progress import Progress
from search_service.errors import ServiceError
from search_service.fetching.fetcher import Fetcher
from search_service.fetching.target import Target
from search_service.importing.feed import import_feed
from search_service.importing.ledger import Ledger
from search_service.importing.report import Report
from search_service.importing.wordpress import WordPressImport
from search_service.importing.wordpress_api import WordPressApi

SHOWN = ("added", "updated", "unchanged", "deleted", "failed", "notes")

Run = Callable[[Fetcher, Ledger, Report, Progress], None]


@click.group("import")
def import_() -> None:
    """Bring articles from a site, and later what changed there."""


@import_.command()
@click.argument("url")
@click.option("--type", "type_", default="posts", show_default=True, help="REST base of the posts' type.")
@click.option("--full", is_flag=True, help="Read all posts again, not only those that changed.")
@click.option("--vanished", is_flag=True, help="Delete articles even where most of the site is gone.")
@click.option("--strict", is_flag=True, help="Exit with 1 if anything could not be read.")
@json_option
@click.pass_obj
def wordpress(context: Context, url: str, type_: str, full: bool, vanished: bool, strict: bool, as_json: bool) -> None:
    """Bring the posts of the WordPress site at URL by its REST API."""
    if not type_.replace("-", "").replace("_", "").isalnum() or not type_.isascii():
        raise click.BadParameter("a REST base has letters, digits, - and _ only", param_hint="--type")
    url = url if "//" in url else f"https://{url}"

    def run(fetcher: Fetcher, ledger: Ledger, report: Report, progress: Progress) -> None:
        api = WordPressApi(fetcher, url, type_)
        today, most = now().astimezone(TEHRAN).date(), context.settings.max_article_bytes
        WordPressImport(
            api, context.archive, ledger, report, today=today, max_article_bytes=most, progress=progress
        ).run(full=full, vanished=vanished)

    _import(context, url, f"wordpress {type_} {_name(url)}", run, strict, as_json)


@import_.command()
@click.argument("url")
@click.option("--full", is_flag=True, help="Read the feed even if the site says that it did not change.")
@click.option("--strict", is_flag=True, help="Exit with 1 if anything could not be read.")
@json_option
@click.pass_obj
def feed(context: Context, url: str, full: bool, strict: bool, as_json: bool) -> None:
    """Bring the entries of the RSS or Atom feed at URL."""
    url = url if "//" in url else f"https://{url}"

    def run(fetcher: Fetcher, ledger: Ledger, report: Report, progress: Progress) -> None:
        today, most = now().astimezone(TEHRAN).date(), context.settings.max_article_bytes
        import_feed(fetcher, url, context.archive, ledger, report, today=today, max_article_bytes=most, full=full)

    _import(context, url, f"feed {url}", run, strict, as_json)


def _import(context: Context, url: str, name: str, run: Run, strict: bool, as_json: bool) -> None:
    """Run an import; what was written before it failed is searchable, too."""
    settings, report = context.settings, Report()
    failure: ServiceError | None = None
    fetcher = Fetcher(
        url,
        allowed=settings.import_hosts,
        delay=settings.import_delay,
        seconds=settings.import_seconds,
        max_bytes=settings.import_max_bytes,
    )
    before = context.archive.position()
    with fetcher, Ledger(settings.archive_path.parent, name) as ledger, Progress("reading") as progress:
        try:
            run(fetcher, ledger, report, progress)
        except ServiceError as error:
            if context.archive.position() == before:
                raise
            failure = error
            report.fail(url, None, error.detail)
    finish(context)
    show(report, SHOWN, as_json)
    if failure is not None or (report.failed and (strict or report.written == 0)):
        raise click.exceptions.Exit(1)


def _name(url: str) -> str:
    target = Target.of(url)
    return f"{target.host}:{target.port}{target.path.rstrip('/')}"
