"""What the routes work with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from starlette.requests import HTTPConnection

from audiosvc.jobs import Jobs
from audiosvc.server.doors import Door
from audiosvc.server.lifecycle import Lifecycle
from audiosvc.server.sensing import SharedSenses
from audiosvc.server.workplace import Workplace
from audiosvc.wire.config import Wish


@dataclass(frozen=True, slots=True)
class HttpPlace:
    """jobs, senses: None serves none. door: tells callers apart, as over gRPC."""

    place: Workplace
    lifecycle: Lifecycle
    door: Door
    jobs: Jobs | None = None
    senses: SharedSenses | None = None

    @property
    def check(self) -> Callable[[Wish], None]:
        """Raises for a wish that cannot be fulfilled here."""
        return self.place.served.check


def place_of(connection: HTTPConnection) -> HttpPlace:
    """The place that a request or a WebSocket came to; for ``Depends``."""
    return cast("HttpPlace", connection.app.state.place)
