from __future__ import annotations

import subprocess
import sys

from search_service.text import hazm_lists, tables
from search_service.text.lexicon import Lexicon


def test_all_tables_are_there_and_have_rows() -> None:
    assert [name for name in tables.NAMES if not list(tables.rows(name))] == []


def test_every_table_says_where_its_facts_are_from() -> None:
    assert [name for name in tables.NAMES if not tables.text_of(name).startswith("#")] == []


def test_hazm_itself_is_not_imported() -> None:
    code = (
        "import sys; from search_service.text import compiler, hazm_lists; list(hazm_lists.words());"
        "sys.exit('hazm' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_lists_of_hazm_are_read() -> None:
    assert sum(1 for entry in hazm_lists.words() if entry.parts_of_speech) > 30_000
    assert ("نوشت", "نویس") in set(hazm_lists.verbs())


def test_what_the_lists_call_a_word_is_known(lexicon: Lexicon) -> None:
    assert all(lexicon.known(form) for form in ("تهران", "کتاب", "بینالمللی", "اطاق"))
    assert not lexicon.known("قزلقورت")
