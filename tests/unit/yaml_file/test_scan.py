"""The quick scanner gives what ruamel.yaml's own gives."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml.error import YAMLError
from ruamel.yaml.parser import Parser
from ruamel.yaml.reader import Reader
from ruamel.yaml.scanner import Scanner

from maildesk.yaml_file.scan import events

BITS = """a b: - [ ] { } , : # ' " | > &x *x ! ? é @ a#b a:b :: -- --- ... =SAP x~y""".split()
TEXTS = st.lists(
    st.sampled_from([*BITS, " ", "  ", "\n", "\n  ", "- ", ": ", " #", "? ", "\t", "\u2028", "\x85"]), max_size=16
)


class Plain(Reader, Scanner, Parser):
    """ruamel.yaml's classes put together, untouched."""

    scanner_processing_version = (1, 2)
    processing_version = (1, 2)
    comment_handling = None

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text, loader=self)
        Scanner.__init__(self, loader=self)
        Parser.__init__(self, loader=self)

    reader = scanner = resolver = property(lambda self: self)  # type: ignore[assignment]


def plain_events(text: str) -> Any:
    parser = Plain(text)
    while (event := parser.get_event()) is not None:
        yield event


def outcome(source: Any) -> list[Any]:
    """List the events with their places, and the error that ended them."""
    found: list[Any] = []
    try:
        for event in source:
            start, end = event.start_mark, event.end_mark
            parts = [getattr(event, name, None) for name in ("value", "style", "anchor", "implicit", "flow_style")]
            found.append(
                (type(event), parts, str(getattr(event, "tag", "")), start.index, start.line, start.column, end.index)
            )
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        found.append(
            (type(error), getattr(error, "problem", str(error)), mark and (mark.index, mark.line, mark.column))
        )
    return found


@given(TEXTS)
def test_the_same_events_for_any_text(bits: list[str]) -> None:
    """Whatever stands in a file, events, places and errors are those of the library."""
    text = "".join(bits)
    assert outcome(events(text)) == outcome(plain_events(text))
