"""`python -m ogrom_rehearsal.load URL --path /v1/de-DE/comments --rate 200 --seconds 10`: a load by hand."""

import sys

import click

from .process import Load
from .profile import Profile, Target


@click.command()
@click.argument("url")
@click.option(
    "--path", "paths", multiple=True, default=("/",), help="The path to request; repeat it for a mixture."
)
@click.option("--rate", type=click.FloatRange(0.1, 5000), default=200, help="Requests a second.")
@click.option(
    "--seconds", type=click.FloatRange(0.1, 600), default=10, help="How long to send requests, in seconds."
)
@click.option(
    "--timeout",
    type=click.FloatRange(0.1, 120),
    default=10,
    help="How long a client waits for a response, in seconds.",
)
def main(url: str, paths: tuple[str, ...], rate: float, seconds: float, timeout: float) -> None:
    """Send requests to a server on this machine at a steady rate, and count the results.

    Exits with 1 if any request failed.
    """
    profile = Profile.steady(rate, seconds, *map(Target, paths), timeout=timeout)
    with Load(url, profile) as load:
        summary = load.finish()
    print(summary)
    sys.exit(1 if summary.failed else 0)


if __name__ == "__main__":
    main()
