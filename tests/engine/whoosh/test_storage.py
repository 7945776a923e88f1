"""Files are created once, mapped whole, replaced atomically."""

from __future__ import annotations

from pathlib import Path

import pytest

from search_service.durable import write_atomically
from search_service.engine.whoosh.storage import IndexStorage, MappedFile


def test_a_file_is_never_created_twice(tmp_path: Path) -> None:
    storage = IndexStorage(tmp_path)
    with storage.create_file("a") as file:
        file.write(b"first")
    with pytest.raises(FileExistsError):
        storage.create_file("a")
    assert (tmp_path / "a").read_bytes() == b"first"


def test_a_mapped_file_is_read_by_place_and_outlives_its_name(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"0123456789")
    mapped = MappedFile(tmp_path / "a", "a")
    (tmp_path / "a").unlink()
    assert mapped.get(3, 4) == b"3456"
    mapped.close()
    assert mapped.get(8, 4) == b"89"


def test_an_empty_file_can_be_opened(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    mapped = MappedFile(tmp_path / "a", "a")
    assert (mapped.size, mapped.get(0, mapped.size)) == (0, b"")


def test_an_atomic_write_leaves_nothing_else(tmp_path: Path) -> None:
    for content in (b"old", b"new"):
        write_atomically(tmp_path / "a", content)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a": b"new"}
