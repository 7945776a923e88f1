"""What is on the disk for certain: files and folders are synced, and small files replaced as a whole."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from search_service.errors import ServiceError

_REFUSED = {
    *(errno.EACCES, errno.EPERM, errno.EROFS),
    *(errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO),
    *(errno.ENOENT, errno.ENOTDIR, errno.EMFILE, errno.ENFILE),
}


def sync(path: Path) -> None:
    """Put a file's content, or a folder's entries, on the disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_atomically(path: Path, content: bytes) -> None:
    """Replace a file by a new one, durably: whoever reads it, after a crash too, sees the old content or the new."""
    fresh = path.with_name(f".{path.name}.new")
    with fresh.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    sync(path.parent)


@contextmanager
def writing_to(folder: Path) -> Iterator[None]:
    """Turn what the system says of an unwritable or full disk into ``folder_not_writable``."""
    try:
        yield
    except OSError as error:
        if error.errno in _REFUSED:
            raise ServiceError("folder_not_writable", f"Cannot write to {folder}: {error.strerror}.") from error
        raise
