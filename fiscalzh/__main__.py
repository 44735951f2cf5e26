"""`python -m fiscalzh` is the command `fiscalzh`."""

from .cli import app

app(prog_name="fiscalzh")
