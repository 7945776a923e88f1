"""A model of what a power cut leaves of a folder.

What was written is on the disk for certain only after an fsync of the file, and a file's
name only after an fsync of its folder.  Of what is not, anything may be there: nothing,
all, zeros, or some of its sectors; and each name may have changed already or not.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

SECTORS = (512, 4096)
WATCHED = ("fsync", "rename", "replace", "link", "unlink", "mkdir", "rmdir")
FOLDER = -1
"""Stands for a file's number where the name is a folder's."""

Tree = dict[str, bytes]
"""Path relative to the folder -> content; a path that ends with ``/`` is a folder."""


class Moment(NamedTuple):
    """What a folder holds, and what of it is on the disk for certain."""

    before: str
    """The operation that comes next."""
    entries: dict[str, dict[str, int]]
    """Folder -> name -> file."""
    synced_entries: dict[str, dict[str, int]]
    contents: dict[int, bytes]
    synced_contents: dict[int, bytes]

    def killed(self) -> Tree:
        """What is left when the process alone ends: all."""
        return self._tree(self.entries, self.contents.__getitem__)

    def cut(self, chance: random.Random, states: int) -> Iterator[Tree]:
        """What may be left when the power goes: the plain cases first, then mixtures."""
        yield self._tree(self.synced_entries, self._lost)
        ways: tuple[Callable[[int], bytes], ...] = (
            self._lost,
            self._zeroed,
            lambda file: self._torn(file, chance, 4096),
            lambda file: self._torn(file, chance, 512),
        )
        for way in ways[: states - 1]:
            yield self._tree(self.entries, way)
        for _ in range(states - 1 - len(ways)):
            yield self._tree(self._some_entries(chance), lambda file: chance.choice(ways)(file))

    def _lost(self, file: int) -> bytes:
        return self.synced_contents.get(file, b"")

    def _zeroed(self, file: int) -> bytes:
        return bytes(len(self.contents[file])) if self._unsynced(file) else self._lost(file)

    def _torn(self, file: int, chance: random.Random, sector: int) -> bytes:
        """Some sectors are written, the others are not."""
        if not self._unsynced(file):
            return self._lost(file)
        new = self.contents[file]
        old = self.synced_contents.get(file, b"").ljust(len(new), b"\0")
        pieces = ((new if chance.random() < 0.5 else old)[at : at + sector] for at in range(0, len(new), sector))
        return b"".join(pieces)

    def _unsynced(self, file: int) -> bool:
        return file in self.contents and self.synced_contents.get(file) != self.contents[file]

    def _some_entries(self, chance: random.Random) -> dict[str, dict[str, int]]:
        """Of each folder some names as they were, some as they are."""
        mixed = {}
        for folder in self.entries.keys() | self.synced_entries.keys():
            old, new = self.synced_entries.get(folder, {}), self.entries.get(folder, {})
            chosen = {name: chance.choice((old, new)).get(name) for name in sorted(old.keys() | new.keys())}
            mixed[folder] = {name: file for name, file in chosen.items() if file is not None}
        return mixed

    def _tree(self, entries: dict[str, dict[str, int]], content: Callable[[int], bytes]) -> Tree:
        tree: Tree = {}
        folders = [""]
        for folder in folders:
            for name, file in entries.get(folder, {}).items():
                if file == FOLDER:
                    folders.append(f"{folder}{name}/")
                    tree[f"{folder}{name}/"] = b""
                else:
                    tree[f"{folder}{name}"] = content(file)
        return tree


class Disk:
    """Watches the operations of this process on a folder; what is there at first is on the disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kept: dict[int, int] = {}
        """Files that were seen stay open, so that their numbers are not given again."""
        self._read: dict[int, tuple[tuple[int, int], bytes]] = {}
        self.moments: list[Moment] = []
        entries, contents = self._look()
        self._synced_entries = entries
        self._synced_contents = contents

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Keep the moment before each operation within this block, and the one at its end."""
        originals = {name: getattr(os, name) for name in WATCHED}
        for name, original in originals.items():
            setattr(os, name, self._watched(name, original))
        try:
            yield
        finally:
            for name, original in originals.items():
                setattr(os, name, original)
            self._keep("the end")
            for descriptor in self._kept.values():
                os.close(descriptor)

    def _watched(self, name: str, original: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            self._keep(f"{name}{arguments}")
            result = original(*arguments, **options)
            if name == "fsync":
                self._synced(arguments[0])
            return result

        return call

    def _synced(self, descriptor: int) -> None:
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        if path.is_dir() and path.is_relative_to(self._folder):
            folder = "" if path == self._folder else f"{path.relative_to(self._folder)}/"
            self._synced_entries = {**self._synced_entries, folder: self._look()[0][folder]}
        elif path.is_relative_to(self._folder):
            status = os.fstat(descriptor)
            self._synced_contents = {
                **self._synced_contents,
                status.st_ino: self._content(Path(f"/proc/self/fd/{descriptor}"), status),
            }

    def _keep(self, before: str) -> None:
        entries, contents = self._look()
        self.moments.append(Moment(before, entries, self._synced_entries, contents, self._synced_contents))

    def _look(self) -> tuple[dict[str, dict[str, int]], dict[int, bytes]]:
        entries: dict[str, dict[str, int]] = {}
        contents = {}
        folders = [""]
        for folder in folders:
            names = entries[folder] = {}
            for entry in os.scandir(self._folder / folder):
                if entry.is_dir():
                    names[entry.name] = FOLDER
                    folders.append(f"{folder}{entry.name}/")
                else:
                    names[entry.name] = entry.inode()
                    contents[entry.inode()] = self._content(Path(entry.path), entry.stat())
        return entries, contents

    def _content(self, path: Path, status: os.stat_result) -> bytes:
        if status.st_ino not in self._kept:
            self._kept[status.st_ino] = os.open(path, os.O_RDONLY)
        changed = (status.st_mtime_ns, status.st_size)
        known = self._read.get(status.st_ino)
        if known is None or known[0] != changed:
            known = self._read[status.st_ino] = (changed, path.read_bytes())
        return known[1]


def lay_out(tree: Tree, folder: Path) -> None:
    """Make the folder hold exactly this."""
    folder.mkdir(parents=True)
    for path, content in tree.items():
        if path.endswith("/"):
            (folder / path).mkdir()
        else:
            (folder / path).write_bytes(content)
