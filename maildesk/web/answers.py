"""How pages answer: nothing is loaded from elsewhere, nothing is kept, nothing tells where the reader came from."""

from html import escape

from starlette.responses import HTMLResponse, PlainTextResponse, Response

QUIET = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
_STYLE = (
    ":root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:36em;margin:3em auto;padding:0 1em;"
    "background:light-dark(#fff,#1b1b1b);color:light-dark(#1b1b1b,#f2f2f2)}"
    "button,input{font:inherit;min-height:44px;padding:0 1.2em;border:2px solid;border-radius:6px;background:none;"
    "color:inherit;box-sizing:border-box;max-width:100%}main{overflow-wrap:anywhere}pre{white-space:pre-wrap}"
    "a{color:light-dark(#0b57d0,#a8c7fa)}li{margin:.4em 0}"
    "nav a{display:inline-block;padding:10px 0}.found a{display:block;padding:10px 0}"
    ":focus-visible{outline:3px solid light-dark(#0b57d0,#a8c7fa);outline-offset:2px}"
)


def nothing() -> Response:
    """Answer as if there were nothing, whatever the reason."""
    return PlainTextResponse("Not found\n", status_code=404, headers=QUIET)


def page(language: str, title: str, words: str, button: str = "") -> Response:
    """Show a page of a heading, a sentence and perhaps one button, which posts to the very same address."""
    form = f'<form method="post"><button type="submit">{escape(button)}</button></form>' if button else ""
    return document(language, title, f"<p>{escape(words)}</p>{form}")


def document(language: str, title: str, body: str) -> Response:
    """Show a page of a heading and what stands below it, which is HTML already."""
    return HTMLResponse(
        f'<!DOCTYPE html><html lang="{escape(language)}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{_STYLE}</style></head>'
        f"<body><main><h1>{escape(title)}</h1>{body}</main></body></html>",
        headers={**QUIET, "Content-Security-Policy": _POLICY, "Content-Language": language},
    )
