"""Drive yaml-language-server as an editor does: LSP over standard input and output.

https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/
"""

import contextlib
import json
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from queue import Queue
from typing import Any

from tests.services.components import find_program, missing, need

INSTALLED = Path(__file__).parents[2] / ".cache" / "editor" / "node_modules" / "yaml-language-server"
SECONDS = 60


class LanguageServer:
    """One running server; files are opened from the disk, with a text of the test's own where one is given."""

    def __init__(self, process: "subprocess.Popen[bytes]", root: Path) -> None:
        """Take over a started process."""
        self._process, self._root = process, root
        self._answers: dict[int, Any] = {}
        self._news: Queue[dict[str, Any]] = Queue()
        self._arrived = threading.Condition()
        self._last = 0
        self._opened = 0
        threading.Thread(target=self._listen, daemon=True).start()

    def begin(self) -> None:
        """Shake hands, and set what the server would else ask the net for."""
        about = {
            "textDocument": {"completion": {"completionItem": {"documentationFormat": ["plaintext"]}}, "hover": {}}
        }
        self.ask("initialize", {"processId": None, "rootUri": self._root.as_uri(), "capabilities": about})
        self.say("initialized", {})
        settings = {"validate": True, "hover": True, "completion": True, "schemaStore": {"enable": False}}
        self.say("workspace/didChangeConfiguration", {"settings": {"yaml": settings}})

    def diagnostics(self, path: Path, text: str) -> list[dict[str, Any]]:
        """Show the server a text in the place of a file; give what it finds wrong."""
        return self._open(path, text)[1]

    def completion(self, path: Path, text: str) -> dict[str, dict[str, Any]]:
        """Ask what may stand where the sign ‸ is in a text; give the proposals by label."""
        plain, place = _split(text)
        asked = {"textDocument": {"uri": self._open(path, plain)[0]}, "position": place}
        answer = self.ask("textDocument/completion", asked)
        return {item["label"]: item for item in (answer or {}).get("items", ())}

    def hover(self, path: Path, text: str) -> str:
        """Ask what is said where the sign ‸ is."""
        plain, place = _split(text)
        asked = {"textDocument": {"uri": self._open(path, plain)[0]}, "position": place}
        contents = (self.ask("textDocument/hover", asked) or {}).get("contents", "")
        return str(contents.get("value", "") if isinstance(contents, dict) else contents)

    def _open(self, path: Path, text: str) -> tuple[str, list[dict[str, Any]]]:
        """Open a text under a name of its own beside the file: the server may judge a text twice, and says not which it means."""
        self._opened += 1
        uri = path.with_name(f"{path.stem}-{self._opened}{path.suffix}").as_uri()
        item = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self.say("textDocument/didOpen", {"textDocument": item})
        while (news := self._news.get(timeout=SECONDS))["uri"] != uri:
            pass
        return uri, news["diagnostics"]

    def ask(self, method: str, params: dict[str, Any]) -> Any:
        """Send a request and wait for its answer."""
        self._last += 1
        number = self._last
        self._send({"jsonrpc": "2.0", "id": number, "method": method, "params": params})
        with self._arrived:
            assert self._arrived.wait_for(lambda: number in self._answers, SECONDS), f"no answer to {method}"
            return self._answers.pop(number)

    def say(self, method: str, params: dict[str, Any]) -> None:
        """Send a notification."""
        self._send({"jsonrpc": "2.0", "method": method, "params": params})

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps(message).encode()
        assert self._process.stdin
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self._process.stdin.flush()

    def _listen(self) -> None:
        stream = self._process.stdout
        assert stream
        while (message := _read(stream)) is not None:
            if (
                "method" in message and "id" in message
            ):  # a question of the server's: the settings it has been sent, or nothing
                items = message.get("params", {}).get("items", ())
                self._send({"jsonrpc": "2.0", "id": message["id"], "result": [None for _ in items] or None})
            elif message.get("method") == "textDocument/publishDiagnostics":
                self._news.put(message["params"])
            elif "id" in message:
                with self._arrived:
                    self._answers[message["id"]] = message.get("result")
                    self._arrived.notify_all()


@contextlib.contextmanager
def running_language_server(root: Path) -> Iterator[LanguageServer]:
    """Start the server over a folder; without it the test is skipped, and says so."""
    node = need("node")
    program = INSTALLED / "bin" / "yaml-language-server"
    command = [str(node), str(program)]
    if not program.exists():
        elsewhere = find_program("yaml-language-server")
        if elsewhere is None:
            missing("yaml-language-server is missing (make editor installs it)")
        command = [str(elsewhere)]
    process = subprocess.Popen(
        [*command, "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    try:
        server = LanguageServer(process, root)
        server.begin()
        yield server
    finally:
        process.kill()
        process.wait(10)
        for stream in (process.stdin, process.stdout):
            if stream:
                with contextlib.suppress(BrokenPipeError):
                    stream.close()


def _read(stream: Any) -> dict[str, Any] | None:
    length = 0
    try:
        while (line := stream.readline().strip()) or not length:
            if not line and not length:
                return None
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        message: dict[str, Any] = json.loads(stream.read(length))
    except ValueError:  # the stream was closed
        return None
    return message


def _split(text: str) -> tuple[str, dict[str, int]]:
    before, sign, after = text.partition("‸")
    assert sign
    lines = before.split("\n")
    return before + after, {"line": len(lines) - 1, "character": len(lines[-1].encode("utf-16-le")) // 2}
