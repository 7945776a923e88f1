"""``reindex``, ``generations``, ``rollback``: the admin's work on the generations of the index."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import click

from search_service.archive.tasks import Tasks
from search_service.cli.context import Context, json_option, print_json
from search_service.cli.progress import Progress
from search_service.errors import ServiceError
from search_service.indexing.lock import holder
from search_service.indexing.reindex import recommended

ASK_EVERY = 0.2
"""Seconds between two looks at a task that the indexer carries out."""


@click.command()
@json_option
@click.pass_obj
def reindex(context: Context, as_json: bool) -> None:
    """Rebuild the index beside the live one, verify it, and swap it in."""
    with Progress("reindexing") as progress:
        number = _carry_out(context, "reindex", lambda: context.indexer.reindex(progress), progress)
    if as_json:
        print_json({"generation": number})
    else:
        click.echo(f"generation {number} is live")


@click.command()
@json_option
@click.pass_obj
def rollback(context: Context, as_json: bool) -> None:
    """Go back to the generation before the live one."""
    with Progress("catching up", "changes") as progress:
        number = _carry_out(context, "rollback", context.indexer.rollback, progress)
    if as_json:
        print_json({"generation": number})
    else:
        click.echo(f"generation {number} is live")


@click.command()
@json_option
@click.pass_obj
def generations(context: Context, as_json: bool) -> None:
    """List the generations of the index, oldest first."""
    infos = context.engine.generations()
    if as_json:
        print_json(
            [
                {
                    "number": info.number,
                    "live": info.live,
                    "complete": info.complete,
                    "articles": info.count,
                    "position": info.position,
                    "created": info.created,
                    "analyser": info.analyser,
                    "reindex_recommended": info.live and recommended(info),
                    "engine": info.engine,
                }
                for info in infos
            ]
        )
        return
    for info in infos:
        state = "live" if info.live else "kept" if info.complete else "unfinished"
        advice = "  reindex recommended" if info.live and recommended(info) else ""
        articles = f"{info.count:9} articles  position {info.position:9}"
        click.echo(f"{info.number:6}  {state:10}  {articles}  {info.created}{advice}")


def _carry_out(context: Context, kind: str, work: Callable[[], int], progress: Progress) -> int:
    """Do the work here if the lock is free; else leave it to the indexer that holds it, and wait."""
    try:
        with context.indexer.lock(kind):
            return work()
    except ServiceError as error:
        if error.code != "indexer_busy":
            raise
    tasks = Tasks(context.archive)
    id = tasks.start(kind)
    while True:
        task = tasks.get(id)
        if task.state == "done":
            return _generation(task.result)
        if task.state in ("failed", "cancelled"):
            raise ServiceError("internal", f"{kind}: {task.error or task.state}")
        if holder(context.settings.index) is None:
            # Its holder has gone; what it left undone is ours to do.
            tasks.cancel(id)
            return _carry_out(context, kind, work, progress)
        progress(task.done, task.total or None)
        time.sleep(ASK_EVERY)


def _generation(result: Any) -> int:
    return int(result["generation"])
