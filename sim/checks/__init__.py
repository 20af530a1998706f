"""Is the model believable: simulated data beside the actual data."""
