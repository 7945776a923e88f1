"""Merge patches."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_service.archive.patch import patched
from search_service.article import Article
from search_service.errors import ServiceError

BEFORE = Article.parse(
    {
        "id": "a",
        "title": "عنوان",
        "body": "یک &lt;b&gt; دو",
        "categories": ["ایران", "جهان"],
        "published": "1402-06-28",
        "extra": {"desk": 3, "box": {"x": 1, "y": 2}},
        "version": 7,
    }
)


def test_only_what_the_patch_holds_changes():
    after = patched(BEFORE, {"title": "عنوان <i>تازه</i>"})
    assert after.title == "عنوان تازه"
    assert after.model_copy(update={"title": BEFORE.title, "version": 7}) == BEFORE


def test_stored_text_is_not_read_as_markup_again():
    assert patched(BEFORE, {"lead": "x"}).body == BEFORE.body == "یک <b> دو"


def test_lists_are_replaced_and_null_takes_away():
    after = patched(BEFORE, {"categories": ["ورزش"], "published": None, "url": None})
    assert (after.categories, after.published, after.url) == (("ورزش",), None, None)
    assert patched(BEFORE, {"categories": None}).categories == ()


def test_aliases_are_the_fields_that_they_stand_for():
    assert patched(BEFORE, {"category": "ورزش"}).categories == ("ورزش",)
    assert patched(BEFORE, {"category": None}).categories == ()
    assert patched(BEFORE, {"author": "نگار"}).authors == ("نگار",)


def test_extra_is_merged():
    assert patched(BEFORE, {"extra": {"box": {"x": None, "z": 3}, "new": [1]}}).extra == {
        "desk": 3,
        "box": {"y": 2, "z": 3},
        "new": [1],
    }
    assert patched(BEFORE, {"extra": None}).extra == {}
    assert patched(BEFORE, {"desk": None, "room": 5}).extra == {"box": {"x": 1, "y": 2}, "room": 5}


def test_the_version_is_the_patches_or_counted():
    assert patched(BEFORE, {"title": "x"}).version is None
    assert patched(BEFORE, {"version": 9}).version == 9


@pytest.mark.parametrize(
    ("patch", "field"),
    [
        ([], None),
        ("x", None),
        ({"id": "b"}, "id"),
        ({"title": 3}, "title"),
        ({"title": None, "body": None}, None),
        ({"published": "1402-12-30"}, "published"),
        ({"extra": [1]}, "extra"),
        ({"titel": "x"}, "titel"),
        ({"status": "gone"}, "status"),
        ({"extra": {"x": "y" * 20_000}}, "extra"),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(patch, field):
    with pytest.raises(ServiceError) as error:
        patched(BEFORE, patch)
    assert (error.value.code, error.value.field) == ("article_invalid", field)


values = st.none() | st.text(max_size=20) | st.integers() | st.lists(st.text(max_size=5), max_size=3)
names = st.sampled_from(["title", "body", "lead", "categories", "tags", "url", "extra", "published", "desk", "version"])


@given(st.dictionaries(names, values, max_size=4))
def test_a_patch_gives_a_sound_article_or_a_refusal(patch):
    try:
        after = patched(BEFORE, patch)
    except ServiceError as error:
        if error.code != "article_invalid":
            raise
        return
    assert Article.stored(after.model_dump()) == after
    assert patched(after, {}) == after.model_copy(update={"version": None})
