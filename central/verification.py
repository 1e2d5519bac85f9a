"""Whether a printed certificate is what the bureau issued: a page for whoever was handed one, JSON for a program.

It says what was certified and whose it is in part, never more than is on the paper.
"""

import math
from datetime import timedelta
from html import escape
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from central import certificates
from central.attempts import Attempts
from central.html import page, table
from central.masking import masked_name, masked_number
from central.registry import Registry
from kiosk.uplink.contract import CertificateKind, Insurance, InsuredState

PATH = "/verify"
_WITHIN = timedelta(minutes=10)
_PER_ADDRESS, _IN_ALL = 30, 600
"""Somebody with a pile of certificates is patient; nobody tries 80 bits at this pace."""

_KINDS = {CertificateKind.INSURED: "社会保险参保证明", CertificateKind.RIGHTS_RECORD: "社会保险个人权益记录"}
"""In the words of the paper, as all that follow: item by item they are compared."""
_INSURANCES = {
    Insurance.PENSION: "养老保险",
    Insurance.MEDICAL: "医疗保险",
    Insurance.UNEMPLOYMENT: "失业保险",
    Insurance.WORK_INJURY: "工伤保险",
    Insurance.MATERNITY: "生育保险",
}
_STATES = {
    InsuredState.PAYING: "正常参保",
    InsuredState.SUSPENDED: "暂停缴费",
    InsuredState.RECEIVING: "正在领待遇",
    InsuredState.ENDED: "已经终止",
}
_FORM = (
    '<form action="/verify" method="get"><label for="code">证明上的查验码 Code on the certificate</label>'
    '<input id="code" name="code" autocomplete="off" maxlength="40" required>'
    "<button>查验 Check</button></form>"
)


class Verification:
    """Answers `/verify` and `/verify/{code}`."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._attempts = Attempts(_PER_ADDRESS, _IN_ALL, _WITHIN)

    def answer(self, request: Request) -> Response:
        """One request, to anybody."""
        as_json = "application/json" in request.headers.get("accept", "")
        if request.method != "GET":
            return page("没有这个页面", "", status=405, headers={"allow": "GET"})
        code = request.url.path.removeprefix(PATH).strip("/") or request.query_params.get("code", "")
        if not code:
            return page("查验证明 Check a certificate", _FORM)
        now, address = self._registry.now(), request.client.host if request.client else ""
        wait = self._attempts.wait(address, now)
        if wait > 0:
            headers = {"retry-after": str(math.ceil(wait))}
            if as_json:
                return JSONResponse({"found": None}, 429, headers)
            return page("请过几分钟再查", "<p>查得太多了。 Too many checks.</p>", status=429, headers=headers)
        self._attempts.count(address, now)
        with self._registry.transaction() as transaction:
            certificate = certificates.by_code(transaction, code)
        if certificate is None:
            if as_json:
                return JSONResponse({"found": False}, 404)
            said = "<p>请核对查验码。证明过了查验期，也查不到。 Please check the code; old ones are no longer kept.</p>"
            return page("没有查到这份证明", said + _FORM, status=404)
        told = _told(certificate)
        if as_json:
            return JSONResponse({"found": True, **told}, headers={"cache-control": "no-store"})
        return page("这份证明是真的 This certificate is genuine", _shown(told))


def _told(certificate: Any) -> dict[str, Any]:
    return {
        "kind": certificate.kind,
        "number": certificates.number_of(certificate),
        "name": masked_name(certificate.name),
        "social_security_number": masked_number(certificate.social_security_number),
        "issued_on": certificate.issued_on.isoformat(),
        "verifiable_until": certificate.verifiable_until.isoformat(),
        "insurances": certificate.facts,
    }


def _shown(told: dict[str, Any]) -> str:
    facts = (
        ("证明", _KINDS[CertificateKind(told["kind"])]),
        ("编号", told["number"]),
        ("姓名", told["name"]),
        ("社会保障号码", told["social_security_number"]),
        ("开具日期", told["issued_on"]),
        ("可查验到", told["verifiable_until"]),
    )
    rows = ([_INSURANCES[Insurance(each["insurance"])], *_standing(each)] for each in told["insurances"])
    return (
        table(("项目", "内容"), ((escape(name), escape(value)) for name, value in facts))
        + "<h2>参保情况</h2>"
        + table(("险种", "参保时间", "状态", "累计缴费月数"), rows)
        + '<p class="quiet">请和纸上的内容逐项对照。 Compare each item with the paper.</p>'
    )


def _standing(fact: dict[str, Any]) -> tuple[str, str, str]:
    return escape(fact["insured_since"]), _STATES[InsuredState(fact["state"])], str(fact["months_paid"])
