"""Every setting, in one table: environment variables ``SEARCH_…`` or a TOML file.

The file is named by ``SEARCH_SETTINGS`` (default ``search.toml`` in the working
folder, read when it is there); the environment wins over it.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, PositiveFloat, PositiveInt, StringConstraints
from pydantic_settings import (
    BaseSettings,
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
    search_deadline: PositiveFloat = Field(1.0, description="Seconds after which a search is given up.")
    max_article_bytes: PositiveInt = Field(8 * 2**20, description="Largest article, as UTF-8 JSON.")
    max_body_bytes: PositiveInt = Field(64 * 2**20, description="Largest body of one request.")

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
    threads: PositiveInt = Field(4, description="Threads of a web worker.")
    search_open: bool = Field(True, description="Whether searching needs no key.")
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
        None, ge=0, le=64, description="Processes that analyse for a reindex; 0: none; default: one a core, up to 4."
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
