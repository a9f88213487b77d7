"""Plugins of pytest that every run of `./dev test` loads."""
