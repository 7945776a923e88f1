from __future__ import annotations

import pytest

from search_service.text.affix import joined


@pytest.mark.parametrize(
    ("host", "suffix", "whole"),
    [
        ("قلم", "های", "قلمهای"),
        ("خانه", "ام", "خانه\u200cام"),
        ("قلم", "اش", "قلمش"),
        ("خانه", "ی", "خانه"),
        ("خانه", "یی", "خانه\u200cای"),
        ("دانا", "یی", "دانایی"),
    ],
)
def test_host_and_suffix_are_written_in_one_way(host: str, suffix: str, whole: str) -> None:
    assert joined(host, suffix) == whole
