"""Who is asked: each engine keeps the same documents and answers the same query trees, in its own terms."""
