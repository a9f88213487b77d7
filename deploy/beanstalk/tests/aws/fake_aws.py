"""The stand-in for AWS: an account, real clients that it answers, and instances for probes to find."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

from ogrom_deploy.beanstalk import BeanstalkPlatform, Clients, S3Store, Settings
from ogrom_deploy.beanstalk.aws import TaskClients
from ogrom_deploy.beanstalk.settings import Tasks as TaskSettings
from ogrom_deploy.beanstalk.tasks import FargateTasks

from .account import Account
from .botocore_stub import attach
from .operations import Metrics, Operations
from .tasks import FakeTasks

if TYPE_CHECKING:
    from types_boto3_elbv2.type_defs import ActionUnionTypeDef


@contextmanager
def fake_instances(account: Account, name: str) -> Iterator[str]:
    """Open an environment's fake_instances, and give its address; its instances answer in turn."""
    turns = iter(range(10**9))

    class Handler(BaseHTTPRequestHandler):
        """Answers as the instance whose turn it is."""

        protocol_version = "HTTP/1.1"
        wbufsize = -1  # one segment a response

        def do_GET(self) -> None:
            """What an instance answers; 503 of the balancer where there is none."""
            serving = account.sides[name].serving(account.now())
            if not serving:
                self.answer(503, {"Server": "awselb/2.0"})
                return
            release = serving[next(turns) % len(serving)].version
            found = self.path.startswith("/health/")
            self.answer(200 if found else 404, {"Server": "nginx", "Ogrom-Release": release})

        def answer(self, status: int, headers: Mapping[str, str]) -> None:
            """Send a response."""
            self.send_response_only(status)
            for each, value in {**headers, "Content-Length": "2"}.items():
                self.send_header(each, value)
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, format: str, *args: object) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = False  # those that answer have ended, too, when it is closed
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


TASKS = TaskSettings(
    cluster="ogrom-migration",
    role="arn:aws:iam::123456789012:role/ogrom-migration",
    secret="arn:aws:ssm:eu-central-1:123456789012:parameter/ogrom-migration/database-url",
    subnets=("subnet-1", "subnet-2"),
    group="sg-1",
    log="ogrom-migration",
    database="ogrom",
)


@dataclass(frozen=True)
class FakeAws:
    """AWS, and what the deploy program needs of it.

    Attributes:
        account: its state.
        clients: real ones; those of S3 and of the balancer are answered by whoever made them.
        settings: what is where.
        task_clients: real ones, too.
        fargate: the tasks on the database.
    """

    account: Account
    clients: Clients
    settings: Settings
    task_clients: TaskClients
    fargate: FakeTasks

    def __post_init__(self) -> None:
        now = self.account.now
        attach(self.clients.elasticbeanstalk, Operations(self.account).all(), now)
        attach(self.clients.autoscaling, Metrics(self.account).autoscaling(), now)
        attach(self.clients.cloudwatch, Metrics(self.account).cloudwatch(), now)
        attach(self.task_clients.ecs, self.fargate.ecs(), now)
        attach(self.task_clients.logs, self.fargate.logs(), now)
        attach(self.task_clients.rds, self.fargate.rds(), now)
        self.clients.elbv2.meta.events.register("after-call.*.ModifyRule", self._follow)

    def platform(self, settings: Settings | None = None) -> BeanstalkPlatform:
        """The adapter on it, in its time; with other settings where they are given."""
        return BeanstalkPlatform(settings or self.settings, self.clients, self.account.now, self.account.wait)

    def tasks(self) -> FargateTasks:
        """Those of a program that has just begun."""
        return FargateTasks(TASKS, self.task_clients)

    def store(self) -> S3Store:
        """The records in its bucket."""
        return S3Store(self.clients.s3, self.settings.bucket)

    def tell_rule(self, *weights: int) -> None:
        """Change the rule by hand: what blue gets and what green gets, from 0 to 999."""
        pairs = zip(self.account.targets, weights, strict=False)
        action: ActionUnionTypeDef = {
            "Type": "forward",
            "ForwardConfig": {
                "TargetGroups": [{"TargetGroupArn": targets, "Weight": weight} for targets, weight in pairs]
            },
        }
        self.clients.elbv2.modify_rule(RuleArn=self.settings.rule, Actions=[action])

    def _follow(self, parsed: Mapping[str, Any], **_: object) -> None:
        """Let the clients' traffic follow the rule."""
        for rule in parsed.get("Rules", ()):
            groups = rule["Actions"][0].get("ForwardConfig", {}).get("TargetGroups", ())
            self.account.shares = {each["TargetGroupArn"]: each["Weight"] for each in groups}
