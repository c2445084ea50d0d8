"""httptools, which is llhttp: it decides what is HTTP. The only module that imports it, and not before it is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser, HttpResponseParser

from chaos.proxy.http1.body import NotHttp

if TYPE_CHECKING:
    Parser = HttpRequestParser | HttpResponseParser

STOPS: Final = (HttpParserError, HttpParserUpgrade)  # what `feed_data` raises where it reads no further


def request_parser(told: object) -> HttpRequestParser:
    """`told` has the callbacks."""
    return HttpRequestParser(told)


def response_parser(told: object) -> HttpResponseParser:
    return HttpResponseParser(told)


def feed(parser: Parser, data: bytes) -> None:
    """Raises NotHttp. That another protocol may follow is no reason to."""
    try:
        parser.feed_data(data)
    except HttpParserUpgrade:
        return
    except HttpParserError as error:
        raise NotHttp(str(error)) from None
