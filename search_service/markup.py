"""Markup becomes text: paragraphs apart, scripts gone, entities decoded.

Text that holds neither a known tag nor an entity is returned as it is, so that «a < b»
and «AT&T» stay what they are.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Callable

from selectolax.lexbor import LexborHTMLParser, LexborNode

_INLINE = (
    "a abbr acronym b bdi bdo big cite code del dfn em font i img input ins kbd label mark q ruby s samp small "
    "span strike strong sub sup time tt u var wbr"
)
_BLOCKS = (
    "address article aside blockquote body button caption center details dialog dir div dl fieldset "
    "figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend main menu nav ol p pre "
    "section select summary table tbody tfoot thead ul"
)
_LINES = "dd dt li tr option"
_CELLS = "td th"
_UNSEEN = (
    "applet area audio base canvas embed frame frameset head iframe link map meta noembed noframes noscript "
    "object param picture script source style svg template textarea title track video"
)
_LINE_TAGS = frozenset(_LINES.split())
_EDGES_OF = dict.fromkeys(_BLOCKS.split(), "\n\n") | dict.fromkeys(_CELLS.split(), " ")
_UNSEEN_TAGS = frozenset(_UNSEEN.split())
_KNOWN = "|".join(sorted(f"{_INLINE} {_BLOCKS} {_LINES} {_CELLS} {_UNSEEN} br".split(), key=len, reverse=True))

_TAG = re.compile(rf"</?(?:{_KNOWN})(?:\s[^<>]*)?/?>|<!--|<!doctype\b|<!\[CDATA\[", re.IGNORECASE)
_CUT_OFF = re.compile(rf"<(?:{_KNOWN})\s+[a-z-]+=[^<>]*\Z", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_OWN_LINES = re.compile(r"<(?:p|br)\b", re.IGNORECASE)

MAX_EFFORT = 3_000_000
"""Of a page of 3,000 tags, some fifteen deep, about 50,000."""

_CHILDLESS = frozenset(("br", "hr", "img", "meta"))
"""Never left open, even where HTML is embedded in other markup."""
_MARK = re.compile(
    r"<!--(?:.*?-->|.*\Z)|<(?P<raw>script|style)\b(?:.*?</(?P=raw)|.*\Z)|<(?P<end>/?)(?P<name>[a-z][^\s/>]*)",
    re.IGNORECASE | re.DOTALL,
)

_SURROGATE = re.compile("[\ud800-\udfff]")
_SPACES = re.compile(r"[ \t\r\n\f]+")
_SPACES_IN_LINE = re.compile(r"[ \t\f]+")
_SPACE_RUN = re.compile(r" {2,}")
_AROUND_BREAK = re.compile(r"[ \t]*\n[ \t]*")
_BREAKS = re.compile(r"\n{3,}")
_BLANK = " \t\r\n\f"

Skip = Callable[[LexborNode], bool]


def plain_text(text: str) -> str:
    """The text of a piece of HTML; other text unchanged.

    Paragraphs and other blocks are set apart by an empty line, ``<br>`` is a new line.
    Where the markup has neither ``<p>`` nor ``<br>``, its own line ends stay, as in the
    raw posts of a CMS.  A tag that the end of the text cuts off goes, too.  Raises
    ``ValueError`` for what ``parse`` refuses.
    """
    if "<" in text and (cut_off := _CUT_OFF.search(text)):
        text = text[: cut_off.start()]
    if "<" in text and _TAG.search(text):
        if _SURROGATE.search(text):  # the parser would drop it; whoever takes the text is to refuse it
            return text
        body = parse(text).body
        return "" if body is None else text_of(body, keep_lines=not _OWN_LINES.search(text))
    if "&" in text:
        return _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)
    return text


def parse(text: str) -> LexborHTMLParser:
    """The tree of a page; raises ``ValueError`` for markup whose tree would cost far more than its size.

    The parser takes time by the depth of each element, and copies unclosed formatting
    into every paragraph that follows: both are bounded by the sum, over all tags, of
    the elements still open there.
    """
    if _effort(text) > MAX_EFFORT:
        raise ValueError("the markup leaves too many elements open")
    return LexborHTMLParser(text)


def _effort(text: str) -> int:
    open_: Counter[str] = Counter()
    total = effort = position = 0
    while effort <= MAX_EFFORT and (mark := _MARK.search(text, position)):
        position = mark.end()
        name = mark["name"]
        if name is None:
            # Within drawings and formulas scripts are no raw text.
            if mark["raw"] and (open_["svg"] or open_["math"]):
                position = mark.start("raw")
            continue
        name = name.lower()
        if name in _CHILDLESS:
            continue
        if not mark["end"]:
            open_[name] += 1
            total += 1
        elif open_[name]:
            open_[name] -= 1
            total -= 1
        effort += total
    return effort


def text_of(node: LexborNode, *, skip: Skip | None = None, keep_lines: bool = False) -> str:
    """The text that a reader sees of a node, without the nodes that ``skip`` holds for."""
    spaces = _SPACES_IN_LINE if keep_lines else _SPACES
    pieces: list[str] = []
    # A stack of its own: markup may be nested deeper than Python's.
    stack: list[LexborNode | str] = [node]
    while stack:
        top = stack.pop()
        if isinstance(top, str):
            pieces.append(top)
            continue
        tag = top.tag or ""
        if tag == "-text":
            pieces.append(spaces.sub(" ", (top.text_content or "").replace("\r\n", "\n")))
        elif tag == "br":
            pieces.append("\n")
        elif not (tag.startswith("-") or tag in _UNSEEN_TAGS or (top is not node and skip is not None and skip(top))):
            edge = _EDGES_OF.get(tag, "")
            pieces.append("\n" if tag in _LINE_TAGS else edge)
            stack.append(edge)
            stack.extend(reversed(list(top.iter(include_text=True))))
    joined = _SPACE_RUN.sub(" ", "".join(pieces))
    return _BREAKS.sub("\n\n", _AROUND_BREAK.sub("\n", joined)).strip(_BLANK)
