"""Compression in zlib's format, by ISA-L where it is installed: what one has written the other reads.

ISA-L writes in a fifth of zlib's time and reads in about half of it, and ten articles
are read for each page of hits.
"""

from __future__ import annotations

import zlib

Damaged: tuple[type[Exception], ...]
"""What ``decompress`` raises."""

try:
    from isal import igzip_lib, isal_zlib
except ImportError:
    LEVEL = 1
    compressor, decompress, Damaged = zlib.compress, zlib.decompress, (zlib.error,)
else:
    LEVEL = 2
    compressor, decompress = isal_zlib.compress, isal_zlib.decompress
    # Its stub takes the class for an instance.
    Damaged = (igzip_lib.IsalError,)  # type: ignore[assignment]


def compress(data: bytes) -> bytes:
    """Compress, quickly rather than well."""
    return compressor(data, LEVEL)
