"""Few segments, and no article rewritten too often."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from search_service.engine.whoosh.merging import MOST_DELETED, SMALL, TARGET, background, with_commit


@dataclass(eq=False)
class Fake:
    alive: int
    deleted: int = 0

    def doc_count(self) -> int:
        return self.alive

    def doc_count_all(self) -> int:
        return self.alive + self.deleted


def committed(segments: list[Fake], added: int) -> tuple[list[Fake], int]:
    """The segments after a commit, and how many articles it has rewritten."""
    chosen = with_commit(segments, added)
    kept = [segment for segment in segments if segment not in chosen]
    rewritten = sum(segment.alive for segment in chosen)
    return [*kept, *([Fake(added + rewritten)] if added + rewritten else [])], rewritten


def merged(segments: list[Fake]) -> list[Fake]:
    """The segments when nothing is left to do beside the commits."""
    while chosen := background(segments):
        kept = [segment for segment in segments if segment not in chosen]
        segments = [*kept, Fake(sum(segment.alive for segment in chosen))]
    return segments


def test_a_few_large_segments_are_left_alone() -> None:
    large = [Fake(10 * SMALL) for _ in range(TARGET)]
    assert with_commit(large, 1) == background(large) == []


def test_emptied_segments_go_at_once() -> None:
    empty = Fake(0, deleted=5)
    assert with_commit([Fake(3), empty], 0) == [empty]


def test_what_has_much_deleted_is_written_anew() -> None:
    wasteful = Fake(70, deleted=30)
    assert background([Fake(100), wasteful, Fake(100, deleted=int(100 * MOST_DELETED))]) == [wasteful]


@given(st.lists(st.builds(Fake, st.integers(0, 5000), st.integers(0, 100)), max_size=12), st.integers(0, 3000))
def test_a_commit_rewrites_no_more_than_is_quick(segments: list[Fake], added: int) -> None:
    chosen = with_commit(segments, added)
    assert sum(segment.alive for segment in chosen) <= SMALL
    assert {id(s) for s in segments if s.alive == 0} <= {id(s) for s in chosen}


@given(st.lists(st.builds(Fake, st.integers(0, 100_000), st.integers(0, 50_000)), max_size=20))
def test_merging_comes_to_an_end_with_few_segments(segments: list[Fake]) -> None:
    alive = sum(segment.alive for segment in segments)
    left = merged(segments)
    assert len([segment for segment in left if segment.alive]) <= TARGET
    assert sum(segment.alive for segment in left) == alive


def test_days_of_single_updates_leave_few_segments_and_rewrite_each_article_rarely() -> None:
    segments = [Fake(50_000)]
    inline = aside = 0
    for _ in range(20_000):
        segments, rewritten = committed(segments, 1)
        inline += rewritten
        assert len(segments) <= TARGET + 1
        if chosen := background(segments):
            aside += sum(segment.alive for segment in chosen)
            segments = merged(segments)
    assert inline < 500 * 20_000
    assert aside < 20 * 20_000
