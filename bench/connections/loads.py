"""How many connections there are."""

from bench.beside.cases import Case

CONNECTIONS = (1, 4, 16, 64, 256)
"""Sixteen times as many as a process has threads by default, and as few as can be."""

PLAIN = tuple(Case("product", each) for each in CONNECTIONS)
"""With the header that wrk sends."""

BALANCED = tuple(Case("balanced", each) for each in CONNECTIONS)
"""With a balancer's."""

CASES = (*PLAIN, *BALANCED)

QUICK = (PLAIN[0], PLAIN[3], BALANCED[3])
