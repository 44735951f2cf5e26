"""What stands round a report on a web page, and its contents page."""

from __future__ import annotations

import random
from collections.abc import Sequence


def around(rng: random.Random, lines: Sequence[str], headings: Sequence[str], unit: str, year: int) -> list[str]:
    """Title lines with web furniture before and a contents page behind them, now and then."""
    out = list(lines)
    if rng.random() < 0.2:
        date = f"{year + 1}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"
        out = [*rng.choice(_TOPS)(unit, date, rng.randint(20, 9000)), *out]
    if len(headings) > 3 and rng.random() < 0.3:
        dots = rng.choice(("", "", "…………", " "))
        page = 1
        out.append(rng.choice(("目录", "目  录", "目　　录")))
        for heading in headings:
            page += rng.randint(0, 2)
            out.append(heading + (f"{dots}{page}" if dots else ""))
        out.append("")
    return out


def _crumbs(unit: str, date: str, views: int) -> list[str]:
    return [f"当前位置：首页 > 政府信息公开 > 预决算公开 > {unit}", f"发布时间：{date}　　来源：{unit}　　浏览次数：{views}次　　字体：[大 中 小]"]


def _index(unit: str, date: str, views: int) -> list[str]:
    return [f"索引号：{views:06d}/{date[:4]}-{views:05d}", f"发布机构：{unit}", f"发文日期：{date}", "打印 关闭 分享"]


def _print(unit: str, date: str, views: int) -> list[str]:
    return [f"来源:{unit} 发布时间:{date} 字号:[大] [中] [小] 打印本页"]


_TOPS = (_crumbs, _index, _print)
