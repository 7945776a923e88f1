"""Forms with a role whose neighbours are not what they need stay as they are."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from search_service.text import numeral
from search_service.text.acronym import LETTER_NAMES
from search_service.text.affix import SPACED
from search_service.text.analyzer import Analyzer
from search_service.text.fold import ZWNJ
from search_service.text.role import ANY, PREFIXES, needs, offered
from search_service.text.segment import PATTERN
from search_service.text.verb import PREVERBS
from tests.words import WORDS

roles = st.sampled_from(
    sorted(
        {*SPACED, *PREFIXES, *LETTER_NAMES, *numeral.WORDS, *numeral.MONTHS, *numeral.AROUND_MONTH, *PREVERBS}
        | {"و", "-", "۵", "۱۴۰۲", "می‌رود", "می‌گردد", "ماه", "ـ", "\n", *WORDS}
    )
)


@given(words=st.lists(roles, max_size=8))
def test_where_nobody_finds_what_it_needs_nothing_is_joined(analyzer: Analyzer, words: list[str]) -> None:
    forms = [analyzer._memo[piece] for piece in PATTERN.findall(" ".join(words))]
    ahead = [ANY, *map(offered, forms), ANY]
    left = [
        at
        for at, form in enumerate(forms)
        if needs(form).before & ahead[at] or needs(form).behind & ahead[at + 2] or form.opens
    ]
    joined, all_looked_at = list(forms), list(forms)
    analyzer._spacing.join_at(joined, left)
    analyzer._spacing.join_at(all_looked_at, range(len(forms)))
    assert joined == all_looked_at


def test_a_role_needs_neighbours(analyzer: Analyzer) -> None:
    def needed(word: str) -> tuple[int, int]:
        return needs(analyzer._memo[word])

    assert needed("کتاب") == needed(f"کتاب{ZWNJ}ها") == (0, 0)
    assert needed("ها")[1] == needed("سی")[1] & ANY == needed("ـ")[1] == ANY
    for first, second in (("بر", "می‌گردد"), ("۵", "هزار"), ("۵", "جی")):
        assert needed(second)[0] & offered(analyzer._memo[first])
        assert not needed(second)[0] & offered(analyzer._memo["کتاب"])
    for first, second in (("اف", "۱۶"), ("اف", "-"), ("بی", "بی"), ("پنج", "هزار"), ("پنج", "و"), ("بهمن", "سال")):
        assert needed(first)[1] & offered(analyzer._memo[second])
        assert not needed(first)[1] & offered(analyzer._memo["کتاب"])
