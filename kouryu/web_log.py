"""gunicorn's own log lines, written as the site writes its own: no address in them (kouryu/logs.py)."""

from __future__ import annotations

from typing import Any

from gunicorn import glogging

from kouryu.logs import JsonFormatter


class Logger(glogging.Logger):
    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for log in (self.error_log, self.access_log):
            for handler in log.handlers:
                handler.setFormatter(JsonFormatter())
