"""The example of a proxy (deploy/nginx.conf) in a real nginx: slow senders hold no thread, headers are its own."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pytest
from django.conf import settings

from kouryu import children
from tests.rig.ports import free_port
from tests.rig.site import wait_until

pytestmark = [
    pytest.mark.live,
    pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not installed"),
]

HANG_LIMIT = 60
HALF_A_FORM = (
    b"POST /accounts/login/ HTTP/1.1\r\nHost: kouryu.example.jp\r\nContent-Length: 1000\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\n\r\nlogin="
)
# Says what the site is told about whoever asks.
ECHO = """
def application(environ, start_response):
    told = {name: value for name, value in environ.items() if name.startswith("HTTP_")}
    environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Type", "text/plain"), ("X-Request-ID", "abc")])
    return [repr(sorted(told.items())).encode()]
"""


class Proxied:
    """nginx by the example, without TLS (no certificate here), before gunicorn with two processes of four threads."""

    def __init__(self, stack: ExitStack, folder: Path) -> None:
        self.folder, self.port, web = folder, free_port(), free_port()
        (folder / "echo.py").write_text(ECHO)
        gunicorn = ["-m", "gunicorn", "--workers", "2", "--threads", "4", "--bind", f"127.0.0.1:{web}", "echo"]
        self._start(stack, [sys.executable, *gunicorn], cwd=folder)
        self._start(stack, ["nginx", "-c", str(self._config(web)), "-e", str(folder / "start.log")])
        wait_until(lambda: self.answers(), what="nginx and web answer")

    def _start(self, stack: ExitStack, command: list[str], cwd: Path | None = None) -> None:
        with (self.folder / "programs.log").open("ab") as log:
            process = children.start(command, cwd=cwd, stdout=log, stderr=subprocess.STDOUT)
        stack.callback(children.stop, process, within=10)

    def _config(self, web: int) -> Path:
        """The example itself; only places, ports and the certificate are those of a test."""
        example = (settings.BASE_DIR / "deploy" / "nginx.conf").read_text()
        example = re.sub(r"server \{\s+listen 80;.*?\n\}\n", "", example, flags=re.DOTALL)
        example = re.sub(r"listen \[::\]:443 ssl;|ssl_\w+ .*?;", "", example)
        # So that what a slow sender holds is held until the end of the test.
        example = example.replace("client_body_timeout 10s;", "client_body_timeout 600s;")
        example = example.replace("listen 443 ssl;", f"listen 127.0.0.1:{self.port};")
        example = example.replace("server 127.0.0.1:8000;", f"server 127.0.0.1:{web};")
        example = example.replace("/var/log/nginx/", f"{self.folder}/")
        places = "\n".join(
            f"{name}_temp_path {self.folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        config = self.folder / "nginx.conf"
        config.write_text(
            f"daemon off; pid {self.folder}/pid; worker_processes 1;\nevents {{}}\nhttp {{\n{places}\n{example}}}\n"
        )
        return config

    def ask(self, path: str, **headers: str) -> tuple[HTTPResponse, str]:
        web = HTTPConnection("127.0.0.1", self.port, timeout=HANG_LIMIT)
        try:
            web.request("GET", path, headers={"Host": "kouryu.example.jp", **headers})
            answer = web.getresponse()
            return answer, answer.read().decode()
        finally:
            web.close()

    def answers(self) -> bool:
        try:
            return self.ask("/healthz")[0].status == 200
        except OSError:
            return False


@pytest.fixture
def proxied(tmp_path) -> Iterator[Proxied]:
    tmp_path.chmod(0o755)
    with ExitStack() as stack:
        yield Proxied(stack, tmp_path)


@pytest.mark.parametrize("senders", [8, 16])
def test_half_sent_forms_hold_no_thread_of_web(proxied, senders):
    with ExitStack() as stack:
        for _ in range(senders):
            sender = stack.enter_context(socket.create_connection(("127.0.0.1", proxied.port)))
            sender.sendall(HALF_A_FORM)

        assert [proxied.ask("/healthz")[0].status for _ in range(10)] == [200] * 10


def test_web_is_told_who_asks_by_the_proxy_alone(proxied):
    claims = {
        "X-Forwarded-For": "203.0.113.7",
        "X-Forwarded-Proto": "gopher",
        "X-Forwarded-Host": "evil.example",
        "X-Real-IP": "203.0.113.7",
        "Forwarded": "for=203.0.113.7",
    }

    _, told = proxied.ask("/", **claims)

    assert "('HTTP_X_FORWARDED_FOR', '127.0.0.1'), ('HTTP_X_FORWARDED_PROTO', 'http')" in told
    assert [claim for claim in ("203.0.113.7", "gopher", "evil.example") if claim in told] == []


def test_neither_answers_nor_logs_tell_what_they_need_not(proxied):
    answer, _ = proxied.ask("/calendar/2g3FzmkeQx71tABcd/feed.ics?next=2g3FzmkeQx71tABcd")

    assert answer.headers["Server"] == "nginx"
    log = proxied.folder / "kouryu.log"
    wait_until(lambda: " GET 200 " in log.read_text(), what="the line is written")
    words = "".join(file.read_text() for file in proxied.folder.glob("*.log"))
    assert "2g3Fzmke" not in words
