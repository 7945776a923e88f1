"""``verify``, ``snapshot``, ``restore``, ``purge``: that nothing is lost, and that what must go is gone."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from search_service.archive import snapshot as snapshots
from search_service.cli.carrying import carry_out
from search_service.cli.context import Context, json_option, print_json
from search_service.cli.progress import Progress
from search_service.indexing.verification import verify as look


@click.command()
@json_option
@click.pass_obj
def verify(context: Context, as_json: bool) -> None:
    """Check the archive and all generations; exit with 1 if anything is wrong."""
    faults = look(context.archive, context.engine)
    if as_json:
        print_json({"ok": not faults, "faults": [fault._asdict() for fault in faults]})
    for fault in () if as_json else faults:
        click.echo(f"{fault.where}: {fault.what}; mend it with `{fault.mend}`")
    if faults:
        raise click.exceptions.Exit(1)
    if not as_json:
        click.echo("all is as it was written")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@json_option
@click.pass_obj
def snapshot(context: Context, file: Path, as_json: bool) -> None:
    """Write all articles, versions and tombstones to FILE, as they are at this moment; keys are not in it.

    Writes and searches go on meanwhile. An older FILE stays until the new one is whole.
    """
    with Progress("writing the snapshot") as progress:
        manifest = snapshots.write(context.archive, file, progress)
    if as_json:
        print_json({"file": str(file), "bytes": file.stat().st_size, **asdict(manifest)})
    else:
        click.echo(f"{file}: {manifest.articles} articles, {manifest.tombstones} tombstones")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--replace", is_flag=True, help="Put it in the place of what is there, which is kept in a file beside it."
)
@json_option
@click.pass_obj
def restore(context: Context, file: Path, replace: bool, as_json: bool) -> None:
    """Make the archive what the snapshot FILE holds, and build its index.

    All of FILE is checked before anything is changed. Keys stay as they are.
    """
    file = file.absolute()
    with Progress("restoring") as progress:

        def work() -> dict[str, Any]:
            return context.indexer.restore(file, replace=replace, progress=progress)

        done = carry_out(context, "restore", work, progress, file=str(file), replace=replace)
    if as_json:
        print_json(done)
        return
    click.echo(f"restored {done['articles']} articles, {done['tombstones']} tombstones of {done['created']}")
    if done["kept"]:
        click.echo(f"the old archive is kept in {done['kept']}")


@click.command()
@click.argument("ids", nargs=-1, required=True)
@json_option
@click.pass_obj
def purge(context: Context, ids: tuple[str, ...], as_json: bool) -> None:
    """Remove the articles IDS for good: no byte of them stays in the archive or in any generation of the index.

    The index is built anew without them, and there is no rollback to an earlier one.
    Nothing remembers them: a late write brings one back. Snapshots and archives kept
    aside that were made before still hold them.
    """
    with Progress("building the index without them") as progress:

        def work() -> dict[str, Any]:
            return asdict(context.indexer.purge(ids, progress))

        done = carry_out(context, "purge", work, progress, ids=list(ids))
    kept = [str(path) for path in sorted(context.settings.archive_path.parent.glob("*-replaced-*"))]
    if as_json:
        print_json({**done, "kept_aside": kept})
        return
    click.echo(f"removed {done['articles']} articles, and made {done['changes']} changes in the journal nobody's")
    if done["generation"] is not None:
        numbers = ", ".join(map(str, done["dropped"]))
        click.echo(
            f"generation {done['generation']} was built without them" + (f"; dropped: {numbers}" if numbers else "")
        )
    if not done["complete"]:
        click.echo("a reader holds the archive's old log; its bytes go when that one ends", err=True)
    for path in kept:
        click.echo(f"{path} may still hold them", err=True)
