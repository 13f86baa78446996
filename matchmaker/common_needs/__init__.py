"""Common needs 共性技术需求: what open problems of several companies ask for in the same way."""
