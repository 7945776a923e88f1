"""A small record that is kept in the index folder as JSON: read as it was written, or not at all."""

from __future__ import annotations

import json
import zlib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, ClassVar, Self

from search_service.durable import write_atomically, writing_to


@dataclass(frozen=True, slots=True)
class Kept:
    """What a subclass's fields hold, in the file that it names."""

    FILE: ClassVar[str]

    @classmethod
    def read(cls, folder: Path) -> Self | None:
        """Of this index folder; None: there is none, or it is damaged."""
        try:
            fields = json.loads((folder / cls.FILE).read_bytes())
            return cls(**fields) if fields.pop("checksum") == _checksum(fields) else None
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def write(self, folder: Path) -> None:
        """In the place of what was kept before; raises ``folder_not_writable``."""
        fields = asdict(self)
        with writing_to(folder):
            write_atomically(folder / self.FILE, json.dumps({**fields, "checksum": _checksum(fields)}).encode())

    @classmethod
    def forget(cls, folder: Path) -> None:
        """Keep nothing any more; raises ``folder_not_writable``."""
        with writing_to(folder):
            (folder / cls.FILE).unlink(missing_ok=True)


def _checksum(fields: dict[str, Any]) -> int:
    return zlib.crc32(json.dumps(fields, sort_keys=True).encode())
