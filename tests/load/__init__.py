"""How many phones a room bears: real clients against the servers as they run."""
