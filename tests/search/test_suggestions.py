"""What is proposed while typing, on both engines."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_service.article import Article
from search_service.engine import memory
from search_service.indexing.document import document
from search_service.search.service import SearchService
from search_service.settings import Settings
from search_service.text.analyzer import Analyzer


def texts(service: SearchService, typed: str, kind: str = "word") -> list[str]:
    return [each.text for each in service.suggest(typed, 20) if each.kind == kind]


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("نمایش", "نمایشگاه"),
        ("كتاب", "کتاب‌های"),
        ("کتاب‌ه", "کتاب‌های"),
        ("رئیس ج", "رئیس‌جمهور"),
        ("رئیس‌ج", "رئیس‌جمهور"),
        ("وزیر خا", "وزیر خارجه"),
        ("وزیر خ", "وزیر خارجه"),
        ("ازا", "آزاد"),
        ("klhda", "نمایشگاه"),
        ("nema", "نمایشگاه"),
        ("vazir kha", "وزیر خارجه"),
    ],
)
def test_words_are_completed_however_they_are_begun(service: SearchService, typed: str, word: str) -> None:
    assert word in texts(service, typed)


def test_only_words_that_follow_are_proposed_behind_others(service: SearchService) -> None:
    assert texts(service, "وزیر ع") == ["وزیر علوم"]
    assert texts(service, "کودک ع") == []


def test_titles_are_proposed_with_their_words_marked(service: SearchService) -> None:
    (title,) = (each for each in service.suggest("کودک گشا", 20) if each.kind == "title")
    assert title.id == "books"
    assert [piece.text for piece in title.fragments if piece.match] == ["کودک گشایش"]
    assert "".join(piece.text for piece in title.fragments) == title.text


def test_categories_are_proposed_with_their_counts(service: SearchService) -> None:
    (found,) = (each for each in service.suggest("بين الم", 20) if each.kind == "category")
    assert (found.text, found.value, found.count) == ("بین‌الملل", "بینالملل", 1)


@pytest.mark.parametrize("typed", ["فرد", "منتش", "قیمت دلار ف", "می‌ش"])
def test_words_of_articles_to_come_are_not_proposed(service: SearchService, typed: str) -> None:
    """«فردا» and «منتشر» stand in tomorrow's article alone."""
    found = [each.text for each in service.suggest(typed, 20)]
    assert not [text for text in found if "فردا" in text or "منتشر" in text]


def test_nothing_is_proposed_for_a_letter_or_for_nonsense(service: SearchService) -> None:
    for typed in ("", "ک", "ققققصثض", "«", "()"):
        assert service.suggest(typed, 20) == ()


@pytest.mark.parametrize(
    ("typed", "word"),
    [("نماشگاه", "نمایشگاه"), ("نماشگاهح", "نمایشگاه"), ("تهرون", "تهران"), ("دانشجوان", "دانشجویان")],
)
def test_nearby_words_help_a_query_that_found_nothing(service: SearchService, typed: str, word: str) -> None:
    assert word in service.nearby(typed)


def test_nearby_words_are_published_ones(service: SearchService) -> None:
    assert service.nearby("منتشرر") == ()


@given(st.text(max_size=80))
def test_any_text_may_be_typed(service: SearchService, typed: str) -> None:
    assert len(service.suggest(typed, 8)) <= 8
    service.nearby(typed)


def test_when_the_time_is_up_titles_are_proposed_and_no_further_words(service: SearchService) -> None:
    hurried = SearchService(service._searchers, Settings(suggest_seconds=1e-9), service._clock)
    assert {each.kind for each in service.suggest("کودک گ", 20)} == {"word", "title"}
    assert {each.kind for each in hurried.suggest("کودک گ", 20)} == {"title"}


def test_what_was_proposed_is_kept_for_a_minute_of_one_commit(analyzer: Analyzer) -> None:
    moment = datetime(2024, 6, 1, tzinfo=UTC)
    soon = Article(id="soon", title="زعفران گران شد", published=moment + timedelta(minutes=1), version=1)
    searcher = memory.searcher([document(soon, analyzer)])
    service = SearchService(lambda: (searcher, analyzer), Settings(suggest_seconds=60), lambda: moment)
    assert texts(service, "زعف") == []
    moment += timedelta(minutes=1)
    assert texts(service, "زعف") == ["زعفران"]
    assert service.suggest("زعف", 20) is service.suggest(" زعف ", 20)


@pytest.mark.parametrize(
    ("typed", "word"), [("klhda'hi", "نمایشگاه"), ("rdlj", "قیمت"), ("rdlj nghv", "قیمت دلار"), ("tehran", "تهران")]
)
def test_a_whole_word_of_another_reading_is_itself_proposed_first(
    service: SearchService, typed: str, word: str
) -> None:
    assert texts(service, typed)[0] == word


@pytest.mark.parametrize(
    ("typed", "word"), [("نمایشگه", "نمایشگاه"), ("دانشچویان", "دانشجویان"), ("وزیر خارحه", "وزیر خارجه")]
)
def test_a_slip_is_offered_as_the_word_it_strayed_from(service: SearchService, typed: str, word: str) -> None:
    assert texts(service, typed)[0] == word


@pytest.mark.parametrize("typed", ["lkjav", "منتشز"])
def test_no_other_reading_gives_away_words_of_articles_to_come(service: SearchService, typed: str) -> None:
    assert service.suggest(typed, 20) == ()


def test_what_is_typed_as_it_is_meant_is_not_proposed_again(service: SearchService) -> None:
    assert "نمایشگاه" not in texts(service, "نمایشگاه")
