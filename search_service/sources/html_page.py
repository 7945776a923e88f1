"""A saved page of one article, as HTML.

Data for machines and markup made for the article go before guesses: for each part of
the page the candidates are tried in the order in which they are written here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from urllib.parse import parse_qs, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from search_service import dates
from search_service.errors import ServiceError
from search_service.markup import parse
from search_service.sources import article_body, clutter, datelines
from search_service.sources.categories import KnownCategories
from search_service.sources.encoding import decode
from search_service.sources.item import Item, Unreadable
from search_service.sources.page import Page, items
from search_service.sources.structured_data import LinkedData, Meta

_TITLES = "h1.entry-title, .amp-wp-title, h1.post-title, h1[itemprop~=headline], [itemprop~=headline], .entry-title"
_KICKERS = ".kicker, .rutitr, .rotitr, .roo-titr, .uptitle, .up-title, .over-title, .entry-kicker, .post-kicker"
_LEADS = ".lead, .entry-lead, .post-lead, .news-lead, .article-lead, .introtext"
_CATEGORIES = "a[rel~=category], .cat-links a, .amp-wp-tax-category a, .post-categories a, [itemprop~=articleSection]"
_TAGS = "a[rel~=tag]:not([rel~=category]), .tags-links a, .amp-wp-tax-tag a, .post-tags a"
_AUTHORS = (
    "a[rel~=author], .author .fn, .amp-wp-author, .byline .author, [itemprop~=author] [itemprop~=name], .post-author"
)
_PUBLISHED = (
    "time.published[datetime], time.entry-date[datetime]:not(.updated), [itemprop~=datePublished], time[pubdate]",
    "time[datetime]:not(.updated):not([itemprop~=dateModified])",
    "time, .entry-date, .posted-on, .post-date, .publish-date, .news-date, .amp-wp-posted-on, .date",
)
_MODIFIED = "time.updated[datetime], time.modified[datetime], [itemprop~=dateModified]"

_META_PUBLISHED = (
    "article:published_time",
    "og:published_time",
    "datepublished",
    "pubdate",
    "publishdate",
    "publish-date",
    "dc.date.issued",
    "dc.date",
    "dcterms.created",
    "date",
    "sailthru.date",
    "parsely-pub-date",
)
_META_MODIFIED = ("article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "last-modified")
MAX_DEPTH = 512
"""Elements within elements, as in browsers: what looks at a node's text takes time by the depth."""

_POST_CLASS = re.compile(r"(?:^|\s)(?:postid|post)-(\d+)(?=$|\s)")
_TITLE_MARKS = re.compile(r"\s+[|\-–—»«]\s+|\s*\|\s*")


def read(data: bytes, source: str, categories: KnownCategories, today: date, max_article_bytes: int) -> Iterator[Item]:
    """The article of a page; ``Unreadable`` when there is none on it."""
    try:
        tree = parse(decode(data))
    except (ServiceError, ValueError) as error:
        yield Unreadable(source, None, str(error))
        return
    if _depth_exceeds(tree, MAX_DEPTH):
        yield Unreadable(source, None, f"the page's elements are nested more than {MAX_DEPTH} deep")
        return
    yield from items(_page(tree, categories, today), source, today, max_article_bytes)


def _depth_exceeds(tree: LexborHTMLParser, most: int) -> bool:
    level = [] if tree.root is None else [tree.root]
    for _ in range(most):
        level = [child for node in level for child in node.iter()]
        if not level:
            return False
    return True


def _page(tree: LexborHTMLParser, categories: KnownCategories, today: date) -> Page:
    linked, meta = LinkedData(tree), Meta(tree)
    url = _url(tree, linked, meta)
    page = Page(url=url, post_id=_post_id(tree), language=_language(tree))
    page.source = meta.first("og:site_name") or next(iter(linked.names("publisher")), None)
    window_title = _text(tree.css_first("head title"))
    clutter.remove(tree)

    page.title = _title(tree, linked, meta, window_title, page.source)
    page.kicker = _text(tree.css_first(_KICKERS))
    lead = tree.css_first(_LEADS)
    page.lead = _text(lead)
    page.categories = _split(_texts(tree, _CATEGORIES) or linked.texts("articleSection"), categories)
    page.categories = page.categories or _split(meta.all("article:section", "og:section"), categories)
    page.tags = _texts(tree, _TAGS) or _separate(linked.texts("keywords")) or meta.all("article:tag")
    page.authors = datelines.names(
        _texts(tree, _AUTHORS) or linked.names("author") or meta.all("author", "article:author", "dc.creator")
    )
    images = [*meta.all("og:image", "og:image:secure_url", "twitter:image"), *linked.addresses("image")]
    page.image = next(iter(_addresses(url, images)), None)
    page.published += [*linked.texts("datePublished"), *meta.all(*_META_PUBLISHED), *_times(tree, _PUBLISHED)]
    page.modified += [*linked.texts("dateModified"), *meta.all(*_META_MODIFIED), *_times(tree, (_MODIFIED,))]
    _read_body(tree, page, linked, lead, today)
    return page


def _read_body(tree: LexborHTMLParser, page: Page, linked: LinkedData, lead: LexborNode | None, today: date) -> None:
    """The text, and what only it tells: the day, who signed."""
    node = article_body.find(tree)
    left_out = frozenset() if lead is None else frozenset((lead.mem_id,))
    body = "" if node is None else article_body.text(node, left_out)
    lines = (body or linked.text("articleBody")).split("\n")
    if not page.authors and (name := datelines.take_name(lines)):
        page.authors = [name]
    if not page.published:
        page.published += datelines.take_dates(lines, today)
    page.body = datelines.joined(lines)
    if not page.published and (day := dates.find_yearless_day(f"{page.lead}\n{page.body}", today)):
        page.published.append(day)


def _title(tree: LexborHTMLParser, linked: LinkedData, meta: Meta, window_title: str, site: str | None) -> str:
    marked = _text(tree.css_first(_TITLES))
    if marked:
        return marked
    if headline := linked.text("headline"):
        return headline
    shared = _without_site(meta.first("og:title", "twitter:title"), site)
    headlines = _texts(tree, "h1")
    if len(headlines) == 1 or (headlines and not shared):
        return headlines[0]
    if shared:
        return shared
    parts = _TITLE_MARKS.split(window_title)
    return _without_site(window_title, site) if site and site in parts else max(parts, key=len)


def _without_site(title: str, site: str | None) -> str:
    """The title without the outlet's name before or after it."""
    if not site:
        return title
    name = re.escape(site)
    mark = r"\s*[|\-–—:»«]\s*"
    return re.sub(rf"(?:{mark}{name}|\A{name}{mark})\Z|\A{name}{mark}", "", title).strip() or title


def _url(tree: LexborHTMLParser, linked: LinkedData, meta: Meta) -> str | None:
    """The canonical address; one that names only the site's front page says nothing."""
    canonical = [node.attributes.get("href") or "" for node in tree.css("link[rel~=canonical]")]
    candidates = [*canonical, meta.first("og:url"), *linked.addresses("mainEntityOfPage"), *linked.addresses("url")]
    return next(
        (url for url in _addresses(None, candidates) if urlsplit(url).path.strip("/") or urlsplit(url).query), None
    )


def _post_id(tree: LexborHTMLParser) -> str | None:
    """The number under which WordPress keeps the post: its short link, or ``post-123``."""
    for node in tree.css("link[rel~=shortlink]"):
        href = node.attributes.get("href") or ""
        if "p" in parse_qs(urlsplit(href).query) and urlsplit(href).scheme in ("http", "https"):
            return href
    for node in tree.css("body, article"):
        named = f"{node.attributes.get('class') or ''} {node.attributes.get('id') or ''}"
        if found := _POST_CLASS.search(named):
            return f"post-{found[1]}"
    return None


def _language(tree: LexborHTMLParser) -> str:
    node = tree.css_first("html")
    tag = (node.attributes.get("lang") or "") if node is not None else ""
    return tag.replace("_", "-").split("-")[0].strip().lower() or "fa"


def _times(tree: LexborHTMLParser, selectors: Iterable[str]) -> list[str]:
    """What elements say of a time: their ``datetime`` or ``content``, then their text."""
    found: list[str] = []
    for selector in selectors:
        for node in tree.css(selector):
            for name in ("datetime", "content"):
                found.append(node.attributes.get(name) or "")
            found.append(datelines.unlabelled(_text(node)))
    texts = list(dict.fromkeys(text.strip() for text in found if text and text.strip()))
    within = [day.isoformat() for text in texts if not dates.is_date(text) and (day := dates.find_day(text))]
    return [text for text in texts if dates.is_date(text)] + within


def _addresses(base: str | None, candidates: Iterable[str]) -> Iterator[str]:
    """The candidates as absolute addresses of the web."""
    for candidate in candidates:
        try:
            url = urljoin(base or "", candidate.strip())
            if urlsplit(url).scheme in ("http", "https") and urlsplit(url).netloc:
                yield url
        except ValueError:
            continue


def _split(names: Iterable[str], categories: KnownCategories) -> list[str]:
    return list(dict.fromkeys(part for name in names for part in categories.split(name)))


def _separate(texts: list[str]) -> list[str]:
    """Keywords: a list, or one text with commas."""
    parts = re.split(r"\s*[,،]\s*", texts[0]) if len(texts) == 1 else texts
    return [part for part in parts if part]


def _texts(tree: LexborHTMLParser, selector: str) -> list[str]:
    return list(dict.fromkeys(text for node in tree.css(selector) if (text := _text(node))))


def _text(node: LexborNode | None) -> str:
    return "" if node is None else " ".join(node.text(deep=True).split())
