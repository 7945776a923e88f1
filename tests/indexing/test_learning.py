"""What a build learns from the archive, and what it does not."""

import pytest

from search_service.archive.archive import Archive
from search_service.indexing.learning import learn
from search_service.settings import Settings
from search_service.text.analyzer import Analyzer
from search_service.text.fold import ZWNJ


@pytest.fixture
def learns(house, analyzer):
    """The compounds learned from an archive of these bodies, with the counts of their spellings."""

    def learns(*bodies, **settings):
        for number, body in enumerate(bodies):
            house.put(number, body=body)
        found = learn(house.archive, analyzer.lexicon, Settings(**settings))
        return {ZWNJ.join(parts): tuple(counts) for parts, *counts in found}

    return learns


def test_the_articles_of_each_spelling_are_counted(learns):
    half_spaced = ["مالیات‌ستانی و مالیات‌ستانی"] * 3 + ["از مالیات‌ستانی‌ها،"]
    assert learns(*half_spaced, "«مالیات ستانی»", "مالیات ستانی‌ها", "مالیاتستانی", "ستانی مالیات") == {
        "مالیات‌ستانی": (4, 1, 2)
    }


def test_arabic_letters_are_the_same_letters(learns):
    assert learns(*["نيک‌نژاد"] * 2, *["نیك‌نژاد"] * 2, "نيك نژاد") == {"نیک‌نژاد": (4, 0, 1)}


def test_what_few_articles_write_is_not_learned(learns):
    assert learns(*["مالیات‌ستانی " * 10] * 3) == {}


def test_the_threshold_is_a_setting(learns):
    assert learns("مالیات‌ستانی", learn_min_half_space=1) == {"مالیات‌ستانی": (1, 0, 0)}


def test_what_is_mostly_written_apart_is_two_words(learns):
    assert learns(*["ثبت‌احوال"] * 4, *["ثبت احوال"] * 13) == {}


def test_the_share_of_the_half_space_is_a_setting(learns):
    assert learns(*["ثبت‌احوال"] * 4, *["ثبت احوال"] * 13, learn_min_share=0.2) == {"ثبت‌احوال": (4, 0, 13)}


def test_drafts_teach_nothing(house, analyzer):
    house.put(*range(5), body="مالیات‌ستانی", status="draft")
    assert learn(house.archive, analyzer.lexicon, Settings()) == []


def test_nothing_is_lost_when_more_is_held_than_fits(learns, monkeypatch):
    monkeypatch.setattr("search_service.indexing.learning.MOST_HELD", 2)
    bodies = ["مالیات‌ستانی نوسان‌گیران"] * 2 + ["مالیات‌ستانی بصیرت‌افزایی آگاهی‌رسانی"] + ["مالیات‌ستانی"]
    assert "مالیات‌ستانی" in learns(*bodies)


def generation_analyzer(house):
    return Analyzer.load(house.engine.live().folder / "analyser")


def test_a_build_keeps_what_it_learned_and_indexes_by_it(house):
    house.put(*range(4), body="نوسان‌گیران")
    house.put(9, body="نوسانگیران")
    house.index()
    folder = house.engine.live().folder / "analyser"
    assert "نوسان‌گیران\t4\t1\t0" in (folder / "learned.tsv").read_text("utf-8")
    assert house.engine.live().searcher().vocabulary.frequency("lemma", "نوسان") == 5
    assert house.engine.live().info().analyser == generation_analyzer(house).fingerprint


def test_what_comes_later_is_read_by_what_the_generation_learned(house):
    house.put(*range(4), body="نوسان‌گیران")
    house.index()
    house.put(9, body="نوسانگیران")
    house.index()
    assert house.engine.live().searcher().vocabulary.frequency("lemma", "نوسان") == 5


def test_two_builds_of_one_archive_learn_the_same(house):
    house.put(*range(4), body="نوسان‌گیران مالیات‌ستانی")
    for _ in range(2):
        with house.indexer.lock("a test"):
            house.indexer.reindex()
    first, second = (info.analyser for info in house.engine.generations())
    assert first == second


def test_learning_can_be_switched_off(house):
    house.settings = house.settings.model_copy(update={"learn": False})
    house.indexer._settings = house.settings
    house.put(*range(4), body="نوسان‌گیران")
    house.index()
    assert not (house.engine.live().folder / "analyser" / "learned.tsv").exists()


def test_the_live_generation_is_kept_up_to_date_while_learning(house, analyzer):
    house.put(*range(4), body="نوسان‌گیران")
    called = []
    learn(house.archive, analyzer.lexicon, house.settings, lambda: called.append(1))
    assert called


def test_an_empty_archive_teaches_nothing(tmp_path, analyzer):
    archive = Archive.open(tmp_path / "archive.sqlite")
    assert learn(archive, analyzer.lexicon, Settings()) == []
    archive.close()
