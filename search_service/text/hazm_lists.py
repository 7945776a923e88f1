"""Reading hazm's lists from its data files, without importing hazm (1–2 s and 150 MB)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from search_service.errors import ServiceError

FILES = ("words.dat", "verbs.dat", "iverbs.dat", "stopwords.dat")


class Entry(NamedTuple):
    """A row of hazm's word list."""

    word: str
    frequency: int
    parts_of_speech: tuple[str, ...]


@cache
def folder() -> Path:
    """The folder of hazm's data files."""
    spec = find_spec("hazm")
    if spec is None or spec.origin is None:
        raise ServiceError("internal", "hazm is not installed: its word lists are needed once, to compile the lexicon")
    return Path(spec.origin).parent / "data"


def fingerprint() -> str:
    """SHA-256 of the lists."""
    digest = hashlib.sha256()
    for name in FILES:
        path = folder() / name
        digest.update(path.read_bytes() if path.is_file() else b"")
        digest.update(b"\0")
    return digest.hexdigest()


def words() -> Iterator[Entry]:
    """All rows of the word list; ``parts_of_speech`` is empty for a word that carries none."""
    for line in _lines("words.dat"):
        cells = line.split("\t")
        if len(cells) == 3 and cells[1].isdigit():
            tags = () if cells[2] in ("", "0") else tuple(cells[2].split(","))
            yield Entry(cells[0], int(cells[1]), tags)


def verbs() -> Iterator[tuple[str, str]]:
    """Past and present stems."""
    for line in _lines("verbs.dat"):
        past, _, present = line.strip().partition("#")
        if past and present and " " not in past + present.strip():
            yield past.strip(), present.strip()


def informal_verbs() -> Iterator[tuple[str, str]]:
    """Spoken present stem and past stem."""
    for line in _lines("iverbs.dat"):
        cells = line.split()
        if len(cells) >= 2 and "#" in cells[0]:
            yield cells[1], cells[0].split("#")[0]


def _lines(name: str) -> Iterator[str]:
    path = folder() / name
    if path.is_file():
        yield from path.read_text("utf-8").splitlines()
