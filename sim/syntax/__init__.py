"""What a formula says, and whether two formulas say the same."""
