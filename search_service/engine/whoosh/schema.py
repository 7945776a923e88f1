"""What are the fields of the Whoosh index?

Plain field types of the library only: a schema is pickled by module path into every
table of contents, so nothing of ours may be in it.  A stream is a field of its own whose
analyser reads terms between white space; ``GAP`` leaves a position open.  The writer
feeds terms past the analyser, which is there for the library's own tools.
"""

from __future__ import annotations

from whoosh import columns, fields
from whoosh.analysis import SpaceSeparatedTokenizer, StopFilter

from search_service.engine.base import Label
from search_service.engine.query import FACETS, STREAMS, TEXT_FIELDS

INDEX_NAME = "MAIN"
GAP = "\x00"
UNDATED = -(2**63)
"""In the column ``published``: the least number, so that undated articles are always out."""
NO_DAY = 0
SEPARATOR = "\x1f"
ID, ARTICLE, VERSION, PUBLISHED, DAY = "id", "article", "version", "published", "day"

COLUMNS = {
    VERSION: columns.NumericColumn("q"),
    PUBLISHED: columns.NumericColumn("q", default=UNDATED),
    DAY: columns.NumericColumn("I", default=NO_DAY),
    **{f"{field}_words": columns.NumericColumn("I") for field in TEXT_FIELDS},
}
"""Numbers of each article; ``*_words`` are exact field lengths, the library's own are rounded."""
ID_COLUMN = columns.VarBytesColumn()


def stream_field(field: str, stream: str) -> str:
    """Name the Whoosh field of a stream: ``body_lemma``."""
    return f"{field}_{stream}"


def words_column(field: str) -> str:
    """Name the column of a text field's lengths."""
    return f"{field}_words"


def toc_file(generation: int) -> str:
    """Name the library's table of contents of one of its generations."""
    return f"_{INDEX_NAME}_{generation}.toc"


def label_term(label: Label) -> str:
    """Key and spelling as one term."""
    return f"{label.key}{SEPARATOR}{label.text}"


def read_label(term: str) -> Label:
    """The label of a term."""
    key, _, text = term.partition(SEPARATOR)
    return Label(key, text)


def schema() -> fields.Schema:
    """A fresh schema."""
    analyser = SpaceSeparatedTokenizer() | StopFilter(stoplist=[GAP], minsize=0, renumber=False)
    named = {stream_field(field, stream): fields.TEXT(analyzer=analyser) for field in TEXT_FIELDS for stream in STREAMS}
    named |= {facet: fields.ID() for facet in FACETS}
    named |= {name: fields.COLUMN(column) for name, column in COLUMNS.items()}
    return fields.Schema(id=fields.ID(unique=True, sortable=ID_COLUMN), article=fields.STORED(), **named)
