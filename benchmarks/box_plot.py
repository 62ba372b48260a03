"""The picture of `benchmarks.box`: time against rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

__all__ = ["save_growth", "save_plot"]

SHOWN = ("whole events", "frame")
GROWING = ("how many", "how many of a year and a type", "frame")


def save_plot(lines: Iterable[tuple[str, int, Mapping[str, float]]], path: Path, *, title: str) -> None:
    """Draw the milliseconds of each question against its rows, both on logarithmic axes.

    Parameters
    ----------
    lines
        Question, rows of its answer, and milliseconds by who was asked.
    path
        The SVG file to write; the same figures give the same file.
    title
        Stands above the panels.
    """
    import matplotlib as mpl  # noqa: PLC0415  only those who ask for a picture need it

    mpl.use("svg")
    mpl.rcParams.update({"svg.hashsalt": "geomap", "svg.fonttype": "none", "font.size": 9})
    import matplotlib.pyplot as plt  # noqa: PLC0415

    lines = list(lines)
    figure, panels = plt.subplots(1, len(SHOWN), figsize=(8, 3.2), sharey=True, layout="constrained")
    for question, panel in zip(SHOWN, panels, strict=True):
        ours = [(rows, times) for asked, rows, times in lines if asked == question]
        for who, mark in zip(ours[0][1], "osD^v", strict=False):
            panel.loglog([rows for rows, _ in ours], [times[who] for _, times in ours], marker=mark, label=who)
        panel.set(title=question, xlabel="rows in the answer")
        panel.grid(alpha=0.3)
        panel.legend(fontsize=8)
    panels[0].set_ylabel("median, ms")
    figure.suptitle(title)
    figure.savefig(path, format="svg", metadata={"Date": None})
    plt.close(figure)


def save_growth(times: Mapping[int, Mapping[str, Mapping[str, float]]], path: Path, *, rows: int) -> None:
    """Draw the milliseconds of answers of so many rows against the size of the store, both logarithmic.

    Parameters
    ----------
    times
        Milliseconds by who was asked, by question, by events in the store.
    path
        The SVG file to write.
    rows
        About how many rows an answer has, before a year and a type are asked for.
    """
    import matplotlib as mpl  # noqa: PLC0415  only those who ask for a picture need it

    mpl.use("svg")
    mpl.rcParams.update({"svg.hashsalt": "geomap", "svg.fonttype": "none", "font.size": 9})
    import matplotlib.pyplot as plt  # noqa: PLC0415

    figure, panels = plt.subplots(1, len(GROWING), figsize=(11, 3.4), sharey=True, layout="constrained")
    for question, panel in zip(GROWING, panels, strict=True):
        asked = [who for who in next(iter(times.values()))[question] if "in memory" not in who]
        for who, mark in zip(asked, "osD^v", strict=False):
            panel.loglog(list(times), [of[question][who] for of in times.values()], marker=mark, label=who)
        panel.set(title=question, xlabel="events in the store")
        panel.grid(alpha=0.3)
        panel.legend(fontsize=8)
    panels[0].set_ylabel("median, ms")
    figure.suptitle(f"A box of about {rows:,} events")
    figure.savefig(path, format="svg", metadata={"Date": None})
    plt.close(figure)
