"""Resolution: which place each mention means, how sure that is and why, or that it cannot be told.

mentions -> what a name could mean -> what stands around it -> decisions of the whole bulletin, and of reviewers ->
resolutions.
A name alone, or a table of them, is decided by what the asker knows: an area, a point, a type.
"""

from geomap.resolution.decision import resolve, resolve_in_settings
from geomap.resolution.lone_names import container_of, resolve_name
from geomap.resolution.tables import resolve_names, resolve_rows

__all__ = ["container_of", "resolve", "resolve_in_settings", "resolve_name", "resolve_names", "resolve_rows"]
