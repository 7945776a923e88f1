"""The Analyzer: a text becomes positions with terms. Immutable, safe for use by several threads."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

from search_service.text import compiler, learned, number, numeral, query
from search_service.text.acronym import letter_names
from search_service.text.cache import compiled_lexicon
from search_service.text.coding import Codes, Coding
from search_service.text.fold import ZWNJ, fold
from search_service.text.form import EMPTY, Form
from search_service.text.layout import Layout
from search_service.text.lexicon import Lexicon
from search_service.text.memo import Memo
from search_service.text.pieces import Row
from search_service.text.role import role_of
from search_service.text.segment import PATTERN, kind
from search_service.text.spacing import Spacing
from search_service.text.token import Token, Word
from search_service.text.word import Terms, cuts, positions

STREAMS = ("exact", "lemma", "alternate", "joined")
FORMS = 20_000
"""Forms kept."""
CODED = 100_000
"""Forms kept of texts that are coded."""
NAMED = 60_000
"""Positions kept with the names of their streams."""
MAX_WORD = 64
"""Letters of a word that count; a longer one is cut in its terms."""

LEXICON_FILE = "lexicon"
LEARNED_FILE = "learned.tsv"
_BASE = 16
"""Digits of a fingerprint that name code and lexicon; those behind them name what was learned."""


class _Named(dict[Terms, Mapping[str, str]]):
    """The terms of a position by stream; made once for all tokens that share them, bounded."""

    def __missing__(self, terms: Terms) -> Mapping[str, str]:
        named = {stream: term for stream, term in zip(STREAMS, terms, strict=True) if term is not None}
        if len(self) >= NAMED:
            self.clear()
        self[terms] = MappingProxyType(named)
        return self[terms]


class Analyzer:
    """Reads texts and queries with one lexicon, and the compounds that were learned from an archive."""

    def __init__(self, lexicon: Lexicon, data: bytes | None = None, learned_text: str | None = None) -> None:
        """``data``: the lexicon as a file. ``learned_text``: what ``learned.dump`` gives; ValueError when damaged."""
        self._base = lexicon
        if learned_text is not None:
            lexicon = learned.extended(lexicon, learned.parse(learned_text))
        self.lexicon = lexicon
        self._data = data
        self._learned = learned_text
        self._memo: Memo[Form] = Memo(self._analyse, FORMS, MAX_WORD)
        self._named = _Named()
        self._spacing = Spacing(lexicon, self._memo.__getitem__)
        self.sparing(1.0)

    @classmethod
    def default(cls, cache: Path | None = None) -> Analyzer:
        """With the compiled lexicon, from ``cache`` (default: the user's cache folder); compiled when need be."""
        data = compiled_lexicon(cache)
        return cls(Lexicon.parse(data), data)

    @classmethod
    def load(cls, folder: Path, known: Analyzer | None = None) -> Analyzer:
        """From the files of a generation; ValueError or OSError when they cannot be read.

        What a known analyser has of them already is not read again: the lexicon, or all of it.
        """
        data = (folder / LEXICON_FILE).read_bytes()
        learned_file = folder / LEARNED_FILE
        text = learned_file.read_text("utf-8") if learned_file.exists() else None
        if known is None or known._bytes != data:
            return cls(Lexicon.parse(data), data, text)
        return known if known._learned == text else cls(known._base, data, text)

    def with_learned(self, text: str) -> Analyzer:
        """The same lexicon with these learned compounds, in the place of others; ``text`` is that of the file."""
        return Analyzer(self._base, self._data, text)

    def sparing(self, share: float) -> Analyzer:
        """Let ``coded`` keep so much less of what it has read, as where several processes share a machine's memory."""
        self._share = share
        # One memo for pieces and what spacing makes of them, lest a form be read twice.
        self._coded: Memo[Form] = Memo(self._analyse, int(share * CODED), MAX_WORD)
        self._coded_spacing = Spacing(self.lexicon, self._coded.__getitem__)
        self._coding = self._new_coding()
        return self

    def files(self) -> dict[str, bytes]:
        """What a generation keeps, so that ``load`` gives an equal analyser."""
        files = {LEXICON_FILE: self._bytes}
        return files if self._learned is None else files | {LEARNED_FILE: self._learned.encode()}

    @cached_property
    def fingerprint(self) -> str:
        """Names the analysis: analysers with equal fingerprints give equal terms."""
        base = self._base.sources or hashlib.sha256(self._bytes).hexdigest()
        tail = "" if self._learned is None else "+" + hashlib.sha256(self._learned.encode()).hexdigest()[:8]
        return base[:_BASE] + tail

    @cached_property
    def _bytes(self) -> bytes:
        return self._data if self._data is not None else self._base.dump()

    def coded(self, *texts: str) -> tuple[list[Row], list[Codes], Layout]:
        """The terms of texts by position, as numbers of the rows of a table, and where the positions stand.

        What ``analyze`` gives, quicker. A row has a term, or None, for each of ``STREAMS``; row 0 is none of any
        text. The table grows afterwards.
        """
        coding = self._coding
        if coding.full:
            coding = self._coding = self._new_coding(coding)
        return coding.table, *coding.coded(texts)

    def streams(self, text: str) -> dict[str, list[str | None]]:
        """The terms of a text by stream, all of one length: the same, spelt out."""
        forms = list(map(self._memo.__getitem__, PATTERN.findall(text)))
        self._spacing.join(forms)
        terms = [each for form in forms for each in form.positions]
        return {stream: [each[at] for each in terms] for at, stream in enumerate(STREAMS)}

    def analyze(self, text: str) -> list[Token]:
        """The tokens of a text with their offsets; positions ascend from 0."""
        return [token for group in self._groups(text) for token in group]

    def words(self, text: str) -> list[Word]:
        """The text of a query as words, each with all its readings; a number or date in words is one."""
        return query.words(text, self._groups(text), self.lexicon, self.analyze)

    def _new_coding(self, before: Coding | None = None) -> Coding:
        return Coding(self._coded.__getitem__, self._coded_spacing, before, self._share)

    def _groups(self, text: str) -> list[list[Token]]:
        """The tokens of a text, those of a known whole (compound, number, date) together."""
        matches = list(PATTERN.finditer(text))
        forms = [self._memo[match[0]] for match in matches]
        self._spacing.join(forms)
        named, made = self._named, tuple.__new__  # for every word: without a look at the class and its names
        groups: list[list[Token]] = []
        position = until = 0
        for at, form in enumerate(forms):
            if not form.positions:
                continue
            start, end = matches[at].start(), matches[at + form.span - 1].end()
            written, tokens = text[start:end], []
            for terms in form.positions:
                tokens.append(made(Token, (written, start, end, position, named[terms])))
                position += 1
            if at < until:
                groups[-1] += tokens
            else:
                groups.append(tokens)
                until = at + form.reach
        return groups

    def _analyse(self, surface: str) -> Form:
        """One piece on its own."""
        what = kind(surface)
        if what == "break":
            return Form(surface, "", ())
        if what == "percent":
            return self._memo["درصد"]
        if what == "number":
            found = number.normal_forms(surface)
            numbers = [form[:MAX_WORD] for form in found]
            return Form(surface, numbers[0] if len(numbers) == 1 else "", tuple(Terms(form, form) for form in numbers))
        if what == "word":
            folded = fold(surface)[: MAX_WORD * 2].strip(ZWNJ)
            text = folded.replace(ZWNJ, "")
            if not text:
                return EMPTY
            if len(text) > MAX_WORD:
                return Form(surface, "", (Terms(text[:MAX_WORD], text[:MAX_WORD]),))
            found_positions = positions(folded, self.lexicon)
            part = found_positions[0].exact if len(found_positions) == 1 else text
            stems = (part, *cuts(text))
            role, opens = role_of(text), self.lexicon.opens(part)
            form = Form(
                surface, text, found_positions, role, opens, self.lexicon.closes(stems), role != 0 or opens != 0
            )
            value = numeral.value(text)
            return form.labelled(str(value), 1) if value is not None else form
        term = fold(surface).replace(".", "")[:MAX_WORD]
        if not term:
            return EMPTY
        names = letter_names(term)
        return Form(surface, "", (Terms(term, term, None, self.lexicon.tables.acronyms.get(term) or names or None),))


def outdated(fingerprint: str) -> bool:
    """Whether a build would now read texts otherwise than the analyser of this fingerprint, what is learned aside.

    Takes some milliseconds: the sources are looked at, and nothing is compiled.
    """
    return fingerprint[:_BASE] != compiler.fingerprint()[:_BASE]
