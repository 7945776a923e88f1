"""Every setting, in one table: environment variables ``SEARCH_…`` or a TOML file.

The file is named by ``SEARCH_SETTINGS`` (default ``search.toml`` in the working
folder, read when it is there); the environment wins over it.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, PositiveFloat, PositiveInt, StringConstraints, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

KNOWN_CATEGORIES = (
    "ایران",
    "جهان",
    "سیاسی",
    "سیاست",
    "سیاست خارجی",
    "بین‌الملل",
    "اقتصاد",
    "اقتصادی",
    "بازار",
    "بورس",
    "اجتماعی",
    "جامعه",
    "حوادث",
    "فرهنگ",
    "فرهنگی",
    "هنر",
    "فرهنگ و هنر",
    "سینما",
    "کتاب",
    "ورزش",
    "ورزشی",
    "علم",
    "علمی",
    "علم و فناوری",
    "دانش",
    "فناوری",
    "سلامت",
    "پزشکی",
    "محیط زیست",
    "آموزش",
    "دانشگاه",
    "حقوق بشر",
    "زنان",
    "استان‌ها",
    "گردشگری",
    "خودرو",
    "انرژی",
    "گوناگون",
    "یادداشت",
    "گفت‌وگو",
    "چندرسانه‌ای",
)


Origin = Annotated[str, StringConstraints(pattern=r"^https?://[A-Za-z0-9.:\[\]-]+$")]
"""Scheme, host and port as a browser names them: ``https://news.example``."""
HostName = Annotated[str, StringConstraints(pattern=r"^\.?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$|^\[[0-9a-fA-F:.]+\]$")]
"""A host's name or address, without a port; with a dot before it, all below it too."""
RateText = Annotated[str, StringConstraints(pattern=r"^(off|[1-9][0-9]{0,8}/(second|minute|hour|day))$")]
"""So many in so long, all of them at once or one after the other: ``600/minute``; ``off``: any number."""


class Settings(BaseSettings):
    """What an operator can change; every field is described where it stands."""

    model_config = SettingsConfigDict(env_prefix="SEARCH_", extra="forbid", frozen=True)

    index: Path = Field(Path("index"), description="Folder of the index and, unless named, the archive.")
    archive: Path | None = Field(None, description="The archive's file; default: archive.sqlite in the index folder.")
    cache: Path | None = Field(
        None, description="Where the compiled lexicon is kept; default: the user's cache folder."
    )
    known_categories: tuple[str, ...] = Field(
        KNOWN_CATEGORIES, description="Sections recognised where a page's text runs them together."
    )

    max_query_length: PositiveInt = Field(512, description="Longest query, in characters.")
    max_query_words: PositiveInt = Field(32, description="Most words in one query.")
    max_word_length: PositiveInt = Field(
        64, description="Longest word of a query; the rest of a longer one is not looked at."
    )
    max_nesting: PositiveInt = Field(10, description="Deepest brackets in a query.")
    min_prefix: PositiveInt = Field(2, description="Fewest letters before a star.")
    max_expansions: PositiveInt = Field(200, description="Most words that a prefix stands for.")
    max_page_size: PositiveInt = Field(100, description="Most hits on one page.")
    page_window: PositiveInt = Field(1000, description="How many hits can be paged through.")
    cursor_seconds: PositiveFloat = Field(300.0, description="How long a cursor by relevance may be walked on with.")
    search_max_age: int = Field(
        0, ge=0, le=86_400, description="Seconds that browsers may keep a search without asking again; 0: they ask."
    )
    max_list_size: PositiveInt = Field(1000, description="Most articles on one page of GET articles.")
    idempotency_hours: PositiveFloat = Field(24.0, description="How long an Idempotency-Key is remembered.")
    search_deadline: PositiveFloat = Field(1.0, description="Seconds after which a search is given up.")
    suggest_seconds: PositiveFloat = Field(
        0.015, description="Seconds after which no further words are looked for to suggest; what was found is shown."
    )
    max_article_bytes: PositiveInt = Field(8 * 2**20, description="Largest article, as UTF-8 JSON.")
    max_bulk_articles: PositiveInt = Field(50_000, description="Most articles in one POST articles.")
    max_body_bytes: PositiveInt = Field(256 * 2**20, description="Largest body of one request.")

    title_weight: PositiveFloat = Field(2.0, description="Weight of a word in the title (body: 1).")
    lead_weight: PositiveFloat = Field(1.5, description="Weight of a word in the kicker or lead.")
    exact_boost: PositiveFloat = Field(1.2, description="Weight of the word as written; its other forms weigh 1.")
    split_boost: PositiveFloat = Field(0.5, description="Weight of a word found only split or joined.")
    rarity: PositiveFloat = Field(1.25, description="How much rare words count over common ones; 1 is BM25's idf.")
    coverage_boost: PositiveFloat = Field(1.0, description="What each word found adds, where words may be missing.")
    proximity_boost: float = Field(1.0, ge=0, description="Bonus for query words that stand together.")
    recency_weight: float = Field(0.1, ge=0, description="Most that being new adds, as a share of the score.")
    recency_half_life: PositiveFloat = Field(180.0, description="Days in which that preference halves.")

    host: str = Field("127.0.0.1", description="Address that `serve` listens on.")
    port: int = Field(8000, ge=0, le=65535, description="Port that `serve` listens on.")
    workers: PositiveInt = Field(2, description="Web worker processes.")
    threads: PositiveInt = Field(
        64, description="Threads of a web worker: those at work, those that wait for a place, those that refuse."
    )
    search_open: bool = Field(True, description="Whether searching needs no key.")
    rate_search: RateText = Field(
        "12000/minute", description="Searches and readings of one key; without a key, of one address (IPv6: a /64)."
    )
    rate_write: RateText = Field("6000/minute", description="Writing calls of one key.")
    rate_write_address: RateText = Field(
        "12000/minute", description="Writing calls of one address (IPv6: a /64), refused ones too."
    )
    searches_at_once: PositiveInt = Field(2, description="Searches that a worker computes at once.")
    writes_at_once: PositiveInt = Field(8, description="Writing calls that a worker carries out at once.")
    waiting_requests: int = Field(
        16, ge=0, le=1000, description="Searches, and writing calls, that wait for a place; more are refused."
    )
    queue_seconds: PositiveFloat = Field(
        0.25,
        description="Seconds that a search may have to wait for a place; if it would be more, it is refused at once.",
    )
    client_seconds: PositiveFloat = Field(
        15.0, description="Longest that a client may be silent in the midst of a request or an answer, in seconds."
    )
    max_filters: PositiveInt = Field(50, description="Most values of one filter in a search.")
    max_facet_values: PositiveInt = Field(
        100,
        description="Most tags, authors or sources that a facet names, the commonest first; categories are all named.",
    )
    proxy_hops: int = Field(
        0, ge=0, le=10, description="Proxies in front whose X-Forwarded-For and X-Forwarded-Proto count; 0: none."
    )
    allowed_hosts: tuple[HostName, ...] = Field(
        (), description="Names that the Host header may have, .news.example for a domain with all below; none: any."
    )
    cors_origins: tuple[Origin | Literal["*"], ...] = Field(
        (), description="Origins whose scripts may call the API, with keys too; * for every one."
    )
    metrics_local: bool = Field(
        True, description="Whether /metrics needs no admin key from this machine, unless a proxy passed it on."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field("warning", description="Least level of the log.")
    log_format: Literal["auto", "json", "text"] = Field(
        "auto", description="One JSON object a line, or text; auto: text on a terminal, else JSON."
    )
    log_requests: bool = Field(True, description="Whether each request is logged, without its query and address.")
    log_queries: bool = Field(False, description="Whether the log of requests tells queries.")
    log_addresses: bool = Field(False, description="Whether the log of requests tells clients' addresses.")
    query_log: bool = Field(
        True, description="Whether queries are counted by day, without addresses or keys, for `search-service queries`."
    )
    query_log_days: PositiveInt = Field(90, description="Days after which the counts of queries are deleted.")
    query_log_min_count: PositiveInt = Field(5, description="Times that a query was asked before a report names it.")
    wait_seconds: PositiveFloat = Field(10.0, description="Longest that `wait=indexed` waits, in seconds.")
    ready_lag: PositiveInt = Field(10_000, description="Unindexed changes past which /readyz says no.")
    site_name: str = Field("جست‌وجوی خبر", description="Name shown on the search page.")

    public_url: str | None = Field(
        None, description="Address under which readers reach the page; default: the one that a request was sent to."
    )
    image_origins: tuple[Origin, ...] = Field(
        (), description="Origins, such as https://cdn.example, whose pictures the page shows beside its own host's."
    )
    embed_origins: tuple[Origin | Literal["*"], ...] = Field(
        (), description="Origins whose pages may embed the search; * for every one."
    )

    batch_size: PositiveInt = Field(500, description="Most changes that the indexer commits at once.")
    batch_seconds: PositiveFloat = Field(0.2, description="How long the indexer waits for more changes.")
    keep_generations: PositiveInt = Field(2, description="Generations kept, the live one included.")

    reindex_workers: int | None = Field(
        None, ge=0, le=64, description="Processes that build for a reindex; 0: none; default: one a core, up to 4."
    )
    index_memory: int = Field(
        512,
        ge=256,
        description="Megabytes that a reindex takes at most, all its processes together; with few, one process builds.",
    )

    learn: bool = Field(
        True, description="Whether a build learns compounds that the archive writes with a half-space (`learned.tsv`)."
    )
    learn_min_half_space: PositiveInt = Field(4, description="Fewest articles with a half-spaced compound to learn it.")
    learn_min_share: float = Field(
        0.25, ge=0, le=1, description="Least share of the half-space among a learned compound's spellings."
    )
    synonyms: Path | None = Field(
        None, description="File of synonyms, read anew when it changes; default: synonyms.txt in the index folder."
    )

    import_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Hosts, with a port or without, that imports may fetch from though their addresses are internal.",
    )
    import_delay: float = Field(0.5, ge=0, description="Seconds between two requests of an import.")
    import_seconds: PositiveFloat = Field(60.0, description="Longest that one answer may take, in seconds.")
    import_max_bytes: PositiveInt = Field(64 * 2**20, description="Largest answer that an import reads, inflated.")

    @field_validator("import_hosts", mode="before")
    @classmethod
    def _names_of_hosts(cls, value: object) -> object:
        """A JSON array as for other lists, or plain names with commas between them."""
        if not isinstance(value, str):
            return value
        names = json.loads(value) if value.lstrip().startswith("[") else value.split(",")
        return tuple(str(name).strip().lower() for name in names if str(name).strip())

    @property
    def synonyms_path(self) -> Path:
        """The file of synonyms, which may not be there."""
        return self.synonyms if self.synonyms is not None else self.index / "synonyms.txt"

    @property
    def archive_path(self) -> Path:
        """The archive's file."""
        return self.archive if self.archive is not None else self.index / "archive.sqlite"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, then the environment, then the file."""
        file = Path(os.environ.get("SEARCH_SETTINGS", "search.toml"))
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, file)
