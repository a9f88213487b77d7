"""Rehearses deployments on this machine: `./dev rehearse`."""

import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import click

from ogrom_deploy.lock import Locked
from ogrom_deploy.model import Version
from ogrom_deploy.plan import Refused
from ogrom_deploy.ports import PlatformError
from ogrom_rehearsal.versions import Runtime, RuntimeName, choose, previous, with_schema

from .load import Summary
from .load.process import LoadFailed
from .report import write
from .report.text import facts, line, table
from .results import Check, ScenarioResult
from .scenarios import SCENARIOS, SHORT
from .testbed import FAST_POLICY, POLICY, TestBed, opened
from .versions import ContainerRuntime


@click.command()
@click.option(
    "--short",
    is_flag=True,
    help="One minute: a deployment, a rollback, and the controls, which must lose requests.",
)
@click.option(
    "--scenario",
    "names",
    multiple=True,
    type=click.Choice(list(SCENARIOS)),
    help="Run only this scenario; repeat it for more.",
)
@click.option(
    "--deploys",
    type=click.IntRange(1, 100),
    default=1,
    show_default=True,
    help="Deployments in a row, in blue-green.",
)
@click.option("--rate", type=click.FloatRange(1), default=200.0, show_default=True, help="Requests a second.")
@click.option(
    "--instances",
    type=click.IntRange(1, 4),
    default=2,
    show_default=True,
    help="Instances of each environment.",
)
@click.option(
    "--processes",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    help="Worker processes of each instance.",
)
@click.option("--over", help="The git revision to deploy over.  [default: the last that differs]")
@click.option("--old", help="The version to deploy over: the folder of an installation, or an image.")
@click.option("--new", help="The version to deploy, given like --old.")
@click.option(
    "--in",
    "wanted",
    type=click.Choice(["auto", "containers", "processes"]),
    help="How to run instances; auto: in containers if possible.  [default: auto; processes with --short]",
)
@click.option(
    "--engine", help='The engine that runs --old and --new as images, such as "podman --runtime runc".'
)
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    default=Path(".nox", "rehearsal"),
    show_default=True,
    help="The folder for the report.",
)
@click.option(
    "--docs",
    type=click.Path(path_type=Path, exists=True),
    help="Also write the chart and the figures into the documents in this folder.",
)
def main(
    short: bool,
    names: Sequence[str],
    deploys: int,
    rate: float,
    instances: int,
    processes: int,
    over: str | None,
    old: str | None,
    new: str | None,
    wanted: RuntimeName | None,
    engine: str | None,
    output: Path,
    docs: Path | None,
) -> None:
    """Deploy the work tree over the last version, under load, and write a report."""
    # On SIGTERM, end what we have started, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    if engine and not (old and new):
        raise click.UsageError("--engine runs images: name them with --old and --new.")
    if engine and wanted == "processes":
        raise click.UsageError("--engine runs containers, but --in asks for processes.")
    output.mkdir(parents=True, exist_ok=True)
    about = facts(" ".join(("./dev rehearse", *sys.argv[1:])))
    try:
        kind = _kind(wanted or ("processes" if short or old or new else "auto"), engine)
        click.echo(f"instances: {kind}")
        with ExitStack() as parts:
            before = _version(parts, kind, old, over or previous())
            began = time.monotonic()
            after = _version(parts, kind, new, None)
            installing = time.monotonic() - began
            # Not every version knows the option.
            options = (f"--processes={processes}",) if processes > 1 else ()
            folders = output.resolve() / "versions", output / "logs"
            bed = parts.enter_context(opened(before, after, kind, *folders, options=options))
            bed.rate, bed.instances, bed.deploys = rate, instances, deploys
            bed.installing = installing
            bed.policy, bed.baseline = (FAST_POLICY, 1.0) if short else (POLICY, 5.0)
            results = list(_run(bed, names or (SHORT if short else list(SCENARIOS))))
    except PlatformError as error:
        raise click.ClickException(str(error)) from error
    about = {**about, "instances": str(kind), "old version": before.label, "new version": after.label}
    path = write(output, about, results, docs)
    click.echo(f"{line(results)}; report: {path}")
    sys.exit(not all(each.passed for each in results))


def _kind(wanted: RuntimeName, engine: str | None) -> Runtime:
    return ContainerRuntime(tuple(engine.split())) if engine else choose(wanted)


def _version(parts: ExitStack, kind: Runtime, given: str | None, revision: str | None) -> Version:
    """The given version; otherwise one that is built, and removed at the end."""
    if given:
        return with_schema(kind.given(given), kind)
    click.echo(f"Installing {revision or 'the work tree'} ...", err=True)
    version = kind.make(revision)
    parts.callback(kind.drop, version)
    return with_schema(version, kind)


def _run(bed: TestBed, names: Sequence[str]) -> Iterator[ScenarioResult]:
    for name in names:
        begin = time.monotonic()
        click.echo(f"Running {name} ...", err=True)
        try:
            result = SCENARIOS[name](bed)
        except (PlatformError, Refused, Locked, LoadFailed) as error:
            check = Check("the scenario ends", holds=False, found=str(error))
            events = bed.platform.timeline.between(begin, time.monotonic())
            result = ScenarioResult(name, name, (check,), (), Summary.of(()), begin, time.monotonic(), events)
        click.echo("\n".join(table(result)))
        yield result


if __name__ == "__main__":
    main(prog_name="./dev rehearse")
