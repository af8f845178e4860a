"""``python -m audiosvc``."""

from audiosvc.cli import main

main()
