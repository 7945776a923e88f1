"""What do stemmers do to words that are whole already?  Over hazm's headwords.

    python -m benchmarks.quality.overstemming [--json FILE] [--show N]

A headword is a row of hazm's list with a part of speech and without the tag PL.  It is
*changed* when its stem is another word, and *merged* when such a stem is also one of
another headword; *second* counts the words whose second reading is one of another
headword («کند»: blunt, or does).  *Unsourced* leaves out what a table calls the word's
lemma: the project's tables of plurals and spellings, and the past stems of hazm's verbs
for infinitive, participle and stems, also negated and behind a preverb.  Letters are
folded and half-spaces left aside before anything is compared.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import product
from pathlib import Path
from typing import NamedTuple

from benchmarks.quality import peers
from benchmarks.quality.peers import Peer
from search_service.text import hazm_lists, tables
from search_service.text.analyzer import Analyzer
from search_service.text.fold import ZWNJ, fold
from search_service.text.lexicon import spelling_key
from search_service.text.verb import PREVERBS

MAPPINGS = ("aliases", "names", "informal", "broken_plurals", "an_plurals", "at_plurals", "ezafe")
Parts = tuple[str, ...]


class Stems(NamedTuple):
    """The parts of a word as written, and all its readings, best first; one part each but for our compounds."""

    written: Parts
    readings: tuple[Parts, ...]


class Report(NamedTuple):
    """Shares of the headwords, in percent."""

    name: str
    headwords: int
    changed: float
    changed_unsourced: float
    merged: float
    merged_unsourced: float
    second_unsourced: float


def main() -> None:
    """Print a table, and some of our unsourced merges."""
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("--json", type=Path, metavar="FILE")
    arguments.add_argument("--show", type=int, default=0, metavar="N", help="print N of our unsourced merges")
    given = arguments.parse_args()
    analyzer = Analyzer.default()
    headwords, sourced = set(_headwords()), _sourced()
    makers = (peers.snowball, peers.hazm_stemmer, peers.hazm_lemmatizer, peers.parsivar)
    readers = [(peer.name, _of_peer(peer)) for peer in peers.installed(makers)]
    reports = []
    print(f"{'percent of ' + str(len(headwords)):20} changed  unsourced    merged  unsourced  second unsourced")
    for name, read in (*readers, ("ours, solid words", _of_ours(analyzer)), ("ours", _of_ours(analyzer))):
        words = {word for word in headwords if ZWNJ not in word} if name == "ours, solid words" else headwords
        report, merges = measured(name, words, read, sourced)
        reports.append(report._asdict())
        print(
            f"{name:20}{report.changed:8.2f}{report.changed_unsourced:11.2f}"
            f"{report.merged:10.2f}{report.merged_unsourced:11.2f}{report.second_unsourced:18.2f}"
        )
    for word, stem, others in random.Random(0).sample(merges, min(given.show, len(merges))):
        print(f"{word} -> {' '.join(stem)}: {'، '.join(sorted(others)[:4])}")
    if given.json:
        given.json.write_text(json.dumps(reports, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def measured(
    name: str, words: Iterable[str], read: Callable[[str], Stems], sourced: dict[str, set[str]]
) -> tuple[Report, list[tuple[str, Parts, set[str]]]]:
    """The shares, and each unsourced merge as (word, stem, the other headwords of that stem)."""
    stems = {word: read(word) for word in words}
    holding: defaultdict[str, set[str]] = defaultdict(set)
    for word, (_, readings) in stems.items():
        for reading in readings:
            holding["".join(reading)].add(word)
    shares = dict.fromkeys(Report._fields[2:], 0.0)
    merges = []
    for word, (written, readings) in stems.items():
        for place, reading in enumerate(readings):
            stem = "".join(reading)
            if stem == "".join(written):
                continue
            sourced_stem, meets = _is_sourced(written, reading, sourced), len(holding[stem]) > 1
            if place == 0:
                shares["changed"] += 1
                shares["changed_unsourced"] += not sourced_stem
                shares["merged"] += meets
                shares["merged_unsourced"] += meets and not sourced_stem
            if meets and not sourced_stem:
                merges.append((word, reading, holding[stem] - {word}))
                if place:
                    shares["second_unsourced"] += 1
                    break
    return Report(name, len(stems), **{kind: 100 * times / len(stems) for kind, times in shares.items()}), merges


def _is_sourced(written: Parts, reading: Parts, sourced: dict[str, set[str]]) -> bool:
    if len(written) != len(reading):
        return False
    pairs = zip(map(_sourced_key, written), map(_sourced_key, reading), strict=True)
    return all(stem == part or stem in sourced.get(part, ()) for part, stem in pairs)


def _of_peer(peer: Peer) -> Callable[[str], Stems]:
    stem = peer.stem
    assert stem is not None

    def read(word: str) -> Stems:
        past = stem(word).replace("&", "#").split("#")[0]  # a verb is past#present in hazm, past&present in parsivar
        return Stems((_key(word),), ((_key(past),),))

    return read


def _of_ours(analyzer: Analyzer) -> Callable[[str], Stems]:
    def read(word: str) -> Stems:
        streams = analyzer.streams(word)
        choices = [
            dict.fromkeys(_key(term) for term in terms if term)
            for terms in zip(streams["lemma"], streams["alternate"], strict=True)
        ]
        return Stems(tuple(_key(term) for term in streams["exact"] if term), tuple(product(*choices)))

    return read


def _headwords() -> Iterator[str]:
    for entry in hazm_lists.words():
        if entry.parts_of_speech and "PL" not in entry.parts_of_speech and any(map(str.isalpha, entry.word)):
            yield entry.word


def _sourced() -> dict[str, set[str]]:
    """What tables call the lemma of a word."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for name in MAPPINGS:
        for row in tables.rows(name):
            found[_sourced_key(row[0])].add(_sourced_key(row[1]))
    verbs = {*hazm_lists.verbs(), *((row[0], row[1]) for row in tables.rows("verbs"))}
    lemmas = {(row[0], row[1]): row[2] for row in tables.rows("past_stems")}
    for past, present in verbs:
        lemma = lemmas.get((past, present), past)
        if past == present + "ید" and (present + "د", present) in verbs:
            lemma = present + "د"
        for form in (past, past + "ن", past + "ه", present):
            for spelt in (form, *_negated(form)):
                for preverb in ("", *PREVERBS):
                    found[_sourced_key(preverb + spelt)].add(_sourced_key(preverb + lemma))
    return found


def _negated(form: str) -> Iterator[str]:
    """«نرفتن»; «نیامدن»; «نینداختن» and «نیانداختن»."""
    yield "ن" + form
    if form.startswith("آ"):
        yield "نیا" + form[1:]
    elif form.startswith("ا"):
        yield "نی" + form[1:]
        yield "نی" + form


def _sourced_key(word: str) -> str:
    return spelling_key(_key(word))


def _key(word: str) -> str:
    return fold(word).replace(ZWNJ, "").replace(" ", "")


if __name__ == "__main__":
    main()
