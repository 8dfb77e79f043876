"""What a server says of a mail's author counts only if it is ours and stands where the sender cannot write."""

import pytest

from maildesk.ingest.authentication import verdict
from maildesk.model.reason import Reason

OURS = ("mx.firma.hr",)
OUTSIDE = (
    "Received",
    "from mail.x.cz (mail.x.cz [203.0.113.9]) by mx.firma.hr (Postfix) with ESMTPS id 1; Sun, 22 Nov 2026",
)
WITHIN = ("Received", "from localhost (localhost [127.0.0.1]) by mx.firma.hr (Dovecot) with LMTP id 2")


def said(value: str) -> tuple[str, str]:
    """Write an Authentication-Results field."""
    return ("Authentication-Results", value)


PASS = said("mx.firma.hr; dmarc=pass (p=none) header.from=x.cz")


def judge(*headers: tuple[str, str], trusted: tuple[str, ...] = OURS, domain: str = "x.cz", hops: int = 0) -> str:
    """Give the verdict about a From domain."""
    return verdict(headers, trusted, domain, hops=hops)[0]


@pytest.mark.parametrize(
    ("value", "result"),
    [
        ("mx.firma.hr; dmarc=pass header.from=x.cz", "pass"),
        ("MX.Firma.HR 1; dmarc = pass header.from = X.CZ", "pass"),
        ('"mx.firma.hr"; dmarc=pass (p=reject dis=none) header.from="x.cz"', "pass"),
        ("mx.firma.hr; dmarc=pass header.from=other.cz", "none"),
        ("mx.firma.hr; dmarc=pass", "none"),
        ("mx.firma.hr; dmarc=fail header.from=x.cz", "fail"),
        ("mx.firma.hr; dkim=pass header.d=x.cz; dmarc=fail header.from=x.cz", "fail"),
        ("mx.firma.hr; dkim=pass header.d=x.cz", "pass"),
        ("mx.firma.hr; dkim=pass (2048-bit key) header.i=@x.cz header.s=s1", "pass"),
        ("mx.firma.hr; dkim=pass header.d=evil.cz", "none"),
        ("mx.firma.hr; dkim=pass header.d=cz", "none"),
        ("mx.firma.hr; dkim=pass header.d=evilx.cz", "none"),
        ("mx.firma.hr; dkim=pass header.d=sub.x.cz", "none"),
        ("mx.firma.hr; dkim=fail header.d=x.cz", "none"),
        ("mx.firma.hr; dkim=fail header.d=x.cz; dkim=pass header.d=x.cz", "pass"),
        ("mx.firma.hr; spf=pass smtp.mailfrom=a@x.cz", "none"),
        ("mx.firma.hr; spf=softfail; dmarc=none header.from=x.cz", "none"),
        ("mx.firma.hr; dmarc=temperror header.from=x.cz", "none"),
        ("mx.firma.hr; dmarc=permerror header.from=x.cz", "none"),
        ("mx.firma.hr; none", "none"),
        ("mx.firma.hr; (dmarc=pass header.from=x.cz)", "none"),
        ('mx.firma.hr; spf=none reason="; dmarc=pass header.from=x.cz"', "none"),
        ("mx.firma.hr; spf=none (; dmarc=pass header.from=x.cz", "none"),
        ("evil.cz; dmarc=pass header.from=x.cz", "none"),
        ("mx.firma.hr.evil.cz; dmarc=pass header.from=x.cz", "none"),
        ("(mx.firma.hr;) evil.cz; dmarc=pass header.from=x.cz", "none"),
        ("mxa.mx.firma.hr; dmarc=pass header.from=x.cz", "none"),
        ("; dmarc=pass header.from=x.cz", "none"),
        ("", "none"),
    ],
)
def test_what_a_field_says(value: str, result: str) -> None:
    """DMARC decides, an aligned DKIM signature helps, SPF never does; comments and quotes say nothing (B23, B25, B26)."""
    assert judge(said(value), OUTSIDE) == result


def test_a_domain_may_sign_for_what_is_below_it() -> None:
    """`firma.hr` signs for `mail.firma.hr`; nobody signs for what is above."""
    assert judge(said("mx.firma.hr; dkim=pass header.d=x.cz"), OUTSIDE, domain="mail.x.cz") == "pass"


def test_international_domains_are_compared_in_one_form() -> None:
    """A server may report a domain in letters or in its ASCII form."""
    field = said("mx.firma.hr; dmarc=pass header.from=bücher.example")
    assert judge(field, OUTSIDE, domain="xn--bcher-kva.example") == "pass"


def test_only_fields_above_the_outside_hop_count() -> None:
    """What stands below the field that names the outside client, the sender can have written (T12)."""
    assert judge(PASS, OUTSIDE) == "pass"
    assert judge(OUTSIDE, PASS) == "none"
    assert judge(OUTSIDE, PASS, OUTSIDE) == "none"
    assert judge(PASS) == "none"


def test_delivery_within_the_machine_is_no_boundary() -> None:
    """A local delivery agent puts its own Received on top; the boundary is the hop that names somebody outside."""
    assert judge(WITHIN, PASS, OUTSIDE) == "pass"
    assert judge(WITHIN, OUTSIDE, PASS) == "none"


@pytest.mark.parametrize(
    "received",
    [
        "from [127.0.0.1] (unknown [203.0.113.9]) by mx.firma.hr",
        "from localhost by mx.firma.hr (Postfix, from userid 1000)",
        "by mx.firma.hr (Postfix, from userid 1000)",
        "from x (helo=127.0.0.1 [203.0.113.9]) by mx.firma.hr",
        "",
    ],
)
def test_a_client_cannot_pretend_to_be_local(received: str) -> None:
    """A greeting of 127.0.0.1, or no address at all, does not move the boundary down."""
    assert judge(("Received", received), PASS, OUTSIDE) == "none"


def test_hops_of_ours_can_be_skipped() -> None:
    """With a relay of ours in between, its Received may be stepped over by setting."""
    relay = ("Received", "from edge.firma.hr (edge [10.0.0.5]) by mx.firma.hr")
    assert judge(relay, PASS, OUTSIDE) == "none"
    assert judge(relay, PASS, OUTSIDE, hops=1) == "pass"


def test_two_fields_that_disagree_refute() -> None:
    """A contradiction between trusted fields is level 0; two methods in two fields are none."""
    assert judge(PASS, said("mx.firma.hr; dmarc=none header.from=x.cz"), OUTSIDE) == "fail"
    assert judge(said("mx.firma.hr; dkim=pass header.d=x.cz"), PASS, OUTSIDE) == "pass"


def test_host_names_below_an_entry_only_by_setting() -> None:
    """B24: `*.mx.firma.hr` takes in its hosts, the plain name does not."""
    field = said("mxa.mx.firma.hr; dmarc=pass header.from=x.cz")
    assert judge(field, OUTSIDE) == "none"
    assert judge(field, OUTSIDE, trusted=("*.mx.firma.hr",)) == "pass"
    assert judge(said("evilmx.firma.hr; dmarc=pass header.from=x.cz"), OUTSIDE, trusted=("*.mx.firma.hr",)) == "none"


GOOGLE_IN = ("Received", "by 2002:a05:6a10:1234 with SMTP id x1; Sun, 22 Nov 2026 01:00:00 -0800 (PST)")
GOOGLE_EDGE = (
    "Received",
    "from mail.x.cz (mail.x.cz. [203.0.113.9]) by mx.google.com with ESMTPS id y2 for <podrska@firma.hr>",
)
GOOGLE_SAYS = said("mx.google.com; dkim=pass header.i=@x.cz header.s=s1; dmarc=pass (p=NONE) header.from=x.cz")


def test_google_writes_below_its_edge() -> None:
    """Its field stands between its own Received and the sender's; a second one there is a forgery."""
    google = ("mx.google.com",)
    assert judge(GOOGLE_IN, GOOGLE_EDGE, GOOGLE_SAYS, OUTSIDE, trusted=google) == "pass"
    assert judge(GOOGLE_IN, GOOGLE_EDGE, GOOGLE_SAYS, GOOGLE_SAYS, trusted=google) == "fail"
    assert judge(GOOGLE_IN, GOOGLE_EDGE, OUTSIDE, GOOGLE_SAYS, trusted=google) == "none"
    assert judge(OUTSIDE, GOOGLE_EDGE, GOOGLE_SAYS, trusted=google) == "none"
    assert judge(GOOGLE_IN, GOOGLE_EDGE, GOOGLE_SAYS, OUTSIDE) == "none"


MICROSOFT_IN = ("Received", "from A.eurprd07.prod.outlook.com (2603:10a6::1) by B.eurprd07.prod.outlook.com with HTTPS")
MICROSOFT_EDGE = (
    "Received",
    "from mail.x.cz (203.0.113.9) by DB5.mail.protection.outlook.com (10.13.1.2) with Microsoft SMTP Server",
)
MICROSOFT_SAYS = said(
    "spf=pass (sender IP is 203.0.113.9) smtp.mailfrom=x.cz; dkim=pass header.d=x.cz;dmarc=pass action=none header.from=x.cz"
)


def test_microsoft_writes_no_authserv_id() -> None:
    """`m365` stands for its form: the first field below its edge, or its mark for mail of the same organisation."""
    m365 = ("m365",)
    assert judge(MICROSOFT_IN, MICROSOFT_EDGE, MICROSOFT_SAYS, OUTSIDE, trusted=m365) == "pass"
    forged = said("dmarc=pass header.from=x.cz")
    refuted = said("spf=fail; dmarc=fail action=quarantine header.from=x.cz")
    assert judge(MICROSOFT_IN, MICROSOFT_EDGE, refuted, forged, trusted=m365) == "fail"
    assert judge(OUTSIDE, MICROSOFT_EDGE, MICROSOFT_SAYS, trusted=m365) == "none"
    assert judge(MICROSOFT_EDGE, MICROSOFT_SAYS) == "none"
    internal = ("X-MS-Exchange-Organization-AuthAs", "Internal")
    assert judge(MICROSOFT_IN, internal, trusted=m365) == "pass"
    assert judge(OUTSIDE, internal) == "none"


def test_without_a_trusted_server_nothing_is_known() -> None:
    """No configuration, no level 2: the topmost field is as good as any other (B23, B27)."""
    result, why = verdict((PASS, OUTSIDE), (), "x.cz")
    assert (result, why.reason) == ("none", Reason.AUTHOR_UNPROVEN)


@pytest.mark.parametrize(
    "value",
    [
        "mx.firma.hr; " + "(" * 4000,
        "mx.firma.hr; dkim=" + '"' * 4000,
        "mx.firma.hr;" + ";" * 4000,
        "mx.firma.hr; dmarc" + " = " * 1300,
        "mx.firma.hr; " + "\\" * 4000,
        "mx.firma.hr; " + "x" * 100_000 + " dmarc=pass header.from=x.cz",
    ],
)
def test_hostile_fields_prove_nothing(value: str) -> None:
    """Nested comments, endless quotes and 100 kB are read within bounds, or not at all (F30)."""
    assert judge(said(value), OUTSIDE) == "none"


def test_the_evidence_names_the_server() -> None:
    """`explain` can say who said what."""
    assert verdict((PASS, OUTSIDE), OURS, "x.cz")[1].text == "dmarc=pass for x.cz by mx.firma.hr"
