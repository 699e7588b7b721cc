"""Who may use the connector: users (``users``), passwords (``passwords``), sign-in and lock-out (``accounts``)."""
