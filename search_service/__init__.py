"""Full-text search for Persian news: articles in, the right ones out."""

__version__ = "0.1.0"
