"""Markdown of analysts to HTML that may stand in a page: no HTML passes, links are marked, and the result is sanitised."""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape

import nh3
from markdown_it import MarkdownIt

_TAGS = {
    "p",
    "br",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "li",
    "strong",
    "em",
    "s",
    "code",
    "pre",
    "blockquote",
    "hr",
    "a",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
}
_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~&:@/=])")
_BLOCK_END = re.compile(r"</(?:p|h[2-6]|li|tr|pre|blockquote)>|<br>")
_TAG = re.compile(r"<[^>]*>")
_HEADING = re.compile(r"<(/?)h([1-6])>")
_renderer = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"]).disable("image")


@lru_cache(maxsize=2048)
def to_html(text: str) -> str:
    """Headings start at h3, so that a form's texts stand below the page's own."""
    html = _HEADING.sub(lambda match: f"<{match[1]}h{min(int(match[2]) + 2, 6)}>", _renderer.render(text))
    return str(
        nh3.clean(
            html, tags=_TAGS, attributes={"a": {"href", "title"}}, url_schemes={"http", "https", "mailto", "tel"}, link_rel="noopener noreferrer"
        )
    )


def plain_lines(html: str) -> list[str]:
    """What `to_html` made, as lines without markup; items of lists begin with a dash."""
    text = _BLOCK_END.sub("\n", html.replace("<li>", "– ").replace("</td>", "  ").replace("</th>", "  "))
    lines = (unescape(_TAG.sub("", line)).strip() for line in text.splitlines())
    return [line for line in lines if line]


def escape(text: str) -> str:
    """A value as plain text inside Markdown: nothing in it is markup; its line breaks stay line breaks."""
    return _SPECIAL.sub(r"\\\1", text).replace("\n", "  \n")
