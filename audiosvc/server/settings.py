"""What a server needs to know: environment, then the table ``[server]`` of a file, then flags."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from audiosvc.errors import OptionError
from audiosvc.server.addresses import Address, parse_address
from audiosvc.server.rates import MOST_PER_MINUTE
from audiosvc.settings import PREFIX, default_data_dir, read_as

TABLE = "server"
MIB, GIB, HOUR_S = 1024**2, 1024**3, 3600.0


class ServerSettings(BaseSettings):
    """How to serve. Limits hold for each caller and are told by ``ListModels``.

    grpc, http: HOST:PORT to listen on; port 0 takes a free one. data_dir: for jobs, their audio,
    and recordings on their way. max_sessions: streams, recordings and calls that locate at once.
    max_message_bytes: of one gRPC message. tls_cert, tls_key: PEM files, to encrypt with.
    client_ca: PEM file; callers need a certificate by one of these. keys_file: callers need a key
    of it, as ``audiosvc keys`` writes it. allow_insecure_public: listen without encryption where
    other machines can reach it, as behind a proxy that encrypts. json_logs: one JSON object a line.
    drain_timeout_s: how long calls may go on when it is told to stop. serve_models: the names that
    a request may give beside the default model. max_upload_bytes: of one recording;
    max_spool_bytes: of all recordings on their way together. max_audio_s: of one recording,
    decoded. max_session_s: from the first message to the last. idle_timeout_s: how long a stream
    may send nothing. key_max_sessions, key_max_jobs: so many at once, for callers whose key says
    nothing else. locate_per_minute: calls that locate, for the same callers. locate: serve such
    calls. locate_model: an audio-language model to ask for its guess, none unless told. workers:
    work on jobs in this process. http_hosts: names by which HTTP is reached, beside this machine's
    own and numbers. cors_origins: pages of other sites that may call it, such as
    ``https://app.example.org``.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, extra="forbid", frozen=True
    )

    grpc: str = "127.0.0.1:50051"
    http: str = "127.0.0.1:8080"
    http_hosts: tuple[str, ...] = ()
    cors_origins: tuple[str, ...] = ()
    data_dir: Path = Field(default_factory=default_data_dir)
    serve_models: tuple[str, ...] = ()
    max_sessions: int = Field(default=4, ge=1, le=1000)
    key_max_sessions: int | None = Field(default=None, ge=1)
    key_max_jobs: int | None = Field(default=None, ge=1)
    locate_per_minute: int = Field(default=30, ge=1, le=MOST_PER_MINUTE)
    max_session_s: float = Field(default=4 * HOUR_S, gt=0)
    idle_timeout_s: float = Field(default=60.0, gt=0)
    max_message_bytes: int = Field(default=4 * MIB, ge=64 * 1024, le=2**31 - 1)
    max_upload_bytes: int = Field(default=4 * GIB, ge=1)
    max_spool_bytes: int = Field(default=16 * GIB, ge=1)
    max_audio_s: float = Field(default=8 * HOUR_S, gt=0)
    tls_cert: Path | None = None
    tls_key: Path | None = None
    client_ca: Path | None = None
    keys_file: Path | None = None
    allow_insecure_public: bool = False
    json_logs: bool = False
    drain_timeout_s: float = Field(default=30.0, ge=0)
    workers: bool = True
    locate: bool = True
    locate_model: str | None = None

    @field_validator("data_dir", "tls_cert", "tls_key", "client_ca", "keys_file")
    @classmethod
    def _at_home(cls, path: Path | None) -> Path | None:
        return path.expanduser().absolute() if path else None

    @model_validator(mode="after")
    def _agree(self) -> ServerSettings:
        if (self.tls_cert is None) != (self.tls_key is None):
            raise ValueError("tls_cert and tls_key need each other")
        if self.client_ca is not None and self.tls_cert is None:
            raise ValueError("client_ca needs tls_cert and tls_key")
        return self

    @property
    def grpc_address(self) -> Address:
        """Where gRPC listens. Raises OptionError."""
        return parse_address(self.grpc, "--grpc")

    @property
    def http_address(self) -> Address:
        """Where HTTP listens. Raises OptionError."""
        return parse_address(self.http, "--http")


def read_server_settings(config: Path | None = None, **flags: object) -> ServerSettings:
    """All of them together. A flag that is None was not given.

    Raises OptionError, also for an address that strangers could reach without encryption.
    """
    settings = read_as(ServerSettings, config, flags, TABLE)
    for address in (settings.grpc_address, settings.http_address):
        if not (address.is_loopback or settings.tls_cert or settings.allow_insecure_public):
            raise OptionError(
                f"{address} can be reached from other machines, and what they send would travel "
                "in the clear: give --tls-cert and --tls-key, or --allow-insecure-public behind a "
                "proxy that encrypts."
            )
    return settings
