"""How an article is packed: as a frame of LZ4 with a checksum, which is unpacked in a few microseconds.

https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md
"""

from __future__ import annotations

import zlib
from functools import partial

import lz4.frame

Damaged = (RuntimeError, MemoryError, zlib.error)
"""What ``unpack`` raises; MemoryError for a length that nothing has."""
_LZ4 = (0x184D2204).to_bytes(4, "little")
"""What a frame begins with; what zlib has packed, as indexes of before have it, never does."""

pack = partial(lz4.frame.compress, content_checksum=True)
"""Pack an article, quickly rather than well."""


def unpack(packed: bytes) -> bytes:
    """What was packed."""
    if packed.startswith(_LZ4):
        article: bytes = lz4.frame.decompress(packed)
        return article
    return zlib.decompress(packed)
