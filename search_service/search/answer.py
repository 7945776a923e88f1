"""The answer to a search, as the API gives it: typed models, generated into OpenAPI."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, populate_by_name=True, serialize_by_alias=True)


# An answer has hundreds of pieces and choices: as dataclasses they take half of the time.
@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of shown text, matched or not."""

    text: str
    match: bool


Fragment = tuple[Piece, ...]
"""Consecutive pieces; their texts joined are a part of the article as shown."""


class Fragments(_Model):
    """The whole title, and up to three passages of lead and body, best first."""

    title: Fragment
    body: tuple[Fragment, ...]


class Html(_Model):
    """The fragments as escaped HTML, matches in ``<mark>``."""

    title: str
    body: tuple[str, ...]


class JalaliDate(_Model):
    """A day in the Jalali calendar: ``1402-06-28``, «۲۸ شهریور ۱۴۰۲»."""

    date: str
    text: str


def _missing(value: Any) -> bool:
    return value is None


def _zero(value: Any) -> bool:
    return bool(value == 0)


_T = TypeVar("_T")
IfAsked = Annotated[_T | None, Field(None, exclude_if=_missing)]


class Copy(_Model):
    """The same story as a hit, as another outlet printed it."""

    id: str
    url: str | None
    title: str
    source: str | None
    published: datetime | date | None
    published_jalali: JalaliDate | None


def _chosen(schema: dict[str, Any]) -> None:
    """Whoever chooses fields gets these and the id."""
    schema["required"] = ["id"]


class Found(_Model):
    """One article that was found."""

    model_config = ConfigDict(json_schema_extra=_chosen)

    id: str
    version: int
    url: str | None
    kicker: str
    title: str
    categories: tuple[str, ...]
    tags: tuple[str, ...]
    authors: tuple[str, ...]
    source: str | None
    image: str | None
    published: datetime | date | None = Field(description="ISO 8601 in Tehran's zone; a bare date stays one.")
    published_jalali: JalaliDate | None
    score: float
    fragments: Fragments
    html: Html
    copies: IfAsked[tuple[Copy, ...]] = None
    """The same story from other outlets, where stories were asked for; each counts in ``total``."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a facet; ``value`` is what the parameter of the facet's name takes."""

    value: str
    label: str
    count: int
    selected: bool


@dataclass(frozen=True, slots=True)
class DateChoice(Choice):
    """A Jalali year, month or day; years open to months, chosen months to days."""

    children: tuple[DateChoice, ...] = ()


class Facets(_Model):
    """Exact counts of the facets that were asked for; each leaves out its own choice."""

    category: IfAsked[tuple[Choice, ...]] = None
    date: IfAsked[tuple[DateChoice, ...]] = None
    undated: IfAsked[int] = None
    """Hits without a date; comes with the facet ``date``."""
    source: IfAsked[tuple[Choice, ...]] = None
    tag: IfAsked[tuple[Choice, ...]] = None
    author: IfAsked[tuple[Choice, ...]] = None


class Suggestion(_Model):
    """Another spelling of the query, and the same as HTML with the changed words marked."""

    query: str
    html: str


class Applied(_Model):
    """A step that changed what the query means."""

    kind: Literal["most_words", "any_word", "keyboard", "finglish", "spelling"]
    from_: str = Field(alias="from")
    to: str


class Answer(_Model):
    """One page of hits with its counts."""

    query: str
    total: int = Field(description="All hits, exactly.")
    took_ms: float
    page: int = Field(0, exclude_if=_zero, description="Not there in a walk with `cursor`.")
    size: int
    hits: tuple[Found, ...]
    facets: Facets
    did_you_mean: Suggestion | None
    applied: tuple[Applied, ...]
    cursor: IfAsked[str] = None
    """In a walk: what to send for the hits that follow; not there once all have been told."""


class Proposal(_Model):
    """What a reader may have begun to type: a query, an article's title, or a category."""

    kind: Literal["word", "title", "category"]
    text: str
    fragments: Fragment
    """The same text, the matched words of a title marked."""
    query: IfAsked[str] = None
    """Of a word: the whole query with it."""
    id: IfAsked[str] = None
    """Of a title: the article's."""
    url: IfAsked[str] = None
    """Of a title: the outlet's own address, if there is one."""
    value: IfAsked[str] = None
    """Of a category: what the parameter ``category`` takes."""
    count: IfAsked[int] = None
    """Of a category: its articles."""


class Reason(_Model):
    """What a part of a query adds to an article's score, and from what."""

    text: str
    score: float
    parts: tuple[Reason, ...] = ()

    def lines(self, depth: int = 0) -> Iterator[str]:
        """The tree as indented lines."""
        yield f"{self.score:9.4f}  {'  ' * depth}{self.text}"
        for part in self.parts:
            yield from part.lines(depth + 1)


class WordReason(_Model):
    """Whether a word or another part of the query matches the article."""

    text: str
    matches: bool


class Explained(_Model):
    """Why an article is found for a query, or why it is not."""

    id: str
    title: str
    query: str
    searched: str = Field(description="The query that was searched for, where a guess changed it.")
    applied: tuple[Applied, ...]
    matches: bool
    published: bool = Field(description="Whether its time has come; before, no search finds it.")
    score: float
    words: tuple[WordReason, ...]
    reason: Reason
