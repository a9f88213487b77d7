"""Elastic Beanstalk: the Platform and the Store of the deploy program on AWS."""

from .clients import Clients, connect
from .platform import Beanstalk
from .settings import Settings
from .store import S3Store

__all__ = ["Beanstalk", "Clients", "S3Store", "Settings", "connect"]
