"""The words of a query: groups of tokens, with the readings that only a query needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

from search_service.text.affix import AFTER_HALF_SPACE
from search_service.text.fold import ZWNJ, fold
from search_service.text.lexicon import HEAD, LISTED, Lexicon
from search_service.text.token import Token, Word
from search_service.text.verb import IMPERFECTIVE

Analyse = Callable[[str], list[Token]]
Parts = tuple[str, ...]

_FUTURE = frozenset(
    negation + "خواه" + ending for negation in ("", "ن") for ending in ("م", "ی", "د", "یم", "ید", "ند")
)
_AUXILIARIES = frozenset({"بود", "است"})

MOST_SPLITS = 3
MIN_PART = 2
_PARTICLES = frozenset(
    {"و", "به", "از", "در", "با", "تا", "که", "را", "هر", "این", "آن", "هم", "بی", "نا", "می", "بر", "پی"}
)


def words(text: str, groups: list[list[Token]], lexicon: Lexicon, analyse: Analyse) -> list[Word]:
    """One word a group, with what is known of it."""
    found = [_word(text, group, lexicon, analyse) for group in groups]
    for at, (first, second) in enumerate(pairwise(found)):
        if _future(first, second, lexicon):
            found[at] = replace(first, optional=True)
        elif _perfect(first, second):
            found[at + 1] = replace(second, optional=True)
    return found


def _future(auxiliary: Word, verb: Word, lexicon: Lexicon) -> bool:
    """«خواهد رفت»: the auxiliary of a verb."""
    if len(verb.tokens) > 1 or auxiliary.tokens[0].terms["exact"] not in _FUTURE:
        return False
    return lexicon.verbs.is_past(verb.tokens[0].terms["exact"])


def _perfect(participle: Word, auxiliary: Word) -> bool:
    """«رفته بود», «رفته است», «رفته باشد»: the same, behind a participle."""
    terms = participle.tokens[-1].terms
    verbal = terms["exact"].endswith("ه") and terms["exact"][:-1] in (terms["lemma"], terms.get("alternate"))
    return verbal and auxiliary.tokens[0].terms["lemma"] in _AUXILIARIES


def _word(text: str, tokens: list[Token], lexicon: Lexicon, analyse: Analyse) -> Word:
    first, last = tokens[0], tokens[-1]
    exact = first.terms["exact"]
    readings = [first.terms[stream] for stream in ("exact", "lemma", "alternate") if stream in first.terms]
    if len(tokens) > 1:
        readings = [first.terms.get("joined", "")]
    known = not exact[0].isalpha() or exact.isascii() or any(map(lexicon.known, readings))
    return Word(
        text=text[first.start : last.end],
        start=first.start,
        end=last.end,
        tokens=tuple(tokens),
        optional=len(tokens) == 1 and exact in lexicon.function_words,
        known=known,
        splits=_splits(first, lexicon, analyse) if len(tokens) == 1 else (),
    )


def _splits(token: Token, lexicon: Lexicon, analyse: Analyse) -> tuple[Parts, ...]:
    """The ways in which a word of one position may be written apart."""
    exact, lemma = token.terms["exact"], token.terms["lemma"]
    found: list[Parts] = []
    written = [part for part in fold(token.text).split(ZWNJ) if part]
    if len(written) > 1 and written[0] not in IMPERFECTIVE and not set(written[1:]) & AFTER_HALF_SPACE:
        found.append(tuple(written))
    for parts in lexicon.solid_parts.get(lemma, ()):
        found.append((*parts[:-1], parts[-1] + exact.removeprefix(lemma) if exact.startswith(lemma) else parts[-1]))
    if not found and exact.isalpha() and not exact.isascii() and not lexicon.flags(exact) & HEAD:
        found += guesses(exact, lexicon, analyse)
    return tuple(dict.fromkeys(tuple(term for part in parts for term in _exact(part, analyse)) for parts in found))


def guesses(form: str, lexicon: Lexicon, analyse: Analyse) -> list[Parts]:
    """A joined word that is no headword, as two words, best first: «درایران», «وزیرخارجه».

    Each part is a word of the lists or a form of one; the rarer part decides.
    """
    found: list[tuple[float, Parts]] = []
    for at in range(MIN_PART, len(form) - MIN_PART + 1):
        parts = (form[:at], form[at:])
        first = _worth(parts[0], lexicon, analyse)
        second = _worth(parts[1], lexicon, analyse) if first else 0
        if second:
            found.append((min(first, second) + (first + second) / 100, parts))
    found.sort(key=lambda pair: -pair[0])
    return [parts for _, parts in found[:MOST_SPLITS]]


def _worth(part: str, lexicon: Lexicon, analyse: Analyse) -> float:
    """How likely the part is a word: the magnitude of its lemma, less for short and inflected ones; 0: none."""
    if part in _PARTICLES:
        return 20
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
