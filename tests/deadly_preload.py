"""What a worker loads before it begins (`dask worker --preload`): texts with a certain word fail, or end the worker."""

import os

from geomap.cluster import worker
from geomap.pipeline import process


def _process_or_die(bulletin, gazetteer, *, rules):
    if "Deadlyword" in bulletin.text:
        os._exit(9)
    if "Failingword" in bulletin.text:
        raise ZeroDivisionError("a defect")
    return process(bulletin, gazetteer, rules=rules)


worker.process = _process_or_die
