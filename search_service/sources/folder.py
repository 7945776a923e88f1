"""The files of a folder that hold articles, in a fixed order."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Collection, Iterator
from pathlib import Path

from search_service.sources.item import Note

_SAVED_PARTS = ("_files", ".files")
"""Browsers keep the parts of a saved page beside it, in a folder of its name."""


def files(folder: Path, known: Collection[str]) -> Iterator[Path | Note]:
    """Files with a known ending, below the folder, in order of their names.

    Left out are hidden files, links that lead out of the folder, the parts of saved
    pages, and whatever is no regular file; files of other endings are counted in a
    note at the end.
    """
    root = folder.resolve()
    others: Counter[str] = Counter()
    links = 0
    problems: list[Note] = []

    def unreadable(error: OSError) -> None:
        problems.append(Note(str(error.filename), None, f"the folder cannot be read: {error.strerror}"))

    for place, inner, names in os.walk(folder, onerror=unreadable):
        inner[:] = sorted(name for name in inner if not name.startswith(".") and not _is_parts(name, names))
        for name in sorted(names):
            path = Path(place, name)
            if name.startswith("."):
                continue
            if path.is_symlink() and not path.resolve().is_relative_to(root):
                links += 1
            elif path.is_file():
                if name.lower().endswith(tuple(known)):
                    yield path
                else:
                    others[path.suffix.lower() or name] += 1
    yield from problems
    if links:
        yield Note(str(folder), None, f"{links} links that lead out of the folder were left out")
    if others:
        endings = ", ".join(ending for ending, _ in others.most_common(8))
        yield Note(str(folder), None, f"{others.total()} files of other kinds were left out ({endings})")


def _is_parts(name: str, files_beside: Collection[str]) -> bool:
    for ending in _SAVED_PARTS:
        page = name.removesuffix(ending)
        if page != name and any(f"{page}{kind}" in files_beside for kind in (".html", ".htm")):
            return True
    return False
