"""The ledger outlives its process, and costs nothing but time when it is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from search_service.errors import ServiceError
from search_service.importing.ledger import Known, Ledger


def test_what_was_noted_is_there_the_next_time(tmp_path: Path) -> None:
    with Ledger(tmp_path, "https://a.example/") as ledger:
        ledger.set([Known(1, "2023", "a", 5), Known(2, "2024")], done=100, since="x")
        ledger.set(done=None)
    with Ledger(tmp_path, "https://a.example/") as ledger:
        assert (ledger.count(), ledger.newest(), ledger.get("done"), ledger.get("since")) == (2, "2024", None, "x")
        assert ledger.post(1) == Known(1, "2023", "a", 5)
        assert ledger.posts_of("a") == [1]
        ledger.forget(1, "a")
        assert (ledger.post(1), ledger.deleted("a"), ledger.deleted("b")) == (None, True, False)


@pytest.mark.parametrize(
    "source", ["https://b.example/", "../../etc/passwd", "https://[::1]/خبر?x=/../", "a" * 5000, ""]
)
def test_each_source_has_a_file_of_its_own_in_the_folder(tmp_path: Path, source: str) -> None:
    with Ledger(tmp_path, "https://a.example/") as one, Ledger(tmp_path, source) as other:
        assert one.path != other.path
        assert other.path.parent == tmp_path / "imports"


def test_a_source_has_one_holder(tmp_path: Path) -> None:
    with Ledger(tmp_path, "a"):
        with pytest.raises(ServiceError) as caught:
            Ledger(tmp_path, "a")
        assert caught.value.code == "import_busy"
    Ledger(tmp_path, "a").__exit__(None, None, None)


@pytest.mark.parametrize("content", [b"", b"no database" * 100, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_damaged_file_is_begun_anew(tmp_path: Path, content: bytes) -> None:
    with Ledger(tmp_path, "a") as ledger:
        ledger.set(done=5)
    ledger.path.write_bytes(content)
    with Ledger(tmp_path, "a") as ledger:
        assert ledger.get("done") is None
        ledger.set(done=7)
        assert ledger.get("done") == "7"


def test_one_of_another_format_is_begun_anew(tmp_path: Path) -> None:
    with Ledger(tmp_path, "a") as ledger:
        ledger.set(done=5, format=99)
    with Ledger(tmp_path, "a") as ledger:
        assert ledger.get("done") is None


def test_a_folder_that_cannot_be_written_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "imports").write_text("a file")
    with pytest.raises(ServiceError) as caught:
        Ledger(tmp_path, "a")
    assert caught.value.code == "folder_not_writable"
