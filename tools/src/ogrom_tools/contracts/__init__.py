"""The contract with the API's clients: the versions of it in contracts/, and what a set of releases makes of it."""
