"""How versions behave, and what AWS refuses."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Behaviour:
    """How instances of a version behave; as they are, they are well.

    Attributes:
        installs: whether its deployment succeeds.
        healthy: whether it is well after that.
        error_rate: the share of clients' requests that it answers with 500, 0.0 to 1.0.
        unanswered: the share of them whose connection it closes, so that the balancer answers with 502.
        p50, p99: of the time that a request takes, in seconds.
    """

    installs: bool = True
    healthy: bool = True
    error_rate: float = 0.0
    unanswered: float = 0.0
    p50: float = 0.02
    p99: float = 0.04


@dataclass(eq=False)
class Fault(Exception):
    """An answer of AWS that is none.

    Attributes:
        code: AWS's name of it.
        message: what it says.
        status: of HTTP.
    """

    code: str
    message: str
    status: int = 400


@dataclass(frozen=True)
class Times:
    """How long things take on this AWS, in seconds.

    Attributes:
        process: a bundle.
        deploy: a version, on all instances at once.
        configure: new options.
        start: an instance.
        drain: an instance that goes.
        measure: from one measurement of health to the next.
        metrics: until CloudWatch has a minute's.
        swap: names.
    """

    process: float = 3.0
    deploy: float = 40.0
    configure: float = 20.0
    start: float = 60.0
    drain: float = 20.0
    measure: float = 10.0
    metrics: float = 90.0
    swap: float = 5.0
