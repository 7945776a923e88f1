"""``keys``: make, list and revoke API keys."""

from __future__ import annotations

import click

from search_service.archive.keys import SCOPES, Keys
from search_service.cli.context import Context, json_option, print_json


@click.group()
def keys() -> None:
    """Make, list and revoke API keys."""


@keys.command()
@click.argument("name")
@click.option("--scope", "scopes", multiple=True, type=click.Choice(SCOPES), required=True, help="May be given again.")
@json_option
@click.pass_obj
def create(context: Context, name: str, scopes: tuple[str, ...], as_json: bool) -> None:
    """Make a key called NAME; it is shown this once."""
    text, info = Keys(context.archive).create(name, scopes)
    if as_json:
        print_json({"key": text, "prefix": info.prefix, "name": info.name, "scopes": list(info.scopes)})
    else:
        click.echo(text)
        click.echo("Keep it: it is not stored and cannot be shown again.", err=True)


@keys.command("list")
@json_option
@click.pass_obj
def list_(context: Context, as_json: bool) -> None:
    """List the keys, without their secrets."""
    infos = Keys(context.archive).list()
    if as_json:
        print_json(
            [
                {
                    "prefix": info.prefix,
                    "name": info.name,
                    "scopes": list(info.scopes),
                    "created": info.created,
                    "expires": info.expires,
                    "revoked": info.revoked,
                }
                for info in infos
            ]
        )
        return
    for info in infos:
        state = f"revoked {info.revoked}" if info.revoked else "valid"
        click.echo(f"{info.prefix}  {','.join(info.scopes):20}  {state:10}  {info.name}")


@keys.command()
@click.argument("prefix")
@click.pass_obj
def revoke(context: Context, prefix: str) -> None:
    """Revoke the key that begins with PREFIX."""
    Keys(context.archive).revoke(prefix)
    click.echo(f"revoked {prefix}")
