"""The icon beside the clock: what it says and does, how it looks, and showing it."""
