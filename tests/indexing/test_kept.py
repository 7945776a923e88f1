"""What is kept beside the index is read as it was written, or not at all."""

from dataclasses import dataclass
from typing import ClassVar

import pytest

from search_service import durable
from search_service.errors import ServiceError
from search_service.indexing.kept import Kept


@dataclass(frozen=True, slots=True)
class Note(Kept):
    FILE: ClassVar[str] = "note.json"
    text: str
    count: int


@pytest.fixture
def note(tmp_path):
    note = Note("خبر", 12)
    note.write(tmp_path)
    return note


def test_it_comes_back_and_is_forgotten(note, tmp_path):
    assert Note.read(tmp_path) == note
    Note.forget(tmp_path)
    Note.forget(tmp_path)
    assert Note.read(tmp_path) is None
    assert list(tmp_path.iterdir()) == []


def test_no_piece_and_no_flip_of_it_is_believed(note, tmp_path):
    path = tmp_path / Note.FILE
    whole = path.read_bytes()
    for at in range(len(whole)):
        for damaged in (whole[:at], whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]):
            path.write_bytes(damaged)
            assert Note.read(tmp_path) is None
    path.write_bytes(whole)
    assert Note.read(tmp_path) == note


@pytest.mark.parametrize("content", [b"", b"[]", b"1", b"{}", b'{"checksum": 0, "other": 1}', b"\xff"])
def test_what_is_something_else_is_no_note(content, tmp_path):
    (tmp_path / Note.FILE).write_bytes(content)
    assert Note.read(tmp_path) is None


def test_a_full_disk_is_an_error_of_the_table_and_leaves_the_old_one(note, tmp_path, monkeypatch):
    def full(descriptor):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(durable.os, "fsync", full)
        with pytest.raises(ServiceError) as caught:
            Note("تازه", 1).write(tmp_path)
    assert caught.value.code == "folder_not_writable"
    assert Note.read(tmp_path) == note
