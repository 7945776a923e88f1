"""Which part of a page is the article's text."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from search_service.markup import text_of
from search_service.sources.clutter import mostly_links

_MARKED = (
    "[itemprop~=articleBody]",
    ".entry-content",
    ".amp-wp-article-content",
    ".post-content, .article-content, .article-body, .news-content, .news-body, .story-body, .single-content",
    ".td-post-content, .item-text, .body-content, .content-body, .article__body, .post__content, .newsbody",
)
_FRAMES = ("article", "main, [role=main]")
_PROSE = frozenset(("p", "li", "blockquote", "h2", "h3", "h4", "h5", "h6", "dd", "dt", "td", "pre"))
_INLINE = frozenset(("b", "strong", "i", "em", "span", "font", "u", "small", "mark", "bdi", "bdo", "sup", "sub", "q"))
_SHORTEST_PROSE = 25

_META_TAGS = frozenset(("header", "footer", "nav", "aside", "form", "button", "select", "h1", "figcaption", "address"))
_META_NAMES = re.compile(
    r"(?:^|\s)(?:(?:entry|post|article|news)[_-](?:meta|header|footer|title|date|author|tags|categories|info)"
    r"|byline|posted-on|tags-links|cat-links|tags|amp-wp-(?:meta|title|byline|tax-\w+|article-(?:header|footer))"
    r"|wp-caption-text|screen-reader-text|author-box|published|entry-date)(?=$|\s)",
    re.IGNORECASE,
)


def find(tree: LexborHTMLParser) -> LexborNode | None:
    """The node that holds the text: marked as such, else an ``<article>``, else the densest block of prose."""
    for selector in _MARKED:
        best = max(tree.css(selector), key=lambda node: len(text(node)), default=None)
        if best is not None and text(best):
            return best
    for selector in _FRAMES:
        best = max(tree.css(selector), key=lambda node: _prose(node), default=None)
        if best is not None and _prose(best):
            return _densest(best)
    return None if tree.body is None else _densest(tree.body)


def text(node: LexborNode, leave_out: frozenset[int] = frozenset()) -> str:
    """The prose of the node, without headlines, dates, bylines and captions, and the nodes of these ``mem_id``."""
    return text_of(node, skip=lambda inner: inner.mem_id in leave_out or _is_meta(inner))


def _is_meta(node: LexborNode) -> bool:
    if node.tag in _META_TAGS or (node.tag in ("ul", "ol") and mostly_links(node)):
        return True
    attributes = node.attributes
    named = f"{attributes.get('class') or ''} {attributes.get('itemprop') or ''}"
    style = (attributes.get("style") or "").replace(" ", "").lower()
    return "hidden" in attributes or "display:none" in style or _META_NAMES.search(named) is not None


def _prose(node: LexborNode) -> int:
    return sum(len(inner.text(deep=True).strip()) for inner in node.css("p")) or len(text(node))


def _densest(root: LexborNode) -> LexborNode:
    """The node whose own paragraphs and lines hold the most text; a paragraph counts half for the next node up."""
    scores: dict[int, float] = {}
    nodes: dict[int, LexborNode] = {}
    for piece in root.traverse(include_text=True):
        if piece.tag != "-text":
            continue
        length = len((piece.text_content or "").strip())
        if length < _SHORTEST_PROSE:
            continue
        holder = _holder(piece)
        share = float(length)
        while holder is not None and share >= length / 2:
            scores[holder.mem_id] = scores.get(holder.mem_id, 0.0) + share
            nodes[holder.mem_id] = holder
            if holder.mem_id == root.mem_id:
                break
            holder, share = holder.parent, share / 2
    if not scores:
        return root
    return nodes[max(scores, key=lambda key: scores[key])]


def _holder(piece: LexborNode) -> LexborNode | None:
    """The block around a text: the parent of its paragraph. None for links and what is no prose."""
    node = piece.parent
    while node is not None and node.tag in _INLINE:
        node = node.parent
    if node is None or node.tag in ("a", "script", "style", "title", "option", "button", "label") or _is_meta(node):
        return None
    if node.tag in _PROSE:
        node = node.parent
        while node is not None and node.tag in ("ul", "ol", "dl", "table", "tbody", "tr", "blockquote"):
            node = node.parent
    return node
