"""Worker processes: every job gets its result or the reason why it has none, whatever happens to the one that was at it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from fiscalzh.extract.runs.workers import Limits, Lost, run_jobs

PAUSE = "import time; time.sleep(60)"


@dataclass(frozen=True)
class Play:
    """Makes the function that does what the job's first word says."""

    fails: bool = False

    def __call__(self) -> Callable[[str], str]:
        if self.fails:
            raise FileNotFoundError("no model here")
        return _play


def _play(job: str) -> str:
    if job == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if job == "leave":
        os._exit(3)
    if job == "hang":
        time.sleep(60)
    if job == "grow":
        return str(len(bytearray(2**31)))
    if job.startswith("child "):
        child = subprocess.Popen([sys.executable, "-c", PAUSE])
        Path(job.removeprefix("child ")).write_text(str(child.pid), encoding="utf-8")
        time.sleep(60)
    return f"{job} in {os.environ['OMP_NUM_THREADS']}"


def _run(jobs: list[str], workers: int = 2, limits: Limits | None = None) -> dict[str, str]:
    results = run_jobs(iter(jobs), Play(), workers, limits or Limits())
    return {job: result.kind if isinstance(result, Lost) else result for job, result in results}


def test_every_job_is_done_once() -> None:
    jobs = [str(number) for number in range(40)]
    assert _run(jobs) == {job: f"{job} in 1" for job in jobs}


def test_fewer_jobs_than_workers() -> None:
    assert _run(["a"], workers=3) == {"a": "a in 1"}
    assert _run([]) == {}


def test_a_worker_that_ends_costs_its_job_and_no_other() -> None:
    found = _run(["a", "die", "b", "leave", "c", "die"][:5])
    assert found == {"a": "a in 1", "die": "crashed", "b": "b in 1", "leave": "crashed", "c": "c in 1"}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is limited on Linux only")
def test_limits_end_what_takes_too_long_or_too_much() -> None:
    found = _run(["a", "hang", "grow", "b"], limits=Limits(seconds=3, memory=1024))
    assert found == {"a": "a in 1", "hang": "time_limit", "grow": "memory_limit", "b": "b in 1"}


def test_what_a_job_has_started_ends_with_it(tmp_path: Path) -> None:
    assert list(_run([f"child {tmp_path / 'pid'}"], 1, Limits(seconds=3)).values()) == ["time_limit"]
    assert _gone(int((tmp_path / "pid").read_text(encoding="utf-8")))


def test_a_worker_that_cannot_be_made_ready_is_an_error() -> None:
    with pytest.raises(RuntimeError, match="no model here"):
        list(run_jobs(iter(["a"]), Play(fails=True), 2))


def test_workers_end_with_the_one_who_asked(tmp_path: Path) -> None:
    code = f"from {__name__.rpartition('.')[2]} import *; print(*run_jobs(iter(['child {tmp_path / 'pid'}']), Play(), 1))"
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    parent = subprocess.Popen([sys.executable, "-c", code], env=environment)
    _wait_for((tmp_path / "pid").exists)
    parent.kill()
    parent.wait()
    pid = int((tmp_path / "pid").read_text(encoding="utf-8"))
    _wait_for(lambda: _gone(pid))


def _gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").split(")")[1].split()[0] == "Z"
    except FileNotFoundError:
        return True


def _wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)
