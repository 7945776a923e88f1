from __future__ import annotations

import threading
from pathlib import Path

import pytest

from search_service.text import cache, compiler
from search_service.text.lexicon import Lexicon


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch, lexicon: Lexicon) -> list[int]:
    """Compiling is counted and gives the lexicon that the room has anyway."""
    compiled: list[int] = []

    def compile_lexicon() -> Lexicon:
        compiled.append(1)
        return lexicon

    monkeypatch.setattr(cache, "compile_lexicon", compile_lexicon)
    return compiled


def test_the_lexicon_is_compiled_once(tmp_path: Path, quick: list[int]) -> None:
    assert cache.compiled_lexicon(tmp_path) == cache.compiled_lexicon(tmp_path)
    assert len(quick) == 1
    assert len(list(tmp_path.iterdir())) == 1


def test_it_is_compiled_again_when_a_source_changes(
    tmp_path: Path, quick: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.compiled_lexicon(tmp_path)
    monkeypatch.setattr(cache, "fingerprint", lambda: "another state of the sources")
    cache.compiled_lexicon(tmp_path)
    assert len(quick) == 2


def test_a_damaged_file_is_replaced(tmp_path: Path, quick: list[int]) -> None:
    data = cache.compiled_lexicon(tmp_path)
    file = next(tmp_path.iterdir())
    file.write_bytes(data[:100])
    assert cache.compiled_lexicon(tmp_path) == data
    assert file.read_bytes() == data


def test_two_at_once_do_not_disturb_each_other(tmp_path: Path, quick: list[int]) -> None:
    found: list[bytes] = []
    threads = [threading.Thread(target=lambda: found.append(cache.compiled_lexicon(tmp_path))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1
    assert len(list(tmp_path.iterdir())) == 1


def test_a_folder_that_cannot_be_written_to_is_no_error(tmp_path: Path, quick: list[int]) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    assert Lexicon.parse(cache.compiled_lexicon(blocked / "folder")).words


def test_the_fingerprint_is_that_of_the_sources() -> None:
    assert compiler.fingerprint() == compiler.fingerprint()
