"""A name that no list holds: searchable and known to spelling once its article is indexed."""

from __future__ import annotations

from pathlib import Path

from search_service.archive.archive import Archive
from search_service.article import Article
from search_service.engine.whoosh import WhooshEngine
from search_service.indexing.indexer import Indexer
from search_service.indexing.live import LiveIndex
from search_service.search.answer import Answer
from search_service.search.params import SearchParams
from search_service.search.service import SearchService
from search_service.settings import Settings

NAME, SLIP = "زرنگولیچ", "زرنگوایچ"
APART = "ژیلاوند‌فر"
SLIPS = ("ژیلاوندقر", "ژیلاوند‌قر", "ژیلاونفر", "ژیلاود‌فر")


def test_a_new_name_is_found_and_proposed_at_once(tmp_path: Path) -> None:
    settings = Settings(index=tmp_path)
    archive, engine = Archive.open(settings.archive_path), WhooshEngine(tmp_path)
    indexer = Indexer(settings, archive, engine)
    service = SearchService(LiveIndex(engine).pair, settings)

    def write(number: int, body: str) -> None:
        receipt = archive.write([Article(id=str(number), title="خبر", body=body)])[0]
        indexer.make_searchable(receipt.position)

    def search(q: str) -> Answer:
        return service.search(SearchParams(q=q))

    write(1, "متن خبر")
    assert search(NAME).total == 0
    assert search(SLIP).did_you_mean is None
    write(2, f"{NAME} به تهران آمد.")
    assert search(NAME).total == 1
    assert [step.to for step in search(SLIP).applied] == [NAME]
    write(3, f"خبرنگاران با {SLIP} دیدار کردند.")
    proposal = search(SLIP).did_you_mean
    assert proposal is None  # as common as the slip
    for slip in SLIPS:
        assert search(slip).applied == ()
    write(4, f"{APART} به تهران آمد.")
    for slip in SLIPS:
        assert [step.to for step in search(slip).applied] == [APART]
    archive.close()
