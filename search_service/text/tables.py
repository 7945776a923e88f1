"""The project's own tables: tab-separated text under ``tables/``, readable and editable."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files

NAMES = (
    "aliases", "names", "informal", "acronyms", "broken_plurals", "an_plurals", "at_plurals", "lexicalised",
    "compounds", "solid", "be_compounds", "function_words", "verbs", "past_stems",
    "distinct", "ezafe",
)  # fmt: skip


def text_of(name: str) -> str:
    """A table as it stands in the package."""
    resource = files("search_service.text").joinpath("tables", f"{name}.tsv")
    return resource.read_text("utf-8") if resource.is_file() else ""


def rows(name: str) -> Iterator[list[str]]:
    """The rows of a table, without comments and empty lines."""
    for line in text_of(name).splitlines():
        if line.strip() and not line.startswith("#"):
            yield [cell.strip() for cell in line.split("\t")]
