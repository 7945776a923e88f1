"""What is found by traces, clause by clause, is what reading the whole text finds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_service.engine.query import Any, Node, Phrase, Prefix, Term
from search_service.search.clauses import Clause, Clauses
from search_service.search.matches import Match, Matcher
from search_service.text.analyzer import Analyzer

WORDS = (
    "کتاب ها", "کتاب‌هایشان", "می شود", "می‌رود", "نمی روند", "بر می گردد", "باز می‌گردد", "گفت و گو", "گفتگو",
    "رئیس جمهور", "رییس‌جمهور", "هسته ای", "حرفه‌ای", "رفته اند", "بیست و دوم بهمن", "۲۲ بهمن ۱۴۰۱", "دو هزار و پانصد",
    "۱۲.۵", "سی‌بی‌اس", "بی بی سی", "اف ۱۶", "U.S.A", "BBC", "اصلاح طلبان", "بمب افکنی", "وزارت بهداشت", "به روز",
    "دلار", "«دلار»", "(تهران)", "در", "این", "را", "و", "ها", "ای", "می", "شود", "ایران",
)  # fmt: skip
BETWEEN = (" ", " ", " ", "، ", ". ", "؟ ", ": ", "؛ ", "\n", "\u200c", "-", ".", "")

texts = st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(BETWEEN)), max_size=25).map(
    lambda pairs: "".join(word + between for word, between in pairs)
)


class Whole(Clauses):
    """Reads the text as one clause."""

    def at(self, place: int) -> Clause:
        return Clause(0, len(self.text), self.read(0, len(self.text)))


def everywhere(analyzer: Analyzer, query: Node, text: str) -> list[Match]:
    matcher = Matcher(analyzer, query, "body")
    matcher._traces.places = lambda text: [0]  # type: ignore[method-assign]  # the oracle looks at everything
    return matcher.matches(Whole(analyzer, text))


def leaves(analyzer: Analyzer, word: str) -> list[Node]:
    """All terms of a word as a query has them, its parts as a phrase, and a prefix."""
    nodes: list[Node] = []
    for found in analyzer.words(word):
        for token in found.tokens:
            nodes += [Term("body", stream, term) for stream, term in token.terms.items()]
        nodes.append(Phrase("body", "lemma", tuple(token.terms["lemma"] for token in found.tokens)))
    return [*nodes, Prefix("body", "exact", word[:3], 200)]


@given(text=texts, words=st.lists(st.sampled_from(WORDS), min_size=1, max_size=2), one=st.integers(0, 20))
def test_matches_are_those_of_reading_the_whole_text(analyzer: Analyzer, text: str, words: list[str], one: int) -> None:
    found = [leaf for word in words for leaf in leaves(analyzer, word)]
    for query in (Any(tuple(found)), found[one % len(found)]):
        assert Matcher(analyzer, query, "body").matches(Clauses(analyzer, text)) == everywhere(analyzer, query, text)


@given(text=texts | st.text(max_size=60))
def test_clauses_have_the_tokens_of_the_whole_text(analyzer: Analyzer, text: str) -> None:
    clauses, found, place = Clauses(analyzer, text), [], 0
    while place < len(text):
        clause = clauses.at(place)
        assert clause.start == place < clause.end
        found += [(clause.start + t.start, clause.start + t.end, dict(t.terms)) for t in clause.tokens]
        assert all(clauses.at(each) is clause for each in range(clause.start, clause.end))
        place = clause.end
    assert found == [(token.start, token.end, dict(token.terms)) for token in analyzer.analyze(text)]


@pytest.mark.parametrize("between", [". ", "، ", "\n", ": "])
def test_a_phrase_goes_on_in_the_next_clause(analyzer: Analyzer, between: str) -> None:
    text = f"سفر وزیر{between}خارجه آمد"
    found = Matcher(analyzer, Phrase("body", "exact", ("وزیر", "خارجه")), "body").matches(Clauses(analyzer, text))
    assert [text[match.start : match.end] for match in found] == ["وزیر", "خارجه"]
