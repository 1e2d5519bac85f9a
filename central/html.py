"""The few pages that people read with a browser: plain, without a script, and no text in them but escaped."""

import base64
import hashlib
from collections.abc import Iterable, Mapping
from html import escape

from starlette.responses import HTMLResponse, Response

_STYLE = """
:root { color-scheme: light; }
body { font: 16px/1.6 "Noto Sans CJK SC", "PingFang SC", sans-serif; color: #16262e; background: #fff;
  max-width: 68rem; margin: 0 auto; padding: 1.5rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2rem; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .4rem .6rem;
  border-bottom: 1px solid #c9d3d8; vertical-align: top; }
form { display: inline-flex; gap: .5rem; flex-wrap: wrap; align-items: center; margin: 0; }
input, button { font: inherit; padding: .4rem .7rem; border: 1px solid #5b6f79; border-radius: .3rem; }
button { background: #0b5a7a; color: #fff; border-color: #0b5a7a; min-height: 2.75rem; }
button.plain { background: #fff; color: #0b5a7a; }
.said { padding: .7rem 1rem; border-left: .4rem solid #0b5a7a; background: #eef4f7; }
.quiet { color: #4c5f68; }
"""
_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": (
        f"default-src 'none'; style-src 'sha256-{_HASH}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "referrer-policy": "same-origin",  # With none at all a browser says no origin, and the desk takes no form without.
    "x-content-type-options": "nosniff",
}


def page(title: str, body: str, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A whole page; `body` is HTML, whose texts the caller has escaped."""
    text = (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head>'
        f"<body><h1>{escape(title)}</h1>{body}</body></html>"
    )
    return HTMLResponse(text, status, {**_HEADERS, **(headers or {})})


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table; the cells are HTML."""
    head = "".join(f'<th scope="col">{escape(each)}</th>' for each in heads)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
