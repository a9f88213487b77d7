"""The CloudFormation templates: the shape of what runs on AWS. docs/deploy.md says how they become stacks."""

from importlib.resources import files

ORDER = (
    "storage",
    "access",
    "balancer",
    "migration",
    "application",
    "environment",
    "address",
    "firewall",
    "edge",
    "alarms",
    "index",
)
"""Their names, each behind those whose exports it imports."""


def read(name: str) -> str:
    """A template by its name, such as `environment`."""
    return files(__name__).joinpath(f"{name}.yaml").read_text(encoding="utf-8")
