"""The web application: the API, the pages, and how both fail."""

from __future__ import annotations

from flask import Flask

from search_service.article import now
from search_service.settings import Settings
from search_service.web import compression, cors, faults, headers, limits, logs, metrics, proxy, query_log, requests
from search_service.web.api import articles, bulk, health, listing, reference, search, suggest, tasks
from search_service.web.page import assets, embed, feeds, help, views
from search_service.web.services import Clock, Services


def create_app(settings: Settings | None = None, *, clock: Clock = now) -> Flask:
    """The app of these settings (of the environment without any); opens nothing before the first request."""
    settings = settings if settings is not None else Settings()
    app = Flask("search_service.web", static_folder="static", template_folder="templates")
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.config["MAX_CONTENT_LENGTH"] = settings.max_body_bytes + 1  # a body that comes to it is refused
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 31_536_000  # addresses of static files change with their content
    app.url_map.merge_slashes = False
    app.url_map.converters["id"] = requests.IdConverter
    Services(settings, clock).install(app)
    api = (search, suggest, articles, listing, bulk, tasks, reference, health, metrics)
    for room in (*api, views, feeds, help, embed, assets):
        app.register_blueprint(room.blueprint)
    # Requests go through these from the first to the last, answers the other way.
    requests.install(app)
    proxy.install(app, settings)
    logs.install(app, settings)
    metrics.install(app)
    query_log.install(app, settings, clock)
    compression.install(app)
    headers.install(app, settings)
    cors.install(app, settings)
    limits.install(app, settings)
    faults.install(app)
    return app
