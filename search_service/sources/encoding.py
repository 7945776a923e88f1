"""The characters of a saved page, whatever its bytes say they are."""

from __future__ import annotations

import codecs
import re

from search_service.errors import ServiceError

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_META = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_:.-]{2,40})""", re.IGNORECASE)
_XML = re.compile(rb"""\A\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9_:.-]{2,40})""", re.IGNORECASE)
_DECLARED_WITHIN = 4096
_ARABIC = re.compile("[\u0600-\u06ff]")
_LATIN_1 = {"iso8859-1", "ascii"}


def decode(data: bytes) -> str:
    """By byte order mark, else by declaration, else UTF-8, else windows-1256.

    The last is taken only for what then reads as Persian or Arabic.  Raises
    ``source_unreadable``.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _strict(data[len(mark) :], encoding, "the byte order mark says")
    declared = _declared(data[:_DECLARED_WITHIN])
    if declared is not None:
        return _strict(data, declared, "the page says")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        text = data.decode("cp1256", "replace")
        if "\0" not in text and _mostly_arabic(text):
            return text
        raise ServiceError(
            "source_unreadable", f"the bytes are no UTF-8 at byte {error.start + 1} (0x{data[error.start]:02x})"
        ) from None


def _declared(head: bytes) -> str | None:
    """The encoding that the page names, when it is one that Python knows and that can be meant."""
    found = _XML.search(head) or _META.search(head)
    if found is None:
        return None
    try:
        name = codecs.lookup(found[1].decode("ascii")).name
    except LookupError:
        return None
    # A page read as bytes of which ASCII made sense cannot be UTF-16; Latin 1 is what servers say by default.
    return None if name.startswith(("utf-16", "utf-32")) or name in _LATIN_1 else name


def _strict(data: bytes, encoding: str, who: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise ServiceError(
            "source_unreadable",
            f"{who} {encoding}, but byte {error.start + 1} (0x{data[error.start]:02x}) is none",
        ) from None


def _mostly_arabic(text: str) -> bool:
    high = [c for c in text if ord(c) > 127]
    return len(_ARABIC.findall(text)) >= 0.8 * len(high) > 0
