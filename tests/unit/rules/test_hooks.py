"""hooks.yaml: what may stand in it, and every mistake with its place."""

import pytest

from maildesk.model.hook import HookEvent
from maildesk.rules.reading.hooks import Hooks, read_hooks
from maildesk.yaml_file import Problems, read_yaml
from maildesk.yaml_file.take import Place


def read(text: str) -> tuple[Hooks, list[str]]:
    problems = Problems()
    node, source = read_yaml("hooks.yaml", text, problems)
    assert node is not None
    hooks = read_hooks(node, Place(source, problems))
    return hooks, [f"{p.line}:{p.col} {p.text}" for p in problems.sorted()]


def test_a_file_of_hooks_and_a_lookup() -> None:
    """Hooks stand by name, the lookup under its own."""
    hooks, problems = read(
        "chat: {url: https://hooks.slack.com/services/T/B/x, form: slack, events: [new-ticket, reopened]}\n"
        "sms: {url: 'http://sms.firma.hr:8080/send', inside: sms.firma.hr, secret_file: sms.key, timeout: 5s}\n"
        "lookup: {url: https://shop.firma.hr/ask, secret_file: env:SHOP, numbers: '/\\b[0-9]{6,9}\\b/'}\n"
    )
    assert problems == []
    assert list(hooks.hooks) == ["chat", "sms"]
    assert hooks.hooks["chat"].events == (HookEvent.NEW_TICKET, HookEvent.REOPENED)
    assert hooks.hooks["sms"].endpoint.inside == ("sms.firma.hr",)
    assert hooks.lookup is not None
    assert hooks.lookup.endpoint.timeout.total_seconds() == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: {url: ftp://x.example/}", "1:10 “url” must be a URL"),
        ("a: {url: 'https://'}", "1:10 “url” must be a URL"),
        ("a: {url: 'https://ana:pw@x.example/'}", "has a name or password in it"),
        ("a: {url: http://x.example/}", "1:10 goes out unencrypted"),
        ("a: {url: https://x.example, timeout: 5m}", "“timeout” is more than nothing and at most 60s"),
        ("a: {url: https://x.example, events: [new]}", "“events” cannot be “new”"),
        ("a: {url: https://x.example, secrt_file: x}", "unknown key “secrt_file” in hook “a”"),
        ("a: {}", "“url” is missing in hook “a”"),
        ("A b: {url: https://x.example}", "“A b” cannot name a hook"),
        ("lookup: {url: https://x.example, timeout: 6s}", "at most 5s"),
        ("lookup: {url: https://x.example, numbers: 'abc'}", "“numbers” is no regular expression"),
        ("lookup: {url: https://x.example, numbers: '/(/'}", "“numbers” is no regular expression"),
        ("[a]", "hooks.yaml names hooks"),
    ],
)
def test_mistakes(text: str, said: str) -> None:
    """Each is named where it stands."""
    assert any(said in problem for problem in read(text)[1]), read(text)[1]
