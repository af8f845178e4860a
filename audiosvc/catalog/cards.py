"""Model cards: ``models/<id>/model.toml``, with a ``CARD.md`` for people beside it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from audiosvc.errors import ModelError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

Origin = Literal["card", "package", "assembled", "hub", "folder", "parts", "server"]
Task = Literal[
    "transcriber",
    "recognizer",
    "activity",
    "embedder",
    "detector",
    "joint",
    "aligner",
    "diarizer",
    "animals",
]
LayoutName = Literal["whisper", "safetensors", "pyannote"]


class WeightFile(BaseModel):
    """One file of a model.

    sha256 and size_bytes are None where the card does not pin them. parts: where the bytes come
    from, each ``package:path/inside/it``; several are joined in order.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[\w][\w.-]*$")
    sha256: str | None = Field(default=None, pattern=r"^[0-9a-f]{64}$")
    size_bytes: int | None = Field(default=None, gt=0)
    parts: tuple[str, ...] = ()


class Card(BaseModel):
    """What is known of a model.

    origin says where its weights are: beside the ``card``; in one installed ``package``;
    ``assembled`` in the cache from several packages; on the ``hub``; in a ``folder`` that the
    caller named; on a ``server`` that runs the model, whose address is ``source``; or in other
    models, its ``parts`` (role → model).

    task: a ``joint`` model writes who said what as one text, an ``aligner`` finds when known words
    were said, a ``diarizer`` who speaks when; one of ``animals`` names them and where they live.
    layout: the files of a model on the hub or in a folder. languages: BCP-47 tags, where a model
    is for some alone.

    backend: ``module:attribute``, called with the path of the weights (of the only file, or of the
    folder that holds them), with a server's address, or with its loaded parts by role. extra: the
    extra of audiosvc that brings what the model needs.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    title: str
    task: Task
    licence: str
    source: str
    backend: str
    origin: Origin
    layout: LayoutName = "whisper"
    languages: tuple[str, ...] = ()
    revision: str | None = None
    repository: str | None = None
    aliases: tuple[str, ...] = ()
    extra: str | None = None
    files: tuple[WeightFile, ...] = ()
    parts: dict[str, str] = {}
    folder: Path = Path()

    @property
    def size_bytes(self) -> int | None:
        """Of all files together, or None when the card does not say."""
        sizes = [file.size_bytes for file in self.files]
        return sum(size for size in sizes if size) if sizes and all(sizes) else None


def cards_folder() -> Path:
    """The cards of this installation: inside the package in a wheel, beside it in a checkout."""
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "models", package.parent / "models"):
        if any(folder.glob("*/model.toml")):
            return folder
    raise ModelError(f"No model cards in {package / 'models'}: install audiosvc again.")


def read_cards(folder: Path) -> dict[str, Card]:
    """All cards below ``folder``, by id."""
    cards = (read_card(path) for path in sorted(folder.glob("*/model.toml")))
    return {card.id: card for card in cards}


def read_card(path: Path) -> Card:
    """One card. Raises ModelError when it does not follow the format."""
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
        return Card(**{**values, "folder": path.parent})
    except (OSError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise ModelError(f"The model card {path} cannot be read: {error}") from error
