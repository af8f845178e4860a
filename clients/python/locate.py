"""Says where a recording was made: python locate.py 127.0.0.1:50051 clip.flac."""

from __future__ import annotations

import sys

from audiosvc.client import Client
from audiosvc.errors import AudiosvcError


def main(address: str, path: str) -> None:
    """Prints the likeliest places, and the reasons."""
    with Client(address) as client:
        found = client.locate(path)
    print(f"{found.summary} (localizability {found.localizability:.2f})")
    for place in found.candidates:
        print(f"{place.probability:6.1%}  {place.name}, {place.country_name}")
    for reason in found.evidence:
        print(f"{reason.bits:+6.1f} bits  {reason.claim}")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:3])
    except AudiosvcError as error:
        sys.exit(str(error))
