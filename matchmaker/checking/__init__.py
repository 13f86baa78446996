"""The checking queue 审核: what was submitted, oldest first, read and decided one after the other."""
