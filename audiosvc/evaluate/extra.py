"""The metric libraries, which are installed on request."""

from __future__ import annotations

import importlib
from typing import Any

from audiosvc.errors import ModelMissing


def metric_library(module: str) -> Any:  # noqa: ANN401 - the libraries carry no types
    """The module of that dotted name, imported now. Raises ModelMissing when it is not here."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        package = module.partition(".")[0]
        raise ModelMissing(
            f"Evaluation needs the package '{package}', which is not installed: "
            f'run pip install "audiosvc[evaluate]".'
        ) from error
