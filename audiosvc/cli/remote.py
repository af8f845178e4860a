"""Recordings transcribed by a server."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from audiosvc.cli.listening import Listening
from audiosvc.errors import OptionError
from audiosvc.events import LiveEvent
from audiosvc.settings import AUTO, Settings, flag_of

if TYPE_CHECKING:
    import grpc

    from audiosvc.client import Client, Pcm, Tls, Wishes

KEY = "AUDIOSVC_KEY"

KeyFile = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help=f"The server's key for you; or set {KEY}."),
]
Tls_ = Annotated[bool, typer.Option("--tls", help="Use a secure connection.")]
TlsRoot = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Whom to trust, PEM; implies --tls."),
]
TlsCert = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Your certificate, PEM; implies --tls.")
]
TlsKey = Annotated[Path | None, typer.Option(metavar="FILE", help="Your private key, PEM.")]
PlaintextKey = Annotated[
    bool, typer.Option("--plaintext-key", help="Send the key without encryption all the same.")
]


@dataclass(frozen=True, slots=True)
class Reach:
    """How a server is reached, as typed. The key itself is never typed: others would see it."""

    key_file: Path | None = None
    tls: bool = False
    tls_root: Path | None = None
    tls_cert: Path | None = None
    tls_key: Path | None = None
    plaintext_key: bool = False

    def connect(self, server: str) -> Client:
        """A client for ``host:port``. Raises OptionError."""
        from audiosvc.client import Client  # noqa: PLC0415 - after --help

        return Client(server, key=self._key(), tls=self._tls(), plaintext_key=self.plaintext_key)

    @property
    def has_key(self) -> bool:
        """Whether a key goes with every call. Raises OptionError."""
        return self._key() is not None

    def channel(self, server: str) -> grpc.Channel:
        """A connection without a key, to ask how the server is. Raises OptionError."""
        import grpc  # noqa: PLC0415 - after --help

        from audiosvc.client.options import CHANNEL, Options  # noqa: PLC0415

        credentials = Options(server, tls=self._tls()).credentials
        if credentials is None:
            return grpc.insecure_channel(server, CHANNEL)
        return grpc.secure_channel(server, credentials, CHANNEL)

    def _key(self) -> str | None:
        if self.key_file is None:
            return os.environ.get(KEY) or None
        key = _read(self.key_file, "--key-file").decode("utf-8", "replace").strip()
        if not key:
            raise OptionError(f"--key-file: {self.key_file} is empty.")
        return key

    def _tls(self) -> Tls | None:
        from audiosvc.client import Tls  # noqa: PLC0415 - after --help

        files = (self.tls_root, self.tls_cert, self.tls_key)
        if not self.tls and not any(files):
            return None
        options = ("--tls-root", "--tls-cert", "--tls-key")
        return Tls(
            *(
                _read(file, name) if file else None
                for file, name in zip(files, options, strict=True)
            )
        )


class Remote:
    """Sends recordings to a server: ``batch.Work``."""

    def __init__(self, client: Client, settings: Settings, listening: Listening) -> None:
        self._client = client
        self._pcm = to_pcm(listening)
        self._wishes = to_wishes(settings, listening)

    @contextmanager
    def __call__(self, file: str) -> Iterator[Iterator[LiveEvent]]:
        """The events of one file. Raises what ``Client.transcribe`` raises."""
        events = self._client.events(file, pcm=self._pcm, **self._wishes)
        try:
            yield events
        finally:
            events.close()


def refuse_local(options: Mapping[str, object]) -> None:
    """Raises OptionError for settings of this machine that were typed: another does the work."""
    for name, value in options.items():
        if value is not None:
            raise OptionError(f"{flag_of(name)} is about this machine: leave it out with --server.")


def to_wishes(settings: Settings, listening: Listening) -> Wishes:
    """What was asked for on this side; the rest is up to the server."""
    said = settings.model_fields_set
    return {
        "model": settings.model if "model" in said and settings.model != AUTO else None,
        "language": settings.language,
        "language_per_window": settings.language_per_window,
        "hotwords": listening.hints.hotwords,
        "prompt": listening.hints.prompt,
        "events": listening.hints.events,
        "speakers": settings.speakers,
        "min_speakers": settings.min_speakers,
        "max_speakers": settings.max_speakers,
        "start_s": listening.start_s,
        "end_s": listening.end_s,
    }


def to_pcm(listening: Listening) -> Pcm | None:
    """What the bytes are. Raises OptionError for what no server takes."""
    from audiosvc.client import Pcm  # noqa: PLC0415 - after --help

    raw = listening.raw
    return Pcm(raw.sample_rate_hz, raw.channels, raw.sample_format) if raw else None


def _read(path: Path, option: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise OptionError(f"{option}: {path} cannot be read: {error.strerror}.") from error
