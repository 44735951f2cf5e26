"""On a real local Spark with two workers: what the plain run gives, to the letter."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fiscalzh.corpus.library import SAMPLES
from fiscalzh.extract.batch import find_reports
from fiscalzh.extract.runs.run import Recipe, run
from fiscalzh.extract.runs.tables import TABLES

pytest.importorskip("pyspark", reason="the extra `spark` is not installed")
pytestmark = [pytest.mark.spark, pytest.mark.skipif(shutil.which("java") is None, reason="there is no Java")]


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").config("spark.driver.host", "127.0.0.1")
    session = builder.config("spark.driver.bindAddress", "127.0.0.1").config("spark.sql.shuffle.partitions", "2").getOrCreate()
    yield session
    session.stop()


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("spark") / "reports of a year"
    shutil.copytree(SAMPLES, folder)
    (folder / "empty.txt").write_bytes(b" ")
    return folder


def test_the_same_as_the_plain_run(spark: Any, reports: Path, tmp_path: Path) -> None:
    import pyarrow.parquet as pq
    from fiscalzh.extract.spark import extract_reports, table_of

    frame = spark.read.format("binaryFile").load(str(reports)).repartition(2)
    assert frame.rdd.getNumPartitions() == 2
    results = extract_reports(frame).cache()
    rows = sorted(results.collect(), key=lambda row: row["source"])

    run(find_reports([reports]), tmp_path / "out.jsonl", Recipe("jsonl"))
    run(find_reports([reports]), tmp_path / "out.parquet", Recipe("parquet"))
    assert [row["json"] for row in rows] == (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()
    assert {Path(row["source"]).name: row["error"] for row in rows if row["error"]} == {"empty.txt": "empty"}
    for table in TABLES:
        plain = pq.read_table(tmp_path / "out.parquet" / f"{table}.parquet").to_pylist()
        found = table_of(results, table).toArrow().to_pylist()
        assert sorted(map(_key, found)) == sorted(map(_key, plain)), table


def _key(row: dict[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False, default=str)
