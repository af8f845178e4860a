"""The service under load: what is asked of it, against a server that is started for it.

    python bench/serve.py file http ready live:1 live:4 memory crowd
    python bench/serve.py --manifest ../shared/eval/dev/manifest.json --id dev-mix-2spk-3min live:4

Each scenario starts a server of its own in a process of its own, on free ports, and goes through
gRPC or HTTP as anybody would. ``live:N`` is N streams at once. Without a manifest the sample
meeting is sent.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import sys
from pathlib import Path

from serving import crowd, file, http, live, memory
from serving.figures import Result, as_document, as_markdown, as_table
from serving.recordings import SAMPLE, Recording, recordings

ALL = ("file", "http", "ready", "live:1", "live:4", "memory", "crowd")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("scenarios", nargs="*", metavar="file|http|ready|live:N|memory|crowd")
    parser.add_argument("--manifest", type=Path, default=SAMPLE, help="take recordings from here")
    parser.add_argument("--id", action="append", help="pattern of ids in the manifest")
    parser.add_argument("--rounds", type=int, default=3, help="of file and http; medians are told")
    parser.add_argument("--threads", type=int, help="of the server and the command line")
    parser.add_argument("--logs", type=Path, help="keep every event of the live streams here")
    parser.add_argument("--json", type=Path, help="write every figure here")
    parser.add_argument("--markdown", type=Path, help="write the tables here")
    return parser.parse_args()


def main() -> None:
    given = arguments()
    found = recordings(
        given.manifest, given.id or (["meeting"] if given.manifest == SAMPLE else [])
    )
    results: list[Result] = []
    for scenario in given.scenarios or ALL:
        print(f"{scenario} …", file=sys.stderr)
        results.append(measure(scenario, found, given))
        print(as_table(results[-1]), flush=True)
        # What is measured is kept, also when a later scenario fails.
        if given.json:
            given.json.write_text(json.dumps(document(results), indent=2) + "\n")
        if given.markdown:
            given.markdown.write_text("\n".join(map(as_markdown, results)))
    missed = [figure for result in results for figure in result.figures if figure.met is False]
    if missed:
        raise SystemExit("Missed: " + "; ".join(figure.name for figure in missed))


def measure(scenario: str, found: list[Recording], given: argparse.Namespace) -> Result:
    """One scenario from the start of its server to its end."""
    if scenario == "file":
        return file.run(found, given.rounds, given.threads)
    if scenario == "http":
        return http.run(found, given.rounds, given.threads)
    if scenario == "ready":
        return http.probe(found, given.threads)
    if scenario == "memory":
        return memory.run(found, given.threads)
    if scenario == "crowd":
        return crowd.run(found, given.threads)
    if streams := re.fullmatch(r"live:([1-9]\d*)", scenario):
        return live.run(found, int(streams[1]), given.threads, given.logs)
    raise SystemExit(f"There is no scenario {scenario!r}; there are {', '.join(ALL)}.")


def document(results: list[Result]) -> dict[str, object]:
    """Every figure, for programs."""
    return {
        "machine": platform.platform(),
        "cores": os.cpu_count(),
        "scenarios": as_document(results),
    }


if __name__ == "__main__":
    main()
