"""What the script `dev` runs before there is an environment: by path, on the standard library only."""
