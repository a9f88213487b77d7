"""Ogrom beside its peers: throughput, latency, processor time and memory for the same answers, in turn."""
