"""Few segments, and no article rewritten too often."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from search_service.engine.whoosh.merging import MOST_SEGMENTS, to_merge


@dataclass(eq=False)
class Fake:
    alive: int
    deleted: int = 0

    def doc_count(self) -> int:
        return self.alive

    def doc_count_all(self) -> int:
        return self.alive + self.deleted


def test_few_segments_are_left_alone() -> None:
    assert to_merge([Fake(1)] * (MOST_SEGMENTS - 1)) == []


def test_the_small_ones_are_merged_and_the_large_one_stays() -> None:
    large, *small = [Fake(10_000), *(Fake(1) for _ in range(MOST_SEGMENTS))]
    assert to_merge([large, *small]) == small


def test_emptied_segments_go_at_once() -> None:
    empty = Fake(0, deleted=5)
    assert to_merge([Fake(3), empty]) == [empty]


@given(st.lists(st.builds(Fake, st.integers(0, 1000), st.integers(0, 100)), max_size=30))
def test_with_the_new_segment_there_are_never_more_than_the_most(segments: list[Fake]) -> None:
    kept = [segment for segment in segments if segment not in to_merge(segments)]
    assert len(kept) + 1 <= MOST_SEGMENTS


def test_a_thousand_commits_rewrite_each_article_a_few_times() -> None:
    segments: list[Fake] = []
    rewritten = 0
    for _ in range(1000):
        merged = to_merge(segments)
        rewritten += sum(segment.doc_count() for segment in merged)
        segments = [segment for segment in segments if segment not in merged]
        segments.append(Fake(1 + sum(segment.doc_count() for segment in merged)))
    assert len(segments) <= MOST_SEGMENTS
    assert rewritten < 10 * 1000
