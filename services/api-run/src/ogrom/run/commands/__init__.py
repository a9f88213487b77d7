"""What `ogrom-api` does: a module for each of its commands, imported when it is asked for."""
