"""``search-service``: the command line, its options and its errors."""

from __future__ import annotations

import keyword
import logging
import os
import sys
from pathlib import Path

import click
from pydantic import ValidationError

from search_service import __version__
from search_service.cli.context import Context
from search_service.errors import ServiceError
from search_service.settings import Settings

COMMANDS = {
    "add": "add",
    "import": "imports",
    "search": "search",
    "serve": "serve",
    "indexer": "serve",
    "reindex": "generations",
    "generations": "generations",
    "rollback": "generations",
    "set-aside": "generations",
    "tasks": "tasks",
    "verify": "safety",
    "snapshot": "safety",
    "restore": "safety",
    "purge": "safety",
    "analyze": "analyze",
    "explain": "explain",
    "check-cases": "quality",
    "evaluate": "quality",
    "keys": "keys",
    "queries": "queries",
}
"""Command -> the module of this folder that holds it; loaded when it is called."""


class _Commands(click.Group):
    """Loads a command's module only when it is needed, so that each starts quickly."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = __import__(f"search_service.cli.{COMMANDS[cmd_name]}", fromlist=["_"])
        name = cmd_name.replace("-", "_")
        command: click.Command = getattr(module, f"{name}_" if keyword.iskeyword(name) else name)
        return command


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="search-service")
@click.option("--index", type=click.Path(path_type=Path), help="The index folder (SEARCH_INDEX; default: index).")
@click.option("-v", "--verbose", is_flag=True, help="Say more on standard error.")
@click.pass_context
def cli(ctx: click.Context, index: Path | None, verbose: bool) -> None:
    """Full-text search for Persian news."""
    logging.basicConfig(
        level=logging.DEBUG if verbose else logging.WARNING, format="%(levelname)s: %(message)s", stream=sys.stderr
    )
    settings = Settings() if index is None else Settings(index=index)
    ctx.obj = Context(settings.model_copy(update={"log_level": "debug"}) if verbose else settings)


def main() -> None:
    """Run a command; whatever goes wrong is told in one line on standard error, with exit status 1."""
    try:
        status = cli.main(standalone_mode=False)
    except click.exceptions.Exit as error:
        status = error.exit_code
    except click.ClickException as error:
        error.show()
        status = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        status = _fail("interrupted", 130)
    except ServiceError as error:
        status = _fail(f"{error.detail.rstrip('.')}. {error.kind.hint}")
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        status = _fail(f"setting SEARCH_{str(first['loc'][0]).upper()}: {first['msg']}")
    except BrokenPipeError:
        # Whoever read our output has gone; nothing more can be said, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 1
    sys.exit(status if isinstance(status, int) else 0)


def _fail(line: str, status: int = 1) -> int:
    print(f"search-service: {line}", file=sys.stderr)
    return status
