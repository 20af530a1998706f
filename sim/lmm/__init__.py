"""The lmer engine: formula, design, criterion, optimum, fit, refit."""
