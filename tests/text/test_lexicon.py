from __future__ import annotations

import hashlib
import json
import time
import zlib

import pytest

from search_service.text.lexicon import HEAD, Lexicon, spelling_key


@pytest.mark.parametrize(
    ("one", "other"),
    [("رئال", "ریال"), ("آستان", "استان"), ("سوء", "سو"), ("جزء", "جز"), ("آفت", "افت"), ("یأس", "یاس")],
)
def test_a_fold_does_not_merge_two_headwords(lexicon: Lexicon, one: str, other: str) -> None:
    assert lexicon.terms(one) == (one,)
    assert lexicon.terms(other) == (other,)


@pytest.mark.parametrize(("bare", "word"), [("اسمان", "آسمان"), ("ایینه", "آیینه"), ("موسسه", "مؤسسه")])
def test_a_bare_spelling_that_is_no_word_stands_for_the_full_one(lexicon: Lexicon, bare: str, word: str) -> None:
    assert lexicon.term(bare) == lexicon.term(word)


def test_variants_of_one_word_have_one_term(lexicon: Lexicon) -> None:
    assert len({lexicon.term(form) for form in ("مسئول", "مسؤول", "مسوول")}) == 1
    assert len({lexicon.term(form) for form in ("هیئت", "هیأت", "هیات")}) == 1


def test_an_entry_tells_what_is_known_of_a_form(lexicon: Lexicon) -> None:
    word = lexicon.entry("اسمان")
    assert (word.key, word.bare, word.flags & HEAD, word.headword) == ("اسمان", "اسمان", 0, True)
    assert (word.keys, word.terms, word.term, word.canonical) == (("آسمان",), ("آسمان",), "آسمان", "آسمان")
    unknown = lexicon.entry("قؤژقژ")
    assert (unknown.flags, unknown.headword, unknown.terms, unknown.term) == (0, False, (), "قوژقژ")
    assert lexicon.entry("بلیط").canonical == "بلیت"
    assert lexicon.entry("ابرسانی").parts == lexicon.entry("آبرسانی").parts == ("آب", "رسانی")


def test_a_key_drops_what_old_and_new_spellings_differ_in() -> None:
    assert spelling_key("قضائی") == spelling_key("قضایی")
    assert spelling_key("آفت") != spelling_key("افت")


def test_what_is_written_is_read_again_in_little_time(lexicon: Lexicon) -> None:
    data = lexicon.dump()
    before = time.process_time()
    again = Lexicon.parse(data)
    assert time.process_time() - before < 1
    assert again.words == lexicon.words
    assert again.tables == lexicon.tables
    assert again.dump() == data


def test_a_file_of_another_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="damaged"):
        Lexicon.parse(b"something else")


def test_a_lexicon_of_the_former_format_is_still_read_and_no_newer_one(lexicon: Lexicon) -> None:
    former = Lexicon.parse(as_format(2, lexicon.dump()))
    assert former.words == lexicon.words
    assert [verb.past for verb in former.verbs.finite("نوشتند")] == ["نوشت"]
    assert not Lexicon.intact(as_format(2, lexicon.dump())), "the cache compiles it anew"
    with pytest.raises(ValueError, match="has format 99"):
        Lexicon.parse(as_format(99, lexicon.dump()))


def as_format(number: int, data: bytes) -> bytes:
    """A lexicon file as another version wrote it: without plurals of parts, and one past stem a verb."""
    magic, _, line, rest = data.split(b"\n", 3)
    header = json.loads(line)
    *others, _ = header["sizes"]
    tables = json.loads(zlib.decompress(rest[sum(others) :]))
    del tables["part_plurals"]
    tables["verbs"] = [row[:3] for row in tables["verbs"]]
    packed = zlib.compress(json.dumps(tables).encode())
    header |= {"format": number, "sizes": [*others, len(packed)]}
    body = json.dumps(header).encode() + b"\n" + rest[: sum(others)] + packed
    return magic + b"\n" + hashlib.sha256(body).hexdigest().encode() + b"\n" + body
