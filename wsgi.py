"""The application, for any WSGI server."""

from search_service.web.app import create_app

app = create_app()
