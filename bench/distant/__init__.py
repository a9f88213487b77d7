"""A database that is a millisecond away, as it is for most who have one that somebody else runs."""
