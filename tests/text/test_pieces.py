"""Rows of terms have numbers, whichever thread asks for them."""

from __future__ import annotations

from threading import Event, Thread

from search_service.text.pieces import Row, Rows
from search_service.text.word import Terms


def test_who_sees_a_number_finds_its_row() -> None:
    rows, terms = Rows(), Terms("کتاب", "کتاب")
    appending, goes_on = Event(), Event()

    class Waiting(list[Row]):
        def append(self, row: Row, /) -> None:
            appending.set()
            goes_on.wait()
            super().append(row)

    rows.table = Waiting(rows.table)
    writer = Thread(target=lambda: rows[terms], daemon=True)
    writer.start()
    appending.wait()
    assert terms not in rows
    goes_on.set()
    writer.join()
    assert rows.table[rows[terms]] == terms
