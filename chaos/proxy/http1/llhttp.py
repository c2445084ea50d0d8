"""httptools, which is llhttp: it decides what is HTTP. The only module that imports it, and not before it is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser, HttpResponseParser

from chaos.proxy.http1.body import NotHttp

if TYPE_CHECKING:
    Parser = HttpRequestParser | HttpResponseParser


def request_parser(told: object) -> HttpRequestParser:
    """`told` has the callbacks."""
    return HttpRequestParser(told)


def response_parser(told: object) -> HttpResponseParser:
    return HttpResponseParser(told)


def feed(parser: Parser, data: bytes) -> bool:
    """Whether it goes on reading HTTP. Raises NotHttp."""
    try:
        parser.feed_data(data)
    except HttpParserUpgrade:
        return False
    except HttpParserError as error:
        raise NotHttp(str(error)) from None
    return True
