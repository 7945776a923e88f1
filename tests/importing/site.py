"""Small servers on this machine: one that answers as told, and one that speaks WordPress's REST API."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class Answer:
    """What a server sends: JSON unless ``body`` is bytes."""

    body: Any = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


class Handler(BaseHTTPRequestHandler):
    """Lets ``server.site`` answer."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        site = self.server.site  # type: ignore[attr-defined]
        site.requests.append(self.path)
        site.headers.append({name.lower(): value for name, value in self.headers.items()})
        answer = site.answer(self)
        if answer is not None:
            self.send(answer)

    def send(self, answer: Answer) -> None:
        body, headers = answer.body, dict(answer.headers)
        if not isinstance(body, bytes):
            body = json.dumps(body).encode()
            headers.setdefault("Content-Type", "application/json; charset=UTF-8")
        self.send_response(answer.status)
        headers.setdefault("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Quietly."""


class Site:
    """Answers by ``responder``; ``faults`` come first, each once: answers, or what the handler is given to."""

    def __init__(self, responder: Callable[[Handler], Answer | None] | None = None) -> None:
        self.requests: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.faults: list[Answer | Callable[[Handler], None] | None] = []
        self.origin = ""
        self._responder = responder

    def answer(self, handler: Handler) -> Answer | None:
        if self.faults and (fault := self.faults.pop(0)) is not None:
            if isinstance(fault, Answer):
                return fault
            handler.close_connection = True
            fault(handler)
            return None
        return self.respond(handler)

    def respond(self, handler: Handler) -> Answer | None:
        assert self._responder is not None
        return self._responder(handler)


@contextmanager
def serving(site: Site) -> Iterator[str]:
    """The site's origin while it serves."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            """A client that goes away is no error here."""

    server = Server(("127.0.0.1", 0), Handler)
    server.site = site  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    site.origin = f"http://127.0.0.1:{server.server_port}"
    try:
        yield site.origin
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


TEHRAN = timedelta(hours=3, minutes=30)


class WordPress(Site):
    """The shapes, parameters, headers and errors of ``wp/v2``."""

    def __init__(self, *, pretty: bool = True, embeds: bool = True, knows_modified: bool = True) -> None:
        super().__init__()
        self.pretty = pretty
        self.embeds = embeds
        self.knows_modified = knows_modified
        self.posts: dict[int, dict[str, Any]] = {}
        self.categories: dict[int, dict[str, Any]] = {}
        self.tags: dict[int, dict[str, Any]] = {}
        self.users: dict[int, dict[str, Any]] = {}
        self.media: dict[int, dict[str, Any]] = {}

    def add(
        self,
        number: int,
        title: str = "خبر",
        content: str = "<p>متن خبر</p>",
        *,
        when: str = "2023-09-19T08:00:00",
        modified: str | None = None,
        status: str = "publish",
        password: str = "",
        **fields: Any,
    ) -> dict[str, Any]:
        """A post; times are GMT."""
        local = [(datetime.fromisoformat(each) + TEHRAN).isoformat() for each in (when, modified or when)]
        self.posts[number] = {
            "id": number,
            "date": local[0],
            "date_gmt": when,
            "modified": local[1],
            "modified_gmt": modified or when,
            "slug": f"post-{number}",
            "status": status,
            "type": "post",
            "link": f"{self.origin}/{when[:4]}/post-{number}/" if self.pretty else f"{self.origin}/?p={number}",
            "title": {"rendered": title},
            "content": {"rendered": "" if password else content, "protected": bool(password)},
            "excerpt": {"rendered": "", "protected": bool(password)},
            "author": 0,
            "featured_media": 0,
            "categories": [],
            "tags": [],
            "meta": [],
            **fields,
        }
        return self.posts[number]

    def term(self, number: int, name: str, *, parent: int | None = None, slug: str = "") -> None:
        """A category with its parent, 0 for none; without one, a tag."""
        row = {"id": number, "name": name, "slug": slug or f"term-{number}"}
        if parent is None:
            self.tags[number] = {**row, "taxonomy": "post_tag"}
        else:
            self.categories[number] = {**row, "taxonomy": "category", "parent": parent}

    def respond(self, handler: Handler) -> Answer:
        parts = urlsplit(handler.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if self.pretty and parts.path.startswith("/wp-json/"):
            route = parts.path.removeprefix("/wp-json")
        elif "rest_route" in query:
            route = query["rest_route"]
        else:
            return Answer(b"<html>page</html>", 404 if parts.path != "/" else 200, {"Content-Type": "text/html"})
        collections = {
            "/wp/v2/posts": {n: post for n, post in self.posts.items() if post["status"] == "publish"},
            "/wp/v2/categories": self.categories,
            "/wp/v2/tags": self.tags,
            "/wp/v2/users": self.users,
            "/wp/v2/media": self.media,
        }
        if route == "/":
            return Answer({"name": "سپیده &amp; خبر", "home": self.origin, "url": self.origin})
        if route not in collections:
            return self._error("rest_no_route", "No route was found.", 404)
        rows = [collections[route][n] for n in sorted(collections[route])]
        return self._page(rows, query, posts=route.endswith("posts"))

    def _page(self, rows: list[dict[str, Any]], query: dict[str, str], *, posts: bool) -> Answer:
        size, page = int(query.get("per_page", 10)), int(query.get("page", 1))
        if not 1 <= size <= 100:
            return self._error("rest_invalid_param", "Invalid parameter(s): per_page", 400)
        if "include" in query:
            wanted = set(map(int, query["include"].split(",")))
            rows = [row for row in rows if row["id"] in wanted]
        for name, key in (("modified_after", "modified_gmt"), ("after", "date_gmt")):
            if name in query and (name == "after" or self.knows_modified):
                after = datetime.fromisoformat(query[name])
                assert after.tzinfo is not None, "without a zone it would be the site's"
                rows = [row for row in rows if datetime.fromisoformat(row[key]).replace(tzinfo=UTC) > after]
        pages = -(-len(rows) // size)
        if page > max(pages, 1):
            said = "The page number requested is larger than the number of pages available."
            return self._error("rest_post_invalid_page_number", said, 400)
        shown = [dict(row) for row in rows[(page - 1) * size : page * size]]
        if posts and self.embeds and "_embed" in query:
            for row in shown:
                row["_embedded"] = self._embedded(row)
        if "_fields" in query:
            wanted_fields = {name.split(".")[0] for name in query["_fields"].split(",")}
            shown = [{name: value for name, value in row.items() if name in wanted_fields} for row in shown]
        return Answer(shown, 200, {"X-WP-Total": str(len(rows)), "X-WP-TotalPages": str(pages)})

    def _embedded(self, row: dict[str, Any]) -> dict[str, Any]:
        def term(found: dict[str, Any]) -> dict[str, Any]:
            return {name: value for name, value in found.items() if name != "parent"}

        embedded: dict[str, Any] = {
            "wp:term": [
                [term(self.categories[n]) for n in row["categories"] if n in self.categories],
                [term(self.tags[n]) for n in row["tags"] if n in self.tags],
            ]
        }
        if row["author"]:
            hidden = {"code": "rest_user_cannot_view", "message": "Sorry.", "data": {"status": 401}}
            embedded["author"] = [self.users.get(row["author"], hidden)]
        if row["featured_media"]:
            gone = {"code": "rest_post_invalid_id", "message": "Invalid post ID.", "data": {"status": 404}}
            embedded["wp:featuredmedia"] = [self.media.get(row["featured_media"], gone)]
        return embedded

    @staticmethod
    def _error(code: str, message: str, status: int) -> Answer:
        return Answer({"code": code, "message": message, "data": {"status": status}}, status)
