"""Texts of words that are hard to tell apart, for property tests."""

from __future__ import annotations

from hypothesis import strategies as st

WORDS = (
    "کتاب ها", "کتاب‌هایشان", "می شود", "می‌رود", "نمی روند", "بر می گردد", "باز می‌گردد", "گفت و گو", "گفتگو",
    "رئیس جمهور", "رییس‌جمهور", "هسته ای", "حرفه‌ای", "رفته اند", "بیست و دوم بهمن", "۲۲ بهمن ۱۴۰۱", "دو هزار و پانصد",
    "۱۲.۵", "سی‌بی‌اس", "بی بی سی", "اف ۱۶", "U.S.A", "BBC", "اصلاح طلبان", "بمب افکنی", "وزارت بهداشت", "به روز",
    "دلار", "«دلار»", "(تهران)", "در", "این", "را", "و", "ها", "ای", "می", "شود", "ایران",
)  # fmt: skip
BETWEEN = (" ", " ", " ", "، ", ". ", "؟ ", ": ", "؛ ", "\n", "\u200c", "-", ".", "")

texts = st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(BETWEEN)), max_size=25).map(
    lambda pairs: "".join(word + between for word, between in pairs)
)
