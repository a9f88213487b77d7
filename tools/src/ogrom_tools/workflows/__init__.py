"""The workflows of .github: the jobs' own commands, and a run of all of them on this machine (`./dev workflows`)."""
