"""What runs in the environment .nox/bench: an application a peer, the stores they share, and who serves them."""
