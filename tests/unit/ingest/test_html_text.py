"""HTML becomes the text a person would have written, and nothing that was hidden shows up in it."""

import pytest

from maildesk.ingest.html_text import html_to_text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("Hello<br>world", "Hello\nworld"),
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("<div>one</div><div>two</div>", "one\ntwo"),
        ("<DIV>one</DIV>\n<DIV>\n  two   <B>bold</B>\n</DIV>", "one\ntwo bold"),
        ("a &amp; b &lt;c&gt; &#269;&nbsp;d &unknown; &", "a & b <c> č d &unknown; &"),
        ("<table><tr><td>Name</td><td>Jana</td></tr><tr><td>Room</td><td>4</td></tr></table>", "Name Jana\nRoom 4"),
        (
            "<table><tr>\n<td>\n<p>Name</p></td><td><p>Jana</p></td></tr><tr><td><div>Room</div></td><td>4</td></table>",
            "Name Jana\nRoom 4",
        ),
        (
            "<table><tr><td><p>Dear Jana,</p><p>your order</p>went out</td></tr></table>x",
            "Dear Jana,\n\nyour order\n\nwent out\nx",
        ),
        ("<table><tr><td><div>a</div><div>b</div></td><td>c</td></tr></table>", "a\nb c"),
        (
            "<table><tr><td><table><tr><td>in</td><td>side</td></tr></table><p>below</p></td></tr></table>",
            "in side\n\nbelow",
        ),
        ("<ul><li>one</li><li>two</li></ul>after", "- one\n- two\nafter"),
        ("<ul><li>one<ul><li>deeper</li></ul></li><li>two</li></ul>", "- one\n  - deeper\n- two"),
        ("<ol start=3><li><p>three</p></li><li><div>four</div></li></ol>", "3. three\n\n4. four"),
        ("soft&shy;ly, no&#8203;width", "softly, nowidth"),
        ("<blockquote type=cite>a<table><tr><td>b</td><td>c</td></tr></table></blockquote>", "> a\n> b c"),
        ("<ol><li>one<li>two</ol>", "1. one\n2. two"),
        ("<pre>  x = 1\n  y = 2</pre>", "  x = 1\n  y = 2"),
        ("above<hr>below", "above\n" + "_" * 32 + "\nbelow"),
        ("<blockquote type=cite>old<br>text</blockquote>new", "> old\n> text\n\nnew"),
        ('<blockquote class="gmail_quote">a<blockquote type="cite">b</blockquote></blockquote>', "> a\n>\n> > b"),
        ('<blockquote style="margin:0 0 0 40px;border:none">mine</blockquote>', "mine"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("<o:p>&nbsp;</o:p>x", "x"),
        ('<img alt="a > b">x', "x"),
        ("<p title='it\"s'>x</p>", "x"),
        ("", ""),
    ],
)
def test_layout(source: str, text: str) -> None:
    """Blocks are lines, paragraphs are apart, lists have their marks, quotes theirs."""
    assert html_to_text(source) == text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ('<a href="https://example.org/x?a=1&amp;b=2">here</a>', "here <https://example.org/x?a=1&b=2>"),
        ('<a href="https://example.org/">https://example.org</a>', "https://example.org"),
        ('<a href="http://www.example.org/">example.org</a>', "example.org"),
        ('<a href="mailto:jana@example.org?subject=x">Jana</a>', "Jana <jana@example.org>"),
        ('<a href="mailto:jana@example.org">jana@example.org</a>', "jana@example.org"),
        ('<a href="javascript:alert(1)">click</a>', "click"),
        ('<a href="data:text/html,x">click</a>', "click"),
        ('<a href="https://example.org/t"><img src="x.png"></a>', ""),
        ('<a name="top">text</a>', "text"),
        ("<a href='https://example.org/a'>one<br>two</a>", "one <https://example.org/a>\ntwo"),
    ],
)
def test_links(source: str, text: str) -> None:
    """A link keeps its address where its text does not say it; scripts and data are no addresses (B106)."""
    assert html_to_text(source) == text


@pytest.mark.parametrize(
    "source",
    [
        "seen<script>hidden</script>",
        "<head><title>hidden</title><style>hidden</style></head>seen",
        "seen<!-- hidden -->",
        "<!--[if mso]>hidden<![endif]-->seen",
        '<div style="display:none">hidden<div>hidden</div></div>seen',
        '<span style="display: none !important; font-size:1px">hidden</span>seen',
        '<p style="mso-hide:all">hidden</p>seen',
        '<span style="max-height:0px;overflow:hidden">hidden</span>seen',
        '<span style="color:#fff;opacity:0;">hidden</span>seen',
        '<p style="opacity:0.9;max-height:100px">seen</p><!--[if !mso]><!--><!--<![endif]-->',
        '<div style="font-size:0px;">hidden</div>seen',
        "<div hidden>hidden</div>seen",
        "seen<svg><text>hidden</text></svg>",
        "seen<template>hidden</template><select><option>hidden</option></select>",
        "seen<SCRIPT SRC=x>hidden</ScRiPt >",
    ],
)
def test_what_is_not_shown_is_not_read(source: str) -> None:
    """Scripts, styles, comments, preheaders and hidden text are no words of the author (T14)."""
    assert html_to_text(source).strip() == "seen"


def test_a_mail_that_hides_everything_is_shown_whole() -> None:
    """Hiding must not make a mail empty: people decide about it."""
    assert html_to_text('<div style="display:none">all there is</div>') == "all there is"


@pytest.mark.parametrize(
    ("source", "kept"),
    [
        ("before<!-- never closed <p>after", "before"),
        ("before<style>p {} never closed", "before"),
        ("<div><div>text", "text"),
        ("</div></p></blockquote></ul>text", "text"),
        ("text<", "text<"),
        ("text<a href=", "text<a href="),
        ("<![<![text", "<![<![text"),
        ("\x00<\x00b>text", "text"),
    ],
)
def test_broken_markup_loses_no_text(source: str, kept: str) -> None:
    """What is not closed ends with the mail, or counts as text."""
    assert kept in html_to_text(source)


@pytest.mark.parametrize(
    "source",
    [
        '<a x="' * 20_000,
        "<!--" * 20_000,
        "<div>" * 20_000 + "x",
        "<![<![" * 20_000,
        "<a href=x>" * 20_000,
        "<style>" * 20_000,
        "</style " * 20_000,
        "<blockquote type=cite>x" * 10_000,
        '<p style="display:none">' * 10_000,
        "&" * 100_000,
        "&#" * 50_000,
        "<" * 100_000,
        "<blockquote " + 'class=" ' * 20_000 + ">",
        "<pre>\n" * 20_000,
    ],
)
def test_hostile_markup_is_only_long(source: str) -> None:
    """Inputs on which other converters take minutes come back at once (F26)."""
    assert len(html_to_text(source)) <= 20 * len(source)
