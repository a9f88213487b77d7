"""Changes of the tables under load: what a change is, its operations, and what runs them.

`change` has the words, `operations` the operations, one a file, `changes` our own changes in order. `runner` runs
expands and contracts, `backfill` what fills old rows beside the load, `scan` looks for rows whose two forms differ.
"""
