"""A worker's figures are told at the address that was asked for, or it says why not."""

from __future__ import annotations

import socket
import urllib.request

import pytest

from audiosvc.errors import OptionError
from audiosvc.server.addresses import Address
from audiosvc.server.metrics import Metrics
from audiosvc.server.worker_metrics import serve_metrics


def test_what_was_counted_is_told() -> None:
    metrics = Metrics()
    metrics.segments.labels("job").inc(3)
    bound = serve_metrics(Address("127.0.0.1", 0), metrics)
    with urllib.request.urlopen(f"http://{bound}/metrics", timeout=10) as response:
        assert 'audiosvc_segments_total{mode="job"} 3.0' in response.read().decode()


def test_an_address_that_is_taken_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        address = Address("127.0.0.1", other.getsockname()[1])
        with pytest.raises(OptionError, match=rf"--metrics cannot listen on {address}: .*in use"):
            serve_metrics(address, Metrics())


def test_a_host_that_there_is_not_is_said() -> None:
    with pytest.raises(OptionError, match=r"--metrics cannot listen on no-such-host.invalid:0: "):
        serve_metrics(Address("no-such-host.invalid", 0), Metrics())
