"""Every question that the machine answers is opened, read to its end and left; one answer is taken along."""

from simulator.scenarios import pages, reading
from simulator.scenarios.citizen import Citizen
from simulator.scenarios.pages import Known

EXPECTS = "answered"
QUESTIONS: dict[str, dict[str, str]] = {
    "用卡补卡": {
        "第一张卡": "第一张社保卡怎么领？",
        "怎么启用": "社保卡怎么启用？",
        "卡“封存”": "卡“封存”是什么意思？",
        "社保卡用途": "社保卡能做什么？",
        "保管好卡": "卡和信息怎么保管？",
        "挂失以后": "挂失以后还能用什么？",
        "补卡换卡": "补卡换卡要什么条件？",
        "卡到期": "社保卡到期了怎么办？",
        "注销多余的卡": "有几张卡，怎么注销？",
    },
    "密码手机": {
        "社保密码": "社保密码忘了怎么办？",
        "开电子社保卡": "怎么开电子社保卡？",
        "电子社保卡密码": "电子社保卡密码怎么改？",
        "手机刷脸": "手机刷脸不过怎么办？",
        "短信提醒": "短信提醒有什么用？",
        "防诈骗": "短信说社保卡要停用？",
    },
    "银行功能": {
        "银行密码": "银行密码忘了怎么办？",
        "激活银行功能": "银行功能怎么激活？",
        "医院药店启用": "医院药店也能启用吗？",
        "请人代办": "可以请人代办吗？",
    },
    "参保待遇": {
        "待遇资格认证": "待遇资格怎么认证？",
        "查自己的社保": "怎么查自己的社保？",
        "单位没缴费": "单位没给缴费怎么办？",
        "灵活就业": "没有单位怎么参保？",
    },
    "规定网点": {
        "还能在哪里查": "除了这里，还能在哪里查？",
        "热线电话": "打 {hotline} 能问什么？",
        "发卡用卡规定": "社保卡有哪些规定？",
        "法律依据": "办业务依据什么规定？",
    },
}
"""By subject what each is about, as the list names it, and the question itself."""


def play(citizen: Citizen) -> tuple[str, str]:
    """See the module."""
    citizen.sees(pages.HOME)
    reading.chooses_in_menu(citizen, "常见问题")
    read = 0
    for subject, asked in QUESTIONS.items():
        for label, title in asked.items():
            citizen.sees(pages.SUBJECTS)
            citizen.touches(subject)
            citizen.sees(pages.QUESTIONS)
            reading.turns_to(citizen, label)
            citizen.touches(label)
            citizen.sees(Known(f"answer-{read + 1:02}", title))
            if not read:
                citizen.touches("打印")
                citizen.takes_receipt()
                citizen.sees(Known("answer-printed", title))
            reading.reads_to_the_end(citizen)
            citizen.touches("看别的问题")
            read += 1
    citizen.sees(pages.SUBJECTS)
    citizen.touches("返回")
    citizen.sees(pages.MENU)
    citizen.touches("返回")
    citizen.sees(pages.HOME)
    return "answered", f"{read} questions, each read to its end"
