"""Does a word find its forms?  The query is the lemma, the text a form, by part of speech.

    python -m benchmarks.quality.lemmas LEMMAS.tsv [--json FILE] [--failures FILE]

The file names its columns in the first line: ``form``, ``lemma``, ``upos``, ``count``.  A
pair is tried as ``check-cases`` does: an index of its own, no later steps, no guesses.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from benchmarks.quality.pairs import Pair, percent, run


def main() -> None:
    """Print the share of forms found, of each part of speech and of their occurrences."""
    rows, failed, write = run(__doc__, lambda row: [Pair(row["upos"], row["form"], row["lemma"], row["form"])])
    missed = {(pair.group, pair.query, pair.text) for pair in failed}
    totals: Counter[str] = Counter()
    found: Counter[str] = Counter()
    weights: Counter[str] = Counter()
    found_weights: Counter[str] = Counter()
    for row in rows:
        kind, times = row["upos"], int(row["count"])
        totals[kind] += 1
        weights[kind] += times
        if (kind, row["lemma"], row["form"]) not in missed:
            found[kind] += 1
            found_weights[kind] += times
    report: dict[str, Any] = {}
    for kind, total in totals.most_common():
        report[kind] = {
            "found": found[kind],
            "total": total,
            "percent": percent(found[kind], total),
            "percent_weighted": percent(found_weights[kind], weights[kind]),
        }
        print(
            f"{kind:8}{found[kind]:6} of {total:5}  {report[kind]['percent']:6.2f}%"
            f"  ({report[kind]['percent_weighted']}% of their occurrences)"
        )
    write(report)


if __name__ == "__main__":
    main()
