"""Does each spelling of a word find the others?  All nine pairs of half-space, spaced and joined.

    python -m benchmarks.quality.spacing SPACING.tsv [--json FILE] [--failures FILE]

The file names its columns in the first line: ``half_space``, ``spaced``, ``joined``, and
``n_…`` how often each stands in real text.  A pair is a query and a text of nothing but
the word, tried as ``check-cases`` does: an index of its own, no later steps, no guesses.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import product

from benchmarks.quality.pairs import Pair, percent, run

SPELLINGS = ("half_space", "spaced", "joined")


def main() -> None:
    """Print the share of words of which all pairs hold, and of each pair."""
    rows, failed, write = run(__doc__, _pairs)
    words = {row["half_space"] for row in rows}
    counts = {row["half_space"]: sum(int(row[f"n_{name}"]) for name in SPELLINGS) for row in rows}
    missing = Counter(pair.group for pair in failed)
    broken: defaultdict[str, list[str]] = defaultdict(list)
    for pair in failed:
        broken[pair.word].append(pair.group)
    whole = len(words) - len(broken)
    weight = sum(counts.values()) - sum(counts[word] for word in broken)
    report = {
        "words": len(words),
        "all_nine": percent(whole, len(words)),
        "all_nine_weighted": percent(weight, sum(counts.values())),
        "pairs": {group: percent(len(rows) - missing[group], len(rows)) for group in map(_group, _choices())},
    }
    print(f"all nine pairs: {whole} of {len(words)} words, {report['all_nine']}%", end="")
    print(f" ({report['all_nine_weighted']}% of their occurrences)")
    print(f"{'query / text':14}" + "".join(f"{name:>12}" for name in SPELLINGS))
    for query in SPELLINGS:
        print(f"{query:14}" + "".join(f"{report['pairs'][_group((query, text))]:12.2f}" for text in SPELLINGS))
    write(report)


def _pairs(row: dict[str, str]) -> list[Pair]:
    return [Pair(_group(pair), row["half_space"], row[pair[0]], row[pair[1]]) for pair in _choices()]


def _choices() -> list[tuple[str, str]]:
    return list(product(SPELLINGS, SPELLINGS))


def _group(pair: tuple[str, str]) -> str:
    return f"{pair[0]} > {pair[1]}"


if __name__ == "__main__":
    main()
