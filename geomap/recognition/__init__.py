"""Recognition: which stretches of a bulletin name places.

bulletin -> organisations and persons masked -> known and betrayed names -> surfaces with type words -> mentions
"""

from geomap.recognition.mentions import recognize

__all__ = ["recognize"]
