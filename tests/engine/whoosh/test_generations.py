"""What stands in the index folder, and what is said when it is damaged."""

from __future__ import annotations

import errno
import json
import os
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from search_service.engine.base import Request
from search_service.engine.query import Everything
from search_service.engine.whoosh import WhooshEngine, manifest
from search_service.engine.whoosh.generation import WhooshGeneration
from search_service.errors import ServiceError
from tests.engine.documents import NOW, document
from tests.engine.generation_contract import ids, put, refused


@pytest.fixture
def engine(tmp_path: Path) -> WhooshEngine:
    return WhooshEngine(tmp_path / "index")


@pytest.fixture
def generation(engine: WhooshEngine) -> WhooshGeneration:
    generation = engine.create("analyser", {"lexicon": b"words"})
    put(generation, document("1", "a b " * 50, category="x"), document("2", "b"), position=1)
    engine.publish(generation.number)
    return generation


def reopened(generation: WhooshGeneration) -> WhooshGeneration:
    """The generation as another process sees it."""
    return WhooshEngine(generation.folder.parents[1]).open(generation.number)


def test_the_folder_is_laid_out_as_documented(engine: WhooshEngine, generation: WhooshGeneration) -> None:
    assert generation.folder.name == "000001"
    assert generation.folder.parent.name == "generations"
    index = generation.folder.parents[1]
    assert (index / "CURRENT").read_text() == f"000001 {zlib.crc32(b'000001'):08x}\n"
    content = json.loads((generation.folder / "manifest.json").read_text())
    assert (content["engine"], content["format"], content["position"], content["count"]) == ("whoosh", 4, 1, 2)
    assert set(content["files"]) >= {"analyser/lexicon", "_MAIN_1.toc"}


def test_a_searcher_opened_again_shares_the_segments(generation: WhooshGeneration) -> None:
    first = generation.searcher()
    put(generation, document("3", "c"), position=2)
    second = generation.searcher()
    old, new = ([part.segment for part in searcher._view.parts] for searcher in (first, second))
    assert old[0] is new[0]
    assert len(new) == 2


def test_the_manifest_is_read_again_only_when_it_changed(generation: WhooshGeneration) -> None:
    assert generation.manifest() is generation.manifest()
    before = generation.current_commit()
    put(reopened(generation), document("3", "c"), position=2)
    assert generation.current_commit() != before


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (lambda path: path.unlink(), "index_damaged"),
        (lambda path: path.write_bytes(path.read_bytes()[:-20]), "index_damaged"),
        (lambda path: path.write_bytes(b"[]"), "index_damaged"),
        (lambda path: path.write_bytes(path.read_bytes().replace(b'"count": 2', b'"count": 3')), "index_damaged"),
        (
            lambda path: path.write_bytes(path.read_bytes().replace(b'"format": 4', b'"format": 1')),
            "index_incompatible",
        ),
        (lambda path: path.write_bytes(path.read_bytes().replace(b'"whoosh"', b'"tantivy"')), "index_incompatible"),
    ],
)
def test_a_damaged_manifest_is_told_from_one_of_another_version(
    damage: Callable[[Path], object], code: str, generation: WhooshGeneration
) -> None:
    damage(generation.folder / "manifest.json")
    fresh = reopened(generation)
    for ask in (fresh.info, fresh.searcher, fresh.writer, fresh.current_commit):
        with refused(code):
            ask()
    (listed,) = WhooshEngine(generation.folder.parents[1]).generations()
    assert (listed.number, listed.complete) == (1, False)


@pytest.mark.parametrize("format", [2, 3])
def test_a_generation_of_a_format_before_is_read_and_written_on(generation: WhooshGeneration, format: int) -> None:
    known = generation.manifest()
    (generation.folder / "manifest.json").write_bytes(replace(known, format=format).encoded())
    fresh = reopened(generation)
    assert fresh.searcher().count() == 2
    put(fresh, document("3", "c"), position=2)
    content = json.loads((generation.folder / "manifest.json").read_text())
    assert (content["format"], content["count"]) == (4, 3)


def test_a_missing_or_cut_file_is_noticed_when_opening(generation: WhooshGeneration) -> None:
    for path in sorted(generation.folder.iterdir()):
        if path.name in reopened(generation).manifest().files and path.stat().st_size:
            content = path.read_bytes()
            path.write_bytes(content[:-1])
            with refused("index_damaged"):
                reopened(generation).searcher()
            path.unlink()
            with refused("index_damaged"):
                reopened(generation).searcher()
            path.write_bytes(content)
    assert ids(reopened(generation).searcher()) == {"1": 1, "2": 1}


def test_a_flipped_byte_is_noticed_by_verify(generation: WhooshGeneration) -> None:
    generation.verify()
    for name, entry in generation.manifest().files.items():
        if entry.size:
            path = generation.folder / name
            content = path.read_bytes()
            at = len(content) // 2
            path.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
            with pytest.raises(ServiceError, match="does not match its checksum") as error:
                generation.verify()
            assert name in error.value.detail
            path.write_bytes(content)


def test_a_flipped_byte_in_the_table_of_contents_is_never_unpickled(generation: WhooshGeneration) -> None:
    path = generation.folder / "_MAIN_1.toc"
    content = path.read_bytes()
    path.write_bytes(content[:-10] + bytes([content[-10] ^ 1]) + content[-9:])
    with refused("index_damaged"):
        reopened(generation).searcher()


def test_a_damaged_stored_article_is_an_error_and_not_a_wrong_answer(generation: WhooshGeneration) -> None:
    (path,) = generation.folder.glob("*.stored")
    path.write_bytes(bytes(path.stat().st_size))
    with refused("index_damaged"):
        reopened(generation).searcher().search(Request(Everything(), now=NOW))


def test_damage_found_by_a_search_is_told_and_the_commit_before_answers(
    generation: WhooshGeneration, caplog: pytest.LogCaptureFixture
) -> None:
    before = generation.searcher()
    named = set(generation.manifest().files)
    put(generation, document("3", "c"), position=2)
    (path,) = (path for path in generation.folder.glob("*.stored") if path.name not in named)
    flip(path, 5)
    found = reopened(generation)
    searcher = found.searcher()
    assert (searcher.position, found.damage) == (2, None)
    with refused("index_damaged"):
        searcher.search(Request(Everything(), now=NOW))
    assert path.name in caplog.text
    assert "search-service reindex" in caplog.text
    assert found.current_commit() == before.commit
    assert path.name in str(found.damage)
    assert ids(found.searcher()) == ids(before)
    assert found.info().damage == found.damage


def test_damage_that_the_commit_before_shares_is_told(generation: WhooshGeneration) -> None:
    (path,) = generation.folder.glob("*.stored")
    put(generation, document("3", "c" * 600), *(document(f"{n}", "x") for n in range(10, 800)), position=2)
    flip(path, 20)
    found = reopened(generation)
    newest = found.current_commit()
    with refused("index_damaged"):
        found.searcher().search(Request(Everything(), now=NOW, size=1000))
    assert path.name in str(found.damage)
    assert "answers instead" not in str(found.damage)
    assert found.current_commit() == newest


def test_a_damaged_analyser_is_never_used(engine: WhooshEngine) -> None:
    made = engine.create("x", {"lexicon": b"some words"})
    writer = made.writer()
    writer.upsert(document("1", "a"))
    writer.commit(1)
    flip(made.folder / "analyser" / "lexicon", 3)
    for use in (reopened(made).searcher, reopened(made).writer):
        with refused("index_damaged"):
            use()


def test_current_is_believed_only_when_it_makes_sense(engine: WhooshEngine, generation: WhooshGeneration) -> None:
    current = generation.folder.parents[1] / "CURRENT"
    current.write_text("000042\n")
    with refused("index_damaged"):
        engine.live()
    current.write_text("zero\n")
    with refused("index_damaged"):
        engine.live()


def test_no_piece_and_no_flip_of_current_is_believed(engine: WhooshEngine, generation: WhooshGeneration) -> None:
    current = generation.folder.parents[1] / "CURRENT"
    line = current.read_bytes()
    for end in range(len(line)):
        current.write_bytes(line[:end])
        with pytest.raises(ServiceError, match="CURRENT does not hold"):
            engine.live()
    for bit in range(8 * len(line)):
        changed = bytearray(line)
        changed[bit // 8] ^= 1 << bit % 8
        current.write_bytes(changed)
        with refused("index_damaged"):
            engine.live()


def test_current_without_a_checksum_is_of_an_earlier_version(
    engine: WhooshEngine, generation: WhooshGeneration
) -> None:
    (generation.folder.parents[1] / "CURRENT").write_text("000001\n")
    live = engine.live()
    assert live is not None
    assert live.number == 1


def test_a_new_generation_is_built_and_named_where_current_and_last_are_torn(
    engine: WhooshEngine, generation: WhooshGeneration
) -> None:
    index = generation.folder.parents[1]
    (index / "CURRENT").write_bytes(b"")
    (index / "generations" / "LAST").write_bytes(b"")
    assert [info.live for info in engine.generations()] == [False]
    made = engine.create("x", {})
    put(made, document("1", "a"), position=1)
    engine.publish(made.number)
    assert [(info.number, info.live) for info in engine.generations()] == [(1, False), (2, True)]


def test_a_folder_without_a_manifest_is_listed_as_unfinished_and_can_be_dropped(engine: WhooshEngine) -> None:
    generation = engine.create("analyser", {})
    (generation.folder / "manifest.json").unlink()
    fresh = WhooshEngine(generation.folder.parents[1])
    assert [info.complete for info in fresh.generations()] == [False]
    fresh.drop(generation.number)
    assert fresh.generations() == []


def test_a_generation_that_is_being_written_is_not_dropped(engine: WhooshEngine) -> None:
    generation = engine.create("analyser", {})
    writer = generation.writer()
    with refused("indexer_busy"):
        engine.drop(generation.number)
    writer.cancel()
    engine.drop(generation.number)
    assert [path.name for path in generation.folder.parent.iterdir()] == ["LAST"]


def test_a_generation_that_cannot_be_begun_leaves_nothing(
    engine: WhooshEngine, generation: WhooshGeneration, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(folder: Path, names: object, known: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(manifest, "describe", full)
        with pytest.raises(ServiceError, match="No space left"):
            engine.create("analyser", {"lexicon": b"words"})
    assert sorted(path.name for path in generation.folder.parent.iterdir()) == ["000001", "LAST"]
    assert engine.create("analyser", {}).number == 3


def test_the_analysers_files_stay_in_their_folder(engine: WhooshEngine) -> None:
    for name in ("../x", "/etc/x", "a/../../x"):
        with pytest.raises(ValueError, match="outside its folder"):
            engine.create("analyser", {name: b""})


def test_an_index_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "index").write_text("not a folder")
    with pytest.raises(ServiceError) as error:
        WhooshEngine(tmp_path / "index").create("analyser", {})
    assert error.value.code == "folder_not_writable"
    assert error.value.detail == f"Cannot write to {tmp_path / 'index'}: Not a directory."


def test_a_folder_of_another_user_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    folder.mkdir(mode=0o555)
    if os.geteuid() == 0:
        pytest.skip("root may write anywhere")
    with refused("folder_not_writable"):
        WhooshEngine(folder).create("analyser", {})


def test_a_search_is_given_up_at_its_deadline(generation: WhooshGeneration) -> None:
    searcher = WhooshEngine(generation.folder.parents[1], seconds=-1.0).open(1).searcher()
    with refused("search_timeout"):
        searcher.search(Request(Everything(), now=NOW))
    with refused("search_timeout"):
        searcher.total(Everything(), NOW)


def truncate(path: Path) -> None:
    """Cut off the last byte."""
    os.truncate(path, path.stat().st_size - 1)


def flip(path: Path, at: int = -2) -> None:
    """Change a byte, by default the last but one."""
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("damaged", "how"),
    [
        *(("manifest.json", how) for how in (truncate, flip, Path.unlink)),
        *(("_MAIN_2.toc", how) for how in (truncate, flip, Path.unlink)),
        *(("*.arrays", how) for how in (truncate, flip, Path.unlink)),
        *(("*.stored", how) for how in (truncate, Path.unlink)),
    ],
)
def test_the_commit_before_answers_where_the_newest_is_damaged(
    damaged: str, how: Callable[[Path], object], generation: WhooshGeneration
) -> None:
    before = generation.searcher()
    named = set(generation.manifest().files)
    put(generation, document("3", "c"), position=2)
    (path,) = (path for path in generation.folder.glob(damaged) if path.name not in named)
    how(path)
    found = reopened(generation)
    searcher = found.searcher()
    assert found.damage is not None
    assert path.name in found.damage
    assert before.commit in found.damage
    assert (searcher.commit, searcher.position) == (before.commit, 1)
    assert ids(searcher) == ids(before)
    assert found.current_commit() == searcher.commit
    with refused("index_damaged"):
        found.verify()


def test_a_commit_after_a_damaged_one_is_the_newest_again(generation: WhooshGeneration) -> None:
    put(generation, document("3", "c"), position=2)
    manifest = generation.folder / "manifest.json"
    good = manifest.read_bytes()
    truncate(manifest)
    found = reopened(generation)
    assert found.searcher().position == 1
    manifest.write_bytes(good)
    assert found.searcher().position == 2
    assert found.damage is None


def test_a_generation_without_a_good_commit_says_what_is_damaged(generation: WhooshGeneration) -> None:
    flip(generation.folder / "manifest.json")
    with refused("index_damaged"):
        reopened(generation).searcher()
