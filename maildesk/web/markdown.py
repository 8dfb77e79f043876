"""Show an article's Markdown: headings, lists, paragraphs, code, bold words and links; everything else is text as it was written.

Every letter is escaped before anything else is done with it, and each line is looked at once.
"""

import re
from collections.abc import Iterator
from html import escape

_HEADING = re.compile(r"(#{1,6}) +(.+)")
_ITEM = re.compile(r"(?:([-*+])|[0-9]{1,4}[.)]) +(.+)")
_FENCE = "```"
_INLINE = re.compile(
    r"`([^`]{1,500})`|\*\*([^*\n]{1,500})\*\*|\[([^\[\]\n]{1,300})\]\((https?://[^\s()<>]{1,500}|mailto:[^\s()<>]{1,300})\)"
)


def to_html(text: str) -> str:
    """Turn an article's text into HTML."""
    return "\n".join(_blocks(text.split("\n")))


def _blocks(lines: list[str]) -> Iterator[str]:
    place, level = 0, 1  # the page's own title is the first
    while place < len(lines):
        line = lines[place].strip()
        end = place + 1
        if line.startswith(_FENCE):
            while end < len(lines) and not lines[end].strip().startswith(_FENCE):
                end += 1
            yield f"<pre>{escape(chr(10).join(lines[place + 1 : end]))}</pre>"
            end += 1
        elif found := _HEADING.fullmatch(line):
            level = min(max(2, len(found[1])), level + 1)  # none is left out: who listens to a page goes by them
            yield f"<h{level}>{_inline(found[2])}</h{level}>"
        elif item := _ITEM.fullmatch(line):
            while end < len(lines) and _same_list(item, lines[end]):
                end += 1
            kind = "ul" if item[1] else "ol"
            yield f"<{kind}>{''.join(_item(one) for one in lines[place:end])}</{kind}>"
        elif line:
            while end < len(lines) and _goes_on(lines[end]):
                end += 1
            yield f"<p>{_inline(' '.join(one.strip() for one in lines[place:end]))}</p>"
        place = end


def _same_list(first: re.Match[str], line: str) -> bool:
    found = _ITEM.fullmatch(line.strip())
    return found is not None and bool(found[1]) == bool(first[1])


def _item(line: str) -> str:
    found = _ITEM.fullmatch(line.strip())
    return f"<li>{_inline(found[2])}</li>" if found else ""


def _goes_on(line: str) -> bool:
    bare = line.strip()
    return bool(bare) and not (bare.startswith(_FENCE) or _HEADING.fullmatch(bare) or _ITEM.fullmatch(bare))


def _inline(text: str) -> str:
    """Escape a line and mark up what stands in it."""
    parts: list[str] = []
    place = 0
    for found in _INLINE.finditer(text):
        parts.append(escape(text[place : found.start()]))
        code, bold, words, link = found.groups()
        if code:
            parts.append(f"<code>{escape(code)}</code>")
        elif bold:
            parts.append(f"<strong>{escape(bold)}</strong>")
        else:
            parts.append(f'<a href="{escape(link)}">{escape(words)}</a>')
        place = found.end()
    return "".join((*parts, escape(text[place:])))
