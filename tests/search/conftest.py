"""A handful of articles, the real analyser, and both engines."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from search_service.article import Article
from search_service.engine import memory
from search_service.engine.base import Searcher
from search_service.engine.whoosh import WhooshEngine
from search_service.indexing.document import document
from search_service.search.answer import Answer
from search_service.search.params import SearchParams
from search_service.search.service import SearchService
from search_service.settings import Settings
from search_service.text.analyzer import Analyzer

NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)

ARTICLES = (
    Article(
        id="dollar",
        kicker="بازار ارز",
        title="قیمت دلار در تهران بالا رفت",
        lead="نرخ ارز در بازار تهران امروز سه درصد افزایش یافت.",
        body="قیمت دلار امروز در بازار آزاد تهران به شصت هزار تومان رسید. صرافی‌ها از صف خرید خبر می‌دهند.",
        categories=("اقتصاد", "ایران"),
        tags=("ارز",),
        authors=("نرگس کاویان",),
        source="روزنامهٔ فردا",
        published=datetime(2023, 9, 19, 10, tzinfo=UTC),
        version=3,
    ),
    Article(
        id="minister",
        title="وزیر خارجه به ژنو رفت",
        body="وزیر خارجه برای گفت‌وگو با همتای سوئیسی خود راهی ژنو شد. این سفر دو روز طول می‌کشد.",
        categories=("سیاست", "بین‌الملل"),
        published=datetime(2023, 10, 2, 8, tzinfo=UTC),
        version=1,
    ),
    Article(
        id="books",
        title="نمایشگاه کتاب‌های کودک گشایش یافت",
        body="نمایشگاه کتاب‌های کودک با حضور نویسندگان برپا شد.\n\nقیمت کتاب در این نمایشگاه پایین است.",
        categories=("فرهنگ",),
        published=datetime(2024, 5, 20, 9, tzinfo=UTC),
        version=1,
    ),
    Article(
        id="undated",
        title="رئیس‌جمهور با دانشجویان دیدار کرد",
        body="رئیس جمهور در دانشگاه تهران با دانشجویان گفت‌وگو کرد. وزیر علوم نیز در این دیدار بود.",
        categories=("سیاست",),
        version=1,
    ),
    Article(
        id="tomorrow",
        title="قیمت دلار فردا",
        body="این خبر فردا منتشر می‌شود.",
        categories=("اقتصاد",),
        published=datetime(2024, 6, 2, 8, tzinfo=UTC),
        version=1,
    ),
)

Search = Callable[..., Answer]


@pytest.fixture(scope="session")
def analyzer(tmp_path_factory: pytest.TempPathFactory) -> Analyzer:
    """With the lexicon of this checkout; the cache lives as long as the run."""
    return Analyzer.default(tmp_path_factory.getbasetemp().parent / "lexicon")


def whoosh_searcher(folder: Path, articles: Iterable[Article], analyzer: Analyzer) -> Searcher:
    generation = WhooshEngine(folder).create(analyzer.fingerprint, {})
    writer = generation.writer()
    for article in articles:
        writer.upsert(document(article, analyzer))
    writer.commit(1)
    return generation.searcher()


@pytest.fixture(scope="session", params=["memory", "whoosh"])
def service(
    request: pytest.FixtureRequest, analyzer: Analyzer, tmp_path_factory: pytest.TempPathFactory
) -> SearchService:
    searcher: Searcher
    if request.param == "memory":
        searcher = memory.searcher(document(article, analyzer) for article in ARTICLES)
    else:
        searcher = whoosh_searcher(tmp_path_factory.mktemp("index"), ARTICLES, analyzer)
    return SearchService(lambda: (searcher, analyzer), Settings(suggest_seconds=60), lambda: NOW)


@pytest.fixture(scope="session")
def search(service: SearchService) -> Search:
    def search(q: str = "", **values: object) -> Answer:
        return service.search(SearchParams.model_validate({"q": q, **values}))

    return search
