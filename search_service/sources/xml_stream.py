"""XML of any size, as a stream of the few elements that matter, in bounded memory.

Documents with a DOCTYPE are refused, so that there are no entities to multiply or to fetch;
those that HTML knows (``&nbsp;``) are read all the same, for feeds are full of them.  Bytes
that the declared encoding does not have, and control characters that XML does not, are
replaced or left out: old exports hold both, and a parser would end at the first.
"""

from __future__ import annotations

import codecs
import html
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from html.entities import name2codepoint
from typing import IO
from xml.parsers import expat

from search_service.errors import ServiceError

MARGIN = 4
"""The text of an entry may be so many times longer than its article: markup, fields of plugins."""

MAX_DEPTH = 128
MAX_PARTS = 50_000
"""Elements and texts within one element that is yielded."""

_PIECE = 2**16
_MAX_MARK = 2**20
"""Bytes of one tag or comment, which the parser keeps whole."""
_MAX_NAMES = 20_000
"""Distinct names of elements and attributes, which the parser keeps for good."""
_PREFIXES = {
    "http://purl.org/rss/1.0": "",
    "http://backend.userland.com/rss2": "",
    "http://www.w3.org/2005/Atom": "atom",
    "http://purl.org/atom/ns": "atom",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns": "rdf",
    "http://purl.org/dc/elements/1.1": "dc",
    "http://purl.org/dc/terms": "dcterms",
    "http://purl.org/rss/1.0/modules/content": "content",
    "http://search.yahoo.com/mrss": "media",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner",
    "http://www.w3.org/1999/xhtml": "xhtml",
}
_EXPORT = re.compile(r"https?://wordpress\.org/export/\d\.\d/(excerpt/)?")
_CUT_OFF = frozenset(
    expat.errors.codes[name]
    for name in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
    )
)
_HTML_ENTITIES = "".join(
    f'<!ENTITY {name} "&#{code};">' for name, code in name2codepoint.items() if name not in ("amp", "lt", "gt", "quot")
)
_HEAD = 4096
_CONTROLS = bytes(set(range(0x20)) - set(b"\t\n\r"))
_NON_CHARACTERS = re.compile(rb"\xef\xbf[\xbe\xbf]")
_DECLARED = re.compile(rb"""\A\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9_:.-]{2,40})""", re.IGNORECASE)
_ARABIC = re.compile("[\u0600-\u06ff]")


@dataclass(slots=True)
class Element:
    """An element: its texts and elements in their order, and the line it began at.

    ``name`` is plain in RSS, ``prefix:local`` in the other vocabularies of ``_PREFIXES``,
    by whatever prefix the document calls them, and ``{namespace}local`` elsewhere.
    """

    name: str
    attributes: dict[str, str]
    line: int
    parts: list[str | Element] = field(default_factory=list)
    cut: bool = False
    """Something of it was too large and is left out."""

    @property
    def text(self) -> str:
        """All text within."""
        return "".join(part if isinstance(part, str) else part.text for part in self.parts)

    def all(self, *names: str) -> Iterator[Element]:
        """The elements directly within of these names, in their order."""
        return (part for part in self.parts if isinstance(part, Element) and part.name in names)

    def first(self, *names: str) -> str:
        """The text of the first element within by the order of the names that has any, without blanks around."""
        for name in names:
            for part in self.all(name):
                if text := part.text.strip():
                    return text
        return ""


def elements(
    stream: IO[bytes], wanted: Collection[str], *, left_out: Collection[str] = (), max_characters: int
) -> Iterator[Element]:
    """The elements of the wanted names, in the order in which they end.

    ``wanted`` within a wanted one is part of it; ``left_out`` is passed over with all
    that it holds.  An element with more than ``max_characters`` loses what is past them
    and is marked ``cut``.  Raises ``source_unreadable`` where the XML ends; all elements
    before that have been yielded by then.
    """
    builder = _Builder(frozenset(wanted), frozenset(left_out), max_characters)
    for piece, last in _pieces(stream):
        try:
            builder.parser.Parse(piece, last)
        except expat.ExpatError as error:
            yield from builder.take()
            cut_off = error.code in _CUT_OFF
            what = "the XML is cut off" if cut_off else f"the XML is broken: {expat.ErrorString(error.code)}"
            raise ServiceError("source_unreadable", f"{what} at line {error.lineno}") from None
        except ServiceError:
            yield from builder.take()
            raise
        yield from builder.take()
        builder.look(len(piece))


class _Builder:
    """The parser and what its events build."""

    def __init__(self, wanted: frozenset[str], left_out: frozenset[str], max_characters: int) -> None:
        self._wanted = wanted
        self._left_out = left_out
        self._max_characters = max_characters
        self._done: list[Element] = []
        self._open: list[Element] = []
        self._depth = 0
        self._unread_from = 0
        self._characters = self._parts = self._fed = 0
        self._names: dict[str, str] = {}
        # The bytes are UTF-8 by the time the parser sees them, whatever the document says.
        self.parser = parser = expat.ParserCreate("utf-8", namespace_separator="}")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = self._doctype
        # A DTD that is ours, and the only one: with it HTML's entities are known, and others told of.
        parser.UseForeignDTD(True)
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_ALWAYS)
        parser.ExternalEntityRefHandler = self._external
        parser.SkippedEntityHandler = self._entity

    def take(self) -> list[Element]:
        """The elements that have ended since the last call."""
        done, self._done = self._done, []
        return done

    def look(self, fed: int) -> None:
        """Refuse a tag or comment that never ends: the parser would keep and reread all of it."""
        self._fed += fed
        if self._fed - self.parser.CurrentByteIndex > _MAX_MARK:
            raise ServiceError(
                "source_unreadable",
                f"a tag or comment at line {self.parser.CurrentLineNumber} is longer than {_MAX_MARK} bytes",
            )

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self._refused(f"elements are nested more than {MAX_DEPTH} deep")
        for each in (name, *attributes):
            if each not in self._names:
                self._names[each] = _named(each)
        if len(self._names) > _MAX_NAMES:
            raise self._refused(f"there are more than {_MAX_NAMES} different names of elements")
        name = self._names[name]
        if self._unread_from:
            return
        if name in self._left_out or (self._open and self._open[0].cut):
            self._unread_from = self._depth
        elif self._open or name in self._wanted:
            element = Element(name, attributes, self.parser.CurrentLineNumber)
            if self._open and self._room(sum(map(len, attributes.values())) + len(name)):
                self._open[-1].parts.append(element)
            self._open.append(element)

    def _end(self, _name: str) -> None:
        if self._unread_from:
            if self._unread_from == self._depth:
                self._unread_from = 0
        elif self._open:
            element = self._open.pop()
            if not self._open:
                self._done.append(element)
                self._characters = self._parts = 0
        self._depth -= 1

    def _text(self, text: str) -> None:
        if self._open and not self._unread_from and self._room(len(text)):
            self._open[-1].parts.append(text)

    def _room(self, characters: int) -> bool:
        """Whether so much more is kept of the element that is being built."""
        self._characters += characters
        self._parts += 1
        if self._characters <= self._max_characters and self._parts <= MAX_PARTS:
            return True
        self._open[0].cut = True
        return False

    def _entity(self, name: str, is_parameter: bool) -> None:
        if not is_parameter:
            self._text(html.unescape(f"&{name};"))

    def _external(self, context: str | None, base: str | None, system: str | None, public: str | None) -> int:
        """The parser asks for the foreign DTD, once and before anything else; nothing else is ever given."""
        if system is not None or public is not None:
            raise self._refused("it refers to a file outside")
        declarations = self.parser.ExternalEntityParserCreate(context, "utf-8")
        declarations.Parse(_HTML_ENTITIES, True)
        return 1

    def _doctype(self, *_: object) -> None:
        raise self._refused("it has a DOCTYPE, whose entities can be hostile; take that line out")

    def _refused(self, why: str) -> ServiceError:
        return ServiceError("source_unreadable", f"the XML is not read: {why} (line {self.parser.CurrentLineNumber})")


def _named(name: str) -> str:
    namespace, mark, local = name.rpartition("}")
    if not mark:
        return name
    if exported := _EXPORT.fullmatch(namespace):
        return f"{'excerpt' if exported[1] else 'wp'}:{local}"
    prefix = _PREFIXES.get(namespace.rstrip("/#"))
    return f"{{{namespace}}}{local}" if prefix is None else f"{prefix}:{local}" if prefix else local


def _pieces(stream: IO[bytes]) -> Iterator[tuple[bytes, bool]]:
    """The document in clean UTF-8, a piece at a time; the last one is marked, and may be empty."""
    head = stream.read(_PIECE)
    encoding, skipped = _encoding(head)
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    piece, rest = head[skipped:], stream.read(_PIECE)
    if not head.strip():
        raise ServiceError("source_unreadable", "the file is empty")
    first = True
    while True:
        text = decoder.decode(piece, final=not rest)
        if first:
            text, first = text.lstrip(), False  # a blank line before the declaration is a frequent slip
        clean = _NON_CHARACTERS.sub(b"", text.encode("utf-8", "replace").translate(None, _CONTROLS))
        yield clean, not rest
        if not rest:
            return
        piece, rest = rest, stream.read(_PIECE)


def _encoding(head: bytes) -> tuple[str, int]:
    """By its mark, else by declaration, else UTF-8 unless windows-1256 is plain to see; and the mark's length."""
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if head.startswith(mark):
            return name, len(mark)
    declared = _DECLARED.search(head[:_HEAD])
    if declared is not None:
        try:
            name = codecs.lookup(declared[1].decode("ascii")).name
            "".encode(name)
        except LookupError:
            name = "utf-8"
        if not name.startswith(("utf-", "ascii", "iso8859-1")):
            return name, 0
    as_utf8 = head.decode("utf-8", "replace")
    if as_utf8.count("\ufffd") > 1 + len(_ARABIC.findall(as_utf8)):
        return "cp1256", 0
    return "utf-8", 0
