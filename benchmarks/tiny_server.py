"""The quickest server that the standard library has: one page for whoever asks. `python tiny_server.py PORT`."""

from __future__ import annotations

import asyncio
import sys

PAGE = b'<!doctype html><html lang="en"><head><title>Fine</title></head><body><h1>All is well</h1></body></html>'
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n%b" % (
    len(PAGE),
    PAGE,
)


class OnePage(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.transport.write(ANSWER * data.count(b"\r\n\r\n"))


async def main() -> None:
    server = await asyncio.get_running_loop().create_server(OnePage, "127.0.0.1", int(sys.argv[1]), backlog=4096)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
