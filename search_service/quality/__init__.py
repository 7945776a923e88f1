"""How good are the answers?  Checks of rules on small texts, and measures of retrieval."""
