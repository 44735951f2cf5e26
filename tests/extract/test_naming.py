"""Which names mean one subject and which do not."""

from __future__ import annotations

import pytest
from fiscalzh.extract.naming import account_key, normal_form, project_keys, subject_key

ONE_ACCOUNT = [
    ("公务用车购置及运行费", "公务用车购置及运行维护费"),
    ("公务用车购置及运行维护支出", "公务用车购置和运行维护费"),
    ("“三公”经费", "三公经费支出"),
    ("“三公”经费财政拨款支出", "财政拨款“三公”经费"),
    ("公务接待费", "公务接待费支出"),
    ("因公出国（境）费", "因公出国(境)费用"),
    ("公务用车运行费", "公务用车运行维护费"),
    ("机关运行经费", "机关运行经费支出"),
    ("人员经费", "人员经费支出"),
    ("收、支总计", "收入支出总计"),
    ("会议费和培训费", "会议费及培训费支出"),
    ("一般公共服务支出", "一般公共服务（类）支出"),
]
TWO_ACCOUNTS = [
    ("基本支出", "项目支出"),
    ("基本支出", "一般公共预算财政拨款基本支出"),
    ("财政拨款收入", "财政拨款支出"),
    ("公务接待费", "其他国内公务接待支出"),
    ("公务用车购置费", "公务用车购置及运行维护费"),
    ("公务用车运行维护费", "公务用车购置及运行维护费"),
    ("收入合计", "收入总计"),
    ("全市一般公共预算收入", "市本级一般公共预算收入"),
    ("2021年基本支出", "2022年基本支出"),
    ("年初结转和结余", "年末结转和结余"),
    ("政府采购货物支出", "政府采购服务支出"),
    ("城市最低生活保障金支出", "农村最低生活保障金支出"),
]


@pytest.mark.parametrize(("one", "two"), ONE_ACCOUNT)
def test_names_of_one_account(one: str, two: str) -> None:
    assert account_key(one) == account_key(two)


@pytest.mark.parametrize(("one", "two"), TWO_ACCOUNTS)
def test_names_of_two_accounts(one: str, two: str) -> None:
    assert account_key(one) != account_key(two)


def test_one_code_is_one_account() -> None:
    assert account_key("行政运行", "2010601") == account_key("财政事务（款）行政运行（项）", "2010601")
    assert account_key("行政运行", "2010601") != account_key("行政运行", "2010301")
    assert account_key("全市教育支出", "205") != account_key("市本级教育支出", "205")


def test_level_and_book_count_wherever_they_stand() -> None:
    assert account_key("全县一般公共预算收入") == account_key("一般公共预算收入", scope="全县")
    assert account_key("收入", scope="全县 一般公共预算") == account_key("全县一般公共预算收入")
    assert account_key("收入", scope="全县 政府性基金预算") == account_key("政府性基金收入", scope="全县")
    assert account_key("收入", scope="全县 政府性基金预算") != account_key("收入", scope="全县 一般公共预算")
    assert account_key("收入", scope="全市") != account_key("收入", scope="市本级")


ONE_PROJECT = [
    ("雪亮工程", "“雪亮工程”项目"),
    ("雪亮工程", "青石县雪亮工程"),
    ("电子政务平台运行经费", "电子政务平台运行经费项目"),
    ("老旧小区改造", "城镇老旧小区改造工程"),
    ("应急广播体系建设", "应急广播体系建设项目"),
    ("智慧停车平台（二期）", "智慧停车平台二期"),
    ("学校运动场改造资金", "学校运动场改造项目资金"),
    ("信号灯升级项目", "城区交通信号灯智能化升级项目"),
    ("烈士陵园提质改造", "县烈士陵园提质改造工程"),
]
TWO_PROJECTS = [
    ("智慧停车平台（一期）", "智慧停车平台（二期）"),
    ("智慧停车平台", "智慧停车平台（二期）"),
    ("2021年绿道建设", "2022年绿道建设"),
    ("绿道建设", "2022年绿道建设"),
    ("政务云平台建设", "政务云平台运维"),
    ("政务云平台", "政务云平台运维服务"),
    ("东湖路改造工程", "西湖路改造工程"),
    ("中学食堂改造", "小学食堂改造"),
    ("绿道一标段", "绿道二标段"),
    ("绿化", "道路绿化"),
]


@pytest.mark.parametrize(("one", "two"), ONE_PROJECT)
def test_names_of_one_project(one: str, two: str) -> None:
    keys = project_keys([one, two])
    assert keys[one] == keys[two]


@pytest.mark.parametrize(("one", "two"), TWO_PROJECTS)
def test_names_of_two_projects(one: str, two: str) -> None:
    keys = project_keys([one, two])
    assert keys[one] != keys[two]


def test_what_may_be_short_for_two_is_short_for_none() -> None:
    keys = project_keys(["道路改造工程", "东湖道路改造工程", "西湖道路改造工程"])
    assert len(set(keys.values())) == 3
    chain = project_keys(["道路改造", "东湖道路改造", "青石县东湖道路改造"])
    assert len(set(chain.values())) == 1


def test_a_spelling_is_not_a_form() -> None:
    assert subject_key("公务接待费支出") != subject_key("公务接待费")
    assert normal_form("公务接待费支出") == normal_form("公务接待费")
    assert normal_form("基本支出") == "基本支出"
