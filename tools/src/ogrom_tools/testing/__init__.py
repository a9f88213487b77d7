"""A kit for the tools' own tests: repositories to try things on."""
