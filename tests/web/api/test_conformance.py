"""What the document promises, asked of the service by a machine: requests as it says, and requests that break it.

``SEARCH_CONFORMANCE_EXAMPLES`` asks for more of each kind (`make conformance`).
"""

import os
import re
import threading
import warnings
from contextlib import contextmanager

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from search_service.article import Article
from tests.web.conftest import ARTICLES, House

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # those of the libraries that it is made of
    schemathesis = pytest.importorskip("schemathesis")
    from schemathesis.core.failures import AcceptedNegativeData, FailureGroup
    from schemathesis.generation.modes import GenerationMode
    from schemathesis.specs.openapi.checks import positive_data_acceptance

EXAMPLES = int(os.environ.get("SEARCH_CONFORMANCE_EXAMPLES", "12"))
MEANT = {
    "article_invalid",  # a date that no calendar has, an address of another kind, an id of control characters
    "cursor_invalid",
    "cursor_expired",
    "date_invalid",
    "idempotency_key_reused",
    "page_too_deep",
    "precondition_failed",
    "prefix_too_short",
    "query_too_complex",
}
"""Refusals of what keeps to the form and means nothing: no schema can say them."""
CALLS = (
    "search",
    "suggest",
    "getArticle",
    "putArticle",
    "patchArticle",
    "deleteArticle",
    "listArticles",
    "postArticles",
    "renameCategory",
    "reindex",
    "rollback",
    "listTasks",
    "getTask",
    "cancelTask",
    "listSetAside",
    "getStats",
)


@contextmanager
def indexing(house):
    stop = threading.Event()

    def work():
        with house.indexer.lock("a test"):
            house.indexer.run(stop)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    """A service with an indexer at work, its document as the machine reads it, and a key for everything."""
    free = {"rate_search": "off", "rate_write": "off", "rate_write_address": "off"}
    house = House(tmp_path_factory.mktemp("conformance"), **free)
    house.put(*map(Article.parse, ARTICLES))
    headers = {**house.key("search", "write", "admin"), "Accept-Encoding": "identity"}
    with indexing(house):
        yield schemathesis.openapi.from_wsgi("/openapi.json", house.app), headers
    house.close()


def test_every_call_is_asked(asked):
    schema, _ = asked
    assert sorted(CALLS) == sorted(each.ok().definition.raw["operationId"] for each in schema.get_all_operations())


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("mode", ["positive", "negative"])
@pytest.mark.parametrize("call", CALLS)
@pytest.mark.filterwarnings("ignore")  # those of the libraries that it is made of
def test_the_service_keeps_to_its_document(asked, call, mode):
    schema, headers = asked
    operation = next(
        each.ok() for each in schema.get_all_operations() if each.ok().definition.raw["operationId"] == call
    )

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=EXAMPLES <= 12,  # what everybody runs must not fail by chance
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=GenerationMode(mode)))
    def ask(case):
        response = case.call(headers=headers)
        try:
            case.validate_response(response, headers=headers, excluded_checks=[positive_data_acceptance])
        except FailureGroup as group:
            slips = [each for each in group.exceptions if not (_excused(each, case, call, response))]
            if slips:
                raise AssertionError("\n".join(map(str, slips)) + "\n" + case.as_curl_command()) from None
        if mode == "positive" and response.status_code in (400, 412, 413, 422):
            code = response.json()["code"]
            assert code in MEANT or _excused_slip(response.json(), case), (response.text, case.as_curl_command())

    ask()


def _excused(slip, case, call, response):
    """Where the machine takes for accepted what was refused, or was never wrong."""
    if not isinstance(slip, AcceptedNegativeData):
        return False
    if response.status_code == 412:  # refused for its If-Match, before its body was looked at
        return True
    if call == "postArticles" and response.status_code in (200, 202):
        return response.json()["failed"] > 0  # each article is refused by itself
    if any(_empty(value) for value in (case.query or {}).values()):  # which is as none
        return True
    named = re.search(r"Invalid component: parameters? (.*) in query", str(slip))
    return named is not None and set(re.findall(r"`(\w+)`", named[1])) <= _texts(case)


def _empty(value):
    """Whether nothing stands in a parameter, or nothing between its commas."""
    if isinstance(value, list | tuple):
        return all(map(_empty, value))
    return value is None or (isinstance(value, str) and not value.strip(", "))


def _texts(case):
    """Parameters that any text is a value of: what was meant as a number or a list is one, too, in an address."""
    schemas = {each["name"]: each["schema"] for each in case.operation.definition.raw["parameters"]}
    kinds = {name: schema.get("items", schema) for name, schema in schemas.items()}
    return {name for name, kind in kinds.items() if kind.get("type") == "string" and "enum" not in kind}


def _excused_slip(problem, case):
    """Parameters that do not go together, whole numbers with a fraction of 0, names without a letter."""
    if isinstance((case.query or {}).get(problem["field"]), float):
        return problem["code"] in ("parameter_invalid", "page_invalid")
    if problem["code"] != "parameter_invalid":
        return False
    if problem["field"] in ("page", "stories"):
        return "cursor" in (case.query or {})
    return problem["field"] in ("from", "to")
