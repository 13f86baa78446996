"""The encoder is adapted to what experts and staff decided."""
