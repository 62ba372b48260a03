"""Events beyond one machine: a folder of GeoParquet files that any number of programs read, and one at a time writes.

Reading needs pyarrow alone. `manifest` says which files are the store, `parts` writes and reads them, `search` finds
rows, `store` is the `EventStore`, and `lazy` hands rows to dask-geopandas, a file a partition.
"""
