"""One orthographic word: its half-spaces, affixes and parts become positions with terms."""

from __future__ import annotations

from typing import NamedTuple

from search_service.text import numeral
from search_service.text.acronym import spelt_out
from search_service.text.affix import AFTER_HALF_SPACE, joined
from search_service.text.chain import CHAIN, WITHIN_COMPOUND, readings
from search_service.text.conjunction import begins_with_va, with_va_apart
from search_service.text.fold import ZWNJ
from search_service.text.lexicon import LISTED, Lexicon
from search_service.text.reading import Reading, Step
from search_service.text.steps.spelling import is_compound
from search_service.text.steps.verbal import as_verb
from search_service.text.verb import BEHIND_PREVERB, IMPERFECTIVE, PREVERBS


class Terms(NamedTuple):
    """The terms at one position; None: the stream has none there."""

    exact: str
    lemma: str
    alternate: str | None = None
    joined: str | None = None


Positions = tuple[Terms, ...]


def terms(found: tuple[Reading, ...], whole: str | None = None) -> Terms:
    """One position of the readings of a form."""
    alternate = found[1].lemma if len(found) > 1 else None
    return Terms(found[0].exact, found[0].lemma, alternate, whole)


def positions(folded: str, lexicon: Lexicon) -> Positions:
    """The positions of a folded word of Persian letters, with or without half-spaces."""
    if ZWNJ in folded:
        forms = tuple(filter(None, folded.split(ZWNJ)))
        found = _as_listed(forms, lexicon) or _positions(list(forms), lexicon)
    else:
        found = single(folded, "", lexicon)
    whole = lexicon.tables.renderings.get(found[0].lemma) if len(found) == 1 and not found[0].joined else None
    return (found[0]._replace(joined=whole),) if whole else found


def _as_listed(forms: tuple[str, ...], lexicon: Lexicon) -> Positions:
    """Parts that are not affixes here: the letters of an acronym, a known compound (بان‌کی‌مون)."""
    if lexicon.acronym(forms):
        return _compound(forms, "", lexicon)
    whole = "".join(forms)
    word = lexicon.entry(whole)
    return _compound(word.parts, "", lexicon) if len(word.parts) == len(forms) and not word.canonical else ()


def _positions(forms: list[str], lexicon: Lexicon) -> Positions:
    parts = _with_imperfective(_with_suffixes(forms), lexicon)
    if len(parts) == 1:
        form, suffix = parts[0]
        return single(form, suffix, lexicon)
    return _several(parts, lexicon)


def single(form: str, suffix: str, lexicon: Lexicon) -> Positions:
    """A form without half-spaces, and the suffix that stood apart from it ('' for none)."""
    verb = _imperfective(form, suffix, lexicon)
    if verb:
        return (verb,)
    if suffix:
        solid = joined(form, suffix)
        if ZWNJ in solid and lexicon.headword(solid):
            verbs = as_verb(form, lexicon.verbs.participle(form))
            return (terms((Reading(solid, solid), *verbs)),)
        known = _known_parts(form, lexicon)
        if known:
            return _compound(known, suffix, lexicon)
        return (terms(_suffixed(form, suffix, lexicon)),)
    known = _known_parts(form, lexicon)
    if known:
        return _compound(known, "", lexicon)
    found = readings(form, lexicon)
    if lexicon.headword(form):
        return (terms(found),)
    return _inflected_compound(form, found, lexicon) or _plain(form, found, lexicon)


def _plain(form: str, found: tuple[Reading, ...], lexicon: Lexicon) -> Positions:
    if len(found) == 1 and found[0].lemma == found[0].exact and not lexicon.flags(form) and not lexicon.known(form):
        letters = spelt_out(form)
        if letters:
            return _compound(letters, "", lexicon)
        if len(form) > 4 and begins_with_va(form, lexicon):
            return (terms(readings("و", lexicon), found[0].exact), terms(readings(form[1:], lexicon)))
    return (terms(found),)


def _several(parts: list[tuple[str, str]], lexicon: Lexicon) -> Positions:
    suffix = parts[-1][1]
    if any(own for _, own in parts[:-1]):
        flat = [position for form, own in parts for position in single(form, own, lexicon)]
        whole = "".join(form + own for form, own in parts[:-1]) + parts[-1][0]
        return (flat[0]._replace(joined=lexicon.term(whole)), *flat[1:])
    forms = [form for form, _ in parts]
    whole = "".join(forms)
    known = _known_parts(whole, lexicon)
    if known:
        return _compound(known, suffix, lexicon)
    if forms[0] == "به" and not suffix and lexicon.apart(whole):
        return _compound(tuple(forms), "", lexicon, ZWNJ.join(forms))
    if lexicon.flags(whole) or lexicon.key(whole) in lexicon.tables.aliases:
        return single(whole, suffix, lexicon)
    if not suffix:
        found = readings(whole, lexicon)
        inflected = _inflected_compound(whole, found, lexicon)
        if inflected or (found[0].lemma != lexicon.term(whole) and lexicon.flags(found[0].lemma)):
            return inflected or (terms(found),)
    return _compound(tuple(with_va_apart(forms, lexicon)), suffix, lexicon, chain=CHAIN)


def _known_parts(form: str, lexicon: Lexicon) -> tuple[str, ...]:
    """Parts of a compound that the lexicon, the aliases or the به-list knows in joined spelling."""
    word = lexicon.entry(form)
    if word.canonical:
        parts = lexicon.compound(word.canonical.replace(ZWNJ, ""))
        if parts or is_compound(word.canonical, lexicon):
            return parts or tuple(word.canonical.split(ZWNJ))
    elif word.parts:
        return word.parts
    rest = lexicon.tables.be_compounds.get(form)
    return ("به", rest) if rest else ()


INFLECTIONS = (
    "هایشان", "هایتان", "هایمان", "هایی", "هایم", "هایت", "هایش", "های", "ها", "ترین", "تر", "شان", "تان", "مان",
    "گان", "یان", "ان", "ای", "ام", "اش", "یی", "ی", "م", "ش",
)  # fmt: skip
"""What a joined compound may end in; longest first."""
_BY_LAST_LETTER = {
    letter: tuple(suffix for suffix in INFLECTIONS if suffix.endswith(letter))
    for letter in {suffix[-1] for suffix in INFLECTIONS}
}


def cuts(form: str) -> dict[str, str]:
    """What a form may be an inflection of, itself first: stem -> suffix."""
    found = {form: ""}
    suffixes = _BY_LAST_LETTER.get(form[-1:], ())
    for suffix in suffixes if form.endswith(suffixes) else ():
        if form.endswith(suffix) and len(form) > len(suffix) + 1:
            found[form.removesuffix(suffix) + ("ه" if suffix == "گان" else "")] = suffix
    return found


def _inflected_compound(form: str, found: tuple[Reading, ...], lexicon: Lexicon) -> Positions:
    """The compound that a form with these readings is an inflection of; () for none."""
    if lexicon.headword(form):
        return ()
    lemma = found[0].lemma
    for stem, suffix in cuts(form).items():
        flags = lexicon.flags(lemma)
        if suffix and (stem == lemma or flags in (0, LISTED)):
            parts = _known_parts(stem, lexicon)
            if parts and (stem == lemma or not flags or parts[0] == "به"):
                return _compound(parts, suffix, lexicon)
    return ()


def _compound(
    parts: tuple[str, ...],
    suffix: str,
    lexicon: Lexicon,
    whole: str | None = None,
    chain: tuple[Step, ...] = WITHIN_COMPOUND,
) -> Positions:
    """One position a part; the last carries the suffix, the first the whole."""
    number = numeral.read(parts)
    if number and number.length == len(parts):
        whole = str(number.value)
    found = [readings(part, lexicon, chain=chain) for part in parts]
    if suffix:
        found[-1] = tuple(Reading(joined(read.exact, suffix), read.lemma) for read in found[-1])
    first, *others = found
    return (terms(first, whole or lexicon.whole(parts)), *(terms(other) for other in others))


def _suffixed(form: str, suffix: str, lexicon: Lexicon) -> tuple[Reading, ...]:
    found = readings(form, lexicon)
    if suffix in ("ام", "ای", "ایم", "اید", "اند", "است"):
        verbs = as_verb(form, lexicon.verbs.participle(form))
        found = (*verbs, *(read for read in found if read.lemma not in {verb.lemma for verb in verbs}))[:2]
    return tuple(Reading(joined(read.exact, suffix), read.lemma) for read in found)


def _with_suffixes(parts: list[str]) -> list[tuple[str, str]]:
    """Suffixes that stand behind a half-space join what stands before them: (form, suffix) each."""
    out: list[tuple[str, str]] = []
    for part in parts:
        suffix = part.replace("ئ", "ی")
        if out and suffix in AFTER_HALF_SPACE:
            form, before = out[-1]
            out[-1] = (form, before + suffix)
        else:
            out.append((part, ""))
    return out


def _with_imperfective(parts: list[tuple[str, str]], lexicon: Lexicon) -> list[tuple[str, str]]:
    """می and the verb behind it are one part."""
    out: list[tuple[str, str]] = []
    for form, suffix in parts:
        if out and out[-1][0].endswith(IMPERFECTIVE) and not out[-1][1] and lexicon.verbs.imperfective(form + suffix):
            out[-1] = (out[-1][0] + form + suffix, "")
        else:
            out.append((form, suffix))
    if len(out) == 2 and out[0][0] in PREVERBS and not out[1][1]:
        whole = out[0][0] + out[1][0]
        return [(whole, "")] if _imperfective(whole, "", lexicon) else out
    return out


def _imperfective(form: str, suffix: str, lexicon: Lexicon) -> Terms | None:
    """«می» + verb that came apart, also behind a preverb: «برمی‌گردد» as برگشت."""
    if suffix or not form.startswith(BEHIND_PREVERB) or lexicon.headword(form):
        return None
    for preverb in PREVERBS:
        if form.startswith(preverb):
            verbs = lexicon.verbs.joined_imperfective(form.removeprefix(preverb))
            known = [preverb + verb.past for verb in verbs if lexicon.verbs.is_past(preverb + verb.past)]
            if known:
                return terms(tuple(Reading(form, past) for past in known[:2]))
    return None
