"""The document says what the API does: routes, shapes, examples, errors."""

import json
import re
from pathlib import Path

import jsonschema_rs
import pytest
import schemathesis

from search_service.errors import ERRORS
from search_service.web.api.operation import methods, operations, path

GOLDEN = Path(__file__).parent / "openapi_shape.json"
TEXTS = {"description", "title", "summary"}
EXAMPLES = {"example", "examples"}
"""What may change without the shape changing."""


@pytest.fixture(scope="module")
def document(client):
    return client.get("/openapi.json").json


def calls(document):
    for where, by_method in document["paths"].items():
        for method, call in by_method.items():
            yield where, method, call


def test_every_route_of_the_api_is_described_and_nothing_else(site, document):
    routes = {
        (path(rule), method.lower())
        for rule in site.app.url_map.iter_rules()
        if rule.rule.startswith("/api/")
        for method in methods(rule)
    }
    assert routes == {(where, method) for where, method, _ in calls(document)}


def test_it_is_openapi_3_1(document):
    schemathesis.openapi.from_dict(document).validate()


def _shape(value):
    if isinstance(value, dict):
        kept = {name: inner for name, inner in value.items() if name not in EXAMPLES}
        return {name: _shape(inner) for name, inner in kept.items() if not (name in TEXTS and isinstance(inner, str))}
    return [_shape(each) for each in value] if isinstance(value, list) else value


def test_the_shape_is_the_one_that_was_promised(document, golden):
    """Whoever changes this file changes what programs of others rely on: add, and take nothing away."""
    shape = _shape(document)
    shape["info"].pop("version")
    golden(GOLDEN, json.dumps(shape, ensure_ascii=False, indent=1, sort_keys=True) + "\n")


def test_examples_are_of_their_schemas(document):
    shown = 0
    for _, _, call in calls(document):
        contents = list(call.get("requestBody", {}).get("content", {}).values())
        for reply in call["responses"].values():
            contents += reply.get("content", {}).values()
        for content in contents:
            values = [content["example"]] if "example" in content else []
            for example in content.get("examples", {}).values():
                values.append(document["components"]["examples"][example["$ref"].rpartition("/")[2]]["value"])
            for value in values:
                schema = {**content["schema"], "components": document["components"]}
                jsonschema_rs.Draft202012Validator(schema).validate(value)
                shown += 1
    assert shown > 50


def test_every_error_code_is_one_of_the_table_under_its_status(site, document):
    for _, _, operation, _ in operations(site.app):
        assert set(operation.errors) <= set(ERRORS)
    for _, _, call in calls(document):
        for status, reply in call["responses"].items():
            for code in re.findall(r"`(\w+)`", reply["description"]) if int(status) >= 400 else ():
                assert ERRORS[code].status == int(status)


def test_every_error_has_both_languages():
    for code, kind in ERRORS.items():
        assert kind.english, code
        assert kind.hint, code
        for persian in (kind.persian, kind.hint_fa):
            assert re.search("[آ-ی]", persian), code


def test_limits_are_those_of_the_settings(open_house):
    house = open_house(max_query_length=99, max_page_size=7, page_window=70, max_list_size=11)
    found = house.client.get("/openapi.json").json["paths"]

    def limit(where, name):
        (parameter,) = [each for each in found[where]["get"]["parameters"] if each["name"] == name]
        return parameter["schema"].get("maximum", parameter["schema"].get("maxLength"))

    assert limit("/api/v1/search", "q") == 99
    assert limit("/api/v1/search", "size") == 7
    assert limit("/api/v1/search", "page") == 70
    assert limit("/api/v1/articles", "size") == 11


def test_whether_searching_needs_a_key_is_told(open_house):
    closed = open_house(search_open=False).client.get("/openapi.json").json
    assert {} not in closed["paths"]["/api/v1/search"]["get"]["security"]
    assert {} in open_house().client.get("/openapi.json").json["paths"]["/api/v1/search"]["get"]["security"]


def test_every_call_has_a_summary_a_text_and_an_id_of_its_own(document):
    ids = [call["operationId"] for _, _, call in calls(document)]
    assert len(ids) == len(set(ids))
    for _, _, call in calls(document):
        assert call["summary"]
        assert len(call["description"]) > 40


def test_an_unchanged_document_is_a_304(client):
    tag = client.get("/openapi.json").headers["ETag"]
    assert client.get("/openapi.json", headers={"If-None-Match": tag}).status_code == 304


def test_the_page_names_every_call_and_error_and_loads_nothing_from_elsewhere(client, document):
    page = client.get("/api")
    assert page.status_code == 200
    text = page.text
    for where, _, call in calls(document):
        assert f'id="{call["operationId"]}"' in text
        assert where in text
    for code in ERRORS:
        assert f'id="error-{code}"' in text
    loaded = re.findall(r'(?:src|href)="([^"]+)"', text)
    assert all(address.startswith(("/", "#")) for address in loaded), loaded
    assert "<script>" not in text.replace('<script src="', "")
