"""Sign mails by DKIM for tests: one key pair a run, its record for DNS."""

import base64
from functools import cache
from typing import Any

SELECTOR = "s1"


def key_pair(bits: int = 1024) -> tuple[bytes, bytes]:
    """Give the key of this run: the private one as PEM, the public one as its DNS record."""
    return _make(bits)


@cache
def _make(bits: int) -> tuple[bytes, bytes]:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(65537, bits)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private, b"v=DKIM1; k=rsa; p=" + base64.b64encode(public)


def signed(raw: bytes, domain: str, *, bits: int = 1024, forms: str = "relaxed/relaxed", **options: Any) -> bytes:
    """Put a signature on top of a mail; `options` go to dkimpy."""
    import dkim

    raw = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    canon = tuple(form.encode() for form in forms.split("/"))
    field: bytes = dkim.sign(raw, SELECTOR.encode(), domain.encode(), key_pair(bits)[0], canonicalize=canon, **options)
    return field + raw


def record_name(domain: str) -> str:
    """Say where DNS has the key."""
    return f"{SELECTOR}._domainkey.{domain}"
