"""``keys``: make, list and revoke API keys."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, time, timedelta

import click

from search_service.archive.keys import SCOPES, KeyInfo, Keys
from search_service.article import TEHRAN
from search_service.cli.context import Context, json_option, print_json
from search_service.dates import read_time
from search_service.errors import ServiceError


@click.group()
def keys() -> None:
    """Make, list and revoke API keys."""


@keys.command()
@click.argument("name")
@click.option("--scope", "scopes", multiple=True, type=click.Choice(SCOPES), required=True, help="May be given again.")
@click.option("--expires", metavar="TIME", help="The last day on which it works, or a time, in either calendar.")
@json_option
@click.pass_obj
def create(context: Context, name: str, scopes: tuple[str, ...], expires: str | None, as_json: bool) -> None:
    """Make a key called NAME; it is shown this once."""
    text, info = Keys(context.archive).create(name, scopes, None if expires is None else _end(expires))
    if as_json:
        known = {"prefix": info.prefix, "name": info.name, "scopes": list(info.scopes), "expires": info.expires}
        print_json({"key": text, **known})
    else:
        click.echo(text)
        click.echo("Keep it: it is not stored and cannot be shown again.", err=True)


@keys.command("list")
@json_option
@click.pass_obj
def list_(context: Context, as_json: bool) -> None:
    """List the keys, without their secrets."""
    known = Keys(context.archive)
    infos = known.list()
    if as_json:
        print_json([asdict(info) | {"state": _state(known, info)} for info in infos])
        return
    for info in infos:
        moment = info.revoked or info.expires
        state = _state(known, info) + (f" {moment[:10]}" if moment else "")
        click.echo(f"{info.prefix}  {','.join(info.scopes):20}  {state:20}  {info.name}")


@keys.command()
@click.argument("prefix")
@click.pass_obj
def revoke(context: Context, prefix: str) -> None:
    """Revoke the key that begins with PREFIX."""
    Keys(context.archive).revoke(prefix)
    click.echo(f"revoked {prefix}")


def _end(text: str) -> datetime:
    """The time at which a key ends whose last day, or time, this text names."""
    try:
        moment = read_time(text)
    except ValueError as error:
        raise ServiceError("date_invalid", f"--expires: {error}", field="expires") from None
    if isinstance(moment, datetime):
        return moment
    return datetime.combine(moment + timedelta(days=1), time(), TEHRAN)


def _state(known: Keys, info: KeyInfo) -> str:
    if info.revoked is not None:
        return "revoked"
    if info.expires is None:
        return "valid"
    return "expired" if known.expired(info) else "valid until"
