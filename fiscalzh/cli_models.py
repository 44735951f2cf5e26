"""`fiscalzh train` and `fiscalzh pretrain`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .console import fail

Overrides = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="FIELD=VALUE", help="Override a field, e.g. --set epochs=5 --set model.hidden_size=64.", show_default=False),
]


def train(
    config: Annotated[Path, typer.Argument(help="YAML file with the training plan, or `shipped`.", show_default=False)],
    set_: Overrides = None,
) -> None:
    """Train tagger and linker on annotated reports and export them for `fiscalzh extract --model`.

    CoNLL files with labels of their own are learned from as well; a tagger alone comes of these. Needs the extra `train`. A run that was
    stopped goes on where it was.

    Example: fiscalzh train shipped --set output=my-model --set "train=[my-reports]" --set model.hidden_size=64
    """
    try:
        from .training import train_model
    except ImportError as error:
        fail(f"training needs the extra `train`: pip install 'fiscalzh[train]' ({error})")
    try:
        folder = train_model(config, set_ or [], typer.echo)
    except (ValueError, OSError) as error:
        fail(str(error))
    typer.echo(f"model written to {folder}")


def pretrain(
    config: Annotated[Path, typer.Argument(help="YAML file with the pre-training plan, or `shipped`.", show_default=False)],
    set_: Overrides = None,
) -> None:
    """Learn a character encoder from raw text, by guessing what is hidden in it, for `pretrained` of a training plan.

    Reads any folder of .txt, .txt.xz, .html, .docx and .pdf. Needs the extra `train`. A run that was stopped goes on where it was.

    Example: fiscalzh pretrain shipped --set folder=texts --set output=my-encoder --set minutes=120
    """
    try:
        from .pretraining import pretrain_encoder
    except ImportError as error:
        fail(f"pre-training needs the extra `train`: pip install 'fiscalzh[train]' ({error})")
    try:
        folder = pretrain_encoder(config, set_ or [], typer.echo)
    except (ValueError, OSError) as error:
        fail(str(error))
    typer.echo(f"encoder written to {folder}")
