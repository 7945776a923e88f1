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
PRONOUNS = ("یشان", "یتان", "یمان", "شان", "تان", "مان", "یشون", "یتون", "یمون", "شون", "تون", "مون")
VOWEL_INITIAL = ("ام", "ات", "اش", "ای", "ایم", "اید", "اند", "است")
"""What follows a silent ه behind a half-space: خانه‌ام, حرفه‌ای, رفته‌اند."""
AFTER_VOWEL = ("یی", "یم", "یت", "یش", "ست", "ی")
"""What follows ا and و: صدای, آرزویم, زیباست."""
SHORT = ("ی", "م", "ت", "ش")

SPOKEN = ("شون", "تون", "مون")
SPACED = frozenset(
    {
        *PLURALS,
        *COMPARATIVES,
        "ی",
        "ام",
        "ات",
        "اش",
        "ای",
        "ایم",
        "اید",
        "اند",
        "مان",
        "تان",
        "شان",
        "یی",
        "ئی",
        *SPOKEN,
    }
    | {plural + "ی" for plural in ("ترین",)}
)
"""Suffixes that may stand behind a space or half-space, as folded; their raw spelling has no hamza or madda."""

AFTER_HALF_SPACE = SPACED | {"م", "ت", "ش", "ست"}
"""The same behind a half-space, with the short ones."""


def joined(host: str, suffix: str) -> str:
    """The one way to write host and suffix in a term.

    A suffix in ا behind a silent ه keeps its half-space, so that حرفه‌ای (professional) and
    حرف‌های (words of) stay two terms; behind a consonant it loses the ا (کتاب‌اش, کتابش).
    """
    if suffix == "گان" and host.endswith("ه"):
        return host[:-1] + suffix
    if suffix.startswith("ا") and suffix != "ان":
        if host.endswith("ه"):
            return host + ZWNJ + suffix
        if suffix in ("ام", "ات", "اش") and not host.endswith(("ا", "و", "ی")):
            return host + suffix[1:]
    if host.endswith("ه") and suffix in ("ی", "یی"):
        return host if suffix == "ی" else host + ZWNJ + "ای"
    return host + suffix
