"""What can be wrong with a token."""


class InvalidToken(Exception):
    """The token does not say who asks; the message tells the client why."""


class KeysUnavailable(Exception):
    """There are no keys to verify with at the moment; the log says why."""
