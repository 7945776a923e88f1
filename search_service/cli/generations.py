"""``reindex``, ``generations``, ``rollback``: the admin's work on the generations of the index."""

from __future__ import annotations

import click

from search_service.archive.set_aside import SetAside
from search_service.cli.carrying import carry_out
from search_service.cli.context import Context, json_option, print_json
from search_service.cli.progress import Progress
from search_service.engine.base import GenerationInfo
from search_service.errors import ServiceError
from search_service.indexing.building import finished
from search_service.indexing.reindex import recommended
from search_service.indexing.scrub import Verified


@click.command()
@click.option("--afresh", is_flag=True, help="Do not go on with a build that was stopped.")
@json_option
@click.pass_obj
def reindex(context: Context, afresh: bool, as_json: bool) -> None:
    """Rebuild the index beside the live one, verify it, and swap it in.

    Stopped with Ctrl+C, or killed, it goes on from there when it is called again.
    """
    with Progress("reindexing") as progress:

        def work() -> dict[str, int]:
            return {"generation": context.indexer.reindex(progress, afresh=afresh)}

        done = carry_out(context, "reindex", work, progress, afresh=afresh)
    _tell(done, as_json)


@click.command()
@json_option
@click.pass_obj
def rollback(context: Context, as_json: bool) -> None:
    """Go back to the generation before the live one."""
    with Progress("catching up", "changes") as progress:

        def work() -> dict[str, int]:
            return {"generation": context.indexer.rollback(progress)}

        done = carry_out(context, "rollback", work, progress)
    _tell(done, as_json)


@click.command()
@json_option
@click.pass_obj
def generations(context: Context, as_json: bool) -> None:
    """List the generations of the index, oldest first."""
    infos = context.engine.generations()
    damages = {info.number: _damage(context, info) for info in infos}
    aside = SetAside(context.archive)
    if as_json:
        print_json(
            [
                {
                    "number": info.number,
                    "live": info.live,
                    "complete": info.live or finished(info),
                    "articles": info.count,
                    "set_aside": aside.count(info.number),
                    "position": info.position,
                    "created": info.created,
                    "analyser": info.analyser,
                    "reindex_recommended": info.live and recommended(info),
                    "engine": info.engine,
                    "damage": damages[info.number],
                }
                for info in infos
            ]
        )
        return
    for info in infos:
        state = "live" if info.live else "kept" if finished(info) else "unfinished"
        notes = f"  {count} set aside" if (count := aside.count(info.number)) else ""
        notes += "  reindex recommended" if info.live and recommended(info) else ""
        articles = f"{info.count:9} articles  position {info.position:9}"
        click.echo(f"{info.number:6}  {state:10}  {articles}  {info.created}{notes}")
        if damage := damages[info.number]:
            click.echo(f"        damaged: {damage}")


@click.command("set-aside")
@json_option
@click.pass_obj
def set_aside(context: Context, as_json: bool) -> None:
    """List the articles that could not be indexed, with their errors.

    A newer version of one is tried again at once, all of them by a reindex.
    """
    live = context.engine.live()
    rows = SetAside(context.archive).list(live.number) if live is not None else []
    if as_json:
        print_json(
            [{name: getattr(row, name) for name in ("id", "version", "error", "tries", "since")} for row in rows]
        )
        return
    for row in rows:
        click.echo(f"{row.id}  version {row.version}  {row.since}  {row.error}")


def _damage(context: Context, info: GenerationInfo) -> str | None:
    """What is wrong with a generation, as far as opening it shows, or the last scrub has found."""
    seen = Verified.read(context.settings.index)
    found = seen.fault if seen is not None and seen.generation == info.number else None
    if not (info.live or finished(info)):
        return info.damage
    generation = context.engine.open(info.number)
    try:
        generation.searcher().close()
    except ServiceError as error:
        return str(error)
    return generation.damage or found


def _tell(done: dict[str, int], as_json: bool) -> None:
    if as_json:
        print_json({"generation": done["generation"]})
    else:
        click.echo(f"generation {done['generation']} is live")
