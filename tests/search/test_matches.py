"""What is matched is what reading the text finds: the index's positions and the article's layout agree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hypothesis import given
from hypothesis import strategies as st

from search_service.article import Article
from search_service.engine import memory
from search_service.engine.query import Node, Phrase, Prefix, Term
from search_service.indexing.document import document
from search_service.search.matches import Match, Matcher
from search_service.text import stored
from search_service.text.analyzer import Analyzer
from search_service.text.layout import NOTHING
from search_service.text.token import Token
from tests.words import WORDS, texts


def leaves(analyzer: Analyzer, word: str, field: str) -> list[Node]:
    """All terms of a word as a query has them, its parts as a phrase, and a prefix."""
    nodes: list[Node] = []
    for found in analyzer.words(word):
        for token in found.tokens:
            nodes += [Term(field, stream, term) for stream, term in token.terms.items()]
        nodes.append(Phrase(field, "lemma", tuple(token.terms["lemma"] for token in found.tokens)))
    return [*nodes, Prefix(field, "exact", word[:3], 200)]


def by_reading(analyzer: Analyzer, node: Node, text: str) -> Iterator[tuple[int, int]]:
    """Where the tokens of a text are what a leaf looks for."""
    words = [word.tokens for word in analyzer.words(text)]
    tokens: Sequence[Token] = [token for word in words for token in word]
    match node:
        case Term(stream="joined", text=term):
            ends = [word[-1].end if at == 0 else token.end for word in words for at, token in enumerate(word)]
            yield from ((t.start, end) for t, end in zip(tokens, ends, strict=True) if t.terms.get("joined") == term)
        case Term(stream=stream, text=term):
            yield from ((t.start, t.end) for t in tokens if t.terms.get(stream) == term)
        case Prefix(stream=stream, text=begun):
            yield from ((t.start, t.end) for t in tokens if t.terms.get(stream, "").startswith(begun))
        case Phrase(stream=stream, terms=terms):
            for at in range(len(tokens) - len(terms) + 1):
                run = tokens[at : at + len(terms)]
                if [token.terms.get(stream) for token in run] == list(terms):
                    yield from ((token.start, token.end) for token in run)


@given(text=texts, word=st.sampled_from(WORDS), kicker=st.sampled_from(["", "کتاب ها", "۲۲ بهمن"]))
def test_matches_are_those_of_reading_the_text(analyzer: Analyzer, text: str, word: str, kicker: str) -> None:
    article = Article.model_construct(
        **Article(id="1", title="x").model_dump() | {"title": text, "kicker": kicker, "lead": text, "body": text}
    )
    searcher = memory.searcher([document(article, analyzer)])
    hit = searcher.get("1")
    assert hit is not None
    (layouts,) = stored.layouts([stored.load(hit.stored)])
    for field in ("title", "lead", "body"):
        first = stored.first_of_lead(layouts) if field == "lead" else 0
        for node in leaves(analyzer, word, field):
            matcher = Matcher(node)
            (positions,) = searcher.positions(["1"], matcher.nodes)
            found = matcher.matches(field, positions, layouts.get(field, NOTHING), first)
            assert found == sorted({Match(*place, 0) for place in by_reading(analyzer, node, text)})
