"""Virtual environments, one a peer, made once from its pinned requirements under `build/peers`."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import venv
from pathlib import Path

PEERS = ("txtai", "llamaindex", "haystack")

FOLDER = Path(__file__).parents[2] / "build" / "peers"
"""Where environments are kept."""

REQUIREMENTS = Path(__file__).with_name("requirements")


class EnvironmentFailedError(Exception):
    """A peer's environment could not be made.

    Attributes:
        peer: its name.
        requirements: the file that was to be installed.
    """

    def __init__(self, peer: str, requirements: Path) -> None:
        super().__init__(
            f"{peer}: pip could not install {requirements}; what it printed says why. "
            f"Mend that, or leave the peer out with --peers."
        )
        self.peer = peer
        self.requirements = requirements


def prepared(peer: str, folder: Path = FOLDER, requirements: Path = REQUIREMENTS) -> Path:
    """Return the interpreter of a peer's environment, which is made unless it is there with the same requirements.

    Raises:
        EnvironmentFailedError: pip failed; the next call tries again.
    """
    wanted = requirements / f"{peer}.txt"
    directory = folder / peer
    python = directory / "bin" / "python"
    stamp = directory / "requirements.sha256"
    pinned = hashlib.sha256(wanted.read_bytes()).hexdigest()
    if stamp.is_file() and stamp.read_text("utf-8") == pinned:
        return python
    print(f"Installing {peer} into {directory} (once; a few minutes) …", file=sys.stderr)
    venv.create(directory, clear=True)
    # The pip that runs this also installs there: to put another one in would take longer than to install.
    pip = [sys.executable, "-m", "pip", "--python", str(python), "--disable-pip-version-check", "--quiet", "install"]
    if subprocess.run([*pip, "--requirement", str(wanted)], check=False).returncode:
        raise EnvironmentFailedError(peer, wanted)
    stamp.write_text(pinned, "utf-8")
    return python
