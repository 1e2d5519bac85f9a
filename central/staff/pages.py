"""The staff's page: applications to decide, cases to look at, machines."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from html import escape
from typing import Any

from sqlalchemy import Row

from central import applications
from central.application_stages import Decision, after
from central.html import table
from central.masking import masked_name
from kiosk.uplink.contract import ApplicationKind, ApplicationReason, ApplicationStage, BootReason, Delivery

KINDS = {
    ApplicationKind.SMS_SUBSCRIBE: "开通短信提醒",
    ApplicationKind.SMS_CHANGE: "更换短信提醒号码",
    ApplicationKind.SMS_STOP: "停止短信提醒",
    ApplicationKind.REPLACEMENT: "补领社保卡",
    ApplicationKind.RENEWAL: "换领社保卡",
    ApplicationKind.PHONE_CHANGE: "更换预留手机号",
}
STAGES = {
    ApplicationStage.UNDER_REVIEW: "待审核",
    ApplicationStage.IN_PRODUCTION: "制卡中",
    ApplicationStage.READY_TO_COLLECT: "待领取",
    ApplicationStage.POSTED: "已寄出",
}
REASONS = {
    ApplicationReason.LOST: "丢失",
    ApplicationReason.DAMAGED: "损坏",
    ApplicationReason.DATA_WRONG: "信息有误",
    ApplicationReason.PHOTO_OLD: "照片旧了",
    ApplicationReason.EXPIRING: "快到期",
}
DECISIONS = {
    Decision.APPROVE: "通过",
    Decision.REFUSE: "不通过",
    Decision.MADE: "卡已到网点",
    Decision.POST: "卡已寄出",
    Decision.HAND_OVER: "新卡已交给本人，旧卡注销",
}
BOOTS = {
    BootReason.FIRST: "第一次启动",
    BootReason.STOPPED: "正常停机之后",
    BootReason.FAULT: "程序出错之后",
    BootReason.KILLED: "被强行结束之后",
    BootReason.POWER: "断电之后",
}
RECOVERIES = {"broken": "日志被改动过", "stopped": "恢复没有完成"}
DELIVERIES = {Delivery.COLLECT: "自取", Delivery.POST: "邮寄"}


def login(said: str = "") -> str:
    """Where the secret is asked for."""
    return (
        f"{_said(said)}<form action=/staff/login method=post><label for=clerk>账号</label>"
        "<input id=clerk name=clerk autocomplete=username maxlength=32 required><label for=secret>口令</label>"
        "<input id=secret name=secret type=password autocomplete=current-password required>"
        "<button>进入</button></form>"
    )


def desk(
    clerk: str,
    waiting: Iterable[Row[Any]],
    decided: Iterable[Row[Any]],
    cases: Iterable[Row[Any]],
    kiosks: Iterable[Mapping[str, Any]],
    outlets: Mapping[str, str],
    token: str,
    said: str = "",
) -> str:
    """All that waits, and what `clerk` and the others decided lately. `outlets` are their names by id; `token` goes
    into each form."""
    hidden = f'<input type=hidden name=token value="{escape(token)}">'
    return (
        f"{_said(said)}<form action=/staff/logout method=post>{hidden}<span>{escape(clerk)}</span>"
        "<button class=plain>退出</button></form>"
        "<h2>申请</h2>"
        + table(
            ("编号", "事项", "申请人", "申请日期", "详情", "状态", "处理"),
            ([*_application(each, outlets), _decide(each, hidden)] for each in waiting),
        )
        + "<h2>最近办过的申请</h2>"
        + table(("编号", "事项", "处理", "谁办的", "时间"), map(_decided, decided))
        + "<h2>要人看的业务</h2>"
        + table(
            ("业务", "原因", "类型", "状态", "自助机", "时间", "处理"),
            ([*_case(each), _close(each, hidden)] for each in cases),
        )
        + "<h2>自助机</h2>"
        + table(("名称", "版本", "上次联系", "上次启动", "故障", "待发消息"), (_kiosk(each) for each in kiosks))
    )


def _said(said: str) -> str:
    return f"<p class=said role=status>{escape(said)}</p>" if said else ""


def _application(row: Row[Any], outlets: Mapping[str, str]) -> list[str]:
    details = [
        *([f"尾号 {row.phone[-4:]}"] if row.phone else []),
        *([DELIVERIES[Delivery(row.delivery)]] if row.delivery else []),
        *([outlets.get(row.outlet, row.outlet)] if row.outlet else []),
        *([REASONS[ApplicationReason(row.reason)]] if row.reason else []),
    ]
    return [
        applications.number_of(row),
        KINDS[ApplicationKind(row.kind)],
        escape(masked_name(row.name)),
        row.applied_on.isoformat(),
        escape(" · ".join(details)),
        STAGES[ApplicationStage(row.stage)],
    ]


def _decide(row: Row[Any], hidden: str) -> str:
    kind, stage = ApplicationKind(row.kind), ApplicationStage(row.stage)
    delivery = None if row.delivery is None else Delivery(row.delivery)
    possible = [decision for decision in Decision if after(kind, delivery, stage, decision) is not None]
    note = (
        '<input name=note maxlength=200 placeholder="不通过的原因" aria-label="不通过的原因">'
        if Decision.REFUSE in possible
        else ""
    )
    buttons = "".join(
        f"<button name=decision value={each.value}{' class=plain' if each is Decision.REFUSE else ''}>"
        f"{DECISIONS[each]}</button>"
        for each in possible
    )
    return f"<form action=/staff/applications/{applications.number_of(row)} method=post>{hidden}{note}{buttons}</form>"


def _decided(row: Row[Any]) -> list[str]:
    what = (KINDS[ApplicationKind(row.kind)], DECISIONS[Decision(row.decision)])
    return [applications.number_of(row), *what, escape(row.by), _when(row.at)]


def _case(row: Row[Any]) -> list[str]:
    told = (row.operation_id, row.reason, row.kind, row.state, row.kiosk, _when(row.opened_at))
    return [escape(str(each)) for each in told]


def _close(row: Row[Any], hidden: str) -> str:
    return (
        f"<form action=/staff/cases/{row.id} method=post>{hidden}"
        '<input name=what maxlength=200 required placeholder="处理结果" aria-label="处理结果">'
        "<button>办结</button></form>"
    )


def _kiosk(kiosk: Mapping[str, Any]) -> list[str]:
    standing = "、".join(sorted(kiosk["conditions"]))
    began = "<br>".join(map(escape, _boot(kiosk["boots"][0]))) if kiosk["boots"] else ""
    seen, waiting = _when(kiosk["seen_at"]), str(kiosk["outbox_length"] or 0)
    return [escape(kiosk["name"]), escape(kiosk["version"] or ""), seen, began, escape(standing), waiting]


def _boot(boot: Mapping[str, Any]) -> list[str]:
    """When and why a kiosk last began to run, and what was out of the ordinary then."""
    lines = [_when(boot["at"]), BOOTS[BootReason(boot["reason"])]]
    if boot["version_before"] is not None:
        lines.append(f"版本 {boot['version_before']} → {boot['version']}")
    if boot["clock_jump_seconds"] is not None:
        lines.append(f"时钟拨动 {boot['clock_jump_seconds']:+d} 秒")
    if boot["recovery"] != "whole":
        lines.append(RECOVERIES[boot["recovery"]])
    if boot["not_done"] or boot["in_doubt"]:
        lines.append(f"断在半路：没做 {boot['not_done']} 件，说不准 {boot['in_doubt']} 件")
    return lines


def _when(at: datetime | None) -> str:
    return "" if at is None else f"{at:%Y-%m-%d %H:%M} UTC"
