"""A stand-in for AWS behind real boto3 clients, in virtual time: for tests, and for trying a deployment out."""

from .account import Account
from .behaviour import Behaviour, Fault, Times
from .cloud import Cloud
from .wire import Unfaithful, attach

__all__ = ["Account", "Behaviour", "Cloud", "Fault", "Times", "Unfaithful", "attach"]
