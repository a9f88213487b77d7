"""Flask: the application of a service, and everything that stands around its endpoints.

```python
operations = Operations.of(settings, version="1.2.0", worker=worker)
service = operations.service(Mount("", (*operations.health(), operations.scrape())), {"api": Mount("/v1", endpoints)})
service.hosted()  # for ogrom.server
```
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

import flask

from ogrom.http import Endpoint, Mount, Problem, ProblemType
from ogrom.http.flask import Application, blueprint, explain_errors
from ogrom.http.html import BROWSABLE_RENDERERS
from ogrom.http.problem_pages import problem_endpoints, types_of
from ogrom.http.trace import Tracer
from ogrom.server import Environ, Hosted, Worker

from .access.access import Access, access_of
from .access.credentials import content_limit
from .contexts import contexts
from .health import ReadinessResource, ReadyResource, health_endpoints
from .logs import flush, lost_lines
from .metrics import Collector, Metrics, MetricsResource
from .operators import Operators, trace_pages, tracer_of
from .parts import parts
from .problems import BEFORE_ENDPOINTS
from .requests import Watcher, WsgiApp, refusing, releasing, watched
from .requests_log import RequestLog
from .serving import METRICS, Callers
from .settings import ServiceSettings
from .tracing import Telemetry, routes_of


@dataclass(frozen=True)
class Operations:
    """What stands around the endpoints of one process, made from its settings.

    Attributes:
        settings: of the service.
        version: of the service.
        worker: this process among those that serve together.
        metrics: what is counted.
        operators: who may see metrics and traces.
        access: who may do what, how often, from where.
        tracer: traces requests through the graph; None where nothing is traced.
    """

    settings: ServiceSettings
    version: str
    worker: Worker
    metrics: Metrics
    operators: Operators
    access: Access
    tracer: Tracer | None

    @classmethod
    def of(
        cls,
        settings: ServiceSettings,
        version: str,
        worker: Worker,
        *,
        markets: Collection[str] = (),
        all_workers: Collector | None = None,
        access: Access | None = None,
    ) -> "Operations":
        """What the settings ask for.

        Args:
            markets: the names of mounts that metrics tell apart.
            all_workers: gives the metrics of all processes; None where this is the only one.
            access: by default what the settings ask for.

        Raises:
            Failure: something that access needs cannot be used.
        """
        return cls(
            settings,
            version,
            worker,
            Metrics(markets, version, settings.release, all_workers),
            Operators(settings.operators, settings.operator_token, settings.prefix),
            access or access_of(settings),
            tracer_of(settings),
        )

    def health(self, ready: ReadinessResource | None = None) -> tuple[Endpoint, ...]:
        """`/health/live` and `/health/ready`; by default, a service is ready whose processes are all warm."""
        return health_endpoints(ready or ReadyResource(self.version, self.worker, self.settings.release))

    def scrape(self) -> Endpoint:
        """`/metrics`, for operators."""
        return Endpoint("metrics", METRICS, MetricsResource(self.metrics, self.operators))

    def service(
        self,
        front: Mount,
        api: Mapping[str, Mount],
        *,
        locale_of: Callable[[str], str] = lambda _: "",
        not_found: Callable[[str], Problem] = lambda path: Problem(f"There is nothing at {path}."),
        problems: tuple[ProblemType, ...] = (),
    ) -> "Service":
        """The application with all that stands around it.

        Args:
            front: what belongs to the service as a whole, such as health. It is not traced: that would soon push
                requests to the API out of the store of traces.
            api: what clients come for, by the name of its mount.
            locale_of: the locale of the Contexts of a mount.
            not_found: tells why there is nothing at a path that no endpoint has.
            problems: the types that `not_found` refuses with; those of endpoints are known.
        """
        pages = trace_pages(self.tracer, self.operators)
        shown = {} if pages is None else {"trace": pages}
        mounts = (front, *api.values(), *shown.values())
        types = types_of(endpoint for mount in mounts for endpoint in mount.endpoints)
        shown["problems"] = Mount("", problem_endpoints((*types, *BEFORE_ENDPOINTS, *problems)))
        app = self._app(front, api, shown, locale_of)
        explain_errors(app, not_found=lambda: not_found(flask.request.path))
        telemetry = Telemetry(
            routes_of({"service": front, **api, **shown}), self.version, self.settings.release
        )
        # Watchers come first, so that they see every response, and each response names its release.
        watchers = (telemetry, self.metrics, RequestLog())
        bare = app.wsgi_app
        app.parts = parts(partial(Application.wsgi_app, app), watchers)
        app.wsgi_app = watched(releasing(bare, self.settings.release), watchers)  # type: ignore[assignment, method-assign]
        return Service(self, app, bare, telemetry, watchers)

    def _app(
        self,
        front: Mount,
        api: Mapping[str, Mount],
        pages: Mapping[str, Mount],
        locale_of: Callable[[str], str],
    ) -> Application:
        app = Application(
            "ogrom.operations", renderers=BROWSABLE_RENDERERS, static_folder=None, template_folder=None
        )
        # Werkzeug would correct the slashes of a path by a redirect: in HTML, to an absolute URL that is wrong behind
        # a proxy. So a slash more or less at the end does not matter, and `/a//b` is not `/a/b`.
        app.url_map.strict_slashes = False
        app.url_map.merge_slashes = False
        callers = Callers(self.settings.trusted_callers, self.settings.request_timeout)
        for name, mount in {"service": front, **pages}.items():
            app.register_blueprint(blueprint(name, mount, context=contexts("", callers)))
        for name, mount in api.items():
            context = contexts(locale_of(name), callers)
            uses = self.metrics.deprecated.count
            app.register_blueprint(blueprint(name, mount, context=context, tracer=self.tracer, on_use=uses))
        self.access.install(app, exempt=self.operators.exempt)
        return app


@dataclass(frozen=True)
class Service:
    """An application with all that stands around it.

    Attributes:
        operations: what stands around it.
        app: the application, watched.
        bare: the same without watchers.
        telemetry: says which trace a request belongs to, and exports spans.
        watchers: are told of each request.
    """

    operations: Operations
    app: Application
    bare: WsgiApp
    telemetry: Telemetry
    watchers: tuple[Watcher, ...]

    @property
    def content_limit(self) -> Callable[[Environ], int]:
        """How many bytes of content a request may have, by its header."""
        return content_limit(self.app, self.operations.access.read_token)

    def hosted(
        self, warm_up: Callable[[], bool] | None = None, close: Callable[[], object] = lambda: None
    ) -> Hosted:
        """The application as the server has it in a worker.

        Args:
            warm_up: makes ready what the first requests would wait for; False asks for another try.
            close: closes what the service has opened.
        """
        metrics, worker = self.operations.metrics, self.operations.worker
        metrics.observe_queue(worker.queue)
        metrics.observe_loop(worker.loop)
        metrics.observe_lost_lines(lost_lines)
        return Hosted(
            self.app,
            refuse=refusing(self.watchers, self.operations.settings.release),
            content_limit=self.content_limit,
            warm_up=warm_up,
            lifespan=self._lifespan(close),
        )

    @contextmanager
    def _lifespan(self, close: Callable[[], object]) -> Iterator[None]:
        """Take samples and export spans while the process serves; at its end, export what is left."""
        samples = self.operations.metrics.samples
        self.telemetry.start()
        samples.start()
        try:
            yield
        finally:
            samples.stop()
            self.telemetry.stop()
            close()
            flush()
