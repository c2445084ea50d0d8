from __future__ import annotations

import base64

import pytest
from werkzeug.debug.tbtools import DebugTraceback

LEAKS = {
    "python": 'Traceback (most recent call last):\n  File "/srv/web/app.py", line 3, in feed',
    "python frame": 'File "app.py", line 3',
    "python class": "KeyError: 'born'",
    "python class alone": "requests.exceptions.ConnectionError",
    "python errno": "[Errno 111] Connection refused",
    "urllib3": "HTTPConnectionPool(host='media', port=8080): Max retries exceeded with url: /clips",
    "java": "at com.clipshare.Feed.open(Feed.java:41)",
    "java cause": "Caused by: java.net.ConnectException: Connection refused",
    "java class": "NullPointerException",
    "spring": "Whitelabel Error Page",
    "node": "    at Object.feed (/app/src/feed.js:10:15)",
    "node anonymous": "at async /app/src/feed.mjs:10:15",
    "node internal": "at process.processTicksAndRejections (node:internal/process/task_queues:95:5)",
    "node class": "TypeError: Cannot read properties of undefined",
    "node connect": "connect ECONNREFUSED 10.0.0.7:5432",
    "go": "goroutine 12 [running]:\nmain.feed()",
    "go panic": "panic: runtime error: invalid memory address",
    "go dial": "dial tcp 10.2.0.4:8080: connect: connection refused",
    "ruby": "app/models/feed.rb:12:in `open'",
    "php": "Warning: Undefined variable $age in /var/www/html/index.php on line 12",
    "php trace": "#0 /var/www/html/index.php(12): feed()",
    "laravel": "Illuminate\\Database\\QueryException",
    "dotnet": "at Clipshare.Feed.Open() in C:\\src\\Feed.cs:line 12",
    "dotnet class": "System.NullReferenceException: Object reference not set",
    "dotnet page": "Server Error in '/' Application.",
    "rust": "thread 'main' panicked at src/main.rs:4:5",
    "elixir": "** (DBConnection.ConnectionError) tcp connect",
    "werkzeug": "Werkzeug Debugger",
    "django": "You're seeing this error because you have DEBUG = True in your settings",
    "sql": "SELECT id, born FROM users WHERE id = 7",
    "sql over lines": "SELECT\n  id, born\n  FROM users",
    "sql all": "select * from users",
    "sql insert": "INSERT INTO clips (id, title) VALUES ('1', 'x')",
    "sql update": "UPDATE users SET born = '1990-01-01'",
    "sqlite": "sqlite3.OperationalError: database is locked",
    "postgres": 'relation "users" does not exist',
    "postgres driver": "psycopg2.OperationalError",
    "mysql": "You have an error in your SQL syntax; check the manual",
    "sqlstate": "SQLSTATE[HY000] [2002]",
    "oracle": "ORA-12541: TNS:no listener",
    "unix path": "/var/lib/clipshare/clips.db",
    "home": "/home/anna/clipshare/web.py",
    "site-packages": "/venv/lib/python3.11/site-packages/flask/app.py",
    "windows path": "C:\\inetpub\\clipshare\\web.config",
    "loopback": "127.0.0.1:8001",
    "private": "10.0.3.7:8080",
    "private 172": "172.18.0.4:5000",
    "ipv6": "[::1]:8001",
    "localhost": "localhost:5432",
    "service name": "profile.svc.cluster.local",
    "internal name": "profile.prod.internal",
    "single name": "http://profile:8080/users/7",
    "database": "redis-main:6379",
    "database url": "postgres://clip:secret@db/clips",
    "envoy": "upstream connect error or disconnect/reset before headers",
}
SURE = {
    "python",
    "python frame",
    "python class alone",
    "python errno",
    "urllib3",
    "java",
    "java cause",
    "spring",
    "node",
}
SURE |= {"node anonymous", "node internal", "node connect", "go", "go panic", "go dial", "ruby", "php", "php trace"}
SURE |= {
    "laravel",
    "dotnet",
    "dotnet class",
    "dotnet page",
    "rust",
    "elixir",
    "werkzeug",
    "django",
    "sqlite",
    "postgres",
}
SURE |= {"postgres driver", "mysql", "sqlstate", "oracle", "loopback", "private", "private 172", "ipv6", "localhost"}
SURE |= {"service name", "internal name", "envoy"}


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;").replace("'", "&#39;")


@pytest.mark.parametrize("leak", LEAKS.values(), ids=LEAKS)
@pytest.mark.parametrize(
    "where",
    [
        "<p>{}</p>",
        "<!-- {} -->",
        "<p hidden>{}</p>",
        "<pre>\n{}\n</pre>",
        "<details>{}</details>",
        "<table><tr><td>{}<td>x",
    ],
)
def test_a_leak_is_found_wherever_words_stand(html, broken, leak, where) -> None:
    main = "<h1>Sorry</h1><p><a href='/'>Try again</a></p>" + where.format(escaped(leak))
    assert "G09" in broken(html(main))


@pytest.mark.parametrize("leak", LEAKS.values(), ids=LEAKS)
def test_a_leak_is_found_in_json_and_in_plain_text(html, problem, broken, leak) -> None:
    assert "G09" in broken(problem({"title": "Sorry", "debug": {"lines": ["x", leak]}}))
    assert "G09" in broken(html(page=f"Sorry\n{leak}\n", headers={"Content-Type": "text/plain; charset=utf-8"}))


@pytest.mark.parametrize("name", LEAKS)
def test_on_a_served_page_only_what_is_surely_no_content_is_a_leak(html, broken, name) -> None:
    page = html(f"<h1>For you</h1><p>{escaped(LEAKS[name])}</p><p>{'A clip by Anna. ' * 20}</p>", status=200)
    assert ("G09" in broken(page, served=True)) is (name in SURE)


@pytest.mark.parametrize(
    "page",
    [
        "<p>Traceback <em>(most recent call last)</em>:</p>",
        '<div class="frame">File <cite class="filename">"/srv/app.py"</cite>, line <em class="line">4</em></div>',
        "<p>You're seeing this error because you have <code>DEBUG = True</code> in your Django settings file.</p>",
        "<script>var EVALEX = true, SECRET = 'x'</script>",
        "<script>window.error = 'Traceback (most recent call last):\\n  File \"app.py\"'</script>",
        "<link href='?__debugger__=yes&amp;cmd=resource&amp;f=style.css'>",
        "<p>Traceback &#40;most recent call last&#41;</p>",
        "<p data-error='Traceback (most recent call last)'></p>",
        "<b>Fatal error</b>:  Uncaught Exception: no in <b>/var/www/index.php</b> on line <b>3</b>",
    ],
)
def test_debug_pages_are_known_through_their_markup(html, broken, page) -> None:
    assert "G09" in broken(html(page + "<p>Sorry</p>"))


CONTENT = [
    "It cost 10.50 at 12:30, version 10.2.3.4, ratio 16:9, and/or, 24/7, 06/07/2021, 3:2 for 127 people.",
    "Select a clip from your library. SELECT YOUR CLIP FROM THE LIST. Update your profile and set a picture.",
    "Delete from my list. Insert into the slot. Create a table of favourites. Drop table tennis.",
    "Exceptional! We made an exception. Error bars. An error. Errors. No Exceptions. KeyErrorish. Terror",
    "Watch it at clipshare.example:443 or https://clipshare.example/app/web or //cdn.example/usr/lib/x.js.",
    "Reference: id:5432, a:b, http://clipshare.example/opt/in, anna@10.example, 10.0.0.1, 192.168.0.1 is a router.",
    "At noon (bring cake) at 10:30:15. At home (sort of). Go to /home or /app/settings, or /upload.",
    "The internal market. local: news. Meet me at svc. file. Trace back your steps (most recent call last year).",
    "C: drive. A:B. D:\\ . Note: see index.php, on line dating. Stack of traces. Whoops. Ignition.",
    "http://127.0.0.1:4000/feed and 127.0.0.1:4000 and http://localhost:4000/ are this very page.",
]


@pytest.mark.parametrize("text", CONTENT)
@pytest.mark.parametrize("served", [True, False])
def test_ordinary_words_are_no_leak(html, broken, text, served) -> None:
    page = html(f"<h1>Sorry</h1><p>{text}</p><a href='/'>Try again</a>", status=200 if served else 503)
    assert "G09" not in broken(page, served=served)


@pytest.mark.parametrize("served", [True, False])
def test_attributes_and_scripts_may_name_files_and_classes(html, broken, served) -> None:
    page = html(
        '<h1>For you</h1><a href="/usr/lib/x">x</a><img src="http://127.0.0.1:9000/media/1.jpg" alt="">'
        '<form action="http://10.0.0.1:80/home/a.py"></form><link href="/app/main.py">'
        '<p style="top:10.1.1.1:80">Clips</p>'
        "<script>try { a() } catch (e) { if (e instanceof TypeError) throw new RangeError('/etc/x') }</script>"
        "<style>a{background:url(/usr/share/x.png)}</style>",
        status=200 if served else 503,
    )
    assert "G09" not in broken(page, served=served)


def test_json_links_to_other_hosts_are_no_leak_when_served(problem, broken) -> None:
    clips = {"clips": [{"url": "http://127.0.0.1:9000/media/1.mp4"}], "next": "/app/feed?page=2"}
    assert broken(problem(clips, status=200, media_type="application/json"), served=True) == {}
    assert "G09" in broken(problem({"title": "Sorry", "upstream": "http://127.0.0.1:9000/media/1.mp4"}))


def test_the_answers_own_address_and_public_ones_may_be_shown(html, broken) -> None:
    own = html("<h1>Sorry</h1><p>See http://127.0.0.1:4000/status</p>")
    assert "G09" not in broken(own)
    longer = html("<h1>Sorry</h1><p>See http://127.0.0.1:40001/status</p>")
    assert "127.0.0.1:40001" in broken(longer)["G09"]
    assert "G09" not in broken(longer, public_hosts=("127.0.0.1:40001",))


@pytest.mark.parametrize("served", [True, False])
def test_a_planted_string_is_found_everywhere(html, problem, broken, served) -> None:
    told = {"canaries": ("", "s3cret-\"b'"), "served": served}
    where = [
        html("<p>s3cret-\"b'</p>"),
        html("<p>s3cret-&quot;b&#x27;</p>"),
        html('<script>"s3cret-\\"b\'"</script>'),
        html(headers={"X-Debug": "s3cret-\"b'"}),
        problem({"title": "s3cret-\"b'"}),
        html(page=b"\x89PNG\0s3cret-\"b'", headers={"Content-Type": "image/png"}),
        html(page="let x = `s3cret-\"b'`", headers={"Content-Type": "text/javascript"}),
    ]
    for answer in where:
        assert "planted" in broken(answer, **told)["G09"]
    assert "G09" not in broken(html(), **told)


@pytest.mark.parametrize(
    "media_type", ["image/png", "video/mp4", "application/octet-stream", "text/css", "text/javascript"]
)
def test_what_is_no_text_and_what_is_code_is_only_searched_for_planted_strings(html, broken, media_type) -> None:
    body = b"\0\x01\xff" * 400 + b"Traceback (most recent call last) /usr/lib/x 10.0.0.1:80"
    assert "G09" not in broken(html(page=body, headers={"Content-Type": media_type}, status=200), served=True)


def test_binary_noise_is_no_leak(html, broken) -> None:
    body = base64.b64encode(bytes(range(256)) * 400)
    assert "G09" not in broken(html(page=body, headers={"Content-Type": "text/plain"}, status=200), served=True)


def test_a_leak_far_down_a_long_page_is_found(html, broken) -> None:
    page = "<p>A clip by Anna.</p>" * 30_000 + "<p>KeyError</p>" + "<p>A clip.</p>" * 10_000
    assert '"KeyError' in broken(html(page))["G09"]


def test_a_long_served_page_that_quotes_code_is_about_code(html, broken) -> None:
    code = "<pre>Traceback (most recent call last)\n</pre><p>Listen on <code>127.0.0.1:8001</code>.</p>"
    article = f"<h1>How to read a traceback</h1>{'<p>We look at a few of them.</p>' * 60}"
    assert broken(html(article + code, status=200), served=True) == {}
    assert "G09" in broken(html("<h1>For you</h1>" + code, status=200), served=True)
    assert "G09" in broken(html(article + code))
    assert "G09" in broken(html(article + "<pre>" + "<p>Traceback (most recent call last)", status=503))


def test_the_debugger_of_the_development_server_is_known(html, broken) -> None:
    try:
        raise KeyError("born")
    except KeyError as error:
        page = DebugTraceback(error).render_debugger_html(evalex=True, secret="x", evalex_trusted=True)
    assert "G09" in broken(html(page=page, status=200), served=True)


def test_the_finding_quotes_one_short_line(html, broken) -> None:
    reason = broken(html("<pre>Traceback (most recent call last):\n  File x\n" + "y" * 5000 + "</pre>"))["G09"]
    assert reason == 'the body shows a Python traceback: "Traceback (most recent call last):"'
