"""Settings: what there is to set (``schema``, ``values``), where it is kept (``store``, ``folders``, ``files``)."""
