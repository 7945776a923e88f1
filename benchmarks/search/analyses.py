"""How texts and questions are read: as plain words, or as the streams of our analyser.

Every peer is given the same documents and the same query trees, and says them in its own terms.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from benchmarks.search.questions import Question
from search_service.article import Article
from search_service.engine.base import Document, Searcher
from search_service.engine.query import All, Any, Node, Phrase, Prefix, Term
from search_service.indexing.document import document, documents
from search_service.search.compile import Compiler
from search_service.search.parser import parse
from search_service.settings import Settings
from search_service.text.analyzer import Analyzer

_TEXTS = ("title", "kicker", "lead", "body")
_WORD = re.compile(r"\w+")
_LETTERS = str.maketrans("يك", "یک")


class Analysis(Protocol):
    """A reading of articles and of questions."""

    name: str

    def documents(self, articles: Sequence[Article]) -> list[Document]:
        """What an engine indexes of each."""

    def tree(self, question: Question, searcher: Searcher) -> Node:
        """What an engine is asked; ``searcher`` knows the terms of the index."""


class PlainWords:
    """Title, lead and body as one field of the words as they stand; a word is one term."""

    name = "plain words"

    def __init__(self, analyzer: Analyzer) -> None:
        self._analyzer = analyzer

    def documents(self, articles: Sequence[Article]) -> list[Document]:
        """The articles, each with one stream of words."""
        return list(map(self._document, articles))

    def tree(self, question: Question, searcher: Searcher) -> Node:
        """The words as terms."""
        words = plain_words(" ".join(question.words))
        match question.form:
            case "phrase":
                return Phrase("body", "exact", tuple(words))
            case "prefix":
                return Prefix("body", "exact", words[0])
            case form:
                terms = tuple(Term("body", "exact", word) for word in dict.fromkeys(words))
                return All(terms) if form == "all" else Any(terms)

    def _document(self, article: Article) -> Document:
        words = plain_words("\n".join((article.title, article.kicker, article.lead, article.body)))
        wordless = document(article.model_copy(update=dict.fromkeys(_TEXTS, "")), self._analyzer)
        stored = article.model_dump_json(exclude_defaults=True, exclude={"status"}).encode()
        return replace(wordless, text={"body": {"exact": words}} if words else {}, stored=stored)


class PersianStreams:
    """Title, lead and body, each in the streams of our analyser; a word is the best of its readings.

    ``settings`` decide whether nearness and newness count, too.
    """

    name = "Persian streams"

    def __init__(self, analyzer: Analyzer, settings: Settings) -> None:
        self.analyzer = analyzer
        self.settings = settings

    def documents(self, articles: Sequence[Article]) -> list[Document]:
        """As the indexer makes them."""
        return documents(articles, self.analyzer)

    def tree(self, question: Question, searcher: Searcher) -> Node:
        """As the service compiles it."""
        text = " ".join(question.words)
        written = {"phrase": f'"{text}"', "prefix": f"{text}*"}.get(question.form, text)
        compiled = Compiler(self.analyzer, searcher, self.settings).compile(parse(written, self.settings))
        return compiled.node(1 if question.form == "any" else None)


def plain_words(text: str) -> list[str]:
    """Runs of letters and digits, ي and ك folded."""
    return _WORD.findall(text.translate(_LETTERS).lower())
