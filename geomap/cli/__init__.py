"""The command line: what people type -> the rooms of geomap -> what they see.

Results go to standard output, everything else to standard error. Exit codes: 0 done; 1 done, but something was left
open and ``--strict`` was given; 2 bad input, usage, or a file that cannot be written; 70 a defect of geomap; 130
interrupted. Each command imports the rooms it needs when it runs, so that help appears at once.

commands, check_commands, gazetteer_commands, store_commands -> options (shared ones) -> work (bulletins
read and understood, summaries) -> output (what is printed and written) -> failures.
"""

from geomap.cli.commands import cli, main

__all__ = ["cli", "main"]
