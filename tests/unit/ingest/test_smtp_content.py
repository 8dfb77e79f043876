import pytest

from maildesk.ingest.smtp.content import Content, Problem, find_line_noise, is_lf_only
from maildesk.ingest.smtp.limits import Limits


def read(data: bytes, limits: Limits | None = None, step: int = 0) -> tuple[Content, bytes | None]:
    """Feed bytes in pieces of `step`; give the content and what stood after its end."""
    content = Content(limits or Limits())
    rest: bytes | None = None
    for start in range(0, len(data), step or len(data)):
        rest = content.feed(data[start : start + (step or len(data))])
        if rest is not None or content.problem:
            return content, rest
    return content, rest


@pytest.mark.parametrize("step", [0, 1, 2, 3, 5])
def test_content_ends_at_the_first_crlf_dot_crlf(step: int) -> None:
    """The mail is what stands before the dot, the next command what stands behind it."""
    content, rest = read(b"a\r\n.\r\nQUIT\r\n", step=step)
    assert content.take() == b"a\r\n"
    assert rest is not None
    assert b"QUIT\r\n".startswith(rest)


def test_a_dot_alone_at_once_is_an_empty_mail() -> None:
    """DATA followed by the final dot holds no line."""
    content, rest = read(b".\r\n")
    assert (content.take(), rest) == (b"", b"")


def test_a_line_may_be_as_long_as_the_limit_and_not_longer() -> None:
    """The limit counts a line with its end."""
    limits = Limits(line_length=100)
    for step in (0, 1, 7, 100, 101, 250):
        fits, rest = read((b"x" * 98 + b"\r\n") * 5 + b".\r\n", limits, step)
        assert fits.problem is None
        assert rest == b""
        long, _ = read(b"ok\r\n" + b"x" * 99 + b"\r\n.\r\n", limits, step)
        assert long.problem is Problem.LINE_TOO_LONG


def test_lines_and_bytes_are_counted_to_the_limit_exactly() -> None:
    """At the limit a mail is taken, one more is too many; stuffed dots do not count."""
    for step in (0, 1, 3, 10):
        assert read(b"\r\n" * 10 + b".\r\n", Limits(lines=10), step)[0].problem is None
        assert read(b"\r\n" * 11 + b".\r\n", Limits(lines=10), step)[0].problem is Problem.TOO_MANY_LINES
        assert read(b"..12345\r\n" * 10 + b".\r\n", Limits(message_size=80), step)[0].problem is None
        assert read(b"..12345\r\n" * 10 + b"..\r\n.\r\n", Limits(message_size=82), step)[0].problem is Problem.TOO_BIG


def test_a_problem_is_seen_before_the_mail_ends() -> None:
    """What crosses a limit is not waited for."""
    content = Content(Limits(message_size=1000))
    assert content.feed(b"x" * 500) is None
    assert content.problem is None
    assert content.feed(b"x" * 504) is None
    assert content.problem is Problem.TOO_BIG


def test_a_mail_over_a_limit_is_not_handed_out_even_if_its_end_came_with_it() -> None:
    """The end in the same piece does not make a mail too big fit."""
    content, rest = read(b"x" * 20 + b"\r\n.\r\n", Limits(message_size=10))
    assert content.problem is Problem.TOO_BIG
    assert rest is None


@pytest.mark.parametrize(
    ("raw", "noise"),
    [
        (b"", ""),
        (b"a\r\nb\r\n", ""),
        (b"a\nb\n", ""),
        (b"a\nb\n\r\n", ""),
        (b"a\nb\r\n", ""),
        (b"a\nb\r\nc\r\n", "bare LF"),
        (b"a\r\nb\nc\r\n", "bare LF"),
        (b"a\r\n\n\r\n", "bare LF"),
        (b"a\rb\r\n", "bare CR"),
        (b"a\r\r\n", "bare CR"),
        (b"a\rb\n", "bare CR"),
        (b"a\0\r\n", "NUL"),
    ],
)
def test_line_noise_is_what_two_programs_could_read_differently(raw: bytes, noise: str) -> None:
    """One kind of line end throughout is honest; mixtures, lone CR and NUL are not."""
    assert find_line_noise(raw) == noise


def test_a_mail_of_one_kind_of_line_end_is_told_apart() -> None:
    """A CRLF at the very end belongs to the final dot."""
    assert is_lf_only(b"a\nb\n")
    assert is_lf_only(b"a\nb\r\n")
    assert not is_lf_only(b"a\r\n")
    assert not is_lf_only(b"a")
    assert not is_lf_only(b"")
    assert not is_lf_only(b"a\r\nb\n")
