"""A stand-in for AWS behind real boto3 clients, in virtual time: for tests, and for trying a deployment out."""

from .account import Account
from .behaviour import Behaviour, Fault
from .wire import attach

__all__ = ["Account", "Behaviour", "Fault", "attach"]
