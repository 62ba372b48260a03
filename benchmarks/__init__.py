"""Every speed that geomap claims, measured beside the programs that people would use instead."""
