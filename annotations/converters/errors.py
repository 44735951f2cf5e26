"""The one error of the converters: which file, which place in it, what was expected and how to mend it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import ValidationError

from ...corpus.errors import ReadError


class ConversionError(ValueError):
    """A file cannot be read or written as asked; the message is one line: `path, place: what is wrong: the remedy`."""

    def __init__(self, path: str | Path, place: str, message: str) -> None:
        super().__init__(str(path), place, message)  # all three, so that the error survives pickling
        self.path, self.place, self.message = str(path), place, " ".join(message.split())

    def __str__(self) -> str:
        return f"{self.path}, {self.place}: {self.message}" if self.place else f"{self.path}: {self.message}"


@contextmanager
def located(path: str | Path, place: str = "") -> Iterator[None]:
    """Whatever is found wrong inside becomes a ConversionError about this file and place."""
    try:
        yield
    except ConversionError:
        raise
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"])) or "the record"
        raise ConversionError(path, place, f"{field}: {first['msg']}") from error
    except UnicodeDecodeError as error:
        raise ConversionError(path, place, f"byte {error.start} is not UTF-8: save the file as UTF-8") from error
    except (ValueError, ReadError) as error:
        # Some errors begin with the path already.
        raise ConversionError(path, place, str(error).removeprefix(f"{path}: ")) from error
    except ImportError as error:
        package = (error.name or str(error)).partition(".")[0]
        message = f"this format needs the package {package}: pip install {package}"
        raise ConversionError(path, place, message) from error
    except OSError as error:
        raise ConversionError(path, place, error.strerror or str(error)) from error
