"""Certificates, for gRPC and for HTTP."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Any

import grpc

from audiosvc.errors import OptionError
from audiosvc.server.settings import ServerSettings


def tls_context(settings: ServerSettings) -> ssl.SSLContext | None:
    """For HTTP; None without a certificate. Raises OptionError for files that do not fit."""
    if settings.tls_cert is None or settings.tls_key is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(settings.tls_cert, settings.tls_key)
    except (OSError, ssl.SSLError) as error:
        raise OptionError(
            f"{settings.tls_cert} and {settings.tls_key} are no certificate with its key: {error}."
        ) from error
    if settings.client_ca is not None:
        try:
            context.load_verify_locations(settings.client_ca)
        except (OSError, ssl.SSLError) as error:
            raise OptionError(f"{settings.client_ca} holds no certificate: {error}.") from error
        context.verify_mode = ssl.CERT_REQUIRED
    return context


def grpc_credentials(settings: ServerSettings) -> grpc.ServerCredentials | None:
    """For gRPC; None without a certificate. The files are read again when they are renewed."""
    if tls_context(settings) is None:
        return None
    files = tuple(
        path for path in (settings.tls_key, settings.tls_cert, settings.client_ca) if path
    )
    used = [_stamps(files)]

    def renewed() -> Any:  # noqa: ANN401 - a configuration, or None for no change
        now = _stamps(files)
        if now == used[0]:
            return None
        try:
            tls_context(settings)  # half-renewed files fit no handshake: keep what there is
            configuration = _configuration(files)
        except (OptionError, OSError):
            return None
        used[0] = now
        return configuration

    return grpc.dynamic_ssl_server_credentials(
        _configuration(files), renewed, require_client_authentication=len(files) == 3
    )


def _configuration(files: tuple[Path, ...]) -> grpc.ServerCertificateConfiguration:
    key, certificate, *authority = (path.read_bytes() for path in files)
    return grpc.ssl_server_certificate_configuration(
        [(key, certificate)], root_certificates=authority[0] if authority else None
    )


def _stamps(files: tuple[Path, ...]) -> tuple[int, ...]:
    try:
        return tuple(path.stat().st_mtime_ns for path in files)
    except OSError:
        return ()
