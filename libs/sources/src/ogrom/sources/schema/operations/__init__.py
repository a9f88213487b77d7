"""The operations, one a file."""
