"""What may be concluded from a fit: tests, degrees of freedom, intervals, resampling."""
