"""What a query says, as a small tree: the parser's output, before any analysis.

``start`` is an offset into ``Query.text``, so that a word can be replaced in place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """Adjacent plain words with what stands between them, for the analyser to read."""

    text: str
    start: int


@dataclass(frozen=True, slots=True)
class Quote:
    """Words that must stand together, in order."""

    text: str
    start: int


@dataclass(frozen=True, slots=True)
class Star:
    """The beginning of a word, without its star."""

    text: str
    start: int


@dataclass(frozen=True, slots=True)
class Label:
    """A value of a facet, in any spelling: ``category:``, ``tag:``, ``author:``."""

    facet: str
    value: str


@dataclass(frozen=True, slots=True)
class Period:
    """Days of publication as Jalali day numbers, ends included: ``after:``, ``before:``."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class InTitle:
    """The part is looked for in titles only."""

    part: Part


@dataclass(frozen=True, slots=True)
class Without:
    """The part must be missing."""

    part: Part


@dataclass(frozen=True, slots=True)
class Either:
    """One of the parts or more."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Both:
    """All of the parts; of none: no words were asked for."""

    parts: tuple[Part, ...]


Part = Text | Quote | Star | Label | Period | InTitle | Without | Either | Both


@dataclass(frozen=True, slots=True)
class Query:
    """A query that was read."""

    text: str
    """What was read: the query with overlong words cut."""
    root: Both

    @property
    def blank(self) -> bool:
        """Whether nothing at all was asked for."""
        return not self.text.strip()


def written(part: Part) -> Iterator[Text | Quote | Star]:
    """The parts that a reader wrote as words to be found, in their order; not the excluded ones."""
    match part:
        case Text() | Quote() | Star():
            yield part
        case InTitle(part=inner):
            yield from written(inner)
        case Either(parts=parts) | Both(parts=parts):
            for each in parts:
                yield from written(each)


def spelt(part: Part) -> str:
    """A part as a query spells it, in one normal form; for messages."""
    match part:
        case Text(text=text):
            return text
        case Quote(text=text):
            return f"«{text}»"
        case Star(text=text):
            return f"{text}*"
        case Label(facet=facet, value=value):
            return f"{facet}:{value}"
        case Period(first=first, last=last):
            return f"{first}–{last}"
        case InTitle(part=inner):
            return f"title:{spelt(inner)}"
        case Without(part=inner):
            return f"-{spelt(inner)}"
        case Either(parts=parts):
            return f"({' OR '.join(map(spelt, parts))})"
        case Both(parts=parts):
            return f"({' '.join(map(spelt, parts))})"
