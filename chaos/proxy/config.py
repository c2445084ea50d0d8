"""The config file: the proxies to have from the start, in the form of a populate body."""

from __future__ import annotations

from chaos.proxy.body import BadBody, decode
from chaos.proxy.listener import ListenError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from chaos.proxy.log import Log
    from chaos.proxy.proxy import Proxy
    from chaos.proxy.registry import Registry


def load(path: str, registry: Registry, log: Log) -> None:
    """Create what the file lists. What is wrong with it is logged, and the server starts with what succeeded."""
    from chaos.proxy.dispatch import ApiError
    from chaos.proxy.proxy_body import populate_specs

    done: list[Proxy] = []
    try:
        with open(path, "rb") as file:  # noqa: PTH123  # pathlib costs start-up time
            body = file.read()
        registry.populate(populate_specs(decode(body)), done)
    except OSError as error:
        reason = f"open {path}: {(error.strerror or str(error)).lower()}"
        log.error("Error reading config file", config=path, error=reason)
    except BadBody as error:
        log.error("Failed to populate proxies from file", config=path, error=f"bad request body: {error}")
    except ApiError as error:
        log.error("Failed to populate proxies from file", config=path, error=str(error))
    except ListenError as error:
        log.error("Failed to populate proxies from file", config=path, error=str(error), proxies=len(done))
    else:
        log.info("Populated proxies from file", config=path, proxies=len(done))
