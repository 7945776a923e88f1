"""The words of a query: tokens grouped by orthographic word, with the readings only a query needs."""

from __future__ import annotations

from collections.abc import Callable

from search_service.text.lexicon import HEAD, LISTED, Lexicon
from search_service.text.token import Token, Word

Analyse = Callable[[str], list[Token]]

MOST_SPLITS = 3
MIN_PART = 2
_PARTICLES = frozenset({"و", "به", "از", "در", "با", "تا", "که", "را", "هر", "این", "آن", "هم", "بی", "نا", "می", "بر", "پی"})


def words(tokens: list[Token], lexicon: Lexicon, analyse: Analyse) -> list[Word]:
    """Group tokens that were written as one word; add what is known of each."""
    groups: list[list[Token]] = []
    for token in tokens:
        if groups and groups[-1][0].start == token.start:
            groups[-1].append(token)
        else:
            groups.append([token])
    return [_word(group, lexicon, analyse) for group in groups]


def _word(tokens: list[Token], lexicon: Lexicon, analyse: Analyse) -> Word:
    first = tokens[0]
    exact, lemma = first.terms["exact"], first.terms["lemma"]
    known = len(tokens) > 1 or not exact[0].isalpha() or lexicon.known(exact) or lexicon.known(lemma)
    return Word(
        text=first.text,
        start=first.start,
        end=first.end,
        tokens=tuple(tokens),
        optional=len(tokens) == 1 and exact in lexicon.function_words,
        known=known,
        splits=() if known and lexicon.flags(exact) & HEAD or len(tokens) > 1 else splits(exact, lexicon, analyse),
    )


def splits(form: str, lexicon: Lexicon, analyse: Analyse) -> tuple[tuple[str, ...], ...]:
    """A joined word that is no headword, as two or three words, best first: «درایران», «وزیرخارجه».

    Each part is a word of the lists or a form of one; the rarest part decides.
    """
    found: list[tuple[float, tuple[str, ...]]] = []
    for at in range(MIN_PART, len(form) - MIN_PART + 1):
        head, tail = form[:at], form[at:]
        first = _worth(head, lexicon, analyse)
        if not first:
            continue
        second = _worth(tail, lexicon, analyse)
        if second:
            found.append((min(first, second) + (first + second) / 100, (head, tail)))
    found.sort(key=lambda pair: -pair[0])
    return tuple(
        tuple(term for part in parts for term in _exact(part, analyse)) for _, parts in found[:MOST_SPLITS]
    )


def _worth(part: str, lexicon: Lexicon, analyse: Analyse) -> float:
    """How likely the part is a word: the magnitude of its lemma, less for short and inflected ones; 0: none."""
    if part in _PARTICLES:
        return 20
    if len(part) < MIN_PART:
        return 0
    flags = max((lexicon.flags(term) for term in lexicon.terms(part)), default=0)
    if flags & HEAD and (len(part) > 2 or lexicon.magnitude(part) > 18):
        return 1 + lexicon.magnitude(part) - (6 if len(part) == 2 else 0)
    if len(part) < 3:
        return 0
    tokens = analyse(part)
    lemma = tokens[0].terms["lemma"] if len(tokens) == 1 else ""
    if lemma and lemma != tokens[0].terms["exact"] and lexicon.flags(lemma) & HEAD:
        return 0.5 + lexicon.magnitude(lemma) / 2
    if len(tokens) > 1 and lexicon.compound(part):
        return 4
    return 2 if flags & LISTED and len(part) > 3 else 0


def _exact(part: str, analyse: Analyse) -> list[str]:
    return [token.terms["exact"] for token in analyse(part)]
