"""What the connector costs, each figure beside a floor measured in the same run. `python -m benchmarks` runs it."""
