"""``serve`` and ``indexer``: the processes of a running service."""

from __future__ import annotations

import logging
import signal
import threading
from importlib import resources
from pathlib import Path

import click

from search_service import log
from search_service.cli.add import add_files
from search_service.cli.context import Context
from search_service.errors import ServiceError
from search_service.web.serve import serve as serve_web


@click.command()
@click.option("--host", help="Address to listen on (SEARCH_HOST; default: 127.0.0.1).")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on (SEARCH_PORT; default: 8000).")
@click.option("--sample", is_flag=True, help="Load the bundled sample first when the archive is empty.")
@click.pass_obj
def serve(context: Context, host: str | None, port: int | None, sample: bool) -> None:
    """Serve the search page and the API, with the indexer beside them."""
    changes = {"host": host, "port": port}
    settings = context.settings.model_copy(update={name: value for name, value in changes.items() if value is not None})
    log.start(settings)
    status = serve_web(settings, prepare=lambda: _load_sample(context) if sample else None)
    raise click.exceptions.Exit(status)


def _load_sample(context: Context) -> None:
    """The bundled articles, where there are none yet."""
    if context.archive.position() == 0:
        with resources.as_file(resources.files("search_service.data") / "sample.jsonl") as file:
            report = add_files(context, [Path(file)])
        click.echo(f"loaded the sample: {report.added} articles", err=True)
    context.archive.close()


@click.command()
@click.pass_obj
def indexer(context: Context) -> None:
    """Keep the index up to date with the archive until told to stop."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    log.start(context.settings)
    try:
        with context.indexer.lock("indexer"):
            context.indexer.run(stop)
    except Exception as error:
        told = f"{error.detail.rstrip('.')}. {error.kind.hint}" if isinstance(error, ServiceError) else "it failed"
        logging.getLogger(__name__).error("the indexer ends: %s", told, exc_info=not isinstance(error, ServiceError))
        raise click.exceptions.Exit(1) from None
