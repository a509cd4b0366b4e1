"""`-p tests.plugins.quick`: leave out tests that open pages, start programs or are long (`bin/test --quick`)."""

from __future__ import annotations

import pytest

OPENING_PAGES = {"signed_in", "client", "world", "site", "server"}
LEFT_OUT = ("long", "one_database", "live", "browser", "postgresql")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    left_out = [item for item in items if _is_left_out(item)]
    items[:] = [item for item in items if not _is_left_out(item)]
    config.hook.pytest_deselected(items=left_out)


def _is_left_out(item: pytest.Item) -> bool:
    if any(item.get_closest_marker(name) for name in LEFT_OUT):
        return True
    fixtures = getattr(item, "fixturenames", ())
    return hasattr(item.module, "Client") or not OPENING_PAGES.isdisjoint(fixtures)
