"""Fetches a part by its dotted name, late."""

from __future__ import annotations

import importlib
from typing import Any

from audiosvc.errors import ModelMissing


def import_by_name(dotted: str) -> Any:  # noqa: ANN401 - whatever the name stands for
    """The object behind ``package.module:attribute``.

    Raises ModelMissing, which tells which half of the name is wrong, or which library is needed.
    """
    module_name, _, attributes = dotted.partition(":")
    if not module_name or not attributes:
        raise ModelMissing(f"{dotted!r} is not of the form 'package.module:attribute'.")
    try:
        part = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        raise missing_module(dotted, error) from error
    for attribute in attributes.split("."):
        if not hasattr(part, attribute):
            raise ModelMissing(f"{dotted!r}: the module {module_name!r} has no {attributes!r}.")
        part = getattr(part, attribute)
    return part


def missing_module(
    dotted: str, error: ModuleNotFoundError, extra: str | None = None
) -> ModelMissing:
    """What to say when ``dotted`` could not be imported, or stopped at an import of its own."""
    module_name = dotted.partition(":")[0]
    missing = error.name or str(error)
    if module_name == missing or module_name.startswith(f"{missing}."):
        return ModelMissing(f"{dotted!r}: there is no module {missing!r}.")
    package = f"audiosvc[{extra}]" if extra else missing.partition(".")[0]
    return ModelMissing(
        f'{dotted!r} needs the package {missing!r}, which is not installed: pip install "{package}"'
    )
