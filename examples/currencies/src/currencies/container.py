"""The container: the only place where the parts are put together."""

from importlib.metadata import version

from dependency_injector import containers, providers

from currencies.endpoints import endpoints
from currencies.settings import Settings
from ogrom.http import Endpoint, Mount
from ogrom.operations.flask import Operations, Service
from ogrom.operations.metrics import Collector
from ogrom.operations.serving import Announcement
from ogrom.operations.shared_metrics import AllWorkers, SharedMetrics
from ogrom.server import Hosted, Worker


def _service(operations: Operations, endpoints: tuple[Endpoint, ...]) -> Service:
    front = Mount("", (*operations.health(), operations.scrape()))
    return operations.service(front, {"currencies": Mount("/v1", endpoints)})


class Container(containers.DeclarativeContainer):
    """Everything of one process, made from its settings."""

    settings: providers.Provider[Settings] = providers.Dependency(instance_of=Settings)
    worker: providers.Provider[Worker] = providers.Singleton(Worker.alone)
    all_workers: providers.Provider[Collector | None] = providers.Object(None)
    operations = providers.Singleton(
        Operations.of, settings, version("currencies"), worker, all_workers=all_workers
    )
    endpoints = providers.Singleton(endpoints, settings.provided.rates)
    service = providers.Singleton(_service, operations, endpoints)


def hosted(settings: Settings, shared: SharedMetrics, worker: Worker) -> Hosted:
    """The application in a worker."""
    workers = providers.Object(AllWorkers(shared, worker))
    return (
        Container(settings=settings, worker=providers.Object(worker), all_workers=workers).service().hosted()
    )


def prepare(_: Settings, base: str) -> Announcement:
    """What is said once the service answers."""
    return Announcement("Currencies are served", {"rates": f"{base}/v1/rates"})
