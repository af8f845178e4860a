"""Every format of a located recording by its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from audiosvc.errors import OptionError
from audiosvc.estimates import GeoEstimate
from audiosvc.export import geo_html, geo_json, geo_text, geojson
from audiosvc.export.geo_map import Outlines


@dataclass(frozen=True, slots=True)
class GeoFormat:
    """How an estimate is written. suffix: what is put behind a stem to name the file.

    serialise: takes the estimate, the recording's name, and coasts for a map, or None.
    """

    name: str
    suffix: str
    serialise: Callable[[GeoEstimate, str, Outlines | None], str]


GEO_FORMATS: Mapping[str, GeoFormat] = MappingProxyType(
    {
        item.name: item
        for item in (
            GeoFormat("text", ".geo.txt", geo_text.serialise),
            GeoFormat("json", ".geo.json", lambda found, name, _: geo_json.serialise(found, name)),
            GeoFormat("geojson", ".geojson", lambda found, name, _: geojson.serialise(found, name)),
            GeoFormat("html", ".geo.html", geo_html.serialise),
        )
    }
)


def geo_format_named(name: str) -> GeoFormat:
    """The format of that name. Raises OptionError, which lists those that exist."""
    try:
        return GEO_FORMATS[name]
    except KeyError:
        known = ", ".join(GEO_FORMATS)
        raise OptionError(f"There is no format {name!r}. Choose from: {known}.") from None
