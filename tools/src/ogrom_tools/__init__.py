"""The workspace code behind the noxfile; tools/README.md says which module does what."""
