"""The power goes while the archive is written: what was acknowledged is there, and the rest is whole or not at all.

SQLite's own syncs cannot be watched from here.  So the model trusts that a transaction that
returned is on the disk, which ``test_each_transaction_is_synced`` looks at, and lets
everything that was written since be lost, zeroed or torn.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from search_service.archive import database
from search_service.archive.archive import Archive
from search_service.article import Article

SECTORS = (512, 4096)
HEADER = 32
"""Bytes of the log's header: https://sqlite.org/fileformat2.html#walformat."""


class Files(NamedTuple):
    """The archive's file and its log."""

    main: bytes
    log: bytes


def read(path: Path) -> Files:
    return Files(path.read_bytes(), path.with_name(f"{path.name}-wal").read_bytes())


def torn(old: bytes, new: bytes, chance: random.Random) -> Iterator[bytes]:
    """The sectors that were written are lost, zeroed, there up to some place, or here and there.

    What a sector held beside them stays: https://sqlite.org/psow.html.
    """
    yield old
    old = old.ljust(len(new), b"\0")
    zeroed = bytes(b if a == b else 0 for a, b in zip(old, new, strict=False))
    for sector in SECTORS:
        written = [at for at in range(0, len(new), sector) if old[at : at + sector] != new[at : at + sector]]
        first = written[: chance.randrange(len(written) + 1)]
        some = chance.sample(written, len(written) // 2)
        for there, otherwise in ((first, old), (some, old), (some, zeroed), ([], zeroed)):
            content = bytearray(new)
            for at in set(written) - set(there):
                content[at : at + sector] = otherwise[at : at + sector]
            yield bytes(content)


def cuts(before: Files, after: Files, chance: random.Random) -> Iterator[Files]:
    """What a cut between two transactions may leave.

    Pages go into the main file once the log is on the disk, and a log that begins anew is
    written behind its new header once that is.
    """
    yield before
    old = after.log[:HEADER] + before.log[HEADER:]
    for log in torn(old, after.log, chance):
        yield Files(before.main, log)
    for main in torn(before.main, after.main, chance):
        yield Files(main, after.log)


def write_and_cut(folder: Path, transactions: int) -> int:
    """After each transaction, look at what a cut within it may have left; how many states those were."""
    chance = random.Random(2)
    path = folder / "archive.sqlite"
    archive = Archive.open(path)
    acknowledged: dict[str, int | None] = {}
    looked = 0
    before = read(path)
    for number in range(transactions):
        expected = dict(acknowledged)
        ids = [f"{chance.randrange(12)}" for _ in range(chance.randrange(1, 4))]
        if number % 5 == 4 and acknowledged.get(ids[0]) is not None:
            archive.delete(ids[0])
            expected[ids[0]] = None
        else:
            body = "متن " * chance.randrange(2000)
            for receipt in archive.write(
                [Article.parse({"id": id, "title": f"{number}", "body": body}) for id in dict.fromkeys(ids)]
            ):
                expected[receipt.id] = receipt.version
        after = read(path)
        for files in cuts(before, after, chance):
            assert held(folder / "cut", files) in (acknowledged, expected), number
            looked += 1
        before, acknowledged = after, expected
    archive.close()
    return looked


def held(folder: Path, files: Files) -> dict[str, int | None]:
    """Id -> version of what an archive holds that is opened after the cut; None: deleted."""
    folder.mkdir()
    try:
        path = folder / "archive.sqlite"
        path.write_bytes(files.main)
        path.with_name(f"{path.name}-wal").write_bytes(files.log)
        archive = Archive.open(path)
        try:
            assert archive.verify() == []
            versions = {f"{n}": archive.version(f"{n}") for n in range(12)}
            return {
                id: version if archive.get(id) is not None else None
                for id, version in versions.items()
                if version is not None
            }
        finally:
            archive.close()
    finally:
        shutil.rmtree(folder)


@pytest.fixture(autouse=True)
def _often_checkpointed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "PRAGMAS", (*database.PRAGMAS, "wal_autocheckpoint = 12"))


def test_a_power_cut_loses_no_acknowledged_write(tmp_path: Path) -> None:
    assert write_and_cut(tmp_path, 12) > 200


@pytest.mark.soak
@pytest.mark.timeout(1200)
def test_many_power_cuts_lose_no_acknowledged_write(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    looked = write_and_cut(tmp_path, 300)
    with capsys.disabled():
        print(f"\narchive: {looked} states after power cuts, 0 acknowledged changes lost")


WRITE = """
import os, sys
from pathlib import Path
from search_service.archive.archive import Archive
from search_service.article import Article
archive = Archive.open(Path(sys.argv[1]))
for n in range(5):
    archive.write([Article.parse({"id": f"{n}", "title": "x"})])
    os.path.exists("/acknowledged")
"""


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not here")
def test_each_transaction_is_synced(tmp_path: Path, child: Callable[..., subprocess.Popen[str]]) -> None:
    Archive.open(tmp_path / "archive.sqlite").close()
    traced = ["strace", "-f", "-qq", "-e", "trace=fsync,fdatasync,stat,newfstatat", "-o", str(tmp_path / "calls")]
    traced += [sys.executable, "-c", WRITE, str(tmp_path / "archive.sqlite")]
    process = child("import os, sys; os.execvp(sys.argv[1], sys.argv[1:])", *traced)
    _, errors = process.communicate(timeout=120)
    if "ptrace" in errors:
        pytest.skip("nothing may be traced here")
    assert process.returncode == 0, errors
    calls = (tmp_path / "calls").read_text().split("/acknowledged")
    assert len(calls) == 6
    assert all("sync(" in each for each in calls[:5])
