"""``tasks``: long work that was asked for, and calling it off."""

from __future__ import annotations

from dataclasses import asdict

import click

from search_service.archive.tasks import Tasks
from search_service.cli.context import Context, json_option, print_json


@click.group(invoke_without_command=True)
@json_option
@click.pass_context
def tasks(ctx: click.Context, as_json: bool) -> None:
    """List the tasks, newest first."""
    if ctx.invoked_subcommand is not None:
        return
    context: Context = ctx.obj
    found = Tasks(context.archive).list()
    if as_json:
        print_json([asdict(task) for task in found])
        return
    for task in found:
        done = f"{task.done} of {task.total}" if task.total else ""
        click.echo(f"{task.id:6}  {task.kind:10}  {task.state:10}  {task.created}  {done}{task.error or ''}")


@tasks.command()
@click.argument("id", type=int)
@click.pass_obj
def cancel(context: Context, id: int) -> None:
    """Call the task ID off: at once while it waits, within some seconds while it runs."""
    click.echo(f"task {id} is {Tasks(context.archive).cancel(id).state}")
