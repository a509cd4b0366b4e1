"""A directory that only its owner reads: what a site on one machine writes holds letters, codes and addresses."""

from __future__ import annotations

import os
import stat
from pathlib import Path

NOT_OURS_ALONE = stat.S_IRWXG | stat.S_IRWXO


def keep_private(folder: Path) -> None:
    """Make the directory if need be, close it and all that lies in it to others, and make new files likewise (0600).

    Programs that are started after this inherit it.
    """
    os.umask(NOT_OURS_ALONE)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            path.chmod(path.stat().st_mode & ~NOT_OURS_ALONE)
