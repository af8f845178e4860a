"""``/metrics`` of a worker, which is no server and answers nothing else."""

from __future__ import annotations

from prometheus_client import start_http_server

from audiosvc.errors import OptionError
from audiosvc.server.addresses import Address
from audiosvc.server.metrics import Metrics


def serve_metrics(address: Address, metrics: Metrics) -> Address:
    """Answers from a thread of its own, until the process ends. Gives the address with its port.

    Raises OptionError when the address cannot be had.
    """
    try:
        server, _ = start_http_server(address.port, address.host, metrics.registry)
    except OSError as error:
        raise OptionError(f"--metrics cannot listen on {address}: {error.strerror}.") from error
    return Address(address.host, server.server_port)
