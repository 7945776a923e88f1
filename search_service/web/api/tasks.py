"""Long work: asked for, looked at, called off; and how far the index has come."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from search_service.archive.set_aside import SetAside
from search_service.archive.tasks import Tasks
from search_service.errors import ServiceError
from search_service.web.api import examples
from search_service.web.api.auth import may, require
from search_service.web.api.body import read_rename
from search_service.web.api.idempotency import repeatable
from search_service.web.api.models import (
    Aside,
    CategoryCount,
    ReindexParams,
    Rename,
    SetAsideList,
    Stats,
    Task,
    TaskList,
    told_error,
)
from search_service.web.api.operation import Body, Operation, Reply, described
from search_service.web.api.query import no_parameters, parameters
from search_service.web.api.search import INDEX_ERRORS
from search_service.web.services import services

ARCHIVE_ERRORS = ("archive_busy", "archive_damaged")
START_ERRORS = (
    "task_open",
    *ARCHIVE_ERRORS,
    "folder_not_writable",
    "idempotency_key_reused",
    "idempotency_key_in_use",
)

blueprint = Blueprint("api_tasks", __name__, url_prefix="/api/v1")


@blueprint.post("/categories/rename")
@repeatable("write")
@described(
    Operation(
        id="renameCategory",
        summary="Rename a category",
        tag="Work",
        scope="write",
        headers=("Idempotency-Key",),
        body=Body(Rename, example=examples.RENAME),
        replies={202: Reply("The task that does it.", Task, headers=("Location",), example=examples.TASK)},
        errors=("body_invalid", "body_too_large", "media_type_unknown", "parameter_invalid", *START_ERRORS),
    )
)
def rename_category() -> Response:
    """Put another name in the place of a category, in every article that bears it in any spelling.

    It is a task of the indexer.  Each article's version is counted up by one, as in any
    write without a version.
    """
    require("write")
    no_parameters()
    asked = read_rename()
    return _started("rename", **{"from": asked.from_, "to": asked.to})


@blueprint.post("/reindex")
@repeatable("admin")
@described(
    Operation(
        id="reindex",
        summary="Build the index anew",
        tag="Work",
        scope="admin",
        parameters=ReindexParams,
        headers=("Idempotency-Key",),
        replies={202: Reply("The task that does it.", Task, headers=("Location",), example=examples.REINDEX)},
        errors=START_ERRORS,
    )
)
def reindex() -> Response:
    """Build the next generation beside the live one, verify it, and let it take over; searches go on meanwhile."""
    require("admin")
    return _started("reindex", afresh=parameters(ReindexParams).afresh)


@blueprint.post("/rollback")
@repeatable("admin")
@described(
    Operation(
        id="rollback",
        summary="Go back to the generation before",
        tag="Work",
        scope="admin",
        headers=("Idempotency-Key",),
        replies={202: Reply("The task that does it.", Task, headers=("Location",))},
        errors=START_ERRORS,
    )
)
def rollback() -> Response:
    """Let the generation before the live one take over again, brought up to date."""
    require("admin")
    no_parameters()
    return _started("rollback")


@blueprint.get("/tasks")
@described(
    Operation(
        id="listTasks",
        summary="List tasks",
        tag="Work",
        scope="write",
        replies={200: Reply("The tasks that are remembered, newest first.", TaskList)},
        errors=ARCHIVE_ERRORS,
    )
)
def list_tasks() -> Response:
    """Every task that is remembered; a key for writing or for admin may look."""
    _require_any()
    no_parameters()
    return jsonify(TaskList(tasks=tuple(map(Task.of, Tasks(services().archive).list()))).model_dump())


@blueprint.get("/tasks/<task>")
@described(
    Operation(
        id="getTask",
        summary="Look at a task",
        tag="Work",
        scope="write",
        replies={200: Reply("The task as it stands.", Task, example=examples.TASK_DONE)},
        errors=("task_unknown", *ARCHIVE_ERRORS),
    )
)
def get_task(task: str) -> Response:
    """State, counts, times, and in the end the result or the error; a key for writing or for admin may look."""
    _require_any()
    no_parameters()
    return jsonify(Task.of(Tasks(services().archive).get(_number(task))).model_dump())


@blueprint.post("/tasks/<task>/cancel")
@described(
    Operation(
        id="cancelTask",
        summary="Call a task off",
        tag="Work",
        scope="write",
        replies={202: Reply("The task; it stops at once, or at its next step.", Task)},
        errors=("task_unknown", *ARCHIVE_ERRORS, "folder_not_writable"),
    )
)
def cancel_task(task: str) -> Response:
    """Stop a task; one that has ended stays as it is.

    A key for writing may call off what such a key may start, the others need one for
    admin.
    """
    _require_any()
    no_parameters()
    tasks = Tasks(services().archive)
    if tasks.get(_number(task)).kind != "rename":
        require("admin")
    response = jsonify(Task.of(tasks.cancel(_number(task))).model_dump())
    response.status_code = 202
    return response


@blueprint.get("/set-aside")
@described(
    Operation(
        id="listSetAside",
        summary="List what could not be indexed",
        tag="Work",
        scope="write",
        replies={200: Reply("The articles that the live index lacks.", SetAsideList)},
        errors=(*INDEX_ERRORS, *ARCHIVE_ERRORS),
    )
)
def set_aside() -> Response:
    """Articles that are stored and could not be indexed, with the reason; a newer version tries again."""
    _require_any()
    no_parameters()
    number = services().live.info().number
    found = tuple(
        Aside(id=each.id, version=each.version, error=told_error(each.error), tries=each.tries, since=each.since)
        for each in SetAside(services().archive).list(number)
    )
    return jsonify(SetAsideList(generation=number, articles=found).model_dump())


@blueprint.get("/stats")
@described(
    Operation(
        id="getStats",
        summary="How much there is",
        tag="Work",
        scope="write",
        replies={200: Reply("Counts and positions.", Stats, example=examples.STATS)},
        errors=(*INDEX_ERRORS, *ARCHIVE_ERRORS),
    )
)
def stats() -> Response:
    """Articles in the archive and in the index, how far the index has come, and the categories."""
    _require_any()
    no_parameters()
    ours = services()
    info, archive = ours.live.info(), ours.archive
    position = archive.position()
    found = Stats(
        articles=archive.count(),
        searchable=info.count,
        position=position,
        indexed=info.position,
        lag=max(0, position - info.position),
        generation=info.number,
        set_aside=SetAside(archive).count(info.number),
        categories=tuple(CategoryCount(label=label, count=count) for label, count in archive.categories()),
    )
    return jsonify(found.model_dump())


def _require_any() -> None:
    """Let pass who may write or administer; raises as ``require``."""
    if not may("admin"):
        require("write")


def _started(kind: str, **arguments: object) -> Response:
    tasks = Tasks(services().archive)
    task = tasks.get(tasks.start(kind, **arguments))
    response = jsonify(Task.of(task).model_dump())
    response.status_code = 202
    response.headers["Location"] = f"/api/v1/tasks/{task.id}"
    return response


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 18):
        raise ServiceError("task_unknown", "a task's id is a whole number", field="task")
    return int(text)
