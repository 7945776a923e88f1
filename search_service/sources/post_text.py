"""The prose of a post's HTML, as WordPress renders it or keeps it and as feeds carry it."""

from __future__ import annotations

import re

from search_service.markup import parse, plain_text
from search_service.sources import article_body, clutter, shortcodes

_BLOCK_EDITOR = "<!-- wp:"
_TAG = re.compile(r"(<[^<>]*>)")
_BLOCK_TAG = re.compile(
    r"</?(?:address|article|aside|blockquote|br|caption|center|col|dd|details|div|dl|dt|fieldset|figcaption|figure"
    r"|footer|form|h[1-6]|header|hr|iframe|li|main|nav|ol|p|script|section|style|summary|table|tbody|td|tfoot|th"
    r"|thead|tr|ul)\b",
    re.IGNORECASE,
)
_BLANKS = re.compile(r"[ \t\f\r\v]+")
_PARAGRAPHS = re.compile(r" ?\n(?: ?\n)+ ?")
_ADDRESS_LINE = re.compile(r"(?m)^[ \t]*https?://\S{1,2000}[ \t]*$")
_FIRST_PUBLISHED = re.compile(
    r"(?:\A|\n)(?:The post .{1,300} (?:first appeared on|appeared first on) .{1,200}"
    r"|نوشته .{1,300} اولین بار در .{1,200} پدیدار شد)\.?\Z"
)
_TAIL = 600
_LONGEST_LEAD = 50_000
_BREAKS = re.compile(r"\n{3,}")
_CUT = ("…", "...", "[…]", "[...]", "[&hellip;]")
_SPACES = re.compile(r"\s+")


def body_of(html: str, *, raw: bool = False) -> str:
    """The prose: no captions, galleries, embeds, shortcodes, comments of the block editor, lists of other posts.

    ``raw``: as the database keeps a post, where the classic editor's paragraphs are
    empty lines.  Raises ``ValueError`` for markup that ``markup.parse`` refuses.
    """
    html = shortcodes.remove(html)
    if raw and _BLOCK_EDITOR not in html:
        html = _with_paragraphs(html.replace("\r\n", "\n"))
    tree = parse(html)
    clutter.remove(tree)
    text = "" if tree.body is None else article_body.text(tree.body)
    return _unsigned(_BREAKS.sub("\n\n", _ADDRESS_LINE.sub("", text)).strip())


def lead_of(html: str, body: str) -> str:
    """The excerpt that an editor wrote; nothing for one that a program cut out of the body."""
    if len(html) > _LONGEST_LEAD:
        return ""
    text = _unsigned(plain_text(shortcodes.remove(html)).strip())
    if text.endswith(_CUT) or _squeezed(body).startswith(_squeezed(text)):
        return ""
    return text


def _unsigned(text: str) -> str:
    """Without the line in which a feed says where the post first appeared."""
    found = _FIRST_PUBLISHED.search(text, max(0, len(text) - _TAIL))
    return text[: found.start()].rstrip() if found else text


def _with_paragraphs(html: str) -> str:
    """Empty lines become paragraphs and line ends ``<br>``, but for those around a block's tag."""
    pieces = _TAG.split(html)
    for number in range(0, len(pieces), 2):
        text = pieces[number]
        if "\n" not in text:
            continue
        if number and _BLOCK_TAG.match(pieces[number - 1]):
            text = text.lstrip() if text.strip() else " "
        if number + 1 < len(pieces) and _BLOCK_TAG.match(pieces[number + 1]):
            text = text.rstrip()
        pieces[number] = _PARAGRAPHS.sub("<p>", _BLANKS.sub(" ", text)).replace("\n", "<br>")
    return "".join(pieces)


def _squeezed(text: str) -> str:
    return _SPACES.sub("", text)
