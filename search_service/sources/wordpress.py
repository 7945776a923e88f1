"""A post as WordPress's REST API gives it (``wp/v2/posts``), and the article that it is."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from search_service.article import Article
from search_service.dates import plausible, read_time
from search_service.errors import ServiceError
from search_service.sources import identity, post_fields
from search_service.sources.item import Found, Item, Note, Unreadable
from search_service.sources.post_text import body_of, lead_of
from search_service.sources.terms import Term, lineage

FIELDS = ",".join(
    (
        "id,type,slug,status,link,date,date_gmt,modified,modified_gmt,title,content,excerpt,author,featured_media",
        "categories,tags,meta,acf,jetpack_featured_media_url,yoast_head_json.og_image,_links,_embedded",
        *post_fields.NAMES,
    )
)
"""All that is asked for of a post."""

STEP = 1000
"""Versions within one second of a post's modification; the first is the modification itself."""


@dataclass
class Site:
    """What all posts of a site share; the look-ups hold what is known of numbers by now."""

    name: str
    home: str
    today: date
    max_article_bytes: int
    categories: dict[int, Term] = field(default_factory=dict)
    tags: dict[int, str] = field(default_factory=dict)
    authors: dict[int, str] = field(default_factory=dict)
    images: dict[int, str] = field(default_factory=dict)


def number(post: Mapping[str, Any]) -> int | None:
    """The post's number; None: this is no post."""
    value = post.get("id")
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63 else None


def is_public(post: Mapping[str, Any]) -> bool:
    """Whether every reader may see it: no draft, not private, no password."""
    locked = any(_part(post, name).get("protected") for name in ("content", "excerpt"))
    return post.get("status", "publish") == "publish" and not locked and not post.get("password")


def modified(post: Mapping[str, Any]) -> datetime | None:
    """When the post was last changed."""
    return moment(post.get("modified_gmt"), UTC) or moment(post.get("modified"))


def moment(value: object, zone: Any = None) -> datetime | None:
    """A time of the API; nothing where it is missing, zero or no time."""
    if not isinstance(value, str) or value.startswith("0000"):
        return None
    try:
        found = read_time(value)
    except ValueError:
        return None
    if not isinstance(found, datetime):
        return None
    return found.replace(tzinfo=zone) if found.tzinfo is None and zone is not None else found


def version_of(when: datetime | None) -> int | None:
    """A version that grows with the time of modification; None without one."""
    if when is None or when.year < 1971:
        return None
    return int(when.timestamp()) * STEP


def article(post: Mapping[str, Any], site: Site) -> Iterator[Item]:
    """The article of a post, or why it holds none; notes behind it."""
    link = _text_of(post.get("link"))
    source = link or f"{site.home}/?p={post.get('id')}"
    published = moment(post.get("date_gmt"), UTC) or moment(post.get("date"))
    changed = modified(post)
    note = None
    if published is None or not plausible(published, site.today):
        published, note = None, Note(source, None, f"kept without 'published': {post.get('date')!r} is not plausible")
    try:
        body = body_of(_rendered(post, "content"))
        kicker, lead = post_fields.kicker_and_lead(_own_fields(post))
        found = Article.parse(
            {
                "id": identity.post_id(link, site.home, number(post)),
                "url": link or None,
                "kicker": kicker,
                "title": _rendered(post, "title"),
                "lead": lead or lead_of(_rendered(post, "excerpt"), body),
                "body": body,
                "categories": _categories(post, site),
                "tags": _tags(post, site),
                "authors": _authors(post, site),
                "source": site.name,
                "image": _image(post, site),
                "published": published,
                "modified": changed,
                "version": version_of(changed or published),
            }
        )
        if len(found.canonical()) > site.max_article_bytes:
            raise ServiceError("article_too_large", f"the article is larger than {site.max_article_bytes} bytes")
    except ServiceError as error:
        yield Unreadable(source, None, error.detail)
    except ValueError as error:  # markup that would cost far more than its size
        yield Unreadable(source, None, str(error))
    else:
        yield Found(found, source, dated=True)
        if note is not None:
            yield note


# ------------------------------------------------------------------ the parts


def _categories(post: Mapping[str, Any], site: Site) -> list[str]:
    embedded = {term["id"]: Term(term["name"], term["slug"]) for term in _terms(post, "category")}
    numbers = _numbers(post.get("categories")) or list(embedded)
    names = [name for each in numbers for name in lineage(each, lambda n: site.categories.get(n) or embedded.get(n))]
    return list(dict.fromkeys(names))


def _tags(post: Mapping[str, Any], site: Site) -> list[str]:
    embedded = [term["name"] for term in _terms(post, "post_tag")]
    return embedded or [site.tags[each] for each in _numbers(post.get("tags")) if each in site.tags]


def _authors(post: Mapping[str, Any], site: Site) -> list[str]:
    embedded = [_text_of(author.get("name")) for author in _embedded(post, "author")]
    known = site.authors.get(post["author"], "") if isinstance(post.get("author"), int) else ""
    return [html.unescape(name) for name in embedded if name] or ([known] if known else [])


def _image(post: Mapping[str, Any], site: Site) -> str | None:
    candidates = [media.get("source_url") for media in _embedded(post, "wp:featuredmedia")]
    candidates.append(site.images.get(post["featured_media"]) if isinstance(post.get("featured_media"), int) else None)
    candidates.append(post.get("jetpack_featured_media_url"))
    shared = _part(post, "yoast_head_json").get("og_image")
    if isinstance(shared, list):
        candidates += [image.get("url") for image in shared if isinstance(image, Mapping)]
    return web_address(candidates)


def web_address(candidates: list[Any]) -> str | None:
    """The first that is an absolute address of the web."""
    return next(
        (text for text in map(_text_of, candidates) if text.lower().startswith(("https://", "http://"))),
        None,
    )


def _terms(post: Mapping[str, Any], taxonomy: str) -> Iterator[dict[str, Any]]:
    """The embedded terms of a taxonomy, with number, name and slug."""
    for group in _part(post, "_embedded").get("wp:term") or ():
        for term in group if isinstance(group, list) else ():
            if isinstance(term, Mapping) and term.get("taxonomy") == taxonomy and isinstance(term.get("id"), int):
                name = html.unescape(_text_of(term.get("name")))
                if name:
                    yield {"id": term["id"], "name": name, "slug": _text_of(term.get("slug"))}


def _embedded(post: Mapping[str, Any], name: str) -> Iterator[Mapping[str, Any]]:
    """Objects embedded under a name; what the site refuses to show is an object of ``code`` and ``message``."""
    found = _part(post, "_embedded").get(name)
    for value in found if isinstance(found, list) else ():
        if isinstance(value, Mapping) and "code" not in value:
            yield value


def _own_fields(post: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    yield from ((name, post.get(name)) for name in post_fields.NAMES)
    for group in ("meta", "acf"):
        yield from ((str(name), value) for name, value in _part(post, group).items())


def _rendered(post: Mapping[str, Any], name: str) -> str:
    value = post.get(name)
    return _text_of(value.get("rendered") if isinstance(value, Mapping) else value)


def _part(post: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """An object within; PHP writes an empty one as an empty list."""
    value = post.get(name)
    return value if isinstance(value, Mapping) else {}


def _numbers(value: object) -> list[int]:
    return [each for each in value if isinstance(each, int)] if isinstance(value, list) else []


def _text_of(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
