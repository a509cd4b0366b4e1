"""A real broker for tests: the program that `manage.py up` starts, in a directory of its own."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from kouryu import broker, children
from tests.rig.patience import looks


class Broker:
    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="broker-", dir="/tmp"))
        self.socket = self.folder / "broker.sock"
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    @property
    def url(self) -> str:
        return f"redis+socket://{self.socket}"

    @property
    def version(self) -> str:
        said = subprocess.run([broker.program(), "--version"], capture_output=True, text=True, check=True).stdout
        return f"Valkey {said.split('v=')[1].split()[0]}"

    def start(self) -> None:
        command = broker.command(data=self.folder, listen_at=self.socket)
        self._process = children.start(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in looks("the broker starts"):
            if broker.answers(self.socket):
                return

    def kill(self) -> None:
        if self._process:
            children.kill_group(self._process)
            self._process.wait()

    def stop(self) -> None:
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)
