"""Whatever goes wrong -> one line on standard error and an exit code."""

from __future__ import annotations

import errno
import os
import sys
from typing import Any

import click

from geomap.errors import GeomapError

__all__ = ["BAD_INPUT", "DEFECT", "INTERRUPTED", "LEFT_OPEN", "PIPE_CLOSED", "Commands", "say"]

LEFT_OPEN, BAD_INPUT, DEFECT = 1, 2, 70
INTERRUPTED, PIPE_CLOSED = 130, 141  # what a shell reports of a program that SIGINT or SIGPIPE ended


class Commands(click.Group):
    """The group of all commands; turns whatever goes wrong into a message and an exit code."""

    def main(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401  click's own signature
        """Run, and leave with an exit code; no traceback reaches a user unless GEOMAP_DEBUG is set."""
        try:
            code = super().main(*args, **{**kwargs, "standalone_mode": False})
            sys.stdout.flush()
        except click.ClickException as error:
            error.show()
            code = BAD_INPUT
        except click.Abort:
            say("interrupted")
            code = INTERRUPTED
        except Exception as error:
            if os.environ.get("GEOMAP_DEBUG"):
                raise
            code = _explain(error)
        sys.exit(code if isinstance(code, int) else 0)

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401  click's own signature
        """Run the command; a reader that closed the pipe (``| head``) has seen enough and wants no message."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            _silence_stdout()
            ctx.exit(PIPE_CLOSED)


def _explain(error: Exception) -> int:
    """Say what went wrong in a line, and return the exit code for it."""
    if isinstance(error, BrokenPipeError):
        _silence_stdout()
        return PIPE_CLOSED
    if isinstance(error, GeomapError):
        say(str(error))
        return BAD_INPUT
    if isinstance(error, OSError):
        _silence_stdout()  # it may be what failed, and would fail again when Python flushes it at the end
        where = f"{os.fsdecode(error.filename)}: " if isinstance(error.filename, str | bytes) else ""
        hint = "; make room and run it again" if error.errno == errno.ENOSPC else ""
        say(f"{where}{error.strerror or error}{hint}")
        return BAD_INPUT
    say(f"a defect of geomap: {type(error).__name__}: {error} (GEOMAP_DEBUG=1 shows where; please report it)")
    return DEFECT


def say(message: str) -> None:
    """Say something on standard error, in geomap's name."""
    click.echo(f"geomap: {message}", err=True)


def _silence_stdout() -> None:
    """Let what is still buffered for standard output go nowhere."""
    try:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, sys.stdout.fileno())
    except (OSError, ValueError):  # no descriptor behind it, as under a test runner
        return
