"""Bodies of many articles, read in whatever pieces they come."""

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_service.errors import ServiceError
from search_service.web.api.records import records

LIMIT = 1000

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


class InPieces(io.BytesIO):
    """A stream that gives so many bytes at a time, as networks do."""

    def __init__(self, data, size):
        super().__init__(data)
        self.size = size

    def read(self, size=-1):
        return super().read(min(size, self.size))


def read(data, size=10**6, limit=LIMIT):
    return list(records(InPieces(data, size).read, limit))


def outcome(body, size):
    """The records, or the code of the refusal."""
    try:
        return read(body, size)
    except ServiceError as error:
        return error.code


@given(st.lists(json_values, max_size=5), st.integers(1, 40), st.booleans(), st.sampled_from([None, 1]))
def test_an_array_gives_its_elements_however_it_is_cut(values, size, ascii_only, indent):
    body = json.dumps(values, ensure_ascii=ascii_only, indent=indent).encode("utf-8", "surrogatepass")
    found = read(body, size, limit=10**6)
    assert [json.loads(raw.decode("utf-8", "surrogatepass")) for raw in found] == values


@given(st.lists(json_values, max_size=5), st.integers(1, 40))
def test_lines_give_themselves_however_they_are_cut(values, size):
    if values and isinstance(values[0], list):
        values = [{"first": values[0]}, *values[1:]]
    body = "\n\n".join(json.dumps(value) for value in values).encode() + b"\r\n"
    assert [json.loads(raw) for raw in read(body, size, limit=10**6)] == values


@given(st.binary(max_size=200), st.integers(1, 40))
def test_any_bytes_are_read_or_refused(body, size):
    assert outcome(body, size) == outcome(body, 10**6)


@pytest.mark.parametrize("body", [b"", b" \n", b"\xef\xbb\xbf", b"[]", b" [ \n ] \n", b"\xef\xbb\xbf[]"])
def test_nothing_gives_nothing(body):
    assert read(body) == read(body, 1) == []


@pytest.mark.parametrize("body", [b"[", b"[1", b"[1,]", b"[,1]", b"[1]2", b"[1}", b'["a]', b"[1,,2]", b"[[1]"])
def test_a_broken_array_is_refused(body):
    for size in (1, 100):
        with pytest.raises(ServiceError) as caught:
            read(body, size)
        assert caught.value.code == "body_invalid"


def test_what_stands_before_the_break_is_given():
    stream = records(io.BytesIO(b'[{"a":1},{"b":2},').read, LIMIT)
    assert [next(stream), next(stream)] == [b'{"a":1}', b'{"b":2}']
    with pytest.raises(ServiceError):
        next(stream)


@pytest.mark.parametrize("form", ["[%s]", "%s\n"])
def test_a_record_past_the_limit_is_none_and_the_next_is_read(form):
    separator = "," if form[0] == "[" else "\n"
    body = (form % separator.join(['"ا"', '"%s"' % ("x" * 2000), '"ب"'])).encode()
    for size in (7, 10**6):
        assert read(body, size) == ['"ا"'.encode(), None, '"ب"'.encode()]
