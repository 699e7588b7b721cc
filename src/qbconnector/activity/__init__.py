"""The activity log: what happened, for the people who run the connector."""
