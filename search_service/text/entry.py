"""What the lexicon tells of one form: looked up once, for all that ask."""

from __future__ import annotations


class Entry:
    """A folded form, be it a word of the lexicon or not."""

    __slots__ = ("bare", "canonical", "flags", "headword", "key", "keys", "parts", "term", "terms")

    def __init__(
        self,
        key: str,
        bare: str,
        flags: int,
        keys: tuple[str, ...],
        headword: bool,
        terms: tuple[str, ...],
        term: str,
        canonical: str | None,
        parts: tuple[str, ...],
    ) -> None:
        self.key = key
        """Under which it is looked up."""
        self.bare = bare
        self.flags = flags
        """What is known of it as it stands; 0: it is no word of the lists."""
        self.keys = keys
        """Those of the words that it is a spelling of, most frequent first."""
        self.headword = headword
        """Whether one of these carries a part of speech."""
        self.terms = terms
        """These words as terms; () for none."""
        self.term = term
        """The word's natural spelling, or the bare form of an unknown one."""
        self.canonical = canonical
        """What the tables call its right spelling, half-spaces included; None: they do not tell."""
        self.parts = parts
        """Those of the known compound whose joined spelling it is; () for none."""
