"""scripts/install-system-packages: asks apt-get for what is missing and only for that, and never fails."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent.parent / "scripts" / "install-system-packages"


@pytest.fixture
def system(tmp_path):
    """A system of a few programs, whose apt-get writes down what it is asked for."""
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "id").symlink_to(shutil.which("id"))
    postgres = tmp_path / "postgres"
    postgres.mkdir()

    def program(path, text="exit 0"):
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)

    def call(*, has=(), apt='echo "$@" >> "$ASKED"'):
        if apt:
            program(programs / "apt-get", apt)
        if os.geteuid() != 0:
            program(programs / "sudo", '[ "$1" = -n ] && shift; exec "$@"')
        for name in has:
            program({"chromium": programs / "chromium", "initdb": postgres / "initdb"}[name])
        asked = tmp_path / "asked"
        done = subprocess.run(
            ["/bin/sh", SCRIPT], capture_output=True, text=True, check=False, timeout=30,
            env={"PATH": str(programs), "GEOMAP_POSTGRES": str(postgres), "ASKED": str(asked)},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert done.stdout == ""
        return asked.read_text().splitlines() if asked.exists() else [], done.stderr

    return call


def test_nothing_is_missing(system):
    assert system(has=["chromium", "initdb"]) == ([], "")


@pytest.mark.parametrize(
    ("has", "packages"),
    [
        (["chromium"], ["postgresql-postgis"]),
        (["initdb"], ["chromium fonts-noto-core"]),
        ([], ["chromium fonts-noto-core", "postgresql-postgis"]),
    ],
)
def test_what_is_missing_is_asked_for(system, has, packages):
    asked, said = system(has=has)
    assert asked == ["update -qq", *(f"install -y -qq --no-install-recommends {names}" for names in packages)]
    assert said.count("installing") == len(packages)


def test_one_that_fails_does_not_keep_the_other_away(system):
    asked, said = system(apt='echo "$@" >> "$ASKED"; case "$*" in *chromium*) exit 100;; esac')
    assert "postgresql-postgis" in asked[-1]
    assert "could not install Chromium" in said
    assert "tests that open a map in a browser will be skipped" in said
    assert "could not install PostgreSQL" not in said


def test_no_debian(system):
    asked, said = system(apt=None)
    assert asked == []
    assert "no Chromium" in said
    assert "set GEOMAP_POSTGRES to the folder of initdb" in said
    assert said.count("this is no Debian system") == 2
