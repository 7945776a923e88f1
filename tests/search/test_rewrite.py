"""Replacing words of a query."""

from __future__ import annotations

from search_service.search.rewrite import Change, rewritten, rewritten_html


def test_changes_are_made_in_place() -> None:
    changes = [Change(5, 9, "دلار"), Change(0, 4, "قیمت")]
    assert rewritten("gymt dolr!", changes) == "قیمت دلار!"


def test_html_marks_what_was_put_in_and_escapes_all() -> None:
    assert rewritten_html('<b> "x"', [Change(5, 6, "<i>")]) == "&lt;b&gt; &quot;<mark>&lt;i&gt;</mark>&quot;"
