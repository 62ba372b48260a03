"""Files of the store: written aside and brought to the disk, opened, and read a group of rows at a time.

Events are GeoParquet 1.1 with the columns of `geomap.store.columns`; columns called ``geomap_...`` are for geomap
alone. Each file carries a checksum in the manifest and one for each of its pages, so that damage is told, not read.
"""

from __future__ import annotations

import errno
import os
import zlib
from collections import OrderedDict
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from geomap.errors import StoreError
from geomap.store.arrow import arrow_schema
from geomap.store.dataset.manifest import Part, current, sync_folder
from geomap.store.geoparquet import SIDES, box_field

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from typing import Self

    from numpy.typing import NDArray

__all__ = [
    "BULLETIN_SCHEMA",
    "EVENT_SCHEMA",
    "PLACE_SCHEMA",
    "Change",
    "PartFile",
    "PartFiles",
    "Written",
    "crc32_of",
    "numbers",
    "take",
    "told_plainly",
]

EVENT_SCHEMA = pa.schema(
    [
        *(field.remove_metadata() if field.name == "geometry" else field for field in arrow_schema()),
        pa.field("geomap_turn", pa.int32()),  # which of its bulletin's events it is
        pa.field("geomap_places", pa.list_(pa.int32())),  # numbers of the places that it is put at
        pa.field("geomap_words", pa.string()),  # the sentence, folded
        pa.field("geomap_record", pa.string()),  # the whole event, as JSON
        box_field(),
    ]
)
BULLETIN_SCHEMA = pa.schema(
    [
        *(pa.field(name, pa.string()) for name in ("id", "date", "source", "lang", "url", "path", "notes", "text")),
        pa.field("resolutions", pa.string()),
        pa.field("uses", pa.list_(pa.int32())),  # numbers of the places that these and its events name
    ]
)
PLACE_SCHEMA = pa.schema(
    [
        pa.field("number", pa.int32()),
        pa.field("id", pa.string()),
        pa.field("digest", pa.string()),
        pa.field("containers", pa.list_(pa.string())),  # its own id, and those of its parents
        pa.field("uncertainty_km", pa.float64()),
        pa.field("words", pa.string()),  # its names, folded
        pa.field("geometry", pa.binary()),
        pa.field("record", pa.string()),  # the whole place, as JSON
    ]
)

_OPEN = 64
"""Files that are kept open; a system allows some hundreds."""


@contextmanager
def told_plainly(path: Path) -> Iterator[None]:
    """Turn what goes wrong with a file into a `StoreError` that says what to do.

    Raises
    ------
    StoreError
        When the block raised an error of the system's or of Arrow's.
    """
    try:
        yield
    except StoreError:
        raise
    except FileNotFoundError as error:
        what = "is gone: another program put the store into order meanwhile, so ask again; or restore a copy"
        raise StoreError(what, path=error.filename or path) from error
    except (OSError, pa.ArrowException) as error:
        raise StoreError(_advice(error), path=path) from error


def _advice(error: Exception) -> str:
    number = getattr(error, "errno", None)
    if number in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return f"there is no room left; free some and try again. What was stored before is unharmed ({error})"
    if number in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"access is denied; check the rights to the store's folder and its files ({error})"
    told = str(error).splitlines()[0] if str(error) else type(error).__name__
    return f"the file is damaged, cut short or not geomap's; restore a copy, or ingest its bulletins anew ({told})"


class PartFile:
    """An open file: its groups of rows, and what is known of each.

    Parameters
    ----------
    folder
        The store's.
    part
        Which file.

    Raises
    ------
    StoreError
        When it is missing, cut short, or none that geomap wrote.
    """

    def __init__(self, folder: Path, part: Part) -> None:
        self.part = part
        self.path = folder / part.name
        with told_plainly(self.path):
            size = self.path.stat().st_size
            if size != part.size:
                what = f"has {size} bytes where the manifest has {part.size}: cut short or changed; restore a copy"
                raise StoreError(what, path=self.path)
            self._file = pq.ParquetFile(self.path, memory_map=False, page_checksum_verification=True)
            about = self._file.metadata
            rows = [about.row_group(group).num_rows for group in range(about.num_row_groups)]
        self.starts = np.concatenate([[0], np.cumsum(rows)]).astype(np.int64)
        if self.starts[-1] != part.rows:
            raise StoreError(
                f"has {self.starts[-1]} rows where the manifest has {part.rows}; restore a copy", path=self.path
            )
        self._boxes: NDArray[np.float64] | None = None

    @property
    def groups(self) -> range:
        """The numbers of its groups of rows."""
        return range(len(self.starts) - 1)

    @property
    def columns(self) -> list[str]:
        """The names of its columns."""
        names: list[str] = self._file.schema_arrow.names
        return names

    def boxes(self) -> NDArray[np.float64]:
        """Return west, south, east and north around the events of each group (degrees); NaN where none is placed."""
        if self._boxes is None:
            with told_plainly(self.path):
                self._boxes = np.array([self._box(group) for group in self.groups]).reshape(-1, 4)
        return self._boxes

    def _box(self, group: int) -> list[float]:
        about = self._file.metadata.row_group(group)
        found = {}
        for place in range(about.num_columns - len(SIDES), about.num_columns):  # they stand last
            column = about.column(place)
            stats = column.statistics
            if stats is not None and stats.has_min_max:
                found[column.path_in_schema] = (stats.min, stats.max)
        ends = [found.get(f"bbox.{side}", (np.nan, np.nan))[turn // 2] for turn, side in enumerate(SIDES)]
        return [float(end) for end in ends]

    def read(self, groups: Sequence[int], columns: Sequence[str]) -> pa.Table:
        """Return some columns of some groups.

        Raises
        ------
        StoreError
            When they cannot be read.
        """
        with told_plainly(self.path):
            return self._file.read_row_groups(list(groups), columns=list(columns), use_threads=False)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


class PartFiles:
    """Files of one store that have been opened; those used longest ago are closed first."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._open: OrderedDict[str, PartFile] = OrderedDict()

    def __getitem__(self, part: Part) -> PartFile:
        found = self._open.get(part.name)
        if found is None:
            found = self._open[part.name] = PartFile(self.folder, part)
            while len(self._open) > _OPEN:
                self._open.popitem(last=False)[1].close()
        self._open.move_to_end(part.name)
        return found

    def close(self) -> None:
        """Let go of all."""
        while self._open:
            self._open.popitem()[1].close()


def numbers(column: pa.ChunkedArray) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return a column of lists of numbers as where each list begins and ends, and all numbers in a row."""
    lists = column.combine_chunks()
    ends = lists.offsets.to_numpy().astype(np.int64)
    return ends - ends[0], lists.flatten().to_numpy(zero_copy_only=False).astype(np.int32)


def take(
    files: PartFiles, parts: Sequence[Part], where: tuple[NDArray[np.int64], NDArray[np.int64]], columns: Sequence[str]
) -> pa.Table:
    """Return rows in a given order.

    Parameters
    ----------
    files, parts
        Where they are from.
    where
        Of each row, the number of its file among `parts`, and its number in that file.
    columns
        The columns that are wanted.

    Raises
    ------
    StoreError
        When a file cannot be read.
    """
    which, rows = where
    tables, positions = [], []
    for number in np.unique(which).tolist():
        mine = np.flatnonzero(which == number)
        tables.append(_taken(files[parts[number]], rows[mine], columns))
        positions.append(mine)
    if not tables:
        return _empty(parts, columns)
    together = pa.concat_tables(tables)
    if len(tables) == 1:
        return together
    back = np.empty(len(rows), dtype=np.int64)
    back[np.concatenate(positions)] = np.arange(len(rows))
    return together.take(pa.array(back))


def _taken(file: PartFile, rows: NDArray[np.int64], columns: Sequence[str]) -> pa.Table:
    groups = np.searchsorted(file.starts, rows, side="right") - 1
    needed = np.unique(groups)
    sizes = np.diff(file.starts)[needed]
    begins = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)  # of the groups, within what is read
    places = rows - file.starts[groups] + begins[np.searchsorted(needed, groups)]
    return file.read(needed.tolist(), columns).take(pa.array(places))


def _empty(parts: Sequence[Part], columns: Sequence[str]) -> pa.Table:
    """Return a table without rows; where there is no file at all, the columns tell what kind of them is meant."""
    schemas = {"events": EVENT_SCHEMA, "bulletins": BULLETIN_SCHEMA, "places": PLACE_SCHEMA}
    kinds = [schemas[parts[0].name.partition("/")[0]]] if parts else [*schemas.values()]
    schema = next(schema for schema in kinds if {*columns} <= {*schema.names})
    return schema.empty_table().select(list(columns))


class _Counting:
    """A file that is being written, which counts and sums up what goes into it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.size = self.crc32 = 0
        self.closed = False

    def write(self, data: bytes) -> int:
        self.crc32 = zlib.crc32(data, self.crc32)
        self.size += len(data)
        return self._file.write(data)

    def flush(self) -> None:
        self._file.flush()

    def tell(self) -> int:
        return self.size

    def readable(self) -> bool:
        return False

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False

    def close(self) -> None:
        self.closed = True


class Written:
    """A file that is being written aside; `finish` puts it in place, whole and on the disk.

    Parameters
    ----------
    folder, name
        The store's folder, and the file's name relative to it.
    schema
        Its columns.
    generation
        The number of the change that it belongs to.
    """

    def __init__(self, folder: Path, name: str, schema: pa.Schema, *, generation: int) -> None:
        self.name = name
        self._path, self._generation = folder / name, generation
        self._aside = self._path.with_name(f".{self._path.name}")
        self._rows = 0
        self._file = self._aside.open("xb")
        self._counting = _Counting(self._file)
        self._writer = pq.ParquetWriter(
            pa.PythonFile(self._counting, mode="w"), schema, compression="zstd", write_page_checksum=True
        )

    def write(self, table: pa.Table | pa.RecordBatch, *, group: int) -> None:
        """Add rows, in groups of at most so many."""
        self._writer.write(table, row_group_size=group)
        self._rows += table.num_rows

    def finish(self, **known: Any) -> Part:  # noqa: ANN401  as of `Part`
        """Bring it to the disk and put it in place; return what the manifest says of it."""
        self._writer.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._aside.rename(self._path)
        sync_folder(self._path.parent)
        return Part(
            name=self.name, rows=self._rows, size=self._counting.size, crc32=self._counting.crc32,
            generation=self._generation, **known,
        )  # fmt: skip

    def drop(self) -> None:
        """Leave nothing of it, after an error."""
        with suppress(Exception):  # the error that is under way is the one to be told
            self._writer.close()
        with suppress(OSError):
            self._file.close()
        for path in (self._aside, self._path):
            with suppress(OSError):
                path.unlink()


class Change:
    """The files of one change to the store, which are gone again when it fails; none counts before the manifest does.

    Parameters
    ----------
    folder
        The store's.
    generation
        The number of the change.
    """

    def __init__(self, folder: Path, generation: int) -> None:
        self._folder, self._generation = folder, generation
        self._token = os.urandom(4).hex()  # two writers that the system did not keep apart share no name
        self._files: list[Written] = []

    def begin(self, kind: str, schema: pa.Schema) -> Written:
        """Begin a file of a kind (one of `KINDS`, or what is put aside)."""
        name = f"{kind}/{self._generation:08}-{self._token}-{len(self._files):04}.parquet"
        written = Written(self._folder, name, schema, generation=self._generation)
        self._files.append(written)
        return written

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            return
        with suppress(StoreError):  # what cannot be known to be unused stays
            now = current(self._folder)  # an interruption may come when all is done
            named = {part.name for part in now.parts} if now else set()
            for written in self._files:
                if written.name not in named:
                    written.drop()


def crc32_of(path: Path) -> int:
    """Return the CRC-32 of a file."""
    crc = 0
    with path.open("rb") as file:
        while data := file.read(1 << 20):
            crc = zlib.crc32(data, crc)
    return crc
