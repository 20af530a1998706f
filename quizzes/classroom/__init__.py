"""A class plays: rooms, decks, scores and results, without a screen and without a database."""
