"""What all verbs share on the terminal."""

from __future__ import annotations

from typing import NoReturn

import typer


def fail(message: str) -> NoReturn:
    """One clear line, then exit status 2: the command was called wrongly."""
    typer.echo(f"error: {message}", err=True)
    raise typer.Exit(2)
