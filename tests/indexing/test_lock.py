"""One indexer to an index folder."""

import os
import subprocess
import sys

import pytest

from search_service.errors import ServiceError
from search_service.indexing.lock import IndexerLock, holder


def test_the_second_is_told_who_holds_it(tmp_path):
    with IndexerLock(tmp_path, "reindexing"), pytest.raises(ServiceError) as caught:
        IndexerLock(tmp_path, "adding").acquire()
    assert caught.value.code == "indexer_busy"
    assert f"process {os.getpid()} (reindexing)" in caught.value.detail


def test_it_can_be_taken_again_once_given_back(tmp_path):
    for _ in range(3):
        with IndexerLock(tmp_path, "adding"):
            assert holder(tmp_path) == f"process {os.getpid()} (adding)"
        assert holder(tmp_path) is None


def test_nobody_holds_it_in_a_folder_without_one(tmp_path):
    assert holder(tmp_path) is None


def test_the_kernel_frees_it_when_its_holder_is_killed(tmp_path):
    script = (
        "import sys, signal; from pathlib import Path; from search_service.indexing.lock import IndexerLock\n"
        f"IndexerLock(Path({str(tmp_path)!r}), 'dying').acquire(); print('held', flush=True); signal.pause()"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        assert holder(tmp_path) == f"process {process.pid} (dying)"
        process.kill()
        process.wait()
    with IndexerLock(tmp_path, "next"):
        pass


def test_a_folder_that_is_none_is_told_by_its_name(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ServiceError) as caught:
        IndexerLock(tmp_path / "file" / "index", "adding").acquire()
    assert caught.value.code == "folder_not_writable"
    assert "file/index" in caught.value.detail


def test_on_a_full_disk_it_is_held_without_a_name_and_given_back(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "pwrite", full)
    monkeypatch.setattr(os, "ftruncate", full)
    with IndexerLock(tmp_path, "adding"):
        assert holder(tmp_path) == "another process"
    assert holder(tmp_path) is None
