"""Elastic Beanstalk: the Platform and the Store of the deploy program on AWS."""

from .clients import Clients, open_clients
from .connecting import connect
from .platform import Beanstalk
from .settings import Addresses, Options, Settings
from .store import S3Store

__all__ = ["Addresses", "Beanstalk", "Clients", "Options", "S3Store", "Settings", "connect", "open_clients"]
