"""`./dev pin`: the releases that a service runs on, exactly, each with the hash of its wheel."""
