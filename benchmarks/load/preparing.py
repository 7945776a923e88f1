"""An index folder with so many articles, archived and indexed as the service does it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from benchmarks.search.corpus import Corpus
from search_service.archive.archive import Archive
from search_service.article import Article
from search_service.engine.whoosh import WhooshEngine
from search_service.indexing.indexer import Indexer
from search_service.settings import Settings

PIECE = 500


def prepare(folder: Path, corpus: Corpus, size: int) -> None:
    """Make the folder hold at least these articles, all searchable; what is there already is kept."""
    settings = Settings(index=folder)
    archive = Archive.open(settings.archive_path)
    try:
        there = archive.position()
        rest = (corpus.article(number) for number in range(there, size))
        while piece := list(islice(rest, PIECE)):
            archive.write(piece)
        engine = WhooshEngine(folder)
        Indexer(settings, archive, engine).make_searchable(archive.position())
    finally:
        archive.close()


def versions(corpus: Corpus, numbers: Iterator[int]) -> Iterator[Article]:
    """The articles of these numbers again, each with a word changed, as an editor's correction."""
    for turn, number in enumerate(numbers):
        article = corpus.article(number)
        yield article.model_copy(update={"version": None, "body": f"{article.body}\nویرایش {turn}"})
