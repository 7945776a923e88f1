"""Bytes flip and sectors are zeroed: ``verify`` notices each, and no search gives a wrong answer in silence."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from search_service.archive.archive import Archive
from search_service.article import Article
from search_service.engine.base import Request
from search_service.engine.query import Everything, Phrase, Term
from search_service.engine.whoosh import WhooshEngine, arrays
from search_service.errors import ServiceError
from search_service.indexing.indexer import Indexer
from search_service.indexing.verification import verify
from search_service.settings import Settings

NOW = 2**33
SECTOR = 512
QUERIES = (
    Everything(),
    Term("body", "exact", "خبر"),
    Term("title", "exact", "تازه"),
    Phrase("body", "lemma", ("سه", "خبر")),
)
WORDS = ("اب", "پت", "جچ", "دو", "یک", "سه", "خبر")


@pytest.fixture
def folder(filled: Path, tmp_path: Path) -> Path:
    """An index with two generations and an archive, everything closed."""
    return Path(shutil.copytree(filled, tmp_path / "index"))


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    settings = Settings(index=tmp_path_factory.mktemp("filled") / "index", learn=False)
    archive = Archive.open(settings.archive_path)
    indexer = Indexer(settings, archive, WhooshEngine(settings.index))
    letters = random.Random(1)
    articles = [
        {"id": f"{n}", "title": f"خبر {n}", "body": " ".join(letters.choices(WORDS, k=1200))} for n in range(60)
    ]
    archive.write([Article.parse(article) for article in articles])
    with indexer.lock("a test"):
        indexer.catch_up()
        indexer.reindex()
        archive.write([Article.parse(article | {"title": "تازه"}) for article in articles[:5]])
        archive.delete("59")
        indexer.catch_up()
    archive.close()
    return settings.index


def named(folder: Path) -> list[Path]:
    """Every file that something depends on."""
    found = [folder / "archive.sqlite", folder / "CURRENT"]
    for generation in (folder / "generations").glob("0*"):
        manifest = WhooshEngine(folder).open(int(generation.name)).manifest()
        found += [generation / "manifest.json", *(generation / name for name in manifest.files)]
    return found


def harm(path: Path, chance: random.Random, whole: bytes) -> Iterator[bytes]:
    """The file with a byte flipped here and there, with a sector zeroed, and cut short."""
    for _ in range(3):
        at = chance.randrange(len(whole))
        yield whole[:at] + bytes([whole[at] ^ (1 << chance.randrange(8))]) + whole[at + 1 :]
    at = chance.randrange(0, max(1, len(whole) - SECTOR))
    zeroed = whole[:at] + bytes(min(SECTOR, len(whole) - at)) + whole[at + SECTOR :]
    if zeroed != whole:
        yield zeroed
    yield whole[: len(whole) // 2]


def looked_at(folder: Path) -> list[object]:
    """What is wrong, as a new process would see it."""
    try:
        archive = Archive.open(folder / "archive.sqlite")
    except ServiceError as error:
        return [error]
    try:
        return list(verify(archive, WhooshEngine(folder)))
    except ServiceError as error:
        return [error]
    finally:
        archive.close()


def answers(folder: Path) -> tuple[object, str | None]:
    """What searches give: totals, ids, scores and articles, or an error of the table; and what damage was told."""
    try:
        generation = WhooshEngine(folder).live()
        assert generation is not None
        searcher = generation.searcher()
        given = [
            [(hit.id, hit.version, round(hit.score, 6), hit.stored) for hit in result.hits] + [result.total]
            for query in QUERIES
            for result in [searcher.search(Request(query, NOW, size=100))]
        ]
        return given, generation.damage
    except ServiceError as error:
        return error.code, error.detail


def sweep(folder: Path, rounds: int, chance: random.Random, most: int = 99) -> int:
    """Harm each file, at most so often in a round, and look; how often it was harmed."""
    assert looked_at(folder) == []
    harmed = 0
    for path in named(folder):
        whole = path.read_bytes()
        for _ in range(rounds):
            for broken in islice(harm(path, chance, whole), most):
                path.write_bytes(broken)
                harmed += 1
                assert looked_at(folder) or harmless(path, folder), path
                path.write_bytes(whole)
    assert looked_at(folder) == []
    return harmed


def wrong_answers(folder: Path, rounds: int, chance: random.Random) -> tuple[int, int, int]:
    """How often a generation's files were harmed, searches then refused or told of it, and answered wrongly.

    An earlier commit's answer is right where it is told that it is one.
    """
    right, _ = answers(folder)
    earlier = of_the_commit_before(folder)
    assert earlier != right
    harmed = refused = wrong = 0
    for path in named(folder):
        if "generations" not in path.parts:
            continue
        whole = path.read_bytes()
        for _ in range(rounds):
            for broken in harm(path, chance, whole):
                path.write_bytes(broken)
                given, told = answers(folder)
                harmed += 1
                refused += told is not None
                wrong += not (isinstance(given, str) or given == right or (told is not None and given == earlier))
                path.write_bytes(whole)
    return harmed, refused, wrong


def of_the_commit_before(folder: Path) -> object:
    (manifest,) = (folder / "generations" / "000002").glob("manifest.json")
    whole = manifest.read_bytes()
    manifest.write_bytes(b"")
    given, told = answers(folder)
    manifest.write_bytes(whole)
    assert told is not None
    return given


def harmless(path: Path, folder: Path) -> bool:
    """Bytes of the archive that belong to no row and no page in use, and blanks around the live generation's number."""
    return all_is_there(folder) if path.name == "archive.sqlite" else int(path.read_text()) == 2


def all_is_there(folder: Path) -> bool:
    archive = Archive.open(folder / "archive.sqlite")
    try:
        articles = archive.scan(limit=1000)
        return len(articles) == 59 and archive.count() == 59 and archive.version("59") == 2
    finally:
        archive.close()


def test_what_is_damaged_is_noticed(folder: Path) -> None:
    assert sweep(folder, 1, random.Random(3), most=1) > 10


@pytest.mark.parametrize("small", [arrays.SMALL, 0])
def test_no_search_answers_wrongly(folder: Path, small: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrays, "SMALL", small)
    harmed, refused, wrong = wrong_answers(folder, 1, random.Random(3))
    assert wrong == 0
    assert harmed > refused > harmed // 4


@pytest.mark.soak
@pytest.mark.timeout(1200)
def test_what_is_damaged_is_noticed_many_times(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    noticed = sweep(folder, 20, random.Random(4))
    harmed, refused, wrong = wrong_answers(folder, 20, random.Random(4))
    with capsys.disabled():
        print(
            f"\n{noticed} damages, all noticed; of {harmed} searches on some {refused} were refused or told,", end=" "
        )
        print(f"{wrong} wrong in silence")
    assert wrong == 0
