"""What `bin/demo` refuses, before it writes anything."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

import pytest
from django.core.management import CommandError

from demo import __main__ as demo


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http", "８０００", ""])
def test_a_port_that_is_none_is_refused_in_a_sentence(capsys, port):
    with pytest.raises(SystemExit) as refused:
        demo.main([f"--port={port}"])

    assert refused.value.code == 2
    assert f"a port is a number from 1 to 65535, not {port!r}" in capsys.readouterr().err


def test_an_unknown_option_is_refused(capsys):
    with pytest.raises(SystemExit):
        demo.main(["--frsh"])

    assert "unrecognized arguments: --frsh" in capsys.readouterr().err


def test_a_taken_port_is_refused_with_a_way_out(capsys, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SystemExit) as refused:
            demo.main([f"--port={port}", f"--data={tmp_path / 'data'}"])

    assert refused.value.code == 1
    assert capsys.readouterr().err == (f"bin/demo: Port {port} is taken. Choose another one: bin/demo --port 8001\n")
    assert not (tmp_path / "data").exists()


def test_the_shell_of_a_real_site_leads_the_demo_to_none_of_its_services(monkeypatch, tmp_path):
    real = {"DATABASE_URL": "postgres://db/kouryu", "REDIS_URL": "redis://broker/0", "SMTP_URL": "smtp://mail"}
    shell = {
        **real,
        "STRIPE_KEY": "sk_live_a",
        "ALLOWED_HOSTS": "kouryu.example.jp",
        "KOURYU_ENV": "production",
        "SWEEP_EVERY": "3",
    }
    monkeypatch.setattr("os.environ", shell)

    demo._settle_environment(tmp_path, 8001)

    assert shell.pop("STRIPE_WEBHOOK_SECRET").startswith("whsec_")
    assert shell == {
        "REDIS_URL": "redis://broker/0",  # with keys of the demo's own: see the test below
        "KOURYU_ENV": "development",
        "KOURYU_DATA": str(tmp_path),
        "SITE_URL": "http://127.0.0.1:8001",
        "DJANGO_SETTINGS_MODULE": "demo.site.settings",
        # cards are practised, whatever the shell's own site charges
        "STRIPE_KEY": "sk_test_practice",
        "STRIPE_ACCOUNT": "acct_1KouryuPractice",
        "STRIPE_API_URL": "http://127.0.0.1:9001",
        "SWEEP_EVERY": "3",
    }


def in_a_demo(words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run these lines as a program of a demo."""
    environ = {**os.environ, "DJANGO_SETTINGS_MODULE": "demo.site.settings", **environ}
    lines = f"import django; django.setup(); {words}"
    return subprocess.run([sys.executable, "-c", lines], env=environ, capture_output=True, text=True)


def test_a_demo_on_the_broker_of_a_real_site_takes_none_of_its_wake_ups(tmp_path):
    said = in_a_demo(
        "from kouryu.celery import app; print(app.conf.broker_transport_options['global_keyprefix'])",
        REDIS_URL="redis://broker/0",
        KOURYU_DATA=str(tmp_path),
    )
    assert said.stdout.strip() == "kouryu-demo:", said.stderr


def test_beat_sends_for_the_sweep_of_the_demo_and_its_worker_knows_it(tmp_path):
    said = in_a_demo(
        "from kouryu.celery import app; from kouryu.sweeps import schedule; app.loader.import_default_modules(); "
        "task = schedule()['shorten-waits']['task']; print(task, task in app.tasks)",
        KOURYU_DATA=str(tmp_path),
    )
    assert said.stdout.strip() == "demo.tasks.shorten_waits True", said.stderr


def test_a_directory_of_somebody_else_is_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")

    with pytest.raises(CommandError, match="holds something that is not a demo's"):
        demo._claim(tmp_path)

    assert [file.name for file in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_file_is_no_directory(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(CommandError, match="is not a directory"):
        demo._claim(tmp_path / "file")


def test_starting_over_empties_the_demo_but_follows_no_link(tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").write_text("")
    data = tmp_path / "demo"
    demo._claim(data)
    (data / demo.MARK).write_text("loaded")
    (data / "kouryu.sqlite3").write_text("")
    (data / "mails").mkdir()
    (data / "link").symlink_to(outside)

    demo._empty(data)

    assert [file.name for file in data.iterdir()] == [demo.MARK]
    assert (data / demo.MARK).read_text() == "new"
    assert (outside / "kept").exists()
