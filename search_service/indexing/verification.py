"""Is a generation what the archive says it should be?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from search_service.archive.archive import Archive
from search_service.archive.set_aside import SetAside
from search_service.article import Status
from search_service.engine.base import Engine, Generation, GenerationInfo, Searcher
from search_service.engine.query import Phrase
from search_service.errors import ServiceError
from search_service.indexing.analyzers import GenerationAnalyzer
from search_service.indexing.building import finished
from search_service.text.analyzer import Analyzer

SCAN = 500
"""Articles, or changes, read from the archive at once."""
SAMPLE = 20
"""Articles whose titles must find them."""
SHOWN = 20
"""Differences that are told one by one."""
MOST_ASIDE = 0.01
"""Share of the articles that may be set aside in a generation that is published; ten may always."""

Examine = Callable[[Generation, Analyzer], list[str]]
"""Further questions to a generation before it is published; a line for each that it answers wrongly."""

REINDEX = "search-service reindex"
RESTORE = "search-service restore SNAPSHOT --replace"


class Fault(NamedTuple):
    """Something wrong: where, what, and the command that mends it."""

    where: str
    what: str
    mend: str


def verify(archive: Archive, engine: Engine) -> list[Fault]:
    """Look at the archive's rows, each generation's files, and whether the live one holds what the archive does."""
    faults = [Fault("archive", line, RESTORE) for line in archive.verify()]
    try:
        infos = engine.generations()
        live = engine.live()
    except ServiceError as error:
        return [*faults, Fault("index", error.detail, REINDEX)]
    if live is None and archive.position() > 0:
        faults.append(Fault("index", "there is no live generation", REINDEX))
    for info in infos:
        where = f"generation {info.number}"
        if not info.live and not finished(info) and info.complete:
            continue  # being built
        damage = _damage(engine, info)
        faults += [Fault(where, line, REINDEX) for line in damage]
        if info.live and not damage:
            try:
                faults += [Fault(where, line, REINDEX) for line in differences(engine.open(info.number), archive)]
            except ServiceError as error:
                faults.append(Fault(where, error.detail, REINDEX))
    return faults


def _damage(engine: Engine, info: GenerationInfo) -> list[str]:
    try:
        generation = engine.open(info.number)
        generation.info()
        generation.verify()
        generation.searcher().close()
        GenerationAnalyzer().of(generation)
    except ServiceError as error:
        return [error.detail]
    return []


def check(
    generation: Generation,
    analyzer: Analyzer,
    archive: Archive,
    examine: Examine,
    between: Callable[[], object] = lambda: None,
) -> None:
    """May this generation go live?  It has followed the journal to its end, or nearly.

    ``between`` is called after every few hundred articles. Raises ``index_damaged`` with
    the first of what is wrong.
    """
    generation.verify()
    between()
    aside = SetAside(archive).count(generation.number)
    if aside > max(10, MOST_ASIDE * archive.count()):
        what = f"{aside} of {archive.count()} articles cannot be indexed"
        raise ServiceError("index_damaged", f"generation {generation.number}: {what}")
    lines = differences(generation, archive, between)
    lines = lines or _titles(generation, analyzer, archive) or examine(generation, analyzer)
    if lines:
        raise ServiceError("index_damaged", f"generation {generation.number}: {lines[0]}")


def differences(generation: Generation, archive: Archive, between: Callable[[], object] = lambda: None) -> list[str]:
    """Ids, versions and counts of a generation against those of the archive at its position, a line for each.

    What was changed behind its position is no difference: the journal will bring it.
    """
    searcher = generation.searcher()
    try:
        found = dict(_differing(searcher, archive, generation.number, between))
        count = sum(1 for _ in searcher.ids())
        position = searcher.position
        counted = searcher.count()
    finally:
        searcher.close()
    while found and (changes := archive.changes(position, SCAN)):
        for change in changes:
            if change.id is not None:
                found.pop(change.id, None)
        position = changes[-1].position
    lines = [f"article {id!r} {how}" for id, how in list(found.items())[:SHOWN]]
    if len(found) > SHOWN:
        lines.append(f"and {len(found) - SHOWN} articles more")
    if count != counted:
        lines.append(f"it counts {counted} articles, and holds {count}")
    return lines


def _differing(
    searcher: Searcher, archive: Archive, number: int, between: Callable[[], object]
) -> Iterator[tuple[str, str]]:
    indexed: dict[str, int] = {}
    for id, version in searcher.ids():
        if id in indexed:
            yield id, "is indexed more than once"
        indexed[id] = version
    aside = {each.id for each in SetAside(archive).list(number)}
    last = ""
    while articles := archive.scan(after=last, limit=SCAN):
        for article in articles:
            expected = None if article.status is Status.DRAFT else article.version
            found = indexed.pop(article.id, None)
            if found == expected or (found is None and article.id in aside):
                continue
            state = "is missing" if found is None else f"is indexed as version {found}"
            yield article.id, f"{state}, but the archive has version {expected}"
        last = articles[-1].id
        between()
    for id in indexed:
        yield id, "is indexed, but not in the archive"


def _titles(generation: Generation, analyzer: Analyzer, archive: Archive) -> list[str]:
    """Some articles, from all over the index, must be found by their own titles."""
    searcher = generation.searcher()
    try:
        ids = [id for id, _ in searcher.ids()]
        chosen = ids[:: max(1, len(ids) // SAMPLE)][:SAMPLE]
        versions = dict(searcher.ids())
        for id, article in archive.load(chosen).items():
            terms = analyzer.streams(article.title)["exact"]
            held = [at for at, term in enumerate(terms) if term is not None]
            if not held or article.version != versions[id]:
                continue
            phrase = Phrase("title", "exact", tuple(terms[held[0] : held[-1] + 1]))
            why = searcher.explain(phrase, id)
            if why is None or not why.matches:
                return [f"article {id!r} is not found by its own title"]
    finally:
        searcher.close()
    return []
