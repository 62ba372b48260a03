"""The picture of `benchmarks.cluster`: time of an answer against events, and events read against workers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

__all__ = ["save_plot"]


def save_plot(
    asked: Sequence[tuple[int, Mapping[str, float]]], read: Sequence[tuple[int, float, float, int]], path: Path
) -> None:
    """Draw both as one SVG; the same figures give the same file.

    Parameters
    ----------
    asked
        Numbers of events, and of each the milliseconds of an answer by who gave it.
    read
        Numbers of workers, seconds on a cluster, seconds with ``--jobs``, and events.
    path
        The file to write.
    """
    import matplotlib as mpl  # noqa: PLC0415  only those who ask for a picture need it

    mpl.use("svg")
    mpl.rcParams.update({"svg.hashsalt": "geomap", "svg.fonttype": "none", "font.size": 9})
    import matplotlib.pyplot as plt  # noqa: PLC0415

    figure, (left, right) = plt.subplots(1, 2, figsize=(8, 3.4), layout="constrained")
    for who, mark in zip(asked[0][1], "osD^vP", strict=False):
        left.loglog([events for events, _ in asked], [times[who] for _, times in asked], marker=mark, label=who)
    left.set(title="a box of about 1,000 rows", xlabel="events in the dataset", ylabel="median, ms")
    for label, column, mark in (("--scheduler", 1, "o"), ("--jobs", 2, "s")):
        rates = [line[3] / line[column] for line in read]
        right.plot([line[0] for line in read], rates, marker=mark, label=label)
    right.set(
        title="bulletins read and stored", xlabel="workers or processes", ylabel="events a second", ylim=(0, None)
    )
    right.set_xticks([line[0] for line in read])
    for panel in (left, right):
        panel.grid(alpha=0.3)
        panel.legend(fontsize=7)
    figure.savefig(path, format="svg", metadata={"Date": None})
    plt.close(figure)
