"""Articles are read together: so many, or so many letters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_service.article import Article
from search_service.indexing import batch


@given(lengths=st.lists(st.integers(0, 40), max_size=12))
def test_groups_are_full_by_number_or_letters(lengths: list[int]) -> None:
    articles = [Article(id=str(at), title="ب", body="ب" * length) for at, length in enumerate(lengths)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batch, "TOGETHER", 3)
        patch.setattr(batch, "LETTERS", 50)
        groups = list(batch.together(iter(articles)))
    assert [article for group in groups for article in group] == articles
    sizes = [[1 + len(article.body) for article in group] for group in groups]
    assert all(len(group) <= 3 and sum(group[:-1]) < 50 for group in sizes)
    assert all(len(group) == 3 or sum(group) >= 50 for group in sizes[:-1])
