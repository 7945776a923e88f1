"""What stands on a page beside its article: navigation, related and recent posts, comments, advertising."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

_BESIDE = (
    "nav, aside, form, iframe, dialog, noscript, template, amp-sidebar, amp-ad, "
    "[role=navigation], [role=search], [role=complementary], [hidden]"
)
_NAMES = (
    "ad ads adsbygoogle advert advertisement advertising also banner breadcrumb breadcrumbs comment comments "
    "commentlist cookie cookies disqus latest login menu modal mostviewed nav navbar navigation newsletter "
    "pagination pager popular popup print promo rating recent recommended related relatedposts respond share "
    "sharedaddy sharing sidebar social sponsor sponsored subscribe toolbar trending viewed widget yarpp"
)
_NAMED = re.compile(rf"(?:^|[\s_-])(?:{'|'.join(_NAMES.split())})(?=$|[\s_-])", re.IGNORECASE)
_CONTENT = "h1, main, [itemprop~=articleBody], .entry-content, .amp-wp-article-content, .post-content"
_NEVER = frozenset(("html", "head", "body", "main", "article"))

_HEADING_TAGS = frozenset(("h2", "h3", "h4", "h5", "h6"))
_HEADINGS = "h2, h3, h4, h5, h6, p, div, span, strong, b, li, dt, header"
_LONGEST_HEADING = 40
_MOST_LOOKED_AT = 100
_BESIDE_HEADING = re.compile(
    r"(?:(?:recent|latest|related|other|more|popular)\s+(?:posts?|articles?|news|stories)"
    r"|(?:مطالب|نوشته\s?های|پست\s?های|خبرهای|اخبار|مقالات)\s+(?:مرتبط|اخیر|تازه|دیگر|مشابه|پیشنهادی)"
    r"|(?:آخرین|تازه\s?ترین|جدیدترین|مهم\s?ترین|پربازدیدترین)\s+(?:اخبار|خبرها|مطالب|نوشته\s?ها|عناوین)"
    r"|(?:بیشتر|همچنین|این را هم|اینها را هم|مطلب مرتبط را)\s+بخوانید|read more|also read|پربازدید\s?(?:ها|ترین\s?ها)"
    r"|leave a (?:reply|comment)|comments?|نظرات(?: کاربران| شما)?|دیدگاه\s?ها|نظر شما|(?:ثبت|ارسال) (?:نظر|دیدگاه))"
    r"\s*:?",
    re.IGNORECASE,
)


def is_heading_of_others(line: str) -> bool:
    """Whether a line says that what follows is no more of the article: «مطالب مرتبط», «Recent Posts»."""
    plain = " ".join(line.replace("\u200c", " ").split())
    return len(plain) <= _LONGEST_HEADING and _BESIDE_HEADING.fullmatch(plain) is not None


def remove(tree: LexborHTMLParser) -> None:
    """Take from the page what is recognised as clutter by its element, its class or its heading."""
    for node in tree.css(_BESIDE):
        _decompose(node)
    whole = _prose(tree.body) if tree.body is not None else 0
    for node in tree.css("[class], [id]"):
        if _NAMED.search(f"{node.attributes.get('class') or ''} {node.attributes.get('id') or ''}"):
            _decompose(node, most=whole // 2)
    for footer in tree.css("footer"):
        if not _within_article(footer):
            _decompose(footer)
    for heading in tree.css(_HEADINGS):
        if _is_short(heading) and is_heading_of_others(heading.text(deep=True)):
            _remove_section(heading)


def _decompose(node: LexborNode, most: int | None = None) -> None:
    """Remove the node, unless it holds what the page is about, or more than ``most`` characters of prose."""
    if node.tag in _NEVER or node.parent is None or node.css(_CONTENT):
        return
    if most is None or _prose(node) <= most:
        node.decompose()


def _prose(node: LexborNode) -> int:
    return sum(len(paragraph.text(deep=True)) for paragraph in node.css("p"))


def _within_article(node: LexborNode) -> bool:
    while (parent := node.parent) is not None:
        if parent.tag in ("article", "main"):
            return True
        node = parent
    return False


def _is_short(node: LexborNode) -> bool:
    return node.parent is not None and len(node.text(deep=True).strip()) <= _LONGEST_HEADING


def _remove_section(heading: LexborNode) -> None:
    """Remove a heading with what it announces: to the next heading, or while nothing but links follows."""
    while (parent := heading.parent) is not None and parent.tag not in _NEVER and _is_all_of(heading, parent):
        heading = parent
    ends = heading.tag in _HEADING_TAGS or bool(heading.css("h2, h3, h4, h5, h6"))
    following = heading.next
    while following is not None:
        after = following.next
        if following.tag in _HEADING_TAGS or following.css(_CONTENT):
            break
        if not ends and _text(following) and not mostly_links(following):
            break
        following.decompose()
        following = after
    heading.decompose()


def _is_all_of(node: LexborNode, parent: LexborNode) -> bool:
    """Whether no text of the parent stands outside the node; looks at its first few nodes only."""
    looked = 0
    for child in parent.iter(include_text=True):
        if child.mem_id == node.mem_id:
            continue
        for inner in child.traverse(include_text=True):
            looked += 1
            if looked > _MOST_LOOKED_AT or (inner.tag == "-text" and (inner.text_content or "").strip()):
                return False
    return True


def mostly_links(node: LexborNode) -> bool:
    """Whether at least half of the node's text is links: a list of other pages, no prose."""
    linked = sum(len(_text(link)) for link in node.css("a"))
    return 2 * linked >= len(_text(node))


def _text(node: LexborNode) -> str:
    return " ".join(node.text(deep=True).split())
