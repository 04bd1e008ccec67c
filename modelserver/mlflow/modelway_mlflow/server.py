"""Listens with KServe's own endpoints behind the contract, and drains on SIGTERM."""

import asyncio
import logging
import time
from typing import Any, Optional

import kserve.metrics
import kserve.model_server
import uvicorn
from kserve import ModelRepository
from kserve.protocol.dataplane import DataPlane
from kserve.protocol.model_repository_extension import ModelRepositoryExtension
from kserve.protocol.rest.server import RESTServer
from prometheus_client import REGISTRY

from . import metrics
from .contract import Contract
from .model import MlflowModel
from .options import Options

log = logging.getLogger("modelway")


def load(options: Options) -> MlflowModel:
    """Loads the model, and tells how long that took; what it raises is that of the model's library."""
    model = MlflowModel(options.model_name, options.model_version, options.model_dir, options.threads)
    start = time.perf_counter()
    model.load()
    took = time.perf_counter() - start
    metrics.loaded(options.model_name, options.model_version, options.model_lineage, took)
    log.info("loaded model %s from %s in %.1f s", options.model_name, options.model_dir, took)
    return model


def serve(model: MlflowModel, options: Options) -> None:
    """Serves a loaded model until a signal comes and the requests in flight are answered."""
    for counted_twice in (kserve.metrics.PRE_HIST_TIME, kserve.metrics.PREDICT_HIST_TIME, kserve.metrics.POST_HIST_TIME,
                          kserve.metrics.EXPLAIN_HIST_TIME):
        REGISTRY.unregister(counted_twice)
    repository = ModelRepository()
    repository.update(model)
    rest = RESTServer("kserve.model_server:app", DataPlane(repository), ModelRepositoryExtension(repository), options.port)
    rest.create_application()
    Server(Contract(kserve.model_server.app, options), options).run()


class Server(uvicorn.Server):
    """Is not ready from the first signal on, goes on answering for a while, and then ends with the requests in flight.

    A second signal ends it at once.
    """

    def __init__(self, contract: Contract, options: Options):
        super().__init__(uvicorn.Config(
            contract, host=options.bind_address, port=options.port, log_config=None, access_log=False, lifespan="off", server_header=False,
            timeout_keep_alive=round(options.keep_alive), timeout_graceful_shutdown=round(options.shutdown_timeout)))
        self._contract, self._delay = contract, options.shutdown_delay
        self._loop: Optional[asyncio.AbstractEventLoop] = None

    async def startup(self, sockets: Any = None) -> None:
        """Starts to listen."""
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets)
        log.info("listening on %s", ", ".join("%s:%d" % s.getsockname()[:2] for one in self.servers for s in one.sockets))

    def handle_exit(self, sig: int, frame: Any) -> None:
        """Begins the drain. The signal is not raised again at the end, as the base class does, so that a clean end is exit code 0."""
        if self._contract.draining:
            self.should_exit = self.force_exit = True
            return
        log.info("draining")
        self._contract.drain()
        if self._delay and self._loop:
            self._loop.call_soon_threadsafe(self._loop.call_later, self._delay, self._end)
        else:
            self._end()

    def _end(self) -> None:
        self.should_exit = True
