"""Elastic Beanstalk: the Platform and the Store of the deploy program on AWS."""

from .aws import Clients, open_clients
from .platform import BeanstalkPlatform, connect
from .settings import Addresses, Options, Settings
from .store import S3Store

__all__ = [
    "Addresses",
    "BeanstalkPlatform",
    "Clients",
    "Options",
    "S3Store",
    "Settings",
    "connect",
    "open_clients",
]
