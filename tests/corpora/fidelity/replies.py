"""What five suites expect of a stripper of quotes; the same through mail-parser-reply and quotequail.

Suites differ in what they call a reply: talon and quotequail keep the signature, the others cut it; each case is compared with
what its own suite expects, the libraries likewise. Forwards are quotes to quotequail and text to talon: to us they are `forwarded`.
"""

import email
import json
import re
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from maildesk.ingest.html_text import html_to_text
from maildesk.ingest.reply_text import read_reply
from tests.corpora.fidelity.tally import Rate, Tally

Case = dict[str, Any]
_KEEP_SIGNATURE = ("talon", "quotequail")
_LANGUAGES = ["en", "de", "cs", "da", "es", "fr", "it", "ja", "ko", "nl", "pl", "sv", "zh"]


def compare(corpora: Path, tally: Tally) -> None:
    """Compare what we cut in every case whose expectation is exact."""
    for case in cases(corpora, "exact"):
        got = ours(given(case, corpora), case)
        if same(got, case):
            tally.same["exact"] += 1
        else:
            tally.compare(case_name(case), "exact", got, wanted(case))


def rates(corpora: Path) -> list[Rate]:
    """Say how often, and how fast, maildesk and two libraries meet the exact cases; one that raises has missed the case."""
    texts = [(case, given(case, corpora)) for case in cases(corpora, "exact")]
    strippers = (("maildesk", ours), ("mail-parser-reply", mailparser_reply), ("quotequail", by_quotequail))
    return [_rate(name, strip, texts) for name, strip in strippers]


def case_name(case: Case) -> str:
    """Name a case by its suite and number."""
    return f"{case['source']}#{case['id'].split('#')[-1]}"


def cases(corpora: Path, *tiers: str) -> list[Case]:
    """Read the cases of these tiers."""
    lines = (corpora / "_norm/replies.jsonl").read_text("utf-8").splitlines()
    return [case for line in lines if (case := json.loads(line))["tier"] in tiers]


def given(case: Case, corpora: Path) -> str:
    """Give the text that a stripper is shown."""
    text = str(case["input_text_or_eml_path"])
    if not case["input_is_path"]:
        return text
    raw = (corpora / text).read_bytes()
    if case["input_kind"] != "eml":
        return raw.decode("utf-8", "replace")
    part = next(p for p in email.message_from_bytes(raw).walk() if p.get_content_type() == "text/plain")
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode(part.get_content_charset() or "utf-8", "replace")


def wanted(case: Case) -> str:
    """Give what the suite expects."""
    expected = case["expected"]
    if "visible_html" in expected:
        return html_to_text(str(expected["visible_html"]))
    return str(expected.get("visible", expected.get("first_fragment", expected.get("visible_without_signature", ""))))


def same(got: str, case: Case) -> bool:
    """Compare without regard to trailing spaces; HTML as upstream does: without any space (and without our quote marks)."""
    if case["input_kind"] == "html":
        return re.sub(r"[\s>]+", "", got) == re.sub(r"[\s>]+", "", wanted(case))

    def tidy(text: str) -> str:
        return "\n".join(line.rstrip() for line in text.strip().replace("\r\n", "\n").split("\n"))

    return tidy(got) == tidy(wanted(case))


def ours(text: str, case: Case) -> str:
    """Ask maildesk."""
    reply = read_reply("", text) if case["input_kind"] == "html" else read_reply(text)
    keep = case["source"] in _KEEP_SIGNATURE and "unwrap" not in case["upstream_test"]
    got = reply.with_signature if keep else reply.own
    return got or (reply.text if wanted(case).strip() else "")


def mailparser_reply(text: str, case: Case) -> str:
    """Ask mail-parser-reply."""
    from mailparser_reply import EmailReplyParser  # type: ignore[import-untyped]

    parser = EmailReplyParser(languages=_LANGUAGES)
    replies = parser.read(html_to_text(text) if case["input_kind"] == "html" else text).replies
    if not replies:
        return ""
    return str(replies[0].body if case["source"] not in _KEEP_SIGNATURE else replies[0].full_body)


def by_quotequail(text: str, case: Case) -> str:
    """Ask quotequail."""
    import quotequail  # type: ignore[import-untyped]

    if case["input_kind"] == "html":
        return html_to_text(
            "".join(part for shown, part in quotequail.quote_html(text, quote_intro_line=True) if shown)
        )
    return "\n".join(part for shown, part in quotequail.quote(text, quote_intro_line=True) if shown)


def _rate(name: str, strip: Callable[[str, Case], str], texts: list[tuple[Case, str]]) -> Rate:
    met = 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        began = time.process_time()
        for case, text in texts:
            try:
                met += same(strip(text, case), case)
            except Exception:  # a library's trouble is a missed case, ours is a bug  # noqa: BLE001
                assert name != "maildesk"
    return Rate("new text above the quote", name, met, len(texts), (time.process_time() - began) / len(texts))
