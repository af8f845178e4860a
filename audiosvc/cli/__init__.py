"""The command line: one subcommand a file."""

from __future__ import annotations

import sys
from typing import NoReturn

from audiosvc.cli.stopping import BROKEN_PIPE, Stopped, discard_output, leave, stopping_in_order


def main() -> NoReturn:
    """Run the command line and end the process."""
    try:
        with stopping_in_order():
            # Only now, so that Ctrl-C is heeded from the beginning.
            from audiosvc.cli.commands import run  # noqa: PLC0415
            from audiosvc.cli.output import never_fail_to_encode  # noqa: PLC0415

            never_fail_to_encode()
            code = run()
    except Stopped as stopped:
        if stopped.number != BROKEN_PIPE and sys.stderr is not None:
            sys.stderr.write("audiosvc: stopped; nothing half-written was left behind\n")
        leave(stopped)
    discard_output()
    sys.exit(code)
