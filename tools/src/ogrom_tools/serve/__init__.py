"""What `./dev serve` needs: a key to sign tokens with, and restarts when a file is saved."""
