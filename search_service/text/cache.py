"""Where the compiled lexicon is kept: one file in the user's cache folder, by fingerprint of its sources."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from search_service.text.compiler import compile_lexicon, fingerprint
from search_service.text.lexicon import Lexicon

_NAME = "lexicon-{}.bin"


def compiled_lexicon(folder: Path | None = None) -> bytes:
    """The compiled lexicon of the sources as they are; compiles it when it is not there or damaged.

    Two processes may do so at once: each writes its own temporary file and renames it.
    When no folder can be written to, the lexicon is compiled again each time.
    """
    name = _NAME.format(fingerprint()[:16])
    folders = (
        [folder] if folder is not None else [user_cache(), Path(tempfile.gettempdir()) / f"search-service-{_user()}"]
    )
    for place in folders:
        try:
            data = (place / name).read_bytes()
        except OSError:
            continue
        if Lexicon.intact(data):
            return data
    data = compile_lexicon().dump()
    for place in folders:
        try:
            place.mkdir(parents=True, exist_ok=True, mode=0o700)
            _write(place / name, data)
        except OSError:
            continue
        break
    return data


def user_cache() -> Path:
    """``$XDG_CACHE_HOME/search-service``, by default under ``~/.cache``."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "search-service"


def _user() -> int:
    return os.getuid() if hasattr(os, "getuid") else 0


def _write(path: Path, data: bytes) -> None:
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
