"""Damage in SQLite's log after a crash is noticed, however little of it is hit."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from search_service.archive.archive import Archive
from search_service.archive.keys import Keys
from search_service.archive.write_ahead import extent, lost

ROOT = Path(__file__).parents[2]
WRITER = """
import os, signal, sys
from pathlib import Path
from search_service.archive.archive import Archive
from search_service.archive.keys import Keys
from search_service.article import Article
archive = Archive.open(Path(sys.argv[1]))
for number in range(30):
    archive.write([Article(id=str(number), title="خبر", body=f"متن {number} " * 200)])
Keys(archive).create("cms", ["write"])
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(scope="module")
def crashed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive as a killed process leaves it: everything of it is in the log."""
    path = tmp_path_factory.mktemp("crashed") / "archive.sqlite"
    ran = subprocess.run([sys.executable, "-c", WRITER, path], env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert ran.returncode == -signal.SIGKILL
    found = extent(path)
    assert found is not None
    assert found.frames > 30
    return path


def copied(crashed: Path, folder: Path) -> Path:
    shutil.copytree(crashed.parent, folder)
    return folder / crashed.name


def whole(archive: Archive) -> bool:
    return archive.position() == 30 and len(Keys(archive).list()) == 1


def test_a_sound_log_is_there_again(crashed: Path, tmp_path: Path) -> None:
    archive = Archive.open(copied(crashed, tmp_path / "a"))
    assert whole(archive)
    assert archive.verify() == []
    archive.close()


@pytest.mark.parametrize("size", [1, 512])
def test_every_damage_of_the_log_is_noticed(crashed: Path, tmp_path: Path, size: int) -> None:
    chance = random.Random(size)
    length = crashed.with_name(crashed.name + "-wal").stat().st_size
    for turn, place in enumerate([0, 8, 16, 24, *(chance.randrange(32, length - size) for _ in range(40)), length - 1]):
        path = copied(crashed, tmp_path / str(turn))
        with path.with_name(path.name + "-wal").open("r+b") as file:
            file.seek(place)
            old = file.read(size)
            file.seek(place)
            new = bytes(len(old)) if size > 1 else bytes([old[0] ^ 1 << chance.randrange(8)])
            file.write(new)
        archive = Archive.open(path)
        faults = archive.verify()
        assert bool(faults) == (old != new), place
        assert faults or whole(archive)
        archive.close()
        again = Archive.open(path)
        assert again.verify() == faults
        again.close()
        shutil.rmtree(path.parent)


def test_what_is_lost_is_told_with_its_remedy(crashed: Path, tmp_path: Path) -> None:
    path = copied(crashed, tmp_path / "a")
    with path.with_name(path.name + "-wal").open("r+b") as file:
        file.truncate(20_000)
    archive = Archive.open(path)
    (line,) = archive.verify()
    assert "cannot be read" in line
    assert f"delete {path}-lost" in line
    path.with_name(f"{path.name}-lost").unlink()
    assert archive.verify() == []
    archive.close()


def test_an_archive_that_others_have_open_lacks_nothing(tmp_path: Path) -> None:
    path = tmp_path / "archive.sqlite"
    first = Archive.open(path)
    Keys(first).create("cms", ["write"])
    for _ in range(3):
        ran = subprocess.run(
            [sys.executable, "-c", WRITER.replace("os.kill(os.getpid(), signal.SIGKILL)", "archive.close()"), path],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        assert ran.returncode == 0
        first.database.path.touch()
    assert lost(path) == []
    first.close()
