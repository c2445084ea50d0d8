import pytest

from chaos.proxy.http import Request, Response
from chaos.proxy.routing import Router

ROUTER = Router(
    {
        "/proxies": {"GET": lambda _: Response(200)},
        "/proxies/*/toxics/*": {"GET": lambda _, proxy, toxic: Response(200)},
        "/metrics": {"*": lambda _: Response(200)},
    }
)


def find(path, method="GET"):
    return ROUTER.find(Request(method, path, {}, True))


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("/proxies", []),
        ("/proxies/a/toxics/b", ["a", "b"]),
        ("/proxies/with%20space/toxics/%C3%A4%", ["with space", "ä%"]),
    ],
)
def test_names_are_taken_from_the_path(path, names):
    assert find(path)[1] == names


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [
        ("/", "GET", 404),
        ("/proxies/", "GET", 404),
        ("/proxies/a%2Fb/toxics/c", "GET", 404),
        ("/proxies//toxics/c", "GET", 301),
        ("/proxies", "PUT", 405),
        ("/proxies", "HEAD", 405),
        ("/proxies", "OPTIONS", 405),
    ],
)
def test_what_nothing_handles_is_answered_as_by_toxiproxys_router(path, method, status):
    assert find(path, method).status == status


def test_any_method_gets_metrics():
    assert find("/metrics", "BREW")[1] == []


@pytest.mark.parametrize(
    ("path", "clean"), [("//proxies", "/proxies"), ("/a/../version", "/version"), ("/./x//y/", "/x/y/"), ("/..", "/")]
)
def test_dirty_paths_are_redirected(path, clean):
    response = find(path)
    assert (response.status, response.headers["Location"]) == (301, clean)
