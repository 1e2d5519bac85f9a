"""Words that every face of the console shares: roles, answers to what is asked, results."""

from kiosk.text import T, Text

ROLES: dict[str, Text] = {
    "engineer": T("工程师"),
    "technician": T("技术员"),
    "operator": T("值班员"),
    "auditor": T("审计员"),
}
"""The most that somebody is comes first."""
ANSWERS: dict[str, Text] = {
    "yes": T("是的"),
    "no": T("没有"),
    "sure": T("确定"),
    "cancel": T("取消"),
    "again": T("再来一次"),
    "next": T("继续"),
    "stop": T("停下"),
    "skip": T("跳过"),
}
"""Answers in words; another one stands as it is."""

RESULTS: dict[str, Text] = {
    "passed": T("好"),
    "failed": T("不好"),
    "not_done": T("没有做"),
}
"""What came of a test."""


def answer(name: str) -> Text:
    """An answer in words."""
    return ANSWERS[name] if name in ANSWERS else T("{name}", name=name)
