"""`./dev test` and `./dev check`: every test, or those that a change can touch, both processors busy."""
