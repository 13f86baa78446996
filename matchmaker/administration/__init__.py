"""What administrators look after: organisations that are one, people's data, lists, settings, the audit's proof."""
