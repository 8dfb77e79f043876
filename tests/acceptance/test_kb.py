"""The knowledge base at a running desk: named in answers, found by agents, shown on pages, edited while it runs."""

import contextlib
import http.client
import shutil
from pathlib import Path

from maildesk.settings import shipped_dir
from tests.acceptance.desk import running_desk, settings
from tests.acceptance.test_agents import answer, ask, letter, letters
from tests.services.processes import free_port, wait_until
from tests.services.sink import Sink

LUCIE, JANA = "lucie@demo.test", "jana@odberatel.cz"
PARKING = (
    "---\ntitle: Kde zaparkovat\nwords: [parkování, auto]\nlanguage: cs\n---\n# Kde\n\nPřed **budovou** <b>A</b>.\n"
)


def web(port: int) -> str:
    """Write what maildesk.yaml says of the pages."""
    return f"web: {{listen: '127.0.0.1:{port}', url: 'https://desk.example'}}\n"


def get(port: int, path: str, language: str = "en") -> tuple[int, str]:
    """Fetch a page."""
    server = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    with contextlib.closing(server):
        server.request("GET", path, headers={"Accept-Language": language})
        answered = server.getresponse()
        body = answered.read().decode()
        return answered.status, answered.headers["Location"] or body


def refused(sink: Sink, count: int) -> str:
    """Wait for so many refusals; give the words of the last."""
    wait_until(lambda: len(letters(sink, LUCIE, event="command-refused")) >= count, f"{count} refusals")
    return letters(sink, LUCIE, event="command-refused")[-1].text()


def test_articles_in_answers(database_url: str, sink: Sink, tmp_path: Path) -> None:
    """`#kb words` names the one article about them in the customer's language; one for agents never leaves the team (B127)."""
    shutil.copytree(shipped_dir("config"), tmp_path / "config")
    with running_desk(tmp_path, settings(sink.port, database=database_url, more=web(free_port()))) as desk:
        told = ask(desk, sink, LUCIE)
        answer(desk, told, LUCIE, "Zkuste to prosím podle návodu.\n\n#kb heslem")
        said = letter(sink, JANA, notice="-", text="podle návodu").text()
        assert "podle návodu.\n\nJak si nastavit nové heslo\nhttps://help.example/cs/nove-heslo" in said
        assert "#kb" not in said
        assert "“Jak si nastavit nové heslo”" in letter(sink, LUCIE, event="receipt").text()

        # Nothing of a mail is done if its article is not certain, or not for customers.
        for count, (words, why) in enumerate(
            (
                ("Zde:\n#kb dobropis", "the article “credit-notes” is for agents only"),
                ("Zde:\n#kb pasword", "did you mean “#kb password”?"),
                ("Viz https://wiki.example/credit-notes.", "an article for agents only"),
            ),
            start=1,
        ):
            answer(desk, told, LUCIE, words)
            assert why in refused(sink, count)
        answer(desk, letters(sink, LUCIE, event="command-refused")[-1], LUCIE, "#ok")
        assert "What is for the team only is never sent" in refused(sink, 4)
        assert len(letters(sink, JANA, notice="-")) == 1

        answer(desk, told, LUCIE, "#note\nTo podepíše vedoucí.\n#kb dobropis")
        answer(desk, told, LUCIE, "#search dobropisy")
        found = letter(sink, LUCIE, event="answer").text()
        assert "credit-notes  (#note) " in found
        assert "https://wiki.example/credit-notes" in found
        notes = [entry["text"] for entry in desk.show(1001)[0]["entries"] if entry["kind"] == "note"]
        assert notes == ["To podepíše vedoucí.\n\nKdo smí podepsat dobropis\nhttps://wiki.example/credit-notes"]
        assert b"wiki.example" not in b"".join(mail.data for mail in sink.mails_to(JANA))
        desk.verify()


def test_articles_are_edited_while_the_desk_runs(sink: Sink, tmp_path: Path) -> None:
    """What is saved can be named and read at once; two that answer equally well are asked about; a bad one changes nothing."""
    kb = shutil.copytree(shipped_dir("config"), tmp_path / "config") / "kb"
    port = free_port()
    with running_desk(tmp_path, settings(sink.port, more=web(port))) as desk:
        told = ask(desk, sink, LUCIE)
        assert get(port, "/kb/parking")[0] == 404
        (kb / "parking.md").write_text(PARKING, encoding="utf-8")
        wait_until(lambda: get(port, "/kb/parking")[0] == 200, "the article is there")
        _, page = get(port, "/kb/parking.cs")
        assert '<html lang="cs">' in page
        assert "<h1>Kde zaparkovat</h1>" in page
        assert "Před <strong>budovou</strong> &lt;b&gt;A&lt;/b&gt;." in page
        answer(desk, told, LUCIE, "#kb parkovat")
        assert "Kde zaparkovat\nhttps://desk.example/kb/parking.cs" in letter(sink, JANA, notice="-").text()

        (kb / "garage.cs.md").write_text(PARKING.replace("Kde zaparkovat", "Garáž"), encoding="utf-8")
        wait_until(lambda: get(port, "/kb/garage")[0] == 200, "the other is there")
        answer(desk, told, LUCIE, "Zde:\n#kb auto")
        assert "2 articles answer “auto” equally well – did you mean “#kb garage” or “#kb parking”?" in refused(sink, 1)

        (kb / "broken.en.md").write_text("---\ntitel: x\n---\n", encoding="utf-8")
        letter(sink, "eva@demo.test", text="kb/broken.en.md:2:1")
        assert get(port, "/kb/parking")[0] == 200


def test_pages_show_only_what_is_public(sink: Sink, tmp_path: Path) -> None:
    """The list, a search in any form of a word, and an article; those for agents are not there at all."""
    port = free_port()
    with running_desk(tmp_path, settings(sink.port, more=web(port))):
        status, page = get(port, "/kb/", "hr-HR,hr;q=0.9")
        assert status == 200
        assert "Kako postaviti novu lozinku" in page
        assert "odobrenje" not in page
        assert "new-password" in get(port, "/kb/?q=lozinke", "hr")[1]
        assert "Ništa nije pronađeno." in get(port, "/kb/?q=odobrenje", "hr")[1]
        assert "&lt;script&gt;" in get(port, "/kb/?q=%3Cscript%3E")[1]
        assert get(port, "/kb/new-password", "cs") == (302, "https://help.example/cs/nove-heslo")
        for missing in ("credit-notes", "credit-notes.en", "nothing", "..%2f..%2fmaildesk.yaml", "a" * 999):
            assert get(port, f"/kb/{missing}")[0] == 404, missing
