"""What a command works with: the settings, and the rooms opened from them when first asked for."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cached_property
from typing import Any, TypeVar

import click

from search_service.archive.archive import Archive
from search_service.engine.whoosh import WhooshEngine
from search_service.indexing import garbage
from search_service.indexing.indexer import Indexer
from search_service.indexing.live import LiveIndex
from search_service.quality import golden
from search_service.search.service import SearchService
from search_service.settings import Settings

Command = TypeVar("Command", bound=Callable[..., Any])


class Context:
    """The rooms of one index folder."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @cached_property
    def archive(self) -> Archive:
        """The archive, made when it is not there yet."""
        return Archive.open(self.settings.archive_path)

    @cached_property
    def engine(self) -> WhooshEngine:
        """The engine over the index folder."""
        settings = self.settings
        return WhooshEngine(settings.index, seconds=settings.search_deadline, memory=settings.index_memory * 100_000)

    @cached_property
    def live(self) -> LiveIndex:
        """The live index, for reading."""
        return LiveIndex(self.engine)

    @cached_property
    def indexer(self) -> Indexer:
        """The indexer; working with it takes its lock."""
        garbage.look_seldom()
        return Indexer(self.settings, self.archive, self.engine, golden.examination(self.settings))

    @cached_property
    def service(self) -> SearchService:
        """Searching."""
        return SearchService(self.live.pair, self.settings)


def json_option(command: Command) -> Command:
    """``--json``: one JSON document on standard output, and nothing else there."""
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")(command)


def print_json(value: object) -> None:
    """One JSON document on standard output."""
    click.echo(json.dumps(value, ensure_ascii=False))
