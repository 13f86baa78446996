"""What the bureau reports: how long things took, how far pairings came, what was agreed on."""
