"""From the configuration file to the adapter."""

from dataclasses import fields, replace

from ogrom_deploy.config import Config, Connection, parsed

from .clients import open_clients
from .platform import Beanstalk
from .settings import Options, Settings
from .store import S3Store


def connect(config: Config) -> Connection:
    """Reach Elastic Beanstalk.

    Args:
        config: what deploy.toml says; its table `[beanstalk]` has the fields of Options.

    Raises:
        Misconfigured: the table cannot be used.
        PlatformError: there is no region, or no such profile.
    """
    options = parsed(config.options, Options, "[beanstalk]")
    settings = Settings(
        application=config.application,
        blue=config.environments.blue,
        green=config.environments.green,
        region=config.region,
        **{each.name: getattr(options, each.name) for each in fields(options)},
    )
    clients = open_clients(config.region)
    platform = Beanstalk(settings, clients)
    # Names have no shares: what cannot be done step by step is planned as one.
    policy = config.policy if platform.divides else replace(config.policy, weights=(100,))
    return Connection(platform, S3Store(clients.s3, settings.bucket), policy, platform.drift)
