"""``check-cases`` and ``evaluate``: how good the analysis and the ranking are."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

import click

from search_service.cli.context import Context, json_option
from search_service.cli.progress import Progress
from search_service.engine.base import Document
from search_service.engine.whoosh import WhooshEngine
from search_service.quality import evaluation
from search_service.quality.cases import CaseReport, check, read_cases
from search_service.quality.evaluation import Judged, read_documents, read_queries
from search_service.text.analyzer import Analyzer


@click.command("check-cases")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--no-fallback", is_flag=True, help="Without the ladder's later steps and guesses for all rows.")
@click.option("--together", is_flag=True, help="All texts in one index.")
@click.option("--strict", is_flag=True, help="Exit with 1 if rows fail.")
@json_option
@click.pass_obj
def check_cases(context: Context, file: Path, no_fallback: bool, together: bool, strict: bool, as_json: bool) -> None:
    """Check each row of FILE.tsv: does its query match its text, or not?"""
    analyzer = Analyzer.default(context.settings.cache)
    report = check(read_cases(file), analyzer, context.settings, fallback=not no_fallback, together=together)
    if as_json:
        click.echo(report.model_dump_json())
    else:
        _print(report)
    if strict and report.failures:
        raise click.exceptions.Exit(1)


def _print(report: CaseReport) -> None:
    for failure in report.failures:
        click.echo(
            f"{failure.line}\t{failure.group}\t{failure.query}\t{failure.document_text}\t{failure.expect}\t{failure.why}"
            + (f"\t({failure.error})" if failure.error else "")
        )
    for group, count in report.groups.items():
        click.echo(f"{group:24} {count.passed:5} of {count.total}")
    for name, count in (("match", report.match), ("no", report.no)):
        share = 100 * count.passed / count.total if count.total else 100
        click.echo(f"{name:24} {count.passed:5} of {count.total}  {share:.1f}%")


@click.command()
@click.argument("documents", type=click.Path(path_type=Path))
@click.argument("queries", type=click.Path(path_type=Path))
@click.option("--match", type=click.Choice(["any", "auto"]), default="any", help="Any word (default), or the ladder.")
@json_option
@click.pass_obj
def evaluate(context: Context, documents: Path, queries: Path, match: Literal["any", "auto"], as_json: bool) -> None:
    """Measure ranked retrieval of DOCUMENTS.jsonl by the judged QUERIES.jsonl (.gz, too)."""
    analyzer = Analyzer.default(context.settings.cache)
    judged = read_queries(queries)
    with tempfile.TemporaryDirectory(prefix="search-service-") as folder, Progress("evaluating", "queries") as progress:
        generation = WhooshEngine(Path(folder)).create(analyzer.fingerprint, {})
        writer = generation.writer()
        for document in _once(read_documents(documents, analyzer)):
            writer.upsert(document)
        writer.commit(0)

        def shown(queries: Iterable[Judged]) -> Iterator[Judged]:
            for done, query in enumerate(queries, start=1):
                yield query
                progress(done, len(judged))

        measures = evaluation.evaluate(generation.searcher(), analyzer, judged, context.settings, match, shown)
    if as_json:
        click.echo(measures.model_dump_json())
    else:
        for name, value in measures.model_dump().items():
            click.echo(f"{name:12} {value}")


def _once(documents: Iterable[Document]) -> Iterator[Document]:
    """Each id once: a set of judgements may hold a document twice."""
    seen: set[str] = set()
    for document in documents:
        if document.id not in seen:
            seen.add(document.id)
            yield document
