"""From one connection to many: what is served, and what a request costs, with either header."""
