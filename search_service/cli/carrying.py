"""Work that needs the indexer's lock: done here when it is free, else asked of the indexer and waited for."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from search_service.archive.tasks import Tasks
from search_service.cli.context import Context
from search_service.cli.progress import Progress
from search_service.errors import ServiceError
from search_service.indexing.lock import holder

ASK_EVERY = 0.2
"""Seconds between two looks at a task that the indexer carries out."""

Result = dict[str, Any]


def carry_out(context: Context, kind: str, work: Callable[[], Result], progress: Progress, **arguments: Any) -> Result:
    """Do the work here if the lock is free; else leave it to the indexer that holds it, and wait.

    Raises ``task_open`` when another such task is under way, ``task_cancelled``, and
    what the work raises.
    """
    try:
        with context.indexer.lock(kind):
            return work()
    except ServiceError as error:
        if error.code != "indexer_busy" or f"({kind})" in error.detail:
            raise
    tasks = Tasks(context.archive)
    id = tasks.start(kind, **arguments)
    while True:
        task = tasks.get(id)
        if task.state == "done":
            return dict(task.result or {})
        if task.state == "cancelled":
            raise ServiceError("task_cancelled", f"{kind} (task {id}) was called off")
        if task.state == "failed":
            raise ServiceError("task_failed", f"{kind} (task {id}): {task.error}")
        if holder(context.settings.index) is None and tasks.cancel(id).state == "cancelled":
            # Its holder has gone before it began; what is left undone is ours to do.
            return carry_out(context, kind, work, progress, **arguments)
        progress(task.done, task.total or None)
        time.sleep(ASK_EVERY)
