"""For plain ``gunicorn wsgi:app``: searches and takes writes; runs no indexer, and /readyz says so."""

from search_service.web.gunicorn import *  # noqa: F403
