"""The query language: from what a reader typed to a ``Query``; linear in its length.

Words · "phrases", «phrases», “phrases” · ``-word`` · ``a OR b``, ``a | b`` · ``word*`` ·
``category: tag: author: title: after: before:`` · brackets.  ``OR`` binds the two parts
beside it; a minus (``-``, and the ``–`` and ``−`` that phones type) counts only at a
word's beginning, before a letter or a quote; a star only at the end of a plain word.
All else is text: unbalanced quotes and brackets, a lone star or minus, unknown fields.
A pasted headline is never an error.

``after:`` begins with the first day of what it names, ``before:`` ends before it, so
that ``before:1402`` and ``after:1402`` share no day and leave none out.
"""

from __future__ import annotations

import re

from search_service import jalali
from search_service.dates import read_period
from search_service.errors import ServiceError
from search_service.search.syntax import (
    Both,
    Either,
    InTitle,
    Label,
    Part,
    Period,
    Query,
    Quote,
    Star,
    Text,
    Without,
)
from search_service.settings import Settings
from search_service.text.fold import BOUNDARIES, INVISIBLE, MARKS, fold, key

FIRST_DAY, LAST_DAY = 0, 99_991_231
"""Jalali day numbers that no article lies beyond."""

_LETTER = r"[^\W\d_]"
_IN_WORD = rf"[\w{MARKS}{BOUNDARIES}{INVISIBLE}]"
_WORD = re.compile(rf"\w{_IN_WORD}*")
_STARRED = re.compile(rf"(\w{_IN_WORD}*)\*[.,:;!?،؛؟…]*")
_OPERATORS = re.compile(
    r"(?P<minus>[-–−])?(?:(?P<field>category|tag|author|title|after|before):(?=\S))?", re.IGNORECASE
)
_CLOSING = {'"': '"', "«": "»", "“": "”"}
_EDGES = " \t.,:;!?،؛؟…"


def parse(text: str, settings: Settings) -> Query:
    """Read a query; raises ``ServiceError`` for its limits, lone surrogates and days that do not exist."""
    if len(text) > settings.max_query_length:
        raise ServiceError(
            "query_too_long",
            f"The query has {len(text)} characters; at most {settings.max_query_length} are taken.",
            field="q",
        )
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        raise ServiceError("text_invalid", "The query holds a lone surrogate.", field="q")
    words = sum(1 for _ in _WORD.finditer(text))
    if words > settings.max_query_words:
        raise ServiceError(
            "query_too_complex",
            f"The query has {words} words; at most {settings.max_query_words} are taken.",
            field="q",
        )
    longest = settings.max_word_length
    text = re.sub(f"({_IN_WORD}{{{longest}}}){_IN_WORD}+", r"\1", text)
    parser = _Parser(text, _pairs(text, settings.max_nesting), settings.min_prefix)
    return Query(text, Both(parser.parts(0, len(text))))


def _pairs(text: str, deepest: int) -> dict[int, int]:
    """Where each balanced quote and bracket opens -> where it closes."""
    pairs: dict[int, int] = {}
    open_brackets: list[int] = []
    unclosed: set[str] = set()
    at = 0
    while at < len(text):
        letter = text[at]
        if letter in _CLOSING and letter not in unclosed and not (letter == '"' and at and _WORD.match(text[at - 1])):
            close = text.find(_CLOSING[letter], at + 1)
            if close < 0:
                unclosed.add(letter)
            else:
                pairs[at] = at = close
        elif letter == "(":
            open_brackets.append(at)
            if len(open_brackets) > deepest:
                raise ServiceError(
                    "query_too_complex", f"Brackets stand more than {deepest} deep in the query.", field="q"
                )
        elif letter == ")" and open_brackets:
            pairs[open_brackets.pop()] = at
        at += 1
    return pairs


class _Parser:
    """Reads ranges of one text; brackets recurse, to the depth that ``_pairs`` allowed."""

    def __init__(self, text: str, pairs: dict[int, int], min_prefix: int) -> None:
        self._text = text
        self._pairs = pairs
        self._min_prefix = min_prefix

    def parts(self, start: int, end: int) -> tuple[Part, ...]:
        """All that stands in ``text[start:end]``, adjacent plain words as one ``Text``."""
        parts: list[Part] = []
        waiting: Text | None = None  # an OR that has seen its left side
        at = start
        while at < end:
            if self._text[at].isspace():
                at += 1
                continue
            stop = self._stop(at, end)
            sign = self._text[at:stop]
            if sign in ("|", "OR") and parts:
                waiting = Text(sign, at)
                at = stop
                continue
            if sign == "|":
                at = stop
                continue
            part, at = self._part(at, end)
            if part is None:
                continue
            if waiting:
                left = parts.pop()
                part = Either((*(left.parts if isinstance(left, Either) else (left,)), part))
                waiting = None
            parts.append(part)
        if waiting and waiting.text == "OR":
            parts.append(waiting)
        return self._merged(parts)

    def _merged(self, parts: list[Part]) -> tuple[Part, ...]:
        merged: list[Part] = []
        for part in parts:
            last = merged[-1] if merged else None
            if isinstance(part, Text) and isinstance(last, Text):
                merged[-1] = Text(self._text[last.start : part.start + len(part.text)], last.start)
            else:
                merged.append(part)
        return tuple(merged)

    def _part(self, at: int, end: int) -> tuple[Part | None, int]:
        """The part that begins here (None: it holds no word), and where it ends."""
        operators = _OPERATORS.match(self._text, at)
        assert operators is not None  # every piece of the pattern is optional
        begin = operators.end()
        negated = operators["minus"] is not None and self._may_negate(at)
        if operators["minus"] and not negated:
            return self._plain(at, end)
        part, stop = self._operand(operators["field"], begin, end)
        if part is None and operators["field"]:
            part, stop = self._plain(at + negated, end)
        return (Without(part) if negated and part else part), stop

    def _may_negate(self, at: int) -> bool:
        after = self._text[at + 1 : at + 2]
        begins_word = at == 0 or self._text[at - 1].isspace() or self._text[at - 1] in "(|"
        quoted = at + 1 in self._pairs and after != "("
        return begins_word and (quoted or re.match(_LETTER, after) is not None)

    def _operand(self, field: str | None, at: int, end: int) -> tuple[Part | None, int]:
        """What follows the operators; None when the field cannot take it, or it holds no word."""
        if at >= end:
            return None, end
        close = self._pairs.get(at)
        stop = self._stop(at, end) if close is None else close + 1
        match field.lower() if field else None:
            case None | "title" as restricted:
                part = self._operand_words(at, stop, close)
                return (InTitle(part) if part and restricted else part), stop
            case "after" | "before" as side:
                return _period(side, self._value(at, stop, close)), stop
            case facet:
                value = self._value(at, stop, close)
                return (Label(facet, value) if key(value) else None), stop

    def _operand_words(self, at: int, stop: int, close: int | None) -> Part | None:
        if close is None:
            return self._chunk(at, stop)
        if self._text[at] == "(":
            inside = self.parts(at + 1, close)
            return (inside[0] if len(inside) == 1 else Both(inside)) if inside else None
        inside_quotes = self._text[at + 1 : close]
        return Quote(inside_quotes, at + 1) if _WORD.search(inside_quotes) else None

    def _value(self, at: int, stop: int, close: int | None) -> str:
        return (self._text[at:stop] if close is None else self._text[at + 1 : close]).strip(_EDGES)

    def _plain(self, at: int, end: int) -> tuple[Part | None, int]:
        """Text up to the next space, even where it looks like an operator."""
        stop = self._stop(at, end)
        text = self._text[at:stop]
        return (Text(text, at) if _WORD.search(text) else None), stop

    def _chunk(self, at: int, stop: int) -> Part | None:
        text = self._text[at:stop]
        if starred := _STARRED.fullmatch(text):
            if len(fold(starred[1])) < self._min_prefix:
                raise ServiceError(
                    "prefix_too_short",
                    f"A star needs at least {self._min_prefix} letters before it.",
                    field="q",
                )
            return Star(starred[1], at)
        return Text(text, at) if _WORD.search(text) else None

    def _stop(self, at: int, end: int) -> int:
        """Where what begins here ends: at a space, a bar, or something balanced."""
        if self._text[at] == "|":
            return at + 1
        stop = at + 1
        while stop < end and not self._text[stop].isspace() and self._text[stop] != "|" and stop not in self._pairs:
            stop += 1
        return stop


def _period(side: str, value: str) -> Period | None:
    """The days that ``after:`` or ``before:`` lets pass; None: the value is no number at all."""
    if not value[:1].isdecimal():
        return None
    try:
        first, _ = read_period(value)
    except ServiceError as error:
        raise ServiceError(error.code, error.detail, field="q") from None
    number = jalali.day_number(first)
    return Period(number, LAST_DAY) if side == "after" else Period(FIRST_DAY, number - 1)
