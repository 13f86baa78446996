"""Calls for solutions 难题招标: put up, answered under seal, judged, announced, awarded."""
