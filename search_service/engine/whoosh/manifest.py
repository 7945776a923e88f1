"""The manifest of a generation: written last, it is the commit point.

It names Whoosh's own table of contents, the journal position and every file with its
size and checksum.  What it does not name was left behind by a crash.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import asdict, dataclass, field
from pathlib import Path

from search_service.durable import write_atomically
from search_service.engine.whoosh.storage import checksum
from search_service.errors import ServiceError

FORMAT = 4
"""What is written."""
READABLE = (2, 3, FORMAT)
"""Before 3 no list was kept as ``dense``, and no part by what it lacks; before 4 none by ``offsets``."""
ENGINE = "whoosh"
FILE = "manifest.json"
PREVIOUS = "manifest.previous.json"


@dataclass(frozen=True, slots=True)
class FileEntry:
    """What is known of a file."""

    size: int
    crc32: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """One commit of one generation."""

    generation: int
    created: str
    """ISO 8601."""
    analyser: str
    complete: bool = False
    commit: int = 0
    toc: int = 0
    """Generation of Whoosh's table of contents."""
    position: int = 0
    count: int = 0
    files: dict[str, FileEntry] = field(default_factory=dict)
    """By path relative to the generation's folder."""
    engine: str = ENGINE
    format: int = FORMAT

    @property
    def name(self) -> str:
        """Names the commit among those of all generations."""
        return f"{self.generation:06}-{self.commit}"

    def encoded(self) -> bytes:
        """As JSON, with a checksum of itself."""
        content = asdict(self)
        return json.dumps({**content, "checksum": _checksum(content)}, indent=1, sort_keys=True).encode()

    def write(self, folder: Path) -> None:
        """Make this the newest commit, durably; the one before stays beside it."""
        path = folder / FILE
        if path.exists():
            write_atomically(folder / PREVIOUS, path.read_bytes())
        write_atomically(path, self.encoded())


def read(folder: Path, name: str = FILE) -> Manifest:
    """Read and check a manifest; raises ``index_damaged`` or ``index_incompatible``."""
    path = folder / name
    try:
        content = json.loads(path.read_bytes())
        expected = content.pop("checksum")
        written_by = (content["engine"], content["format"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        reason = "is missing" if isinstance(error, FileNotFoundError) else "cannot be read"
        raise ServiceError("index_damaged", f"{path} {reason}.") from error
    if written_by[0] != ENGINE or written_by[1] not in READABLE:
        detail = f"{path} is of engine '{written_by[0]}', format {written_by[1]}; this is '{ENGINE}', format {FORMAT}."
        raise ServiceError("index_incompatible", detail)
    if expected != _checksum(content):
        raise ServiceError("index_damaged", f"{path} does not match its checksum.")
    content["files"] = {name: FileEntry(**entry) for name, entry in content["files"].items()}
    return Manifest(**{**content, "format": FORMAT})


def describe(folder: Path, names: list[str], known: dict[str, FileEntry]) -> dict[str, FileEntry]:
    """Sizes and checksums of files; those that are known already do not change and are not read again."""
    return {
        name: known.get(name) or FileEntry((folder / name).stat().st_size, checksum(folder / name))
        for name in sorted(names)
    }


def check_sizes(folder: Path, files: dict[str, FileEntry]) -> None:
    """Raises ``index_damaged`` for a file that is missing or of another size; cheap enough for each opening."""
    for name, entry in files.items():
        path = folder / name
        try:
            size = path.stat().st_size
        except FileNotFoundError:
            raise ServiceError("index_damaged", f"{path} is missing.") from None
        if size != entry.size:
            raise ServiceError("index_damaged", f"{path} has {size} bytes instead of {entry.size}.")


def check_content(folder: Path, files: dict[str, FileEntry]) -> None:
    """Raises ``index_damaged`` for a file that does not match its checksum; reads them whole."""
    check_sizes(folder, files)
    for name, entry in files.items():
        if checksum(folder / name) != entry.crc32:
            raise ServiceError("index_damaged", f"{folder / name} does not match its checksum.")


def _checksum(content: dict[str, object]) -> int:
    return zlib.crc32(json.dumps(content, sort_keys=True).encode())
