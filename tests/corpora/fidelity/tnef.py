"""What tnefparse finds in 19 winmail.dat files: names and bytes of the files, and the bodies that are not in RTF.

RTF bodies have no other reader here; they must come out as words, and are compared with what stands beside them elsewhere.
"""

import hashlib
import warnings
from pathlib import Path

from maildesk.ingest.mime.tnef import unpack_tnef
from tests.corpora.fidelity.tally import Tally


def compare(corpora: Path, tally: Tally) -> None:
    """Compare every file that tnefparse's own tests use."""
    for path in sorted((corpora / "tnefparse/examples").glob("*.tnef")):
        ours = unpack_tnef(path.read_bytes())
        names, digests, text, html, has_rtf = _theirs(path.read_bytes())
        files = ours.files if ours else ()
        tally.compare(path.stem, "files", [name for name, _, _ in files], names)
        tally.compare(path.stem, "digests", [hashlib.sha256(content).hexdigest() for _, _, content in files], digests)
        if text:
            tally.compare(path.stem, "text", _words(ours.text if ours else ""), _words(text))
        if html:
            tally.compare(path.stem, "html", _words(ours.html if ours else ""), _words(html))
        if has_rtf:
            tally.compare(path.stem, "rtf is read", bool(ours and (ours.text or ours.html) and not ours.damaged), True)


def _theirs(data: bytes) -> tuple[list[str], list[str], str, str, bool]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from tnefparse import TNEF

        found = TNEF(data)
        names = [str(file.long_filename()).rstrip("\0") for file in found.attachments]
        digests = [hashlib.sha256(bytes(file.data)).hexdigest() for file in found.attachments]
        return names, digests, _decoded(found.body), _decoded(found.htmlbody), bool(found.rtfbody)


def _decoded(body: object) -> str:
    return body.decode("utf-8", "replace") if isinstance(body, bytes) else str(body or "")


def _words(text: str) -> str:
    return " ".join(text.replace("\0", "").split())
