"""Distilled projects 凝炼项目: what several companies lack, made into projects that a plan can carry."""
