"""Innovation carriers, industry–technology innovation alliances, and companies' R&D bodies."""
