"""What the page of a batch shows: reports, totals, findings by rule, failures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from .outputs import Failure, Output, Row
from .view import LOW

# Given a report's number in the batch and its output: the address of its page, or None and why there is none.
Linker: TypeAlias = Callable[[int, Output], tuple[str | None, str | None]]
COUNTED: Final = ("length", "spans", "facts", "low", "records", "claims", "errors", "warnings")


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One report of a batch: `low` counts its figures of low score; `href` is its page, `no_page` why there is none."""

    number: int
    name: str
    source: str
    unit: str | None
    year: int | None
    report_type: str | None
    length: int
    spans: int
    facts: int
    low: int
    records: int
    claims: int
    errors: int
    warnings: int
    rules: tuple[str, ...]
    href: str | None = None
    no_page: str | None = None


@dataclass(frozen=True, slots=True)
class RuleRow:
    """How often a rule found something, and in how many reports."""

    rule: str
    severity: str
    findings: int
    reports: int


@dataclass(frozen=True, slots=True)
class BatchView:
    """Everything on the page of a batch; `years` and `units` count reports, `unknown` standing for None."""

    name: str
    reports: tuple[ReportRow, ...]
    failures: tuple[Failure, ...]
    rules: tuple[RuleRow, ...]
    totals: dict[str, int]
    labels: tuple[tuple[str, int], ...]
    measures: tuple[tuple[str, int], ...]
    years: tuple[int, ...]
    types: tuple[str | None, ...]
    grid: tuple[tuple[int | None, tuple[int, ...]], ...]
    units: int
    pipelines: tuple[str, ...]


def batch_view(name: str, rows: Iterable[Row], link: Linker | None = None) -> BatchView:
    """The view of a batch; its objects are looked at one by one and not kept."""
    reports: list[ReportRow] = []
    failures: list[Failure] = []
    labels, measures, rules = Counter[str](), Counter[str](), Counter[tuple[str, str]]()
    pipelines: dict[str, None] = {}
    for number, row in enumerate(rows, start=1):
        if isinstance(row, Failure):
            failures.append(row)
            continue
        reports.append(_report(number, row, link))
        labels.update(span.label for span in row.spans)
        measures.update(fact.measure for fact in row.facts)
        rules.update((check.rule, check.severity) for check in row.checks)
        pipelines[" ".join(filter(None, map(row.pipeline.get, ("version", "model"))))] = None
    types = sorted({report.report_type for report in reports}, key=lambda kind: (kind is None, kind))
    by_year = Counter((report.year, report.report_type) for report in reports)
    years = sorted({report.year for report in reports}, key=lambda year: (year is None, -(year or 0)))
    return BatchView(
        name=name,
        reports=tuple(reports),
        failures=tuple(failures),
        rules=tuple(RuleRow(rule, severity, count, sum(rule in r.rules for r in reports)) for (rule, severity), count in rules.most_common()),
        totals={what: sum(getattr(report, what) for report in reports) for what in COUNTED},
        labels=tuple(labels.most_common()),
        measures=tuple(measures.most_common()),
        years=tuple(year for year in years if year is not None),
        types=tuple(types),
        grid=tuple((year, tuple(by_year[year, kind] for kind in types)) for year in years),
        units=len({report.unit for report in reports if report.unit}),
        pipelines=tuple(filter(None, pipelines)),
    )


def _report(number: int, output: Output, link: Linker | None) -> ReportRow:
    severities = Counter(check.severity for check in output.checks)
    href, no_page = link(number, output) if link else (None, None)
    return ReportRow(
        number=number,
        name=output.meta.title or Path(output.source).name,
        source=output.source,
        unit=output.meta.unit,
        year=output.meta.fiscal_year,
        report_type=output.meta.report_type,
        length=output.text_length,
        spans=len(output.spans),
        facts=len(output.facts),
        low=sum(fact.score is not None and fact.score < LOW for fact in output.facts),
        records=len(output.records),
        claims=len(output.claims),
        errors=severities["error"],
        warnings=len(output.checks) - severities["error"],
        rules=tuple(dict.fromkeys(check.rule for check in output.checks)),
        href=href,
        no_page=no_page,
    )
