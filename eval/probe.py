"""One measurement in a process of its own: `python -m fiscalzh.eval.probe SYSTEM FILE BASELINES MODEL THREADS`.

Prints one JSON object: the seconds the file took once the system was loaded, and the peak of the process's memory in bytes.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path


def peak_memory() -> int:
    """The most bytes of memory this process has held.

    On Linux `ru_maxrss` begins with what the parent held when it started the process, so there the process's own mark is read.
    """
    mark = high_water("self")
    if mark is not None:
        return mark
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def high_water(process: int | str) -> int | None:
    """The most bytes of memory a process has held, by its number; None where the system keeps no such mark or the process has ended."""
    try:
        lines = Path(f"/proc/{process}/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM")), None)


def main(system: str, file: str, baselines: str, model: str, threads: str) -> None:
    """Load a system, let it do a file, print what that took. An empty `model` is the shipped one."""
    from .systems import load_system

    loaded = load_system(system, Path(baselines), Path(model) if model else None, int(threads))
    start = time.perf_counter()
    loaded.file(Path(file))
    print(json.dumps({"seconds": time.perf_counter() - start, "peak": peak_memory()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
