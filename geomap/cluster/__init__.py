"""The whole reading on a cluster: files as a bag of dask's, which its workers read, resolve and extract from.

Files are handed on as names, so that every worker has to see them where this machine does. Each worker loads the
gazetteer once, and says no when it, or its geomap, is another than ours: an answer must not depend on who gave it. The
readings come back in the order of the files, whoever was done first. A worker that dies loses what it was at; the
scheduler gives that to another.
"""

from geomap.cluster.client import Cluster, connected

__all__ = ["Cluster", "connected"]
