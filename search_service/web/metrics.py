"""GET /metrics for Prometheus: what all workers have done, and how the index stands.

https://prometheus.io/docs/instrumenting/exposition_formats/
"""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter
from typing import cast

from flask import Blueprint, Flask, Response, current_app, g, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from search_service import __version__
from search_service.archive.set_aside import SetAside
from search_service.errors import ServiceError
from search_service.indexing.lock import holder
from search_service.web import processes
from search_service.web.api.auth import require
from search_service.web.observed import seen
from search_service.web.proxy import from_this_machine
from search_service.web.series import BOUNDS, CLASSES, Series
from search_service.web.services import Services, services

NAMESPACE = "search_service"
SEARCHES, WITHOUT_HITS = "searches", "zero_result_searches"
REFUSED = ("rate_limited", "overloaded", "search_timeout")
"""Codes of errors that are counted one by one."""
OTHER = "other"
"""The route of all addresses that are none, and of what is no request."""

_EXTENSION = "search_service_series"

blueprint = Blueprint("metrics", __name__)


def install(app: Flask) -> None:
    """Time every answer; called when all routes are known."""
    routes = sorted({readable(rule.rule) for rule in app.url_map.iter_rules()})
    series = Series((SEARCHES, WITHOUT_HITS, *REFUSED), (*routes, OTHER))
    app.extensions[_EXTENSION] = series

    @app.after_request
    def end(response: Response) -> Response:
        began = g.get("began")
        if began is not None:
            series.time(route(), response.status_code, perf_counter() - began)
        found = seen()
        if found is not None:
            series.count(SEARCHES)
            if not found.total:
                series.count(WITHOUT_HITS)
        return response


def refused(error: ServiceError) -> None:
    """Count an error, if it is one of those that are counted."""
    if error.code in REFUSED:
        cast(Series, current_app.extensions[_EXTENSION]).count(error.code)


def unread(app: Flask, status: int) -> None:
    """Count an answer to what was no request, and took no time."""
    cast(Series, app.extensions[_EXTENSION]).time(OTHER, status, 0.0)


def route() -> str:
    """The pattern of this request's address, such as ``/api/v1/articles/{id}``: never the address itself."""
    return readable(request.url_rule.rule) if request.url_rule is not None else OTHER


@blueprint.get("/metrics")
def metrics() -> Response:
    """All numbers, as text; for this machine, or with an admin key."""
    ours = services()
    if not (ours.settings.metrics_local and from_this_machine()):
        require("admin")
    registry = CollectorRegistry()
    registry.register(_Numbers(cast(Series, current_app.extensions[_EXTENSION]), ours))
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class _Numbers(Collector):
    """Read at the moment of asking; what cannot be told is left out."""

    def __init__(self, series: Series, ours: Services) -> None:
        self._series = series
        self._ours = ours

    def collect(self) -> Iterator[Metric]:
        yield _gauge("info", "The version that runs.", 1, version=__version__)
        yield from self._requests()
        yield from self._index()
        yield from self._journal()
        yield from self._memory()

    def _requests(self) -> Iterator[Metric]:
        answers = CounterMetricFamily(
            f"{NAMESPACE}_requests", "Answers by class of HTTP status.", labels=["route", "status"]
        )
        times = HistogramMetricFamily(f"{NAMESPACE}_request_seconds", "How long answers took.", labels=["route"])
        for route, timed in self._series.times().items():
            for status, count in zip(CLASSES, timed.answers, strict=True):
                if count:
                    answers.add_metric([route, status], count)
            within, buckets = 0, []
            for end, count in zip((*map(str, BOUNDS), "+Inf"), timed.buckets, strict=True):
                within += count
                buckets.append((end, within))
            times.add_metric([route], buckets, timed.seconds)
        yield from (answers, times)
        counts = self._series.counts()
        yield CounterMetricFamily(f"{NAMESPACE}_{SEARCHES}", "Searches answered.", counts[SEARCHES])
        yield CounterMetricFamily(f"{NAMESPACE}_{WITHOUT_HITS}", "Of these, with no hit.", counts[WITHOUT_HITS])
        refused = CounterMetricFamily(f"{NAMESPACE}_refused", "Requests refused, by code.", labels=["code"])
        for code in REFUSED:
            refused.add_metric([code], counts[code])
        yield refused

    def _index(self) -> Iterator[Metric]:
        ours = self._ours
        yield _gauge("indexer_up", "Whether an indexer is running.", int(holder(ours.settings.index) is not None))
        try:
            searcher, info = ours.live.pair().searcher, ours.live.info()
        except ServiceError:
            yield _gauge("index_open", "Whether the index is open.", 0)
            return
        yield _gauge("index_open", "Whether the index is open.", 1)
        yield _gauge("generation", "The live generation of the index.", info.number)
        yield _gauge("segments", "Segments of the live generation.", searcher.segments)
        yield _gauge("articles", "Articles in the index.", searcher.count())
        try:
            aside = SetAside(ours.archive).count(info.number)
        except ServiceError:
            return
        yield _gauge("articles_set_aside", "Articles that could not be indexed.", aside)

    def _journal(self) -> Iterator[Metric]:
        try:
            position, indexed = self._ours.archive.position(), self._ours.live.position()
        except ServiceError:
            return
        yield _gauge("journal_position", "The newest change that is archived.", position)
        yield _gauge("journal_lag", "Changes that wait for the indexer.", max(0, position - indexed))

    def _memory(self) -> Iterator[Metric]:
        memory = GaugeMetricFamily(f"{NAMESPACE}_memory_bytes", "Memory (PSS), by part.", labels=["part"])
        files = GaugeMetricFamily(f"{NAMESPACE}_open_files", "Open descriptors, by part.", labels=["part"])
        count = GaugeMetricFamily(f"{NAMESPACE}_processes", "Processes, by part.", labels=["part"])
        for part, held in (("web", processes.web()), ("indexer", processes.indexer(self._ours.settings.index))):
            if held is not None:
                memory.add_metric([part], held.memory)
                files.add_metric([part], held.files)
                count.add_metric([part], held.processes)
        yield from (memory, files, count)


def _gauge(name: str, text: str, value: float, **labels: str) -> Metric:
    gauge = GaugeMetricFamily(f"{NAMESPACE}_{name}", text, labels=list(labels))
    gauge.add_metric(list(labels.values()), value)
    return gauge


def readable(rule: str) -> str:
    """A rule as people write an address's pattern: ``/api/v1/articles/{id}``."""
    return rule.replace("<id:", "{").replace("<path:", "{").replace("<int:", "{").replace("<", "{").replace(">", "}")
