"""A real archive and a real Whoosh index in a temporary folder."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from search_service.archive.archive import Archive
from search_service.article import Article
from search_service.engine.base import Request
from search_service.engine.query import Everything
from search_service.engine.whoosh import WhooshEngine
from search_service.indexing.indexer import Indexer
from search_service.settings import Settings

NOW = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp())


class House:
    """One index folder with everything that writes into it."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(index=folder, batch_seconds=0.01)
        self.archive = Archive.open(self.settings.archive_path)
        self.engine = WhooshEngine(folder)
        self.indexer = Indexer(self.settings, self.archive, self.engine)

    def put(self, *numbers: int, **fields: object) -> None:
        """Write articles a1, a2, …"""
        self.archive.write(
            [Article.parse({"id": f"a{n}", "title": f"خبر {n}", "body": "متن خبر", **fields}) for n in numbers]
        )

    def index(self) -> None:
        """Bring the index up to date as its one indexer."""
        with self.indexer.lock("a test"):
            self.indexer.catch_up()

    def searchable(self) -> dict[str, int]:
        """Id -> version of all that a search for everything finds."""
        generation = self.engine.live()
        assert generation is not None
        searcher = generation.searcher()
        result = searcher.search(Request(Everything(), NOW, size=1000))
        assert result.total == len(result.hits)
        return {hit.id: hit.version for hit in result.hits}


@pytest.fixture
def house(tmp_path):
    house = House(tmp_path / "index")
    yield house
    house.archive.close()
