"""Sample data: invented organisations, problems, capabilities, and a year of work with them."""
