"""The body of an answer, whole in memory and no larger than a limit, whatever it inflates to."""

from __future__ import annotations

import zlib
from collections.abc import Iterable

from search_service.errors import ServiceError

MAX_RATIO = 100
RATIO_FROM = 2**20
"""Bytes from which the ratio is looked at; a small answer may well be very even."""

_PIECE = 2**16


class TooMuch(ServiceError):
    """The answer is too large, or takes too long; a smaller one may come."""

    def __init__(self, detail: str) -> None:
        super().__init__("fetch_failed", detail)


def received(chunks: Iterable[bytes], encoding: str, max_bytes: int) -> bytes:
    """The decoded body; ``encoding`` is the answer's ``Content-Encoding``.

    Raises ``fetch_failed`` (``TooMuch``) past ``max_bytes``; also past ``MAX_RATIO``, for other encodings than
    gzip, and for a damaged or cut off stream.
    """
    match encoding.strip().lower():
        case "" | "identity":
            pieces = chunks
        case "gzip" | "x-gzip":
            pieces = _inflated(chunks)
        case other:
            raise ServiceError("fetch_failed", f"the answer is encoded as {other[:40]!r}, which was not asked for")
    body = bytearray()
    for piece in pieces:
        body += piece
        if len(body) > max_bytes:
            raise TooMuch(f"the answer is larger than {max_bytes} bytes")
    return bytes(body)


def _inflated(chunks: Iterable[bytes]) -> Iterable[bytes]:
    """In pieces of bounded size: a bomb is noticed before it goes off."""
    taken = given = 0
    member = None
    for chunk in chunks:
        taken += len(chunk)
        while chunk:
            member = member or zlib.decompressobj(wbits=31)
            try:
                piece = member.decompress(chunk, _PIECE)
            except zlib.error:
                raise ServiceError("fetch_failed", "the answer is damaged: it is no gzip") from None
            given += len(piece)
            if given > RATIO_FROM and given > MAX_RATIO * taken:
                raise ServiceError("fetch_failed", f"the answer inflates to more than {MAX_RATIO} times its size")
            yield piece
            chunk = member.unconsumed_tail
            if member.eof:  # another member may follow
                chunk, member = member.unused_data, None
    if member is not None:
        yield member.flush()  # at most what one match stands for
        if not member.eof:
            raise ServiceError("fetch_failed", "the answer is cut off")
