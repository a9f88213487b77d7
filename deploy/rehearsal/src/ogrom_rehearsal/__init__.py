"""A rehearsal: both environments on this machine behind HAProxy, deployed by the same program, under load."""
