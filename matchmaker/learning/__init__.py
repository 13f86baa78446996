"""The ranking learns from what staff decide."""
