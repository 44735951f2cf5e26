"""Worker processes that a bad job may kill: each has a pipe of its own, is under limits, and is replaced when it ends.

`multiprocessing.Pool` and `concurrent.futures` lose every job when one worker dies; here only the job it was at is lost, and named.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import inf
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from typing import Any, Final, Generic, TypeVar

Job = TypeVar("Job")
Result = TypeVar("Result")
_MIB: Final = 1024 * 1024
_THREADS: Final = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one job may take: seconds by the clock, and MiB of memory of its worker, the model included."""

    seconds: float | None = None
    memory: int | None = None


@dataclass(frozen=True, slots=True)
class Lost:
    """Why a job has no result: `time_limit`, `memory_limit`, or `crashed` where its worker ended."""

    kind: str
    message: str


@dataclass(slots=True)
class _Worker(Generic[Job]):
    process: Any
    pipe: Connection
    ready: bool = False
    job: Job | None = None
    deadline: float = inf

    def give(self, job: Job, seconds: float | None) -> None:
        self.job = job
        self.deadline = time.monotonic() + seconds if seconds else inf
        self.pipe.send(job)

    def answer(self, limits: Limits) -> Any:
        """What it has sent, or why nothing can come any more."""
        if not self.pipe.poll():
            return Lost("time_limit", f"stopped after {limits.seconds:g} s: see what is in it, or allow more with --seconds-per-report")
        try:
            return self.pipe.recv()
        except (EOFError, OSError):
            self.process.join()
            return Lost("crashed", f"its worker process ended ({_ending(self.process.exitcode)})")

    def end(self) -> None:
        """Kill it with all that it has started."""
        if self.process.pid is not None and hasattr(os, "killpg"):
            try:
                os.killpg(self.process.pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):  # it has ended, or not yet begun a group of its own
                self.process.kill()
        else:
            self.process.kill()
        self.process.join()
        self.pipe.close()


def run_jobs(
    jobs: Iterator[Job], make: Callable[[], Callable[[Job], Result]], workers: int, limits: Limits = Limits()
) -> Iterator[tuple[Job, Result | Lost]]:
    """Do jobs in worker processes; results come as they are ready, in any order.

    Args:
        make: pickled, and called once in each worker, it makes the function that does a job: there the model is loaded.

    Raises:
        RuntimeError: a worker could not be made ready; the message says why.
    """
    crew: list[_Worker[Job]] = []
    try:
        crew += [_start(make, limits) for _ in range(workers)]
        while crew:
            for worker in _awaited(crew):
                answer, job = worker.answer(limits), worker.job
                if not worker.ready and answer is not None:
                    raise RuntimeError(answer.message)
                worker.ready = True
                if isinstance(answer, Lost):
                    worker.end()
                    crew[crew.index(worker)] = _start(make, limits)
                elif (following := next(jobs, None)) is not None:
                    worker.give(following, limits.seconds)
                else:
                    worker.end()
                    crew.remove(worker)
                if job is not None:
                    yield job, answer
    finally:
        for worker in crew:
            worker.end()


def _awaited(crew: list[_Worker[Job]]) -> list[_Worker[Job]]:
    """The workers that have something to say, and those over their time."""
    first = min(worker.deadline for worker in crew)
    ready = set(wait([worker.pipe for worker in crew], None if first == inf else max(0.0, first - time.monotonic())))
    now = time.monotonic()
    return [worker for worker in crew if worker.pipe in ready or worker.deadline <= now]


def _start(make: Callable[[], Callable[[Job], Result]], limits: Limits) -> _Worker[Job]:
    context = get_context("spawn")  # forking a process with threads, as ONNX Runtime's, may lock
    pipe, other = context.Pipe()
    process = context.Process(target=_serve, args=(other, make, limits.memory), daemon=True)
    process.start()
    other.close()
    return _Worker(process, pipe)


def _serve(pipe: Connection, make: Callable[[], Callable[[Any], Any]], memory: int | None) -> None:
    """The life of a worker: make ready, then jobs until the pipe closes. It ends with its parent, however that ends."""
    if hasattr(os, "setsid"):
        os.setsid()  # a group of its own, to be killed together; no Ctrl-C but the parent's
    threading.Thread(target=_end_with_parent, daemon=True).start()
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    try:
        do = make()
        if memory:
            _limit_memory(memory)
    except Exception as error:
        pipe.send(Lost("start", str(error)))
        return
    pipe.send(None)
    while True:
        try:
            job = pipe.recv()
        except EOFError:
            return
        try:
            pipe.send(do(job))
        except MemoryError:
            pipe.send(Lost("memory_limit", f"took more than {memory} MiB: split it, or allow more with --memory-per-report"))
            return


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
    if hasattr(os, "killpg"):
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


def _limit_memory(mib: int) -> None:
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (mib * _MIB, hard))


def _ending(code: int | None) -> str:
    return signal.Signals(-code).name + ", out of memory?" if code == -signal.SIGKILL else f"status {code}"
