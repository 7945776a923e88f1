"""Suffixes: which there are, what host each needs, and how the whole is written in one way.

The table of inflectional suffixes follows the grammar of the Academy's orthography
(دستور خط فارسی): plural, comparative, ezafe, indefinite, possessive and copula.
"""

from __future__ import annotations

from search_service.text.fold import ZWNJ

PLURALS = (
    "هایشان", "هایتان", "هایمان", "هاشان", "هاتان", "هامان", "هاشون", "هاتون", "هامون",
    "هایی", "هائی", "هایم", "هایت", "هایش", "هاست", "هام", "هات", "هاش", "های", "ها",
)  # fmt: skip
COMPARATIVES = ("ترینهای", "ترینها", "ترهای", "ترها", "ترینی", "ترین", "تری", "تر")
PRONOUNS = ("یشان", "یتان", "یمان", "شان", "تان", "مان")
VOWEL_INITIAL = ("ام", "ات", "اش", "ای", "ایم", "اید", "اند", "است")
"""What follows a silent ه behind a half-space: خانه‌ام, حرفه‌ای, رفته‌اند."""
AFTER_VOWEL = ("یی", "یم", "یت", "یش", "ی")
"""What follows ا and و: صدای, آرزویم."""
SHORT = ("ی", "م", "ت", "ش")

SPACED = frozenset(
    {*PLURALS, *COMPARATIVES, "ی", "ام", "ات", "اش", "ای", "ایم", "اید", "اند", "مان", "تان", "شان", "یی", "ئی"}
    | {plural + "ی" for plural in ("ترین",)}
)
"""Suffixes that may stand behind a space or half-space, as folded; their raw spelling has no hamza or madda."""

AFTER_HALF_SPACE = SPACED | {"م", "ت", "ش", "ست", "شون", "تون", "مون"}
"""The same behind a half-space, with the short and the spoken ones."""


def joined(host: str, suffix: str) -> str:
    """The one way to write host and suffix in a term.

    A suffix in ا behind a silent ه keeps its half-space, so that حرفه‌ای (professional) and
    حرف‌های (words of) stay two terms; behind a consonant it loses the ا (کتاب‌اش, کتابش).
    """
    if suffix.startswith("ا"):
        if host.endswith("ه"):
            return host + ZWNJ + suffix
        if suffix in ("ام", "ات", "اش") and not host.endswith(("ا", "و", "ی")):
            return host + suffix[1:]
    if host.endswith("ه") and suffix in ("ی", "یی"):
        return host if suffix == "ی" else host + ZWNJ + "ای"
    return host + suffix
