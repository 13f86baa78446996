"""Problems, and capabilities, that were posted twice: found by their words, judged by staff."""
