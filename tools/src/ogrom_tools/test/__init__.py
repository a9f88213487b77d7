"""`./dev test` and `./dev check`: all tests or those that a change can affect, as suites side by side."""
