"""How are articles kept in a Whoosh index, and found again?

Whoosh supplies the schema, the segments, the table of contents and their files; this
room adds what it lacks: durable commits, generations, and matching with arrays.
"""

from __future__ import annotations

import warnings

with warnings.catch_warnings():
    # Whoosh 2.7.4 dates from 2016: newer Pythons warn of its escapes when they first compile it.
    warnings.simplefilter("ignore")
    import whoosh.codec.whoosh3
    import whoosh.index
    import whoosh.writing  # noqa: F401

from search_service.engine.whoosh.generations import WhooshEngine

__all__ = ["WhooshEngine"]
