"""Labels by sets: counted, filtered and spelt as if each document were looked at."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from search_service.engine.base import Label
from search_service.engine.whoosh.columns import Labels
from search_service.engine.whoosh.labels import FacetLabels, LabelSets

KEYS = ("a", "b", "c", "d")
Articles = list[list[Label]]

articles: st.SearchStrategy[Articles] = st.lists(
    st.lists(
        st.builds(Label, st.sampled_from(KEYS), st.sampled_from(("A", "B"))),
        max_size=4,
        unique_by=lambda label: label.key,
    ),
    max_size=12,
)


def sets(held: Articles) -> LabelSets:
    """A segment's sets."""
    labels = tuple(sorted({label for each in held for label in each}))
    docs = [doc for doc, each in enumerate(held) for _ in each]
    ordinals = [labels.index(label) for each in held for label in each]
    return LabelSets(Labels(labels, np.array(docs, np.int32), np.array(ordinals, np.int32)), len(held))


@given(st.lists(articles, max_size=3), st.data())
def test_labels_are_those_of_the_documents(segments: list[Articles], data: st.DataObject) -> None:
    everything = [each for segment in segments for each in segment]
    numbers = st.sets(st.integers(0, max(0, len(everything) - 1)), max_size=len(everything))
    deleted, chosen = data.draw(numbers), sorted(data.draw(numbers))
    parts, first = [], 0
    for segment in segments:
        parts.append((sets(segment), {doc - first for doc in deleted if first <= doc < first + len(segment)}))
        first += len(segment)
    labels = FacetLabels(parts)

    docs = np.array(chosen, np.intp)
    counts = Counter(label.key for doc in chosen for label in everything[doc])
    assert dict(zip(labels.keys, labels.counts(docs).tolist(), strict=True)) == {k: counts[k] for k in labels.keys}
    assert set(labels.keys) == {label.key for each in everything for label in each}

    wanted = data.draw(st.sets(st.sampled_from((*KEYS, "missing"))))
    having = [any(label.key in wanted for label in each) for each in everything]
    assert labels.having(wanted).tolist() == having
    assert labels.having(wanted, docs).tolist() == [having[doc] for doc in chosen]

    for doc, each in enumerate(everything):
        assert sorted(labels.of(doc)) == sorted(label.key for label in each)

    spelt = Counter(label for doc, each in enumerate(everything) if doc not in deleted for label in each)
    for key, spelling in zip(labels.keys, labels.spellings, strict=True):
        of_key = {label.text: spelt[label] for each in everything for label in each if label.key == key}
        assert spelling == min(of_key, key=lambda text: (-of_key[text], text))
