"""``add``: articles from files into the archive, searchable when the command returns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from search_service.article import TEHRAN, now
from search_service.cli.context import Context, json_option, print_json
from search_service.cli.progress import Progress
from search_service.importing.report import Report
from search_service.importing.writing import write
from search_service.sources.item import Found
from search_service.sources.reader import read

BATCH = 500
"""Articles written in one transaction."""

SHOWN = 20
"""Lines of one kind that are printed for people."""


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, allow_dash=True))
@click.option("--strict", is_flag=True, help="Exit with 1 if anything could not be read.")
@click.option("--stubs", is_flag=True, help="Add the short notices at the end of a page as articles, too.")
@json_option
@click.pass_obj
def add(context: Context, files: tuple[Path, ...], strict: bool, stubs: bool, as_json: bool) -> None:
    """Add the articles of FILES: JSON lines (.jsonl, .jsonl.gz, -), .html, .txt, .xml, or folders of those.

    XML is a WordPress export (WXR), RSS or Atom.
    """
    report = add_files(context, files, stubs=stubs)
    show(report, ("added", "updated", "unchanged", "failed", "notes", "stubs"), as_json)
    if report.failed and (strict or report.written == 0):
        raise click.exceptions.Exit(1)


def add_files(context: Context, files: Sequence[Path], *, stubs: bool = False) -> Report:
    """Read the files, archive what they hold batch by batch, and make it searchable."""
    report = Report()
    with Progress("reading") as progress:
        for batch in _batches(context, files, stubs, report):
            write(context.archive, batch, report)
            progress(report.seen)
    finish(context)
    return report


def finish(context: Context) -> None:
    """Make searchable what was written."""
    with Progress("indexing") as progress:
        context.indexer.make_searchable(context.archive.position(), progress)


def _batches(context: Context, files: Sequence[Path], stubs: bool, report: Report) -> Iterator[list[Found]]:
    """The articles, so many at a time; all else that was read goes into the report."""
    known = [*context.settings.known_categories, *(label for label, _ in context.archive.categories())]
    today = now().astimezone(TEHRAN).date()
    batch: list[Found] = []
    for file in files:
        for item in read(
            file,
            known_categories=known,
            today=today,
            max_article_bytes=context.settings.max_article_bytes,
            stubs=stubs,
        ):
            report.tell(item)
            if isinstance(item, Found):
                batch.append(item)
            if len(batch) == BATCH:
                yield batch
                batch = []
    if batch:
        yield batch


def show(report: Report, names: Sequence[str], as_json: bool) -> None:
    """As JSON, or for people: counts on standard output, what needs a look on standard error with file and line."""
    values = {name: getattr(report, name) for name in names}
    if as_json:
        print_json(values)
        return
    click.echo(", ".join(f"{name} {value}" for name, value in values.items() if isinstance(value, int)))
    for kind, items, text in (("not read", report.failed, "error"), ("note", report.notes, "note")):
        for item in items[:SHOWN]:
            where = item["source"] if item["line"] is None else f"{item['source']}:{item['line']}"
            click.echo(f"{kind}: {where}: {item[text]}", err=True)
        if len(items) > SHOWN:
            click.echo(f"{kind}: and {len(items) - SHOWN} more; --json lists them all", err=True)
    if report.stubs:
        click.echo(f"{len(report.stubs)} notices of other articles left out; --stubs adds them", err=True)
