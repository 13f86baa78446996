"""What problems and capabilities have in common: their words for the engine, lists, drafts, history."""
