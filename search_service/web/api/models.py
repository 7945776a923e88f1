"""The shapes of what the API takes and answers, besides articles and searches, which have models of their own."""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from search_service.archive.receipt import Receipt as ArchiveReceipt
from search_service.archive.tasks import State as TaskState
from search_service.archive.tasks import Task as ArchiveTask
from search_service.article import MAX_VERSION
from search_service.search.answer import IfAsked, Proposal

MOST_SUGGESTED = 20


class Model(BaseModel):
    """A shape: what it does not know it refuses."""

    model_config = ConfigDict(frozen=True, populate_by_name=True, serialize_by_alias=True, extra="forbid")


# parameters


def _whole(value: object) -> object:
    if isinstance(value, str):
        if not (value.isascii() and value.isdecimal() and len(value) <= 19):
            raise ValueError("is a whole number from 0")
        return int(value)
    return value


Whole = BeforeValidator(_whole)
"""Of an integer: written in ASCII digits, and nothing else."""

ArticleField = Literal[
    "id",
    "url",
    "kicker",
    "title",
    "lead",
    "body",
    "categories",
    "tags",
    "authors",
    "source",
    "image",
    "language",
    "extra",
    "status",
    "published",
    "modified",
    "version",
]
ARTICLE_FIELDS: tuple[ArticleField, ...] = get_args(ArticleField)


class Nothing(Model):
    """No parameters."""


class Wait(Model):
    """What every writing call takes."""

    wait: Literal["indexed"] | None = Field(None, description="`indexed`: answer once the change is searchable.")


class Deletion(Wait):
    """The same, and the version of the tombstone."""

    version: Annotated[int, Field(ge=0, le=MAX_VERSION), Whole] | None = Field(
        None, description="Version of the delete; it must be higher than the article's. Counted on without it."
    )


class ListParams(Model):
    """A page of all articles."""

    fields: tuple[ArticleField, ...] = Field(
        ("id", "version"), description="What to tell of each article; the id always is."
    )
    cursor: str | None = Field(None, description="The `cursor` of the page before; the first page without one.")
    size: Annotated[int, Field(ge=1), Whole] = Field(100, description="Articles on a page.")


class SuggestParams(Model):
    """What a reader has typed so far."""

    q: str = Field("", description="The beginning of a query.")
    limit: Annotated[int, Field(ge=1, le=MOST_SUGGESTED), Whole] = Field(8, description="Most suggestions.")
    lang: str = Field("", description="Language of the pages that `href` leads to: `en`, else Persian.")
    format: Literal["opensearch"] | None = Field(
        None, description="`opensearch`: the answer as search boxes of browsers read it."
    )


def _truth(value: object) -> object:
    if isinstance(value, str):
        if value not in ("true", "false"):
            raise ValueError("is true or false")
        return value == "true"
    return value


class ReindexParams(Model):
    """How to build the index anew."""

    afresh: Annotated[bool, BeforeValidator(_truth)] = Field(
        False, description="Whether to leave aside what a stopped build has already done."
    )


# writing


class Receipt(Model):
    """The change is stored and will not be lost; it is searchable once the indexed position has come here."""

    id: str
    version: int = Field(description="The article's version as it now stands.")
    position: int = Field(description="Where the change stands in the journal.")
    state: Literal["added", "updated", "unchanged", "deleted"]

    @classmethod
    def of(cls, given: ArchiveReceipt) -> Receipt:
        """The archive's own."""
        assert given.state != "refused"
        return cls(id=given.id, version=given.version, position=given.position, state=given.state)


class Slip(Model):
    """What was wrong with one article of many."""

    code: str
    field: str | None
    detail: str
    version: IfAsked[int] = None
    """Of a ``version_conflict``: the version at which the article stands."""


class Refusal(Model):
    """One article of many that was not taken; the others were."""

    id: IfAsked[str] = None
    """Where it could be read."""
    error: Slip


class BulkAnswer(Model):
    """What became of each article, in the order in which they came."""

    added: int
    updated: int
    unchanged: int
    failed: int
    position: int = Field(description="The highest of the receipts' positions: once it is indexed, all are.")
    results: tuple[Receipt | Refusal, ...]


# reading


class Listed(Model):
    """A page of articles in the order of their ids, with the fields that were asked for."""

    articles: tuple[dict[str, Any], ...]
    cursor: IfAsked[str] = None
    """What to send for the articles that follow; not there on the last page."""


class Suggested(Proposal):
    """A proposal with where it leads."""

    href: str


class Suggestions(Model):
    """What a reader may be about to ask for."""

    query: str
    took_ms: float
    suggestions: tuple[Suggested, ...]


class CategoryCount(Model):
    """A category as articles spell it."""

    label: str
    count: int


class Stats(Model):
    """How much there is, and how far the index has come."""

    articles: int = Field(description="In the archive, drafts and scheduled ones included.")
    searchable: int = Field(description="In the index, scheduled ones included.")
    position: int = Field(description="The newest change of the archive.")
    indexed: int = Field(description="The newest change that searches see.")
    lag: int = Field(description="Changes that wait for the indexer.")
    generation: int = Field(description="The live generation of the index.")
    set_aside: int = Field(description="Articles that could not be indexed.")
    categories: tuple[CategoryCount, ...] = Field(description="Commonest first, drafts included.")


class Aside(Model):
    """An article that the index lacks, and why."""

    id: str
    version: int
    error: str
    tries: int
    since: str


class SetAsideList(Model):
    """What could not be indexed; a newer version of the article, or a reindex, tries again."""

    generation: int
    articles: tuple[Aside, ...]


# work that takes its time


class Rename(Model):
    """A category gets another name, in every article that bears it in any spelling."""

    model_config = ConfigDict(populate_by_name=False)

    from_: str = Field(alias="from", min_length=1, max_length=200, description="The category, in any spelling.")
    to: str = Field(min_length=1, max_length=200, description="Its new name; one that is there already joins the two.")


class Task(Model):
    """Long work, carried out by the indexer."""

    id: int
    kind: str
    state: TaskState
    done: int
    total: int = Field(description="What `done` counts towards; 0: not known yet.")
    result: dict[str, Any] | None
    error: str | None
    attempts: int
    created: str = Field(description="ISO 8601, as are the other times.")
    started: str | None
    finished: str | None

    @classmethod
    def of(cls, task: ArchiveTask) -> Task:
        """The archive's own, without what names files of this machine."""
        result = {name: value for name, value in (task.result or {}).items() if not _names_a_file(value)}
        error = task.error
        if error is not None and _names_a_file(error):
            error = "The task could not be done; the indexer's log says why."
        return cls(
            id=task.id,
            kind=task.kind,
            state=task.state,
            done=task.done,
            total=task.total,
            result=result if task.result is not None else None,
            error=error,
            attempts=task.attempts,
            created=task.created,
            started=task.started,
            finished=task.finished,
        )


class TaskList(Model):
    """The tasks that are remembered, newest first."""

    tasks: tuple[Task, ...]


def _names_a_file(value: object) -> bool:
    return isinstance(value, str) and "/" in value


def told_error(error: str) -> str:
    """An error's text for whoever may not know where this machine keeps its files."""
    return "It could not be indexed; the indexer's log says why." if _names_a_file(error) else error


class Problem(Model):
    """An error, after RFC 9457; where some of many articles were stored, with what became of each."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str = Field(description="What went wrong, for programmers.")
    title_fa: str = Field(description="The same in Persian, for readers.")
    status: int
    code: str = Field(description="Stable: what a program looks at.")
    detail: str = Field(description="What exactly was wrong, and where.")
    field: str | None = Field(description="The parameter or the article's field at fault.")
    hint: str = Field(description="How to mend it.")
    hint_fa: str = Field(description="The same in Persian.")
    request_id: str = Field(description="Names the request in the logs.")
    version: IfAsked[int] = None
    """Of a ``version_conflict`` or ``precondition_failed``: the version at which the article stands."""
