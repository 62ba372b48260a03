"""Resolution: which place each mention means, how sure that is, and why; or an honest "not sure".

mentions -> surroundings (lists, enclosers) -> candidates with named reasons -> decision over the whole bulletin
"""

from geomap.resolution.decision import resolve

__all__ = ["resolve"]
