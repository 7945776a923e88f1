"""A batch of changes goes into a generation in one commit; an article that cannot be indexed is left out of it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from search_service.article import Article
from search_service.engine.base import Document, Generation
from search_service.errors import ServiceError
from search_service.indexing.document import documents
from search_service.text import stored
from search_service.text.analyzer import Analyzer

TOGETHER = 50
"""Articles that are read together, at most, ..."""
LETTERS = 1 << 18
"""... if all but the last have fewer letters: each takes some hundred bytes while it is read."""
TRIES = 3
"""How often an article is tried before it is set aside."""

log = logging.getLogger(__name__)


class Refused(NamedTuple):
    """An article that could not be indexed."""

    id: str
    version: int
    error: str
    tries: int = TRIES


Refuse = Callable[[Refused], object]
"""Called with an article that is set aside, before the commit without it."""


def analysed(articles: Iterable[Article], analyzer: Analyzer) -> list[Document | Refused]:
    """Each article's document, in order, or why there is none."""
    found: list[Document | Refused] = []
    for some in together(articles):
        try:
            found += documents(some, analyzer)
        except (ServiceError, OSError):
            raise
        except Exception:
            found += [_analysed(article, analyzer) for article in some]
    return found


def together(articles: Iterable[Article]) -> Iterator[list[Article]]:
    """The articles in groups that are read together."""
    some: list[Article] = []
    letters = 0
    for article in articles:
        some.append(article)
        letters += sum(map(len, stored.texts(article)))
        if len(some) == TOGETHER or letters >= LETTERS:
            yield some
            some, letters = [], 0
    if some:
        yield some


def put(
    generation: Generation, position: int, deleted: Sequence[str], documents: Mapping[str, Document], refuse: Refuse
) -> None:
    """Commit deletions and documents together with the journal position.

    A document that the engine does not take is refused, and deleted in its older
    version: what stays is never a state that the archive has left.  Where the engine
    fails at the commit, the batch is halved until the document at fault is alone.
    Errors of the table and of the system are nobody's fault, and are raised.
    """
    left = dict(documents)
    gone = list(deleted)
    failed: dict[str, int] = {}
    while True:
        error, at = _try(generation, position, gone, left)
        if error is None:
            return
        if at is None and len(left) > 1:
            ids = list(left)
            half = {id: left.pop(id) for id in ids[: len(ids) // 2]}
            # The journal's position comes with the second half, so that a crash repeats both.
            put(generation, generation.info().position, gone, half, refuse)
            continue
        if at is None and left:
            at = next(iter(left))
        if at is None:
            raise error
        failed[at] = failed.get(at, 0) + 1
        if failed[at] >= TRIES:
            refused = Refused(at, left.pop(at).version, told(error))
            gone.append(at)
            refuse(refused)


def told(error: BaseException) -> str:
    """An error in one line."""
    return f"{type(error).__name__}: {' '.join(str(error).split())}".rstrip(": ")


def _analysed(article: Article, analyzer: Analyzer) -> Document | Refused:
    for tries in range(1, TRIES + 1):
        try:
            return documents([article], analyzer)[0]
        except (ServiceError, OSError):
            raise
        except Exception as error:
            log.warning("article %r cannot be analysed (%d of %d): %s", article.id, tries, TRIES, told(error))
            refused = Refused(article.id, article.version or 0, told(error))
    return refused


def _try(
    generation: Generation, position: int, deleted: Sequence[str], documents: Mapping[str, Document]
) -> tuple[Exception | None, str | None]:
    """What went wrong, and with which document; None: with the commit."""
    writer = generation.writer()
    at: str | None = None
    try:
        for id in deleted:
            writer.delete(id)
        for id, each in documents.items():
            at = id
            writer.upsert(each)
        at = None
        writer.commit(position)
    except Exception as error:
        writer.cancel()
        if isinstance(error, ServiceError | OSError):
            raise
        log.warning("generation %d: %s: %s", generation.number, at or "the commit", told(error))
        return error, at
    except BaseException:
        writer.cancel()
        raise
    return None, None
