"""``add``: articles from files into the archive, searchable when the command returns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from search_service.article import TEHRAN, now
from search_service.cli.context import Context, json_option, print_json
from search_service.cli.progress import Progress
from search_service.sources.item import Found, Note, Stub, Unreadable
from search_service.sources.reader import read

BATCH = 500
"""Articles written in one transaction."""

SHOWN = 20
"""Lines of one kind that are printed for people."""


@dataclass
class Report:
    """What came of reading files and writing what they held."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    failed: list[dict[str, Any]] = field(default_factory=list)
    notes: list[dict[str, Any]] = field(default_factory=list)
    stubs: list[dict[str, Any]] = field(default_factory=list)

    @property
    def written(self) -> int:
        """How many articles the archive took or already had."""
        return self.added + self.updated + self.unchanged


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, allow_dash=True))
@click.option("--strict", is_flag=True, help="Exit with 1 if anything could not be read.")
@click.option("--stubs", is_flag=True, help="Add the short notices at the end of a page as articles, too.")
@json_option
@click.pass_obj
def add(context: Context, files: tuple[Path, ...], strict: bool, stubs: bool, as_json: bool) -> None:
    """Add the articles of FILES: .jsonl, .jsonl.gz, .html, .txt, folders of those, or - for JSON lines."""
    report = add_files(context, files, stubs=stubs)
    if as_json:
        shown = ("added", "updated", "unchanged", "failed", "notes", "stubs")
        print_json({name: getattr(report, name) for name in shown})
    else:
        _print(report)
    if report.failed and (strict or report.written == 0):
        raise click.exceptions.Exit(1)


def add_files(context: Context, files: Sequence[Path], *, stubs: bool = False) -> Report:
    """Read the files, archive what they hold batch by batch, and make it searchable."""
    report = Report()
    with Progress("reading") as progress:
        for batch in _batches(context, files, stubs, report):
            _write(context, batch, report)
            progress(report.written + len(report.failed))
    with Progress("indexing") as progress:
        context.indexer.make_searchable(context.archive.position(), progress)
    return report


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
            match item:
                case Found():
                    batch.append(item)
                case Unreadable():
                    report.failed.append({"source": item.source, "line": item.line, "error": item.error})
                case Note():
                    report.notes.append({"source": item.source, "line": item.line, "note": item.text})
                case Stub():
                    report.stubs.append({"title": item.title, "excerpt": item.excerpt, "age": item.age})
            if len(batch) == BATCH:
                yield batch
                batch = []
    if batch:
        yield batch


def _write(context: Context, batch: list[Found], report: Report) -> None:
    """One transaction; what the archive refuses is reported, the rest is written."""
    receipts = context.archive.write([found.article for found in batch])
    for found, receipt in zip(batch, receipts, strict=True):
        if receipt.error is not None:
            report.failed.append({"source": found.source, "line": found.line, "error": receipt.error.detail})
        elif receipt.state == "added":
            report.added += 1
        elif receipt.state == "updated":
            report.updated += 1
        else:
            report.unchanged += 1


def _print(report: Report) -> None:
    """The counts on standard output; what needs a look on standard error, with file and line."""
    click.echo(f"added {report.added}, updated {report.updated}, unchanged {report.unchanged}")
    for kind, items, text in (("not read", report.failed, "error"), ("note", report.notes, "note")):
        for item in items[:SHOWN]:
            where = item["source"] if item["line"] is None else f"{item['source']}:{item['line']}"
            click.echo(f"{kind}: {where}: {item[text]}", err=True)
        if len(items) > SHOWN:
            click.echo(f"{kind}: and {len(items) - SHOWN} more; --json lists them all", err=True)
    if report.stubs:
        click.echo(f"{len(report.stubs)} notices of other articles left out; --stubs adds them", err=True)
