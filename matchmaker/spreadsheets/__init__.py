"""Spreadsheets in and out: lists and whole records written, filled tables read, and the values people write in them."""
